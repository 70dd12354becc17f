//go:build unix

package cli

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"contact-distributor/batch/ledger/pgtest"
)

var programHasPostgres, programHasWork = false, false

// onBoth has a history happen with either database.
func onBoth(t *testing.T, history func(*fleet)) {
	t.Run("on SQLite", func(t *testing.T) { t.Parallel(); history(newFleet(t, "")) })
	onPostgres(t, history)
}

func onPostgres(t *testing.T, history func(*fleet)) {
	t.Run("on PostgreSQL", func(t *testing.T) {
		t.Parallel()
		history(newFleet(t, placeOn(t)))
	})
}

func placeOn(t *testing.T) string {
	if !programHasPostgres {
		t.Skip("the program cannot do it yet")
	}
	return pgtest.Place(t)
}

// pair is two machines that send for one instance, and a file on the first.
func (f *fleet) pair(rows int) (a, b *machine, file *fleetFile) {
	a, b = f.machine("a", instanceOf(1)), f.machine("b", instanceOf(1))
	return a, b, f.file(a, "contacts.csv", 447400123101, from(0, rows)...)
}

// atRequest has something happen when the n-th request for a card arrives.
func (f *fleet) atRequest(n int64, do func(*passage)) {
	var count atomic.Int64
	f.service.watch(func(x *passage) {
		if !x.taken && count.Add(1) == n {
			do(x)
		}
	})
}

// onIntent has something happen when the n-th transaction that intends is committed,
// and the machine does not know it yet.
func (m *machine) onIntent(n int64, do func() (passes bool)) {
	var count atomic.Int64
	m.db.listen(func(s *station) bool {
		return s.kind != isCommitted || !s.has("UPDATE rows SET status = 'intended'") || count.Add(1) != n || do()
	})
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
		a.onIntent(3, func() bool { a.kill(); return false })
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

// The second machine sends all while the first stands still with what it intended.
func TestFleetFrozenBeforeTheWrite(t *testing.T) {
	onPostgres(t, func(f *fleet) {
		a, b, file := f.pair(20)
		a.onIntent(3, func() bool { a.freeze(); return true })
		first := a.start("send", file.path)
		b.sendUntilDone(file)
		a.thaw()
		first.wantStatus(exitLater)
		f.check()
	})
}

func TestFleetFrozenAfterTheWrite(t *testing.T) {
	onPostgres(t, func(f *fleet) {
		a, b, file := f.pair(20)
		f.atRequest(5, func(x *passage) { a.freeze(); x.late = true })
		first := a.start("send", file.path)
		b.sendUntilDone(file)
		a.thaw()
		first.wantStatus(exitLater)
		f.check()
	})
}

// A holder that stands still inside a transaction does not block who takes over.
func TestFleetFrozenInsideATransaction(t *testing.T) {
	onPostgres(t, func(f *fleet) {
		a, b, file := f.pair(20)
		frozen := make(chan time.Time, 1)
		var isFrozen atomic.Bool
		a.db.listen(func(s *station) bool {
			if s.kind == inTransaction && s.has("UPDATE rows SET status = 'intended'") && !isFrozen.Swap(true) {
				a.freeze()
				frozen <- time.Now()
			}
			return true
		})
		first := a.start("send", file.path)
		began := <-frozen
		takenOver := make(chan time.Time, 1)
		var isTaken atomic.Bool
		f.service.watch(func(x *passage) {
			if x.machine == b && !isTaken.Swap(true) {
				takenOver <- time.Now()
			}
		})
		b.sendUntilDone(file)
		a.thaw()
		first.wantStatus(exitLater)
		f.check()
		if d := (<-takenOver).Sub(began); d > fleetTerm+5*time.Second {
			f.t.Errorf("taken over after %v", d)
		}
	})
}

// Two machines with an instance each are at work when the database is away.
func TestFleetDatabaseAway(t *testing.T) {
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
		other := f.file(b, "other.csv", 447400123102, from(0, 60)...)
		var isHeld atomic.Bool
		a.db.listen(func(s *station) bool {
			if s.kind == asks && s.has("UPDATE leases SET ends = 0") && !isHeld.Swap(true) {
				a.db.hold()
				a.kill()
			}
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
		f.atRequest(5, func(x *passage) { x.lost = true })
		sending := a.start("send", file.path)
		line := 0
		for line == 0 {
			for n := range 60 {
				if b.run("settle", fmt.Sprintf("%s:%d", file.path, n+2), "--not-sent") == exitDone {
					line = n + 2
					break
				}
			}
		}
		sending.wait()
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
