package ledger

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"contact-distributor/csvmodel"
)

// planFor plans a row for each account, with chats of these numbers.
func planFor(t *testing.T, l *Ledger, run Run, accounts ...string) {
	t.Helper()
	var rows []csvmodel.Row
	for i, account := range accounts {
		contact, fields, faults := csvmodel.ParseContact(csvmodel.Fields{ChatID: fmt.Sprintf("1202555%04d", i+1), PhoneContact: "12025550191", FirstName: "Ann"})
		if faults != nil {
			t.Fatal(faults)
		}
		rows = append(rows, csvmodel.Row{Number: i + 2, Line: i + 2, Fields: fields, Contact: contact, Instance: account})
	}
	must(t, fileOf(t, l).PrepareRows(run.ID, 1, rows)())
	must(t, fileOf(t, l).CompletePlan(run.ID, len(rows), noon))
}

func seqsOf(rows []Row) (seqs []int64) {
	for _, r := range rows {
		seqs = append(seqs, r.Seq)
	}
	return seqs
}

func TestPlannedRowsAreThoseOfTheAccountAndNobodys(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1)
	planFor(t, l, run, "1101", "", "1102", "1101", "", "1102", "1101")
	for _, c := range []struct {
		account string
		after   int64
		limit   int
		want    []int64
	}{
		{"1101", 0, 10, []int64{1, 2, 4, 5, 7}},
		{"1101", 0, 3, []int64{1, 2, 4}},
		{"1101", 4, 10, []int64{5, 7}},
		{"1103", 0, 10, []int64{2, 5}},
		{"", 0, 10, []int64{2, 5}},
	} {
		rows, err := l.NextPlanned(run.ID, c.account, c.after, c.limit)
		must(t, err)
		if got := seqsOf(rows); !slices.Equal(got, c.want) {
			t.Errorf("%q after %d, up to %d: got %v", c.account, c.after, c.limit, got)
		}
		for _, r := range rows {
			if r.Account != "" && r.Account != c.account {
				t.Errorf("row %d is for %q", r.Seq, r.Account)
			}
		}
	}
}

func TestRowsGoOverToAnotherAccount(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1)
	planFor(t, l, run, "", "", "1101", "", "")
	rows, err := l.NextPlanned(run.ID, "", 0, 10)
	must(t, err)
	intend(t, l, rows[0], Scope{})
	odd := func(chats []string) (to []string, err error) {
		for _, chat := range chats {
			to = append(to, map[bool]string{true: "1102"}[int(chat[10])%2 == 1])
		}
		return to, nil
	}
	for range 2 {
		must(t, fileOf(t, l).Reassign(run.ID, "", odd))
	}
	if _, err := sender(t, l).Intend(rows[3], Scope{}, noon, 0); !errors.Is(err, ErrConflict) {
		t.Errorf("a row is sent that has gone over meanwhile: %v", err)
	}
	if rows, err = l.NextPlanned(run.ID, "1102", 0, 10); err != nil || !slices.Equal(seqsOf(rows), []int64{2, 4, 5}) || rows[0].Account != "" || rows[2].Account != "1102" {
		t.Errorf("%+v, %v", rows, err)
	}
	if rows, err = l.NextPlanned(run.ID, "1101", 0, 1); err != nil || rows[0].Seq != 2 {
		t.Errorf("another's row was moved: %+v, %v", rows, err)
	}
}

func TestTheAccountThatARecipientKnows(t *testing.T) {
	l := newLedger(t)
	run := runTo(t, l, 1, "12025550101", "12025550101", "5215512345678", "12025550104", "12025550105")
	for seq, state := range []string{"accepted", "accepted", "accepted", "rejected", "accepted"} {
		instance := []string{"1101", "1102", "1101", "1101", "1103"}[seq]
		must(t, l.exec("UPDATE rows SET status = ?, instance = ?, accepted = ? WHERE run = ? AND seq = ?", state, instance, 1000+seq, run.ID, seq+1))
	}
	for range 2 {
		must(t, l.IndexRecipients())
	}
	for _, c := range []struct {
		name      string
		instances []string
		chat, of  string
		want      string
	}{
		{"the last of several", []string{"1101", "1102"}, "12025550101@c.us", "12025550101@c.us", "1102"},
		{"of those that there are", []string{"1101", "1104"}, "12025550101@c.us", "12025550101@c.us", "1101"},
		{"by either form of the number", []string{"1101", "1102"}, "525512345678@c.us", "525512345678@c.us", "1101"},
		{"and the other", []string{"1101", "1102"}, "5215512345678@c.us", "525512345678@c.us", "1101"},
		{"not one whose card was refused", []string{"1101", "1102"}, "12025550104@c.us", "12025550104@c.us", ""},
		{"nor one that is gone", []string{"1101", "1102"}, "12025550105@c.us", "12025550105@c.us", ""},
		{"nor of a recipient that is new", []string{"1101", "1102"}, "12025550106@c.us", "12025550106@c.us", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			senders, err := l.SendersTo([]string{c.chat}, c.instances)
			if must(t, err); senders[c.of] != c.want {
				t.Errorf("got %v", senders)
			}
		})
	}
}
