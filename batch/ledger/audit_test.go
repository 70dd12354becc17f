package ledger

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"contact-distributor/batch/ledger/proof"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// tamper does to the ledger's file what somebody with an SQLite shell could.
func tamper(t *testing.T, l *Ledger, statement string) {
	t.Helper()
	if onServer {
		zeros := strings.NewReplacer("zeroblob(16)", `'\x`+strings.Repeat("00", 16)+"'", "zeroblob(68)", `'\x`+strings.Repeat("00", 68)+"'")
		for part := range strings.SplitSeq(statement, ";") {
			must(t, l.exec(zeros.Replace(part)))
		}
		return
	}
	db, err := sql.Open("sqlite", l.Path)
	must(t, err)
	defer db.Close()
	_, err = db.Exec(statement)
	must(t, err)
}

func seal(t *testing.T, l *Ledger, run Run) Seal {
	t.Helper()
	s, err := l.Seal(run.ID)
	must(t, err)
	return s
}

// prove adds a manifest without content of its own.
func prove(t *testing.T, l *Ledger, run Run, s Seal) Manifest {
	t.Helper()
	before, err := l.NewestManifest()
	must(t, err)
	m := Manifest{Run: run.ID, At: noon, Output: run.Output, JSON: []byte("{}")}
	must(t, l.AddManifest(&m, s, before))
	return m
}

// provenRun has rows that are accepted, invalid, planned and rejected.
func provenRun(t *testing.T, l *Ledger) (Run, Seal, Manifest) {
	t.Helper()
	run := newRun(t, l, 1, 1, 2, 3)
	must(t, fileOf(t, l).PrepareRows(run.ID, 4, []csvmodel.Row{{Number: 5, Line: 5, Source: "x", Faults: []msg.Reason{{Code: msg.Phone}}}})())
	rows := planned(t, l, run)
	accept(t, l, intend(t, l, rows[0], Scope{}), "3EB0")
	must(t, sender(t, l).RecordOutcome(intend(t, l, rows[2], Scope{}), Outcome{State: State(csvmodel.Rejected), Reason: msg.Reason{Code: msg.Refused}, At: noon}))
	s := seal(t, l, run)
	return run, s, prove(t, l, run, s)
}

func TestDepartures(t *testing.T) {
	for _, c := range []struct {
		name, statement string
		want            []string
		record          bool // what was kept is otherwise, too
	}{
		{"nothing was done", "SELECT 1", nil, false},
		{"a delivery became known", "UPDATE rows SET delivery = 'read', delivered_at = 5 WHERE seq = 1", nil, false},
		{"a row was written again as it is", "UPDATE rows SET status = status", nil, false},
		{"a status was altered", "UPDATE rows SET status = 'accepted' WHERE seq = 4", []string{"4 row 5: invalid, accepted"}, false},
		{"an idMessage was altered", "UPDATE rows SET message = '3EB1' WHERE seq = 1", []string{"1 row 2: accepted, accepted"}, false},
		{"a chat was altered", "UPDATE rows SET chat = '12025550199@c.us' WHERE seq = 1", []string{"1 row 2: accepted, accepted"}, false},
		{"a letter went from one cell to the next", "UPDATE rows SET first = 'Ad', middle = 'a' WHERE seq = 2", []string{"2 row 3: planned, planned"}, false},
		{"a salt was altered", "UPDATE rows SET salt = zeroblob(16) WHERE seq = 1", []string{"1 row 2: accepted, accepted"}, false},
		{"a time was altered", "UPDATE rows SET accepted = accepted + 1 WHERE seq = 1", []string{"1 row 2: accepted, accepted"}, false},
		{"the first row was taken out", "DELETE FROM rows WHERE seq = 1", []string{"1 row 0: accepted, "}, false},
		{"the last row was taken out", "DELETE FROM rows WHERE seq = 4", []string{"4 row 0: invalid, "}, false},
		{"all rows were taken out", "DELETE FROM rows", []string{"1 row 0: accepted, ", "2 row 0: planned, ", "3 row 0: rejected, ", "4 row 0: invalid, "}, false},
		{"two rows were exchanged", "UPDATE rows SET seq = -seq WHERE seq IN (2, 3); UPDATE rows SET seq = 5 + seq WHERE seq < 0",
			[]string{"2 row 4: planned, rejected", "3 row 3: rejected, planned"}, false},
		{"a status was altered to one that there is not", "UPDATE rows SET status = 'lost' WHERE seq = 1", []string{"1 row 2: accepted, lost"}, false},
		{"a row was put in at the end", "INSERT INTO rows SELECT run, 5, row, line, source, chat, phone, first, middle, last, company, quoted, card, salt, status, code, args, instance, attempt, intended, skew, ended, accepted, message, learned, delivery, delivered_at, remarks, account FROM rows WHERE seq = 4",
			[]string{"5 row 5: , invalid"}, false},
		{"what was kept was altered with the row", "UPDATE rows SET status = 'rejected' WHERE seq = 1; UPDATE imprints SET marks = zeroblob(68)",
			[]string{"1 row 2: , rejected", "2 row 3: , planned", "3 row 4: , rejected", "4 row 5: , invalid"}, true},
		{"what was kept was cut", "UPDATE imprints SET marks = substr(marks, 1, 51)", []string{"4 row 5: , invalid"}, true},
		{"what was kept is gone", "DELETE FROM imprints", []string{"1 row 2: , accepted", "2 row 3: , planned", "3 row 4: , rejected", "4 row 5: , invalid"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			_, s, m := provenRun(t, l)
			tamper(t, l, c.statement)
			var got []string
			kept, err := l.RowChanges(m, func(d RowChange) error {
				got = append(got, fmt.Sprintf("%d row %d: %s, %s", d.Seq, d.Number, d.Before, d.After))
				return nil
			})
			must(t, err)
			if !slices.Equal(got, c.want) || (kept != s.Outcomes) != c.record {
				t.Errorf("got %q, record altered: %v", got, kept != s.Outcomes)
			}
		})
	}
}

func TestSeal(t *testing.T) {
	l := newLedger(t)
	run, s, _ := provenRun(t, l)
	if s.Counts.Rows() != 4 || s.Counts[csvmodel.Accepted] != 1 || s.Counts[csvmodel.Unsent] != 1 || s.Note == 0 {
		t.Errorf("got %+v", s)
	}
	if again := seal(t, l, run); again.Outcomes != s.Outcomes || again.Notes != s.Notes {
		t.Error("what has not changed is sealed otherwise")
	}
	tamper(t, l, "UPDATE notes SET reason = '{}' WHERE seq = 3")
	if again := seal(t, l, run); again.Outcomes != s.Outcomes || again.Notes == s.Notes {
		t.Error("a note that was altered is not seen in the notes alone")
	}
	same := newRun(t, l, 2, 1, 2)
	if a, b := seal(t, l, same), seal(t, l, newRun(t, l, 2, 1, 2)); a.Outcomes == b.Outcomes {
		t.Error("two runs of one file cannot be told apart: they have no salt")
	}
}

func TestASealOfManyRowsIsKeptInParts(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1)
	rows := make([]csvmodel.Row, 2*proof.DigestsPerPart+1)
	for i := range rows {
		rows[i] = csvmodel.Row{Number: i + 2, Line: i + 2, Faults: []msg.Reason{{Code: msg.Phone}}}
	}
	must(t, fileOf(t, l).PrepareRows(run.ID, 1, rows)())
	s := seal(t, l, run)
	m := prove(t, l, run, s)
	kept, err := l.RowChanges(m, func(d RowChange) error { return fmt.Errorf("departs: %+v", d) })
	if err != nil || kept != s.Outcomes || s.Parts != 3 {
		t.Error(kept == s.Outcomes, s.Parts, err)
	}
}
