package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"contact-distributor/batch/ledger/pgtest"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newLedger(t testing.TB) *Ledger {
	t.Helper()
	return reopen(t, newPlace(t))
}

// onServer is whether the ledgers of tests are PostgreSQL databases.
var onServer bool

// TestMain runs all tests on SQLite and, where there is a server, again on that.
func TestMain(m *testing.M) {
	status := m.Run()
	if os.Getenv(pgtest.Variable) == "" {
		fmt.Println("skipped on PostgreSQL: needs the URL of a server in " + pgtest.Variable)
	} else if status == 0 {
		fmt.Println("on PostgreSQL:")
		onServer = true
		status = m.Run()
	}
	os.Exit(status)
}

// aboutAFile skips on PostgreSQL what has no meaning there.
func aboutAFile(t testing.TB) {
	t.Helper()
	if onServer {
		t.Skip("is about a file")
	}
}

// newPlace is one where there is no ledger yet.
func newPlace(t testing.TB) string {
	t.Helper()
	os.Getenv(pgtest.Variable) // during a test, so that results are not taken for those without it
	if onServer {
		return pgtest.Schema(t)
	}
	return filepath.Join(t.TempDir(), "state", "ledger.db")
}

func reopen(t testing.TB, path string) *Ledger {
	t.Helper()
	l, err := Open(path, Options{NoSync: true, Clock: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// contactRow is a valid row for the n-th of a made-up series of chats.
func contactRow(t testing.TB, line, n int) csvmodel.Row {
	t.Helper()
	contact, fields, faults := csvmodel.ParseContact(csvmodel.Fields{
		ChatID: strconv.Itoa(79000000000 + n), PhoneContact: "+447400123123", FirstName: "Ada",
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return csvmodel.Row{Number: line, Line: line, Source: "as it stood", Fields: fields, Contact: contact}
}

// newRun plans a run whose rows go to the chats with these numbers.
func newRun(t testing.TB, l *Ledger, content byte, chats ...int) Run {
	t.Helper()
	return newRunAt(t, l, content, fmt.Sprintf("/in/%d/contacts.csv", content), chats...)
}

func newRunAt(t testing.TB, l *Ledger, content byte, path string, chats ...int) Run {
	t.Helper()
	run := Run{Content: [32]byte{content}, Name: "contacts.csv", Path: path, Output: "/in/contacts", Settings: []byte("{}"), Started: noon}
	must(t, fileOf(t, l).CreateRun(&run))
	var rows []csvmodel.Row
	for i, chat := range chats {
		rows = append(rows, contactRow(t, i+2, chat))
	}
	must(t, fileOf(t, l).PrepareRows(run.ID, 1, rows)())
	must(t, fileOf(t, l).CompletePlan(run.ID, len(rows), noon))
	return run
}

var takenLeases sync.Map // by ledger and resource

// leaseOf returns the lease that the test has, as of a process that was killed: whoever
// takes it next need not wait.
func leaseOf(t testing.TB, l *Ledger, resource string) *Lease {
	t.Helper()
	key := fmt.Sprintf("%p %s", l, resource)
	if lease, ok := takenLeases.Load(key); ok {
		return lease.(*Lease)
	}
	lease, err := l.take(resource, Terms{Holder: "ada@desk"}, &HeldError{Name: resource})
	must(t, err)
	must(t, lease.Release())
	takenLeases.Store(key, lease)
	t.Cleanup(func() { takenLeases.Delete(key) })
	return lease
}

func sender(t testing.TB, l *Ledger) *Lease { return leaseOf(t, l, anInstance+"1101") }

func fileOf(t testing.TB, l *Ledger) *Lease { return leaseOf(t, l, aFile+fmt.Sprintf("%p", l)) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func planned(t testing.TB, l *Ledger, run Run) []Row {
	t.Helper()
	rows, err := l.NextPlanned(run.ID, "", 0, 100)
	must(t, err)
	return rows
}

func states(t testing.TB, l *Ledger, run Run) []string {
	t.Helper()
	var all []string
	for r, err := range l.Rows(run.ID) {
		must(t, err)
		all = append(all, string(r.State))
	}
	return all
}

func intend(t testing.TB, l *Ledger, r Row, s Scope) Row {
	t.Helper()
	r, err := sender(t, l).Intend(r, s, noon, 0)
	must(t, err)
	return r
}

func accept(t testing.TB, l *Ledger, r Row, id string) {
	t.Helper()
	must(t, sender(t, l).RecordOutcome(r, Outcome{State: State(csvmodel.Accepted), IDMessage: id, At: noon.Add(time.Second)}))
}

func TestWhatAnEarlierVersionSentInAnotherFormIsNotSentAgain(t *testing.T) {
	l := newLedger(t)
	earlier := contactRow(t, 2, 1)
	earlier.Fields.FirstName = "Zoe\u0301" // as it was read then
	former, today := earlier.Fields, earlier
	today.Fields.FirstName, today.Former = "Zoé", &former
	other := contactRow(t, 3, 2)
	other.Former = &csvmodel.Fields{FirstName: "-"} // which nobody sent
	var found []State
	for i, rows := range [][]csvmodel.Row{{earlier}, {today, other}} {
		run := newRun(t, l, byte(i))
		must(t, fileOf(t, l).PrepareRows(run.ID, 1, rows)())
		for _, r := range planned(t, l, run) {
			if r = intend(t, l, r, Scope{}); r.State == Intended {
				accept(t, l, r, "ID")
			}
			found = append(found, r.State)
		}
	}
	if want := []State{Intended, "duplicate", Intended}; !slices.Equal(found, want) {
		t.Errorf("got %v, want %v", found, want)
	}
}

func TestARowComesBackAsItWasAdded(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7)
	want := contactRow(t, 2, 7)
	for row, err := range l.Rows(run.ID) {
		must(t, err)
		if row.Fields != want.Fields || row.Source != want.Source || row.Line != 2 {
			t.Errorf("got %+v", row)
		}
		if card, _ := l.cardsOf(want.Fields); row.Card != card || card == (Card{}) {
			t.Error("the card is not the hash of the fields")
		}
		if next := planned(t, l, run); len(next) != 1 || !reflect.DeepEqual(next[0], row) {
			t.Errorf("as one that is planned it is %+v", next)
		}
	}
}

func TestAnInvalidRowIsKeptWithItsReasons(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1)
	bad := csvmodel.Row{Number: 2, Line: 2, Source: "x\x00y", Faults: []msg.Reason{msg.Fault(msg.Phone, "phoneContact", "x")}}
	must(t, fileOf(t, l).PrepareRows(run.ID, 1, []csvmodel.Row{bad})())
	for r, err := range l.Rows(run.ID) {
		must(t, err)
		if r.State != State(csvmodel.Invalid) || r.Source != bad.Source || !slices.EqualFunc(r.Reasons, bad.Faults, func(a, b msg.Reason) bool { return a.String() == b.String() }) {
			t.Errorf("got %+v", r)
		}
	}
}

func TestAWriteNamesTheStateAndAttemptItExpects(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7)
	row := planned(t, l, run)[0]
	intended := intend(t, l, row, Scope{})
	accept(t, l, intended, "ID1")
	cases := map[string]func() error{
		"a row that was intended is not intended from the same reading again": func() error {
			_, err := sender(t, l).Intend(row, Scope{}, noon, 0)
			return err
		},
		"an outcome is not recorded twice": func() error {
			return sender(t, l).RecordOutcome(intended, Outcome{State: State(csvmodel.Unknown), At: noon})
		},
		"what was accepted is not taken back": func() error { return sender(t, l).Revoke(intended) },
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			if err := do(); !errors.Is(err, ErrConflict) {
				t.Errorf("got %v, want ErrConflict", err)
			}
		})
	}
	if got := states(t, l, run); got[0] != "accepted" {
		t.Errorf("the row is %v", got)
	}
}

func TestTheSameCardToTheSameChatIsADuplicate(t *testing.T) {
	l := newLedger(t)
	first, second := newRun(t, l, 1, 7, 7), newRun(t, l, 2, 7)
	rows := planned(t, l, first)
	accept(t, l, intend(t, l, rows[0], Scope{}), "ID1")

	here := intend(t, l, rows[1], Scope{})
	if want := "the same card goes to this chat in row 2 (idMessage ID1)"; here.State != "duplicate" || here.Reasons[0].String() != want {
		t.Errorf("in the same file: %s %v", here.State, here.Reasons)
	}
	other := intend(t, l, planned(t, l, second)[0], Scope{})
	if other.State != "duplicate" || !strings.Contains(other.Reasons[0].String(), "contacts.csv, row 2") {
		t.Errorf("in another file: %s %v", other.State, other.Reasons)
	}
	if got := states(t, l, first); !slices.Equal(got, []string{"accepted", "duplicate"}) {
		t.Errorf("the ledger has %v", got)
	}
}

func TestScopesOfDuplicates(t *testing.T) {
	later, earlier := Scope{Since: noon.Add(time.Hour)}, Scope{Since: noon.Add(-time.Hour)}
	cases := []struct {
		name    string
		content byte // of the second run; the first is 1
		path    string
		scope   Scope
		want    State
	}{
		{"for ever, another file's card counts", 2, "/b.csv", Scope{}, "duplicate"},
		{"within a time, an older claim does not count", 2, "/b.csv", later, Intended},
		{"within a time, a younger claim counts", 2, "/b.csv", earlier, "duplicate"},
		{"within the file, another file's card does not count", 2, "/b.csv", Scope{FileOnly: true}, Intended},
		{"the same line of the same content is accepted as it was", 1, "/b.csv", Scope{}, "accepted"},
		{"so it is within a time that has passed", 1, "/b.csv", later, "accepted"},
		{"so it is within the file", 1, "/b.csv", Scope{FileOnly: true}, "accepted"},
		{"an earlier content of the path counts within a time that has passed", 2, "/a.csv", later, "duplicate"},
		{"so it does within the file", 2, "/a.csv", Scope{FileOnly: true}, "duplicate"},
		{"again, the same content does not count", 1, "/a.csv", Scope{Again: true}, Intended},
		{"again, another content counts", 2, "/a.csv", Scope{Again: true}, "duplicate"},
		{"again and within the file, an earlier content of the path does not count", 2, "/a.csv", Scope{Again: true, FileOnly: true}, Intended},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			sendOnce(t, l, newRunAt(t, l, 1, "/a.csv", 7))
			second := newRunAt(t, l, c.content, c.path, 7)
			forecast, err := l.CountDuplicates(second.ID, "", c.scope)
			must(t, err)
			if (forecast == 1) != (c.want != Intended) {
				t.Errorf("the forecast is %d duplicates", forecast)
			}
			if got := intend(t, l, planned(t, l, second)[0], c.scope); got.State != c.want {
				t.Errorf("got %s %v", got.State, got.Reasons)
			}
		})
	}
}

// sendOnce sends the first row of a run, and finishes it.
func sendOnce(t testing.TB, l *Ledger, run Run) {
	t.Helper()
	accept(t, l, intend(t, l, planned(t, l, run)[0], Scope{}), "ID1")
	must(t, l.FinishRun(run.ID, noon))
}

func TestACardOfAnotherFileDoesNotCoverTheClaimOfTheFile(t *testing.T) {
	l := newLedger(t)
	sendOnce(t, l, newRun(t, l, 1, 7))
	other := planned(t, l, newRun(t, l, 2, 7))[0]
	accept(t, l, intend(t, l, other, Scope{FileOnly: true}), "ID2")
	if got := intend(t, l, planned(t, l, newRun(t, l, 1, 7))[0], Scope{FileOnly: true}); got.State != "accepted" || got.IDMessage != "ID1" {
		t.Errorf("read in another way, the row is %s %v", got.State, got.Reasons)
	}
}

func TestAClaimStaysWhereTheCardDidNotGoAgain(t *testing.T) {
	l := newLedger(t)
	sendOnce(t, l, newRun(t, l, 1, 7))
	again := newRun(t, l, 1, 7)
	must(t, sender(t, l).Revoke(intend(t, l, planned(t, l, again)[0], Scope{Again: true})))
	must(t, sender(t, l).RecordOutcome(intend(t, l, planned(t, l, again)[0], Scope{Again: true}),
		Outcome{State: State(csvmodel.Rejected), Reason: msg.NewReason(msg.Refused, "no"), At: noon}))
	if got := intend(t, l, planned(t, l, newRun(t, l, 2, 7))[0], Scope{}); got.State != "duplicate" {
		t.Errorf("a card that went once is %s after an attempt to send it again failed", got.State)
	}
}

func TestAgainSendsOnceMoreAndNotTwice(t *testing.T) {
	l := newLedger(t)
	sendOnce(t, l, newRun(t, l, 1, 7, 7))
	again := newRun(t, l, 1, 7, 7)
	rows := planned(t, l, again)
	accept(t, l, intend(t, l, rows[0], Scope{Again: true}), "ID2")
	if got := intend(t, l, rows[1], Scope{Again: true}); got.State != "duplicate" {
		t.Errorf("the second row with the same card is %s", got.State)
	}
	if got := intend(t, l, planned(t, l, newRun(t, l, 1, 7))[0], Scope{Again: true}); got.State != "accepted" || got.IDMessage != "ID2" {
		t.Errorf("read in another way while that run is not finished, the row is %s", got.State)
	}
}

func TestAClaimIsGivenBackWithWhatWasNotTaken(t *testing.T) {
	cases := []struct {
		name string
		end  func(*Ledger, Row) error
		want State // of the next row with the same card
	}{
		{"rejected", func(l *Ledger, r Row) error {
			return sender(t, l).RecordOutcome(r, Outcome{State: State(csvmodel.Rejected), Reason: msg.NewReason(msg.Refused, "no"), At: noon})
		}, Intended},
		{"not accepted", func(l *Ledger, r Row) error {
			return sender(t, l).RecordOutcome(r, Outcome{State: Planned, Reason: msg.Reason{Code: msg.Throttled}, At: noon})
		}, Intended},
		{"taken back before it was asked for", func(l *Ledger, r Row) error { return sender(t, l).Revoke(r) }, Intended},
		{"kept by a row that is unknown", func(l *Ledger, r Row) error {
			return sender(t, l).RecordOutcome(r, Outcome{State: State(csvmodel.Unknown), Reason: msg.NewReason(msg.NoAnswer, "reset"), At: noon})
		}, Planned},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			rows := planned(t, l, newRun(t, l, 1, 7, 7))
			must(t, c.end(l, intend(t, l, rows[0], Scope{})))
			if got := intend(t, l, rows[1], Scope{}); got.State != c.want {
				t.Errorf("the next row with the card is %s %v", got.State, got.Reasons)
			}
		})
	}
}

func TestAttemptsCountRequestsThatWereBegun(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7)
	must(t, sender(t, l).Revoke(intend(t, l, planned(t, l, run)[0], Scope{})))
	must(t, sender(t, l).RecordOutcome(intend(t, l, planned(t, l, run)[0], Scope{}), Outcome{State: Planned, Reason: msg.Reason{Code: msg.Throttled}, At: noon}))
	accept(t, l, intend(t, l, planned(t, l, run)[0], Scope{}), "ID1")
	for r, err := range l.Rows(run.ID) {
		must(t, err)
		if r.Attempt != 2 || r.IDMessage != "ID1" || !r.Accepted.Equal(noon.Add(time.Second)) {
			t.Errorf("got %+v", r)
		}
	}
	notes, err := l.Notes(run.ID, 1)
	must(t, err)
	if len(notes) != 1 || notes[0].Attempt != 1 || notes[0].Reason.Code != msg.Throttled {
		t.Errorf("the notes are %+v", notes)
	}
}

func TestWhoeverTakesTheLeaseDoubtsWhatWasLeftIntended(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7, 8)
	intend(t, l, planned(t, l, run)[0], Scope{})
	lease, err := l.TakeLease("2202", Terms{Holder: "somebody"})
	must(t, err)
	if lease.Abandoned != 0 {
		t.Error("another instance's lease changes a row")
	}
	lease, err = l.TakeLease("1101", Terms{Holder: "somebody"})
	must(t, err)
	if got := states(t, l, run); lease.Abandoned != 1 || !slices.Equal(got, []string{"unknown", "planned"}) {
		t.Errorf("%d doubtful, the rows are %v", lease.Abandoned, got)
	}
	notes, err := l.Notes(run.ID, 1)
	must(t, err)
	if len(notes) != 1 || notes[0].Reason.Code != msg.Crashed {
		t.Errorf("the notes are %+v", notes)
	}
}

func TestOneInstanceHasOneSenderAndOneFileOneRun(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7)
	lease, err := l.TakeLease("1101", Terms{Holder: "ada@host"})
	must(t, err)
	must(t, lease.SetRun(run.ID))
	other := reopen(t, l.Path)
	var held *HeldError
	if _, err := other.TakeLease("1101", Terms{Holder: "bob@host"}); !errors.As(err, &held) || held.Holder != "ada@host" || !held.Since.Equal(noon) || held.File != run.Name || held.Done != 0 || held.Rows != 1 {
		t.Errorf("a second lease: %v", err)
	}
	must(t, lease.Release())
	lease, err = other.TakeLease("1101", Terms{Holder: "bob@host"})
	must(t, err)
	must(t, lease.Release())

	file, err := l.LockFile([32]byte{1}, "contacts.csv", Terms{})
	must(t, err)
	if _, err := other.LockFile([32]byte{1}, "contacts.csv", Terms{}); !errors.As(err, &held) {
		t.Errorf("a second holder of the file: %v", err)
	}
	must(t, file.Release())
}

func TestRunningAgainLooksAtWhatIsNotFinal(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7, 7, 8, 9)
	rows := planned(t, l, run)
	accept(t, l, intend(t, l, rows[0], Scope{}), "ID1")
	intend(t, l, rows[1], Scope{})
	must(t, sender(t, l).RecordOutcome(intend(t, l, rows[2], Scope{}), Outcome{State: State(csvmodel.Rejected), Reason: msg.NewReason(msg.Refused, "no"), At: noon}))
	must(t, sender(t, l).RecordOutcome(intend(t, l, rows[3], Scope{}), Outcome{State: State(csvmodel.Unknown), Reason: msg.NewReason(msg.NoAnswer, "reset"), At: noon}))
	must(t, fileOf(t, l).RestartRun(run))
	if got := states(t, l, run); !slices.Equal(got, []string{"accepted", "planned", "planned", "unknown"}) {
		t.Errorf("the rows are %v", got)
	}
}

func TestARowThatWasGivenUpStaysSoWhileItsRunGoesOn(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7, 8)
	for range maxAbsences {
		row := intend(t, l, planned(t, l, run)[0], Scope{})
		must(t, sender(t, l).RecordOutcome(row, Outcome{State: State(csvmodel.Unknown), Reason: msg.NewReason(msg.OddAnswer, 502), At: noon}))
		unknown, err := l.Unknown("1101")
		must(t, err)
		must(t, l.Settle(unknown[0], Settlement{Evidence: msg.NewReason(msg.Free, noon, 0, noon), At: noon}))
	}
	must(t, fileOf(t, l).RestartRun(run))
	if got := states(t, l, run); !slices.Equal(got, []string{"rejected", "planned"}) {
		t.Errorf("the rows are %v", got)
	}
	must(t, l.FinishRun(run.ID, noon))
	must(t, fileOf(t, l).RestartRun(run))
	if got := states(t, l, run); !slices.Equal(got, []string{"planned", "planned"}) {
		t.Errorf("after a finished run is started again, the rows are %v", got)
	}
}

func TestAfterAFailedCommitEveryWriteFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, err := Open(path, Options{NoSync: true, MaxPages: 40})
	must(t, err)
	run := newRun(t, l, 1, 7)
	row, lease := planned(t, l, run)[0], sender(t, l)
	var full error
	for i := 0; full == nil && i < 1000; i++ {
		full = l.AddNote(Note{At: noon, Kind: NoteStop, Reason: msg.NewReason(msg.Refused, strings.Repeat("x", 500))})
	}
	if full == nil {
		t.Fatal("the ledger never got full")
	}
	if _, err := lease.Intend(row, Scope{}, noon, 0); err == nil {
		t.Error("a row was intended after a commit had failed")
	}
	must(t, l.Close())
	after := reopen(t, path)
	if got := states(t, after, run); got[0] != "planned" {
		t.Errorf("the row is %v", got)
	}
}

func TestWritesThatWaitTogetherAllHold(t *testing.T) {
	l := newLedger(t)
	chats := make([]int, 300)
	for i := range chats {
		chats[i] = i
	}
	run := newRun(t, l, 1, chats...)
	var all sync.WaitGroup
	rows, err := l.NextPlanned(run.ID, "", 0, 1000)
	must(t, err)
	lease := sender(t, l)
	for _, r := range rows {
		all.Go(func() {
			intended, err := lease.Intend(r, Scope{}, noon, 0)
			if err == nil {
				err = lease.RecordOutcome(intended, Outcome{State: State(csvmodel.Accepted), IDMessage: "ID" + strconv.FormatInt(r.Seq, 10), At: noon})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	counts, err := l.Counts(run.ID)
	must(t, err)
	if counts[csvmodel.Accepted] != 300 || counts.Rows() != 300 {
		t.Errorf("counts are %v", counts)
	}
}

func TestALedgerSaysWhetherItIsNew(t *testing.T) {
	l := newLedger(t)
	if !l.Created {
		t.Error("a new ledger is not said to be new")
	}
	must(t, l.Close())
	if reopen(t, l.Path).Created {
		t.Error("a known ledger is said to be new")
	}
}

func TestEightOpenAnEmptyLedgerAtOnce(t *testing.T) {
	place := newPlace(t)
	ids := make(chan string, 8)
	for range 8 {
		go func() {
			l, err := Open(place, Options{NoSync: true})
			if err != nil {
				t.Error(err)
				ids <- ""
				return
			}
			defer l.Close()
			ids <- l.ID
		}()
	}
	id := <-ids
	for range 7 {
		if other := <-ids; other != id {
			t.Errorf("there are %q and %q", id, other)
		}
	}
}
