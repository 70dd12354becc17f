// Package commit has writes done: those that wait share one transaction.
//
// It promises that a write returns after it is on disk, that one whose lease is lost changes
// nothing, and that after one commit has failed that write and every later one return its
// error. It knows no tables, and a database as a Session alone.
package commit

import (
	"cmp"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// ErrConflict is returned by a write that did not find what it names, and changed nothing.
var ErrConflict = msg.Problem("ledger.conflict", nil)

// maxRuns is how often a transaction is run that the database undoes for the sake of others.
const maxRuns = 20

// Session is a connection that writes. Its methods are not called concurrently.
type Session interface {
	// Do begins a transaction and does chains of writes in it, those of one chain one after
	// the other. The first statements of the first chain come first.
	Do(chains ...[]query.Write) error
	Commit() error
	Rollback() error
	Close() error
	// MayRunAgain reports whether a transaction was undone for the sake of another one.
	MayRunAgain(error) bool
}

// Lease is what a write may depend on. Check calls lost if the write must not be done, perhaps
// later, as of query.Statements.
type Lease interface {
	Check(on query.Statements, lost func(why error)) error
}

// Write is done whole or not at all.
type Write struct {
	Lease Lease   // nil: nothing depends on one
	Keys  []int64 // writes with a key in common are not done at one time
	// Do may be called again, as if it had not been. An error that wraps ErrConflict means that
	// it changed nothing; any other one ends the Committer.
	Do func(query.Statements) error

	done chan<- error
}

// Committer does writes in one Session. Its methods may be called concurrently.
type Committer struct {
	session Session
	options Options
	writes  chan Write
	ended   chan struct{} // all writes are done
	broken  atomic.Pointer[error]
}

// Options say how writes are done.
type Options struct {
	Limit  int                        // of writes that share a transaction
	Commit func(committed bool) error // is called before and after each commit
	Broken func(error) error          // makes of the error that ends the Committer what it returns
}

// New returns a Committer to which the Session belongs.
func New(s Session, o Options) *Committer {
	c := &Committer{session: s, options: o, writes: make(chan Write, o.Limit), ended: make(chan struct{})}
	go c.run()
	return c
}

// Close waits for the writes under way.
func (c *Committer) Close() error {
	close(c.writes)
	<-c.ended
	return c.session.Close()
}

// Err is the error of the first commit that failed, after which nothing must be done.
func (c *Committer) Err() error {
	if err := c.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// Submit returns when the write is on disk.
func (c *Committer) Submit(w Write) error {
	done := make(chan error, 1)
	w.done = done
	c.writes <- w
	return <-done
}

// Exec submits one statement.
func (c *Committer) Exec(text string, args ...any) error {
	return c.Submit(Write{Do: func(on query.Statements) error { return on.Exec(text, args...) }})
}

// Expect submits one statement that changes one row; else ErrConflict.
func (c *Committer) Expect(text string, args ...any) error {
	return c.Submit(Write{Do: func(on query.Statements) error { return Expect(on, text, args...) }})
}

// Expect does a statement and makes anything but one changed row a conflict.
func Expect(on query.Statements, text string, args ...any) error {
	changed, err := on.Change(text, args...)
	if err == nil && changed != 1 {
		err = ErrConflict
	}
	return err
}

func (c *Committer) run() {
	defer close(c.ended)
	group := make([]Write, 0, c.options.Limit)
	for first := range c.writes {
		group = c.gather(append(group[:0], first))
		var results []error
		if c.Err() == nil {
			var err error
			if results, err = c.Transact(group); err != nil {
				err = c.options.Broken(err)
				c.broken.Store(&err)
			}
		}
		for i, w := range group {
			if err := c.Err(); err != nil {
				w.done <- err
			} else {
				w.done <- results[i]
			}
		}
	}
}

// gather adds the writes that are waiting already, and those that come while
// others get a few turns: fewer and larger transactions cost less.
func (c *Committer) gather(group []Write) []Write {
	for turns := 0; len(group) < c.options.Limit && turns < 4; {
		select {
		case w, open := <-c.writes:
			if !open {
				return group
			}
			group = append(group, w)
		default:
			turns++
			runtime.Gosched()
		}
	}
	return group
}

// errLate is of a lease that proved to be lost after its writes were done.
var errLate = errors.New("late")

// Transact does writes in one transaction, and returns the result of each.
func (c *Committer) Transact(writes []Write) ([]error, error) {
	g := &group{Committer: c, all: writes, results: make([]error, len(writes)), lost: map[Lease]error{}}
	for runs := 0; ; {
		err := g.run()
		if err == errLate {
			continue // without those writes
		}
		if runs++; err == nil || runs == maxRuns || !c.session.MayRunAgain(err) {
			return g.results, err
		}
	}
}

// group is writes that share a transaction.
type group struct {
	*Committer
	all     []Write
	results []error
	lost    map[Lease]error // why their writes are not done

	failed error // of one run: of a write, which ends all
}

func (g *group) run() (err error) {
	defer func() {
		if err != nil {
			_ = g.session.Rollback() // may find nothing: all is rolled back, or committed
		}
	}()
	if err := g.session.Do(g.chains()...); err != nil {
		return err
	}
	for i, w := range g.all {
		if g.results[i] != g.lost[w.Lease] && g.lost[w.Lease] != nil {
			return errLate
		}
	}
	if g.failed != nil {
		return g.failed
	}
	if err := g.options.Commit(false); err != nil {
		return err
	}
	if err := g.session.Commit(); err != nil {
		return err
	}
	return g.options.Commit(true)
}

// chains are of writes that have to wait for each other, behind what comes before all.
func (g *group) chains() [][]query.Write {
	g.failed = nil
	var leases []Lease
	var keys []int64
	chains, chainOf := make([][]query.Write, 1), map[int64]int{}
	for i, w := range g.all {
		if w.Lease != nil && g.lost[w.Lease] == nil && !slices.Contains(leases, w.Lease) {
			leases = append(leases, w.Lease)
		}
		var key int64 // of all that has none
		if len(w.Keys) > 0 {
			keys, key = append(keys, w.Keys...), slices.Min(w.Keys)
		}
		chain, ok := chainOf[key]
		if !ok {
			chain = len(chains)
			chains, chainOf[key] = append(chains, nil), chain
		}
		chains[chain] = append(chains[chain], func(on query.Statements) { g.do(i, on) })
	}
	slices.Sort(keys) // locks are taken in one order everywhere
	chains[0] = []query.Write{func(on query.Statements) {
		for _, lease := range leases {
			g.fail(lease.Check(on, func(why error) { g.lost[lease] = why }))
		}
		g.fail(on.Lock(slices.Compact(keys)))
	}}
	return chains
}

func (g *group) do(i int, on query.Statements) {
	if g.results[i] = g.lost[g.all[i].Lease]; g.results[i] != nil || g.failed != nil {
		return
	}
	err := g.all[i].Do(on)
	if errors.Is(err, ErrConflict) {
		g.results[i] = err
	} else {
		g.fail(err)
	}
}

func (g *group) fail(err error) { g.failed = cmp.Or(g.failed, err) }
