package ledger

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestAnInstanceRestsUntilAPersonSaysOtherwise(t *testing.T) {
	path := newPlace(t)
	l := reopen(t, path)
	if _, err := l.SuspensionOf("1"); !errors.Is(err, ErrNotSuspended) {
		t.Errorf("a new one: %v", err)
	}
	if _, err := l.Resume("1", "ada", noon); !errors.Is(err, ErrNotSuspended) {
		t.Errorf("resumed: %v", err)
	}
	why := msg.NewReason("why", "yellowCard")
	must(t, l.Suspend(Suspension{"1", "yellowCard", noon}, why))
	must(t, l.Suspend(Suspension{"1", "blocked", noon.Add(time.Hour)}, why))
	must(t, l.Suspend(Suspension{"2", "blocked", noon.Add(time.Hour)}, why))
	must(t, l.Close())

	l = reopen(t, path)
	rest, err := l.SuspensionOf("1")
	if err != nil || rest.State != "yellowCard" || !rest.Since.Equal(noon) {
		t.Errorf("%+v %v", rest, err)
	}
	if all, err := l.Suspensions(); err != nil || len(all) != 2 || all[1].Instance != "2" {
		t.Errorf("%+v %v", all, err)
	}
	if _, err := l.Resume("1", "ada", noon.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if _, err := l.SuspensionOf("1"); !errors.Is(err, ErrNotSuspended) {
		t.Errorf("after a person's word: %v", err)
	}
	notes, err := l.InstanceNotes("1")
	if err != nil || len(notes) != 2 || notes[0].Kind != NoteSuspension || notes[1].Kind != NoteResume || notes[1].Reason.Args[0] != "ada" {
		t.Errorf("%+v %v", notes, err)
	}
}

func TestWhatWentForAnInstanceCountsOverAllRuns(t *testing.T) {
	l := newLedger(t)
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	row := func(content byte, chat, minute int) Row {
		r := planned(t, l, newRun(t, l, content, chat))[0]
		r, err := sender(t, l).Intend(r, Scope{}, at(minute), 0)
		must(t, err)
		return r
	}
	end := func(r Row, s csvmodel.Status, minute int) {
		must(t, sender(t, l).RecordOutcome(r, Outcome{State: State(s), IDMessage: "ID", At: at(minute)}))
	}
	end(row(1, 1, -2000), csvmodel.Accepted, -1999)
	end(row(2, 2, -10), csvmodel.Accepted, -9)
	end(row(3, 3, -1), csvmodel.Accepted, 1)
	end(row(4, 4, 2), csvmodel.Rejected, 3)
	end(row(5, 5, 4), csvmodel.Unknown, 5)
	end(row(6, 6, 6), csvmodel.Status(Planned), 7)
	must(t, sender(t, l).Revoke(row(7, 7, 8)))
	row(8, 8, 9)
	row(9, 2, 10)                        // a duplicate
	for _, chat := range []int{10, 11} { // found in the end
		r := row(byte(chat), chat, chat-20)
		end(r, csvmodel.Unknown, chat-9)
		must(t, l.Settle(r, Settlement{Taken: true, ResolvedBy: "journal", At: at(30)}))
	}
	got, err := l.SentSince("1101", noon, 2*time.Minute, 9)
	must(t, err)
	if want := []Sent{{at(1), 1}, {at(3), 1}, {at(4), 1}}; !slices.EqualFunc(got, want, func(a, b Sent) bool { return a.At.Equal(b.At) && a.Cards == b.Cards }) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, _ := l.SentSince("1101", noon, 2*time.Minute, 1); len(got) != 1 || !got[0].At.Equal(at(1)) {
		t.Errorf("the newest: %v", got)
	}
	if got, _ := l.SentSince("1102", noon, 0, 9); len(got) > 0 {
		t.Errorf("another instance: %v", got)
	}
	last, err := l.LastRequest("1101")
	must(t, err)
	if want := at(9); !last.Equal(want) {
		t.Errorf("the last request was at %v, want %v", last, want)
	}
	if last, err := l.LastRequest("1102"); err != nil || !last.IsZero() {
		t.Errorf("another instance: %v, %v", last, err)
	}
}

// firstVersion does something as the first version of the program would.
func firstVersion(t *testing.T, do func()) {
	newest := schema
	defer func() { schema = newest }()
	schema = schema[:1]
	do()
}

func TestALedgerOfTheFirstVersionIsBroughtUpToDateAfterACopy(t *testing.T) {
	aboutAFile(t)
	path := filepath.Join(t.TempDir(), "ledger.db")
	firstVersion(t, func() {
		l := reopen(t, path)
		must(t, l.exec("INSERT INTO runs ("+runColumns+") VALUES (1, '', '', '/contacts.csv', 'contacts.csv', '/contacts', '{}', '{}', 0, '', '', '', 0, 0, 0, 0)"))
		must(t, l.Close())
	})
	l := reopen(t, path)
	if kept, err := l.NewestRunAt("/contacts.csv"); err != nil || kept.ID != 1 || kept.Name != "contacts.csv" || kept.Output != "/contacts" {
		t.Errorf("%+v, %v", kept, err)
	}
	must(t, l.Suspend(Suspension{"1", "yellowCard", noon}, msg.Reason{}))
	if _, err := os.Stat(path + ".v1"); err != nil {
		t.Errorf("no copy: %v", err)
	}
}

func TestEarlierPlacesOfARunAreTakenFromItsManifests(t *testing.T) {
	aboutAFile(t)
	path := filepath.Join(t.TempDir(), "ledger.db")
	newest := schema
	defer func() { schema = newest }()
	schema = schema[:6]
	l := reopen(t, path)
	must(t, l.exec("INSERT INTO runs ("+runColumns+") VALUES (1, '', '', '/in/b.csv', 'b.csv', '/in/b', '{}', '{}', 0, '', '', '', 0, 1, 1, 1)"))
	for i, text := range []string{`{"input": {"name": "a.csv"}}`, "altered"} {
		must(t, l.exec("INSERT INTO manifests (id, run, at, output, series, json, hash) VALUES (?, 1, 1, '/out/a', 1, ?, '')", i+1, []byte(text)))
	}
	must(t, l.Close())
	schema = newest
	l = reopen(t, path)
	for file, output := range map[string]string{"/in/b.csv": "/in/b", "/out/a.csv": "/out/a"} {
		if run, err := l.NewestRunAt(file); err != nil || run.ID != 1 || run.Output != output {
			t.Errorf("%s: %+v, %v", file, run, err)
		}
	}
}

// Every start asks these: a ledger holds years.
func TestWhatEveryStartAsksIsFoundByAnIndex(t *testing.T) {
	aboutAFile(t)
	l := newLedger(t)
	must(t, l.IndexRecipients())
	for _, c := range []struct{ query, index string }{
		{"SELECT * FROM rows WHERE instance = ? AND " + openRows + " AND status = 'unknown'", "rows_open"},
		{"UPDATE rows SET status = 'unknown' WHERE instance = ? AND " + openRows + " AND status = 'intended'", "rows_open"},
		{"UPDATE rows SET status = 'intended' WHERE run = ? AND seq = ? AND status = 'planned' AND attempt = ?", "PRIMARY KEY (run=? AND seq=?)"},
		{"SELECT status, COUNT(*) FROM rows WHERE run = ? GROUP BY status", "rows_state"},
		{plannedQuery, "rows_state (run=? AND status=? AND account=? AND seq>?)"},
		{sendersQuery, "rows_chat (chat=?)"},
		{sentSinceQuery, "COVERING INDEX rows_went (instance=? AND intended>?)"},
		{lastRequestQuery, "rows_went"},
		{countAcceptedQuery, "rows_went"},
	} {
		args := []any{"1", 0, 0, 0, 0}
		for len(args) > strings.Count(c.query, "?") || strings.Contains(c.query, "?1") && !strings.Contains(c.query, "?"+strconv.Itoa(len(args))) {
			args = args[:len(args)-1]
		}
		step := func(s query.Scanner) (step string, err error) {
			var id, parent, unused int
			err = s.Scan(&id, &parent, &unused, &step)
			return step, err
		}
		steps, err := query.All(l.reader, step, "EXPLAIN QUERY PLAN "+c.query, args...)
		must(t, err)
		if plan := strings.Join(steps, "; "); !strings.Contains(plan, c.index) {
			t.Errorf("%s: %s", c.query, plan)
		}
	}
}
