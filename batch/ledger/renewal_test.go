package ledger

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/leases"
	"contact-distributor/batch/ledger/pgtest"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// fleet opens one ledger as several machines do.
type fleet struct {
	open     func(*testing.T, Options) *Ledger
	isServer bool
}

// onEach runs a test of leases that end by the database's clock.
func onEach(t *testing.T, test func(*testing.T, fleet)) {
	t.Run("SQLite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "ledger.db")
		test(t, fleet{func(t *testing.T, o Options) *Ledger { return openShared(t, path, o) }, false})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		place := pgtest.Place(t)
		test(t, fleet{func(t *testing.T, o Options) *Ledger {
			t.Helper()
			l, err := Open(place, o)
			must(t, err)
			t.Cleanup(func() { l.Close() })
			return l
		}, true})
	})
}

// openShared opens a file as if it was on a server: a lock on a file says nothing.
func openShared(t *testing.T, path string, o Options) *Ledger {
	t.Helper()
	o.NoSync = true
	l, err := Open(path, o)
	must(t, err)
	pool, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(60000)&_pragma=synchronous(OFF)")
	must(t, err)
	l.keeper.Shared = leases.NewShared(func(time.Duration) (*commit.Committer, error) {
		conn, err := pool.Conn(context.Background())
		if err != nil {
			return nil, err
		}
		return l.newCommitter(sqlite.NewSession(conn), maxGroup), nil
	})
	l.timeline = func() (string, bool, error) { return "1", false, nil }
	t.Cleanup(func() { l.Close(); pool.Close() })
	return l
}

// clock is one that a test sets.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(noon.UnixMilli())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMilli(c.ms.Load()) }
func (c *clock) advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// terms are those of a lease that lasts for 30 seconds.
var terms = Terms{Holder: "ada@desk", SettleAfter: 2 * time.Minute, Timeout: time.Minute}

func takes(t *testing.T, l *Ledger) *Lease {
	t.Helper()
	lease, err := l.TakeLease("1101", terms)
	must(t, err)
	return lease
}

func isHeld(t *testing.T, l *Ledger) bool {
	t.Helper()
	lease, err := l.TakeLease("1101", terms)
	if held := (*HeldError)(nil); errors.As(err, &held) {
		return true
	}
	must(t, err)
	must(t, lease.Release())
	return false
}

func TestOfEightThatTakeALeaseAtOnceOneHasIt(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		o := Options{Clock: newClock().now}
		f.open(t, o)
		var (
			all   sync.WaitGroup
			taken atomic.Int64
			start = make(chan struct{})
		)
		for range 8 {
			l := f.open(t, o)
			all.Go(func() {
				<-start
				lease, err := l.TakeLease("1101", terms)
				if held := (*HeldError)(nil); err == nil {
					taken.Add(1)
					if lease.Epoch != 1 {
						t.Errorf("epoch %d", lease.Epoch)
					}
				} else if !errors.As(err, &held) {
					t.Error(err)
				}
			})
		}
		close(start)
		all.Wait()
		if taken.Load() != 1 {
			t.Errorf("%d have it", taken.Load())
		}
	})
}

// TestAProcessThatStoodStillBeginsNothing has one frozen with a row intended, and another that
// takes over.
func TestAProcessThatStoodStillBeginsNothing(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		c := newClock()
		a, b := f.open(t, Options{Clock: c.now}), f.open(t, Options{Clock: c.now})
		run := newRun(t, a, 1, 7, 8)
		rows := planned(t, a, run)
		lease := takes(t, a)
		intended, err := lease.Intend(rows[0], Scope{}, c.now(), 0)
		must(t, err)
		if must(t, lease.MayBegin()); !isHeld(t, b) {
			t.Fatal("two have the lease")
		}
		c.advance(27*time.Second - time.Millisecond)
		must(t, lease.MayBegin())
		c.advance(time.Millisecond)
		if err := lease.MayBegin(); !errors.Is(err, ErrLeaseLost) || !isHeld(t, b) {
			t.Errorf("before the end: %v", err)
		}
		c.advance(3 * time.Second)
		if held, err := a.HeldInstances(); len(held) > 0 || err != nil {
			t.Errorf("after the end: %+v, %v", held, err)
		}
		over := takes(t, b)
		if held, err := a.HeldInstances(); len(held) != 1 || held[0].Epoch != over.Epoch || err != nil {
			t.Errorf("%+v, %v", held, err)
		}
		if over.Epoch != lease.Epoch+1 || over.Abandoned != 1 {
			t.Errorf("epoch %d after %d, %d rows", over.Epoch, lease.Epoch, over.Abandoned)
		}
		unknown, err := b.Unknown("1101")
		must(t, err)
		if len(unknown) != 1 || !unknown[0].Ended.Equal(c.now().Add(terms.Timeout)) {
			t.Errorf("got %+v", unknown)
		}
		if err := lease.RecordOutcome(intended, Outcome{State: State(csvmodel.Accepted), IDMessage: "ID", At: c.now()}); !errors.Is(err, ErrLeaseLost) {
			t.Errorf("a late outcome: %v", err)
		}
		if _, err := lease.Intend(rows[1], Scope{}, c.now(), 0); !errors.Is(err, ErrLeaseLost) {
			t.Errorf("a late intent: %v", err)
		}
		if must(t, lease.Release()); !isHeld(t, a) {
			t.Error("the old holder has given the new one's lease back")
		}
		must(t, over.Release())
		if isHeld(t, a) {
			t.Error("it is held, and was given back")
		}
		if got := states(t, b, run); !slices.Equal(got, []string{"unknown", "planned"}) {
			t.Errorf("the rows are %v", got)
		}
	})
}

// TestATakeOverWaitsForTheGroupThatIsBeingCommitted has what the group intends become unknown.
func TestATakeOverWaitsForTheGroupThatIsBeingCommitted(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		c := newClock()
		var stop atomic.Bool
		arrived, goOn := make(chan struct{}), make(chan struct{})
		a := f.open(t, Options{Clock: c.now, Fail: func(committed bool) error {
			if !committed && stop.CompareAndSwap(true, false) {
				close(arrived)
				<-goOn
			}
			return nil
		}})
		b := f.open(t, Options{Clock: c.now})
		run := newRun(t, a, 1, 7)
		row := planned(t, a, run)[0]
		lease := takes(t, a)
		if !isHeld(t, b) { // which has its connections now
			t.Error("it is not held")
		}
		var all sync.WaitGroup
		stop.Store(true)
		all.Go(func() {
			if _, err := lease.Intend(row, Scope{}, c.now(), 0); err != nil {
				t.Error(err)
			}
		})
		<-arrived
		if f.isServer && !isHeld(t, b) { // in vain, and without a wait
			t.Error("it is not held")
		}
		c.advance(time.Minute)
		taken := make(chan *Lease)
		all.Go(func() { taken <- takes(t, b) })
		var over *Lease
		select {
		case over = <-taken:
			t.Error("the take-over did not wait")
		case <-time.After(200 * time.Millisecond):
		}
		if close(goOn); over == nil {
			over = <-taken
		}
		if over.Abandoned != 1 || lease.MayBegin() == nil {
			t.Errorf("%d rows are unknown, and the old holder: %v", over.Abandoned, lease.MayBegin())
		}
		all.Wait()
	})
}

// TestAnAnswerThatIsLost has commits that are on disk and whose writer does not know it.
func TestAnAnswerThatIsLost(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		c := newClock()
		var lose atomic.Bool
		fail := func(committed bool) error {
			if committed && lose.CompareAndSwap(true, false) {
				return errors.New("reset")
			}
			return nil
		}
		a, b := f.open(t, Options{Clock: c.now, Fail: fail}), f.open(t, Options{Clock: c.now})
		run := newRun(t, a, 1, 7, 8)
		rows := planned(t, a, run)
		must(t, takes(t, b).Release())
		lose.Store(true)
		lease := takes(t, a) // its own, by its token
		if must(t, lease.MayBegin()); lose.Load() || lease.Epoch != 2 || !isHeld(t, b) {
			t.Errorf("epoch %d", lease.Epoch)
		}
		intended, err := lease.Intend(rows[0], Scope{}, c.now(), 0)
		must(t, err)
		lose.Store(true)
		if err := lease.RecordOutcome(intended, Outcome{State: State(csvmodel.Accepted), IDMessage: "ID", At: c.now()}); err == nil {
			t.Error("an outcome whose commit has no answer is said to be recorded")
		}
		if _, err := lease.Intend(rows[1], Scope{}, c.now(), 0); err == nil || lease.MayBegin() == nil {
			t.Errorf("after a commit without an answer: %v, %v", err, lease.MayBegin())
		}
		lose.Store(true)
		if err := lease.Release(); err == nil || isHeld(t, b) {
			t.Errorf("given back without an answer: %v", err)
		}
		if got := states(t, b, run); !slices.Equal(got, []string{"accepted", "planned"}) {
			t.Errorf("the rows are %v", got)
		}
	})
}

// TestAnIntentWhoseAnswerIsLostIsDoubted has the next holder ask what became of it.
func TestAnIntentWhoseAnswerIsLostIsDoubted(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		c := newClock()
		var lose atomic.Bool
		a := f.open(t, Options{Clock: c.now, Fail: func(committed bool) error {
			if committed && lose.CompareAndSwap(true, false) {
				return errors.New("reset")
			}
			return nil
		}})
		b := f.open(t, Options{Clock: c.now})
		run := newRun(t, a, 1, 7)
		row := planned(t, a, run)[0]
		lease := takes(t, a)
		lose.Store(true)
		if _, err := lease.Intend(row, Scope{}, c.now(), 0); err == nil || lease.MayBegin() == nil {
			t.Errorf("%v, %v", err, lease.MayBegin())
		}
		must(t, lease.Release())
		if over := takes(t, b); over.Abandoned != 1 {
			t.Errorf("%d rows are unknown", over.Abandoned)
		}
		notes, err := b.Notes(run.ID, 1)
		must(t, err)
		if len(notes) != 1 || notes[0].Reason.Code != msg.Crashed {
			t.Errorf("the notes are %+v", notes)
		}
	})
}

// TestALeaseIsRenewed runs in fake time.
func TestALeaseIsRenewed(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		synctest.Test(t, func(t *testing.T) {
			var isAway atomic.Bool
			a := f.open(t, Options{Clock: time.Now, Fail: func(bool) error {
				if isAway.Load() {
					return errors.New("away")
				}
				return nil
			}})
			b := f.open(t, Options{Clock: time.Now})
			rows := planned(t, a, newRun(t, a, 1, 7, 8))
			lease := takes(t, a)
			time.Sleep(time.Hour)
			if must(t, lease.MayBegin()); !isHeld(t, b) {
				t.Error("it ended while it was renewed")
			}
			intended, err := lease.Intend(rows[0], Scope{}, time.Now(), 0)
			must(t, err)
			isAway.Store(true)
			time.Sleep(11 * time.Second)
			isAway.Store(false)
			if lease.MayBegin() == nil {
				t.Error("requests may begin after a renewal has failed")
			}
			must(t, lease.RecordOutcome(intended, Outcome{State: State(csvmodel.Accepted), IDMessage: "ID", At: time.Now()}))
			time.Sleep(30 * time.Second)
			if isHeld(t, b) {
				t.Error("it goes on without being renewed")
			}
		})
	})
}

// TestNoClockButThoseOfALeaseCounts has those of the database and of the machine be wrong.
func TestNoClockButThoseOfALeaseCounts(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		database, boot, wall := newClock(), newClock(), newClock()
		database.advance(-time.Hour)
		open := func() *Ledger {
			l := f.open(t, Options{Clock: database.now})
			l.keeper.TimeArg = func() any { return query.Millis(database.now()) }
			l.now, l.keeper.Own = wall.now, func() time.Duration { return time.Duration(boot.now().UnixNano()) }
			return l
		}
		a, b := open(), open()
		rows := planned(t, a, newRun(t, a, 1, 7))
		lease := takes(t, a)
		_, err := lease.Intend(rows[0], Scope{}, wall.now(), 0)
		must(t, err)
		wall.advance(3 * time.Hour)
		if must(t, lease.MayBegin()); !isHeld(t, b) {
			t.Error("the clock on the wall ends it")
		}
		wall.advance(-6 * time.Hour)
		must(t, lease.MayBegin())
		boot.advance(time.Minute) // the machine slept
		if lease.MayBegin() == nil || !isHeld(t, b) {
			t.Error("a machine that slept goes on")
		}
		database.advance(time.Minute)
		over := takes(t, b)
		unknown, err := b.Unknown("1101")
		must(t, err)
		if over.Abandoned != 1 || !unknown[0].Ended.Equal(wall.now().Add(terms.Timeout)) {
			t.Errorf("got %+v", unknown)
		}
	})
}
