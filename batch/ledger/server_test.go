package ledger

import (
	"database/sql"
	"errors"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"contact-distributor/batch/ledger/pgtest"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// aboutAServer skips on SQLite what has no meaning there.
func aboutAServer(t testing.TB) {
	t.Helper()
	if !onServer {
		t.Skip("is about a server")
	}
}

func TestTextThatAServerRefuses(t *testing.T) {
	aboutAServer(t)
	l := newLedger(t)
	run := newRunAt(t, l, 1, "/in/\x00\xff.csv", 7)
	const odd, word = "x\x00y\xffz", "x\x00y" // what the service says is UTF-8
	bad := csvmodel.Row{Number: 3, Line: 3, Source: odd, Fields: csvmodel.Fields{ChatID: odd, FirstName: odd},
		Faults: []msg.Reason{msg.Fault(msg.Phone, "phoneContact", odd)}}
	must(t, fileOf(t, l).PrepareRows(run.ID, 2, []csvmodel.Row{bad})())
	accept(t, l, intend(t, l, planned(t, l, run)[0], Scope{}), word)
	must(t, l.Suspend(Suspension{"1101", word, noon}, msg.NewReason(msg.Rest, odd)))
	if runs, err := l.RunsAt(run.Path); err != nil || len(runs) != 1 {
		t.Errorf("%d runs at the path, %v", len(runs), err)
	}
	for range 2 {
		_, err := l.AddResend("1101", run.ID, 1, word, noon)
		must(t, err)
	}
	if n, err := l.CountResends(run, 0); err != nil || n != 1 {
		t.Errorf("%d resends, %v", n, err)
	}
	if rows, err := l.Holders("1101", []string{word, "\x00"}); err != nil || len(rows) != 1 {
		t.Errorf("%d rows with the idMessage, %v", len(rows), err)
	}
	if rows, err := l.RowsTo(odd); err != nil || len(rows) != 1 || rows[0].Source != odd || rows[0].Reasons[0].String() != bad.Faults[0].String() {
		t.Errorf("the row came back as %+v, %v", rows, err)
	}
	for _, err := range l.RunLog(run) {
		must(t, err)
	}
	must(t, fileOf(t, l).RestartRun(run))
	seal(t, l, run)
}

func TestOfTwoInstancesThatClaimCardsInOppositeOrderOneHasEach(t *testing.T) {
	const cards = 60
	place := newPlace(t)
	chats := make([]int, cards)
	for i := range chats {
		chats[i] = i
	}
	went := [cards]atomic.Int32{}
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range 2 {
		l := reopen(t, place)
		rows := planned(t, l, newRun(t, l, byte(1+i), chats...))
		if i == 1 {
			slices.Reverse(rows)
		}
		lease := leaseOf(t, l, anInstance+strconv.Itoa(i))
		for _, row := range rows {
			all.Go(func() {
				<-start
				switch r, err := lease.Intend(row, Scope{}, noon, 0); {
				case err != nil:
					t.Error(err)
				case r.State == Intended:
					went[row.Seq-1].Add(1)
				}
			})
		}
	}
	close(start)
	all.Wait()
	for i := range went {
		if n := went[i].Load(); n != 1 {
			t.Errorf("card %d went %d times", i, n)
		}
	}
}

// TestNotesUpToASealDoNotChange has a note under way whose number is smaller.
func TestNotesUpToASealDoNotChange(t *testing.T) {
	aboutAServer(t)
	place := newPlace(t)
	l, slow := reopen(t, place), reopen(t, place)
	run := newRun(t, l, 1, 7)
	isNoted, goOn := make(chan struct{}), make(chan struct{})
	slow.fail = func(committed bool) error {
		if !committed {
			close(isNoted)
			<-goOn
		}
		return nil
	}
	var all sync.WaitGroup
	all.Go(func() {
		if err := slow.AddNote(Note{At: noon, Run: run.ID, Kind: NoteStart}); err != nil {
			t.Error(err)
		}
	})
	<-isNoted
	must(t, l.AddNote(Note{At: noon, Run: run.ID, Kind: NoteStop}))
	sealed := make(chan Seal, 1)
	all.Go(func() {
		s, err := l.Seal(run.ID)
		if err != nil {
			t.Error(err)
		}
		sealed <- s
	})
	const waiting = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database() AND query LIKE '%pg_advisory_xact_lock%')"
	for {
		isWaiting, err := query.Value[bool](l.reader, waiting)
		must(t, err)
		if isWaiting || len(sealed) > 0 {
			break
		}
	}
	close(goOn)
	s := <-sealed
	all.Wait()
	if now, err := l.SumNotes(run.ID, s.Note); err != nil || now != s.Notes {
		t.Errorf("the notes up to %d are others now, %v", s.Note, err)
	}
}

func TestEightThatOpenAnEmptyDatabaseAtOnce(t *testing.T) {
	place := newPlace(t)
	var all sync.WaitGroup
	var created atomic.Int32
	for range 8 {
		all.Go(func() {
			l, err := Open(place, Options{NoSync: true})
			if err != nil {
				t.Error(err)
				return
			}
			if l.Created {
				created.Add(1)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if created.Load() != 1 {
		t.Errorf("%d have made it", created.Load())
	}
}

func TestPlacesThatAreRefused(t *testing.T) {
	aboutAServer(t)
	place := newPlace(t)
	l := reopen(t, place)
	must(t, l.Close())
	for name, c := range map[string]string{
		"a password":                "postgres://ada:secret@127.0.0.1:1/contacts",
		"a password as a parameter": "postgres://ada@127.0.0.1:1/contacts?password=secret",
		"a password as a setting":   "host=127.0.0.1 password=secret",
	} {
		_, err := Open(c, Options{})
		if refused := (PlaceError{}); !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(newPlace(t), Options{IfFree: true}); !errors.As(err, &PlaceError{}) {
		t.Errorf("one without tables to look at: %v", err)
	}
	if _, err := Open("postgres://ada@127.0.0.1:1/contacts", Options{}); !errors.As(err, &ServerError{}) {
		t.Errorf("a server that is away: %v", err)
	}
}

func TestAPoolerIsRefused(t *testing.T) {
	aboutAServer(t)
	_, err := Open(pgtest.Pooled(t, pgtest.Place(t)), Options{})
	if refused := (PlaceError{}); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
}

// deafTo returns a place behind which the server does all that it is asked, but from a moment
// on nobody hears of it.
func deafTo(t *testing.T, place string) (behind string, fallSilent func()) {
	t.Helper()
	var isSilent atomic.Bool
	behind = through(t, place, func(to, from net.Conn, isAnswer bool) {
		defer to.Close()
		defer from.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := from.Read(buffer)
			if isAnswer && isSilent.Load() {
				return
			}
			if _, errWrite := to.Write(buffer[:n]); err != nil || errWrite != nil {
				return
			}
		}
	})
	return behind, func() { isSilent.Store(true) }
}

func TestAnAnswerThatAServerOwes(t *testing.T) {
	aboutAServer(t)
	for _, c := range []struct {
		name  string
		write func(*Ledger, *Lease, Row, Row) error // planned, intended
		want  []string                              // the rows then, after another has taken the instance
	}{
		{"to an intent", func(_ *Ledger, lease *Lease, planned, _ Row) error {
			_, err := lease.Intend(planned, Scope{}, noon, 0)
			return err
		}, []string{"unknown", "unknown"}},
		{"to an outcome", func(_ *Ledger, lease *Lease, _, intended Row) error {
			return lease.RecordOutcome(intended, Outcome{State: State(csvmodel.Accepted), IDMessage: "ID", At: noon})
		}, []string{"accepted", "planned"}},
		{"to a plan", func(l *Ledger, _ *Lease, planned, _ Row) error {
			return fileOf(t, l).PrepareRows(planned.Run, 3, []csvmodel.Row{contactRow(t, 4, 9)})()
		}, []string{"unknown", "planned", "planned"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			place := newPlace(t)
			other := reopen(t, place)
			run := newRun(t, other, 1, 7, 8)
			behind, fallSilent := deafTo(t, place)
			l := reopen(t, behind)
			lease, err := l.TakeLease("1101", Terms{})
			must(t, err)
			rows := planned(t, l, run)
			intended, err := lease.Intend(rows[0], Scope{}, noon, 0)
			must(t, err)
			fileOf(t, l)
			l.fail = func(committed bool) error {
				if !committed {
					fallSilent()
				}
				return nil
			}
			if err := c.write(l, lease, rows[1], intended); !errors.As(err, &ServerError{}) {
				t.Errorf("got %v", err)
			}
			if _, err := lease.Intend(rows[1], Scope{}, noon, 0); err == nil {
				t.Error("what comes after it is written")
			}
			must(t, other.exec("UPDATE leases SET ends = 0"))
			_, err = other.TakeLease("1101", Terms{})
			must(t, err)
			if got := states(t, other, run); !slices.Equal(got, c.want) {
				t.Errorf("the rows are %v, not %v", got, c.want)
			}
		})
	}
}

// TestAServerThatEndsItsSessionsUnderLoad does what a restart does: no outcome is lost that was
// acknowledged, and nothing goes on before the ledger is opened anew.
func TestAServerThatEndsItsSessionsUnderLoad(t *testing.T) {
	aboutAServer(t)
	place := pgtest.Place(t)
	l := reopen(t, place)
	chats := make([]int, 400)
	for i := range chats {
		chats[i] = i
	}
	run := newRun(t, l, 1, chats...)
	rows, err := l.NextPlanned(run.ID, "", 0, len(chats))
	must(t, err)
	lease, err := l.TakeLease("1101", Terms{})
	must(t, err)
	next := make(chan Row, len(rows))
	for _, row := range rows {
		next <- row
	}
	close(next)
	var all sync.WaitGroup
	var acknowledged, failed sync.Map
	half := sync.OnceFunc(func() { endSessions(t, place) })
	for range 16 {
		all.Go(func() {
			for row := range next {
				if row.Seq == int64(len(rows)/2) {
					half()
				}
				intended, err := lease.Intend(row, Scope{}, noon, 0)
				if err == nil {
					err = lease.RecordOutcome(intended, Outcome{State: State(csvmodel.Accepted), IDMessage: "ID", At: noon})
				}
				if err != nil {
					failed.Store(row.Seq, err)
					return
				}
				acknowledged.Store(row.Seq, true)
			}
		})
	}
	all.Wait()
	failed.Range(func(_, err any) bool {
		if !errors.As(err.(error), &ServerError{}) {
			t.Errorf("got %v", err)
		}
		return true
	})
	if lease.MayBegin() == nil {
		t.Error("requests may begin although the sessions have ended")
	}
	after := reopen(t, place)
	counts := map[State]int{}
	for r, err := range after.Rows(run.ID) {
		must(t, err)
		if _, ok := acknowledged.Load(r.Seq); ok && r.State != State(csvmodel.Accepted) {
			t.Errorf("row %d is %s", r.Seq, r.State)
		}
		counts[r.State]++
	}
	if counts[Planned] == 0 || counts["accepted"] == 0 || counts[Planned]+counts["accepted"]+counts[Intended] != len(rows) {
		t.Errorf("%v", counts)
	}
}

// endSessions ends all of the database.
func endSessions(t *testing.T, place string) {
	t.Helper()
	db, err := sql.Open("pgx", place)
	if err == nil {
		defer db.Close()
		_, err = db.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	}
	if err != nil {
		t.Error(err)
	}
}
