//go:build unix

package cli

import (
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"contact-distributor/batch/ledger/pgtest"
)

// onBoth has a history happen with either database.
func onBoth(t *testing.T, history func(*fleet)) {
	t.Parallel()
	t.Run("on SQLite", func(t *testing.T) { t.Parallel(); history(newFleet(t, "")) })
	runOnPostgres(t, history)
}

func onPostgres(t *testing.T, history func(*fleet)) {
	t.Parallel()
	runOnPostgres(t, history)
}

func runOnPostgres(t *testing.T, history func(*fleet)) {
	t.Run("on PostgreSQL", func(t *testing.T) {
		t.Parallel()
		history(newFleet(t, pgtest.Place(t)))
	})
}

// pair is two machines that send for one instance, and a file on the first.
func (f *fleet) pair(rows int) (a, b *machine, file *fleetFile) {
	a, b = f.machine("a", instanceOf(1)), f.machine("b", instanceOf(1))
	return a, b, f.file(a, "contacts.csv", 447400123101, from(0, rows)...)
}

// atRequest has something happen when the n-th request for a card arrives. The channel
// is closed then.
func (f *fleet) atRequest(n int64, do func(*passage)) (happened <-chan struct{}) {
	var count atomic.Int64
	over := make(chan struct{})
	f.service.watch(func(x *passage) {
		if !x.taken && count.Add(1) == n {
			do(x)
			close(over)
		}
	})
	return over
}

// intends is what a transaction that intends has in it.
const intends = "UPDATE rows SET status = 'intended'"

// when has something happen when the machine is at a station, with these words in the
// transaction, for the n-th time. The channel is closed then.
func (m *machine) when(kind stationKind, words string, n int64, do func() (passes bool)) (happened <-chan struct{}) {
	var count atomic.Int64
	over := make(chan struct{})
	m.db.listen(func(s *station) (passes bool) {
		if s.kind != kind || !s.has(words) || count.Add(1) != n {
			return true
		}
		defer close(over)
		return do()
	})
	return over
}

// await returns when something has happened that a process is to come to.
func (p *process) await(happened <-chan struct{}) {
	p.m.f.t.Helper()
	select {
	case <-happened:
	case <-p.done:
		select {
		case <-happened:
		default:
			p.m.f.t.Fatalf("%s: %q ended too early, with %d", p.m.name, p.args, p.status)
		}
	}
}

// wantStatus checks with which status a process ended.
func (p *process) wantStatus(want int) {
	p.m.f.t.Helper()
	if got := p.wait(); got != want {
		p.m.f.t.Errorf("%s: %q ended with %d, want %d", p.m.name, p.args, got, want)
	}
}

func TestFleetKilledBetweenIntentAndRequest(t *testing.T) {
	onPostgres(t, func(f *fleet) {
		a, b, file := f.pair(20)
		a.when(isCommitted, intends, 3, func() bool { a.kill(); return false })
		a.start("send", file.path).wantStatus(-1)
		b.sendUntilDone(file)
		f.check()
	})
}

func TestFleetKilledAfterARequestThatIsTakenLate(t *testing.T) {
	onBoth(t, func(f *fleet) {
		a, b, file := f.pair(20)
		f.atRequest(5, func(x *passage) { a.kill(); x.late = true })
		a.start("send", file.path).wantStatus(-1)
		b.sendUntilDone(file)
		f.check()
	})
}

// The second machine sends all while the first stands still with what it intended:
// before it knows that, or while it waits for the moment of the request.
func TestFleetFrozenBeforeTheWrite(t *testing.T) {
	t.Parallel()
	for name, moment := range map[string]time.Duration{"at the answer of the database": 0, "before the moment of the request": 100 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			onPostgres(t, func(f *fleet) {
				a, b, file := f.pair(20)
				a.env = append(a.env, "CONTACTS_RATE=2")
				frozen := make(chan struct{})
				a.when(isCommitted, intends, 3, func() bool {
					freeze := func() { a.freeze(); close(frozen) }
					if moment == 0 {
						freeze()
					} else {
						time.AfterFunc(moment, freeze)
					}
					return true
				})
				b.goesOnInPlaceOf(a.start("send", file.path), frozen, file)
			})
		})
	}
}

func TestFleetFrozenAfterTheWrite(t *testing.T) {
	onPostgres(t, func(f *fleet) {
		a, b, file := f.pair(20)
		frozen := f.atRequest(5, func(x *passage) { a.freeze(); x.late = true })
		b.goesOnInPlaceOf(a.start("send", file.path), frozen, file)
	})
}

// A holder that stands still inside a transaction does not block who takes over.
func TestFleetFrozenInsideATransaction(t *testing.T) {
	onPostgres(t, func(f *fleet) {
		a, b, file := f.pair(20)
		frozen := a.when(inTransaction, intends, 3, func() bool { a.freeze(); return true })
		b.goesOnInPlaceOf(a.start("send", file.path), frozen, file)
	})
}

// goesOnInPlaceOf has a machine do what a process was to do that is frozen then, and
// wakes it in the end. The database tells that one of its loss a little later.
func (m *machine) goesOnInPlaceOf(first *process, frozen <-chan struct{}, file *fleetFile) {
	m.f.t.Helper()
	first.await(frozen)
	began, tookOver := time.Now(), make(chan time.Duration, 1)
	m.f.service.watch(func(x *passage) {
		if x.machine == m {
			select {
			case tookOver <- time.Since(began):
			default:
			}
		}
	})
	m.sendUntilDone(file)
	first.m.db.hold()
	first.m.thaw()
	time.AfterFunc(fleetTerm/2, first.m.db.release)
	first.wantStatus(exitLater)
	m.f.check()
	if after := <-tookOver; after > fleetTerm+5*time.Second {
		m.f.t.Errorf("taken over after %v", after)
	}
}

// Two machines with an instance each are at work when the database is away.
func TestFleetDatabaseAway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		away   time.Duration
		both   bool
		status int // of the first machine
	}{
		{"for less than the term, for one", fleetTerm / 8, false, exitDone},
		{"for less than the term, for both", fleetTerm / 8, true, exitDone},
		{"for longer, for one", 2 * fleetTerm, false, exitLater},
		{"for longer, for both", 2 * fleetTerm, true, exitLater},
	} {
		t.Run(c.name, func(t *testing.T) {
			onPostgres(t, func(f *fleet) {
				a, b := f.machine("a", instanceOf(1)), f.machine("b", instanceOf(2))
				first := f.file(a, "first.csv", 447400123101, from(0, 40)...)
				second := f.file(b, "second.csv", 447400123102, from(0, 40)...)
				if c.away < fleetTerm {
					a.isPatient()
					b.isPatient()
				}
				f.atRequest(20, func(*passage) {
					a.db.hold()
					if c.both {
						b.db.hold()
					}
					time.AfterFunc(c.away, func() { a.db.release(); b.db.release() })
				})
				p, q := a.start("send", first.path), b.start("send", second.path)
				p.wantStatus(c.status)
				q.wait()
				a.sendUntilDone(first)
				b.sendUntilDone(second)
				f.check()
			})
		})
	}
}

func TestFleetServerRestartedUnderLoad(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"fast", "immediate"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f, server := onOwnServer(t)
			a, b := f.machine("a", instanceOf(1)), f.machine("b", instanceOf(2))
			first := f.file(a, "first.csv", 447400123101, from(0, 40)...)
			second := f.file(b, "second.csv", 447400123102, from(0, 40)...)
			f.atRequest(20, func(*passage) { server.stop(mode); server.start() })
			p, q := a.start("send", first.path), b.start("send", second.path)
			p.wait()
			q.wait()
			a.sendUntilDone(first)
			b.sendUntilDone(second)
			f.check()
		})
	}
}

// A machine sleeps in the middle, and nobody else is there.
func TestFleetAMachineThatSlept(t *testing.T) {
	onBoth(t, func(f *fleet) {
		a, _, file := f.pair(40)
		f.atRequest(20, func(*passage) {
			a.freeze()
			time.AfterFunc(2*fleetTerm, a.thaw)
		})
		a.run("send", file.path)
		a.sendUntilDone(file)
		f.check()
	})
}

// The lease is given back by a message that arrives when another holds it.
func TestFleetLateGiveBack(t *testing.T) {
	onPostgres(t, func(f *fleet) {
		a, b, file := f.pair(5)
		b.isPatient()
		other := f.file(b, "other.csv", 447400123102, from(0, 60)...)
		a.when(asks, "UPDATE leases SET ends = 0", 1, func() bool {
			a.db.hold()
			a.kill()
			return true
		})
		a.start("send", file.path).wantStatus(-1)
		f.atRequest(20, func(*passage) { a.db.release() })
		second := b.start("send", other.path)
		for second.wait() == exitHeld {
			second = b.start("send", other.path)
		}
		second.wantStatus(exitDone)
		b.sendUntilDone(file)
		f.check()
	})
}

// A person settles a row while another process sends.
func TestFleetSettleByHandBesideTheHolder(t *testing.T) {
	onBoth(t, func(f *fleet) {
		a, b, file := f.pair(60)
		var row string
		lost := f.atRequest(5, func(x *passage) {
			row = fmt.Sprintf("%s:%d", file.path, slices.Index(file.cards, x.card)+2)
			x.lost = true
		})
		sending := a.start("send", file.path)
		sending.await(lost)
		var isSettled bool
		for !isSettled && !sending.hasEnded() {
			isSettled = b.run("settle", row, "--not-sent") == exitDone
		}
		if sending.wait(); !isSettled {
			f.t.Error("a person could not settle the row")
		}
		a.sendUntilDone(file)
		f.check()
	})
}

// The folder with the file is lost with its machine, in the middle.
func TestFleetFileOnTheDeadMachine(t *testing.T) {
	onBoth(t, func(f *fleet) {
		a, b, file := f.pair(30)
		f.atRequest(10, func(*passage) { a.kill() })
		a.start("send", file.path).wantStatus(-1)
		if err := os.RemoveAll(a.dir); err != nil {
			f.t.Fatal(err)
		}
		f.untilDone(func() bool { return b.run("send", "1", "--out", b.dir) == exitDone })
		b.start("report", "1", "--out", b.dir).wantStatus(exitDone)
		f.check()
	})
}
