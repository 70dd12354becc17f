//go:build unix

package cli

import (
	"contact-distributor/batch/ledger/pgtest"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var (
	fleetTime = flag.Duration("fleet", whenLong(20*time.Second, 5*time.Second), "how long TestFleet disturbs its machines")
	fleetSeed = flag.Uint64("fleet-seed", 0, "seed of TestFleet; 0 for one of its own")
)

// chaos disturbs a fleet at random: processes, lines and answers.
type chaos struct {
	f       *fleet
	pending sync.WaitGroup // what is to be put right again

	mu     sync.Mutex
	random *rand.Rand
	calm   bool
	acts   map[string]int
}

func newChaos(f *fleet, seed uint64) *chaos {
	c := &chaos{f: f, random: rand.New(rand.NewPCG(seed, 3)), acts: map[string]int{}}
	f.service.watch(c.meet)
	return c
}

func (c *chaos) number(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.IntN(n)
}

func (c *chaos) isCalm() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calm
}

func (c *chaos) count(act string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acts[act]++
}

// meet decides what becomes of a request for a card.
func (c *chaos) meet(x *passage) {
	if c.isCalm() {
		return
	}
	switch n := c.number(200); {
	case n < 2:
		c.count("killed at a request")
		x.machine.kill()
		x.late = !x.taken && n == 0
	case x.taken:
	case n < 5:
		c.count("request lost")
		x.lost = true
	case n < 8:
		c.count("answer lost")
		x.mute = true
	case n < 10:
		c.count("taken late")
		x.late = true
	}
}

// rage disturbs machines until the time is over, and puts all right again.
func (c *chaos) rage(period time.Duration) {
	for end := time.Now().Add(period); time.Now().Before(end); {
		c.act(c.f.machines[c.number(len(c.f.machines))])
		time.Sleep(time.Duration(100+c.number(400)) * time.Millisecond)
	}
	c.mu.Lock()
	c.calm = true
	c.mu.Unlock()
	c.pending.Wait()
	c.f.t.Log(c.acts)
}

// act does one thing to a machine.
func (c *chaos) act(m *machine) {
	little := time.Duration(50+c.number(300)) * time.Millisecond
	long := fleetTerm + time.Duration(c.number(2000))*time.Millisecond
	switch c.number(8) {
	case 0:
		c.count("killed")
		m.kill()
	case 1:
		c.until("frozen for a little", little, m.freeze, m.thaw)
	case 2:
		c.until("frozen for more than the term", long, m.freeze, m.thaw)
	case 3:
		c.count("service cut")
		m.api.cut()
	case 4:
		c.until("service held", little, m.api.hold, m.api.release)
	case 5:
		c.until("service away", little, m.api.leave, m.api.comeBack)
	}
	if m.db != nil {
		c.actOnDatabase(m, little, long)
	}
}

func (c *chaos) actOnDatabase(m *machine, little, long time.Duration) {
	switch c.number(8) {
	case 0:
		c.count("database cut")
		m.db.cut()
	case 1:
		c.until("database held for a little", little, m.db.hold, m.db.release)
	case 2:
		c.until("database away for longer than the term", long, m.db.leave, m.db.comeBack)
	case 3:
		c.until("database slow", long, func() { m.db.slow(5 * time.Millisecond) }, func() { m.db.slow(0) })
	case 4:
		c.count("answer of a commit lost")
		m.db.listen(cutOnce(isCommitted))
	case 5:
		c.count("question to commit lost")
		m.db.listen(cutOnce(asksToCommit))
	}
}

// until begins something, and ends it after some time.
func (c *chaos) until(act string, d time.Duration, begin, end func()) {
	c.count(act)
	begin()
	c.pending.Go(func() {
		time.Sleep(d)
		end()
	})
}

// cutOnce is a tap that cuts the first line that comes to a station.
func cutOnce(kind stationKind) func(*station) bool {
	var isOver atomic.Bool
	return func(s *station) bool { return s.kind != kind || isOver.Swap(true) }
}

// newSeed is a new one, unless it was given.
func newSeed() uint64 {
	if *fleetSeed != 0 {
		return *fleetSeed
	}
	return rand.Uint64()
}

// TestFleet has machines send for an instance each from one ledger while they are
// killed and frozen, and their lines cut and held. The seed is shown.
func TestFleet(t *testing.T) {
	onBoth(t, func(f *fleet) {
		seed := newSeed()
		f.t.Logf("go test ./batch/cli -run TestFleet$ -fleet %v -fleet-seed %d", *fleetTime, seed)
		rows := int(fleetTime.Seconds()) * 10
		a, b := f.machine("a", instanceOf(1)), f.machine("b", instanceOf(2))
		first := f.file(a, "first.csv", 447400123101, from(0, rows)...)
		second := f.file(b, "second.csv", 447400123102, from(0, rows)...)
		third := f.file(b, "third.csv", 447400123101, from(rows/2, rows)...)
		c := newChaos(f, seed)
		var machines sync.WaitGroup
		machines.Go(func() { c.keep(a, []string{"send", first.path}) })
		machines.Go(func() { c.keep(b, []string{"send", second.path}, []string{"send", third.path}) })
		c.rage(*fleetTime)
		machines.Wait()
		f.untilDone(func() bool { // rows of one wait for those of the other that are in doubt
			return a.run("send", first.path)|b.run("send", second.path)|b.run("send", third.path) == exitDone
		})
		f.check()
	})
}

// TestFleetOfAccounts has one machine with a folder and one with files send for the
// same accounts.
func TestFleetOfAccounts(t *testing.T) {
	onBoth(t, func(f *fleet) {
		seed := newSeed()
		f.t.Logf("go test ./batch/cli -run TestFleetOfAccounts -fleet %v -fleet-seed %d", *fleetTime, seed)
		instances := []string{instanceOf(1), instanceOf(2), instanceOf(3)}
		desk, accounts := f.worker("desk", instances...)
		rows := int(fleetTime.Seconds()) * 10
		for n := range 3 {
			f.file(desk, fmt.Sprintf("in/%d.csv", n), 447400123101+int64(n), from(0, rows)...)
		}
		inbox := []string{"inbox", filepath.Join(desk.dir, "in"), "--settled", "0s", "--accounts", accounts}
		b, accounts := f.worker("b", instances...)
		file := f.file(b, "own.csv", 447400123101, from(rows/2, rows)...)
		send := []string{"send", file.path, "--accounts", accounts}
		c := newChaos(f, seed)
		var machines sync.WaitGroup
		machines.Go(func() { c.keep(desk, append(inbox, "--every", "1s")) })
		machines.Go(func() { c.keep(b, send) })
		c.rage(*fleetTime)
		desk.all(syscall.SIGTERM)
		machines.Wait()
		f.untilDone(func() bool { return desk.run(inbox...)|b.run(send...) == exitDone })
		f.check()
	})
}

// TestFleetEightWorkers has eight machines send for four accounts what a ninth plans.
// skipUnlessLong skips what takes half a minute, unless that is wanted or there is a server.
func skipUnlessLong(t *testing.T) {
	t.Helper()
	if os.Getenv("CONTACTS_TEST_LONG") == "" && os.Getenv(pgtest.Variable) == "" {
		t.Skip("takes half a minute: set CONTACTS_TEST_LONG")
	}
}

func TestFleetEightWorkers(t *testing.T) {
	skipUnlessLong(t)
	onBoth(t, func(f *fleet) {
		seed := newSeed()
		f.t.Logf("go test ./batch/cli -run TestFleetEightWorkers -fleet %v -fleet-seed %d", *fleetTime, seed)
		instances := []string{instanceOf(1), instanceOf(2), instanceOf(3), instanceOf(4)}
		desk, accounts := f.worker("desk", instances...)
		const files = 20
		rows := int(fleetTime.Seconds()) * 6
		for n := range files {
			f.file(desk, fmt.Sprintf("in/%02d.csv", n), 447400123101+int64(n%2), from(n/2*rows*2/3, rows)...)
		}
		planning := []string{"inbox", filepath.Join(desk.dir, "in"), "--plan-only", "--settled", "0s", "--accounts", accounts}
		c := newChaos(f, seed)
		var machines sync.WaitGroup
		machines.Go(func() { c.keep(desk, append(planning, "--every", "1s")) })
		for n := range 8 {
			m, accounts := f.worker(fmt.Sprintf("worker%d", n), instances...)
			machines.Go(func() { c.keep(m, []string{"work", "--every", "1s", "--accounts", accounts}) })
		}
		c.rage(*fleetTime)
		for _, m := range f.machines {
			m.all(syscall.SIGTERM)
		}
		machines.Wait()
		f.untilDone(func() bool { return desk.run("work", "--accounts", accounts)|desk.run(planning...) == exitDone })
		f.check()
	})
}

// keep runs the program with each of these arguments in turn, until all is calm.
func (c *chaos) keep(m *machine, commands ...[]string) {
	for n := 0; !c.isCalm(); n++ {
		p := m.start(commands[n%len(commands)]...)
		if c.isCalm() { // since then
			p.cmd.Process.Signal(syscall.SIGTERM)
		}
		switch status := p.wait(); status {
		case -1, exitDone, exitLater, exitHeld:
		default:
			c.f.t.Errorf("%s: ended with %d", m.name, status)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
