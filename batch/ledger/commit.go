package ledger

import (
	"database/sql"
	"errors"
	"runtime"
	"sync/atomic"

	"contact-distributor/batch/ledger/postgres"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// maxGroup is how many writes to a file share a transaction at the most.
const maxGroup = 512

// ErrConflict is returned by a write that did not find the row in the state and attempt
// that it names, and changed nothing.
var ErrConflict = msg.Problem("ledger.conflict", nil)

// write is done whole or not at all. An error of its tx that wraps ErrConflict or
// ErrLeaseLost means that do changed nothing; any other one ends the ledger.
type write struct {
	lease *Lease    // nil: nothing depends on one
	row   *Row      // whose card it is about; nil: of several, or of none
	do    func(*tx) // may be called again, as if it had not been
	done  chan<- error
}

// committer does writes on one connection. After one commit has failed, that write and every
// later one return its error.
type committer struct {
	ledger   *Ledger
	limit    int // of writes that share a transaction
	transact func(group []write, results []error) error
	end      func() error // of the connection
	writes   chan write
	ended    chan struct{} // all writes are done
	broken   atomic.Pointer[error]
}

// newCommitter writes to a file.
func newCommitter(l *Ledger, conn *sql.Conn) *committer {
	f := &fileSession{conn, map[string]*sql.Stmt{}}
	return startCommitter(l, maxGroup, func(group []write, results []error) error { return f.transact(l, group, results) }, f.close)
}

func startCommitter(l *Ledger, limit int, transact func([]write, []error) error, end func() error) *committer {
	c := &committer{ledger: l, limit: limit, transact: transact, end: end, writes: make(chan write, limit), ended: make(chan struct{})}
	go c.run()
	return c
}

// close waits for the writes under way.
func (c *committer) close() error {
	close(c.writes)
	<-c.ended
	return c.end()
}

// err is the error of the first commit that failed, after which nothing must be done.
func (c *committer) err() error {
	if err := c.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// submit returns when the write is on disk.
func (c *committer) submit(w write) error {
	done := make(chan error, 1)
	w.done = done
	c.writes <- w
	return <-done
}

// tx is the committer's transaction. After its first error it does nothing any more.
type tx struct {
	ledger *Ledger
	on     statements
	err    error
}

// statements are done in a transaction, in their order. On PostgreSQL one that nobody waits
// for goes with the next one.
type statements interface {
	Exec(query string, args ...any) error
	Change(query string, args ...any) (rows int64, err error)
	Find(read func(query.Rows) error, query string, args ...any) error
}

// Err is the error of the first commit that failed, after which nothing must be done.
func (l *Ledger) Err() error { return l.committer.err() }

// commit has do done in the next transaction and returns when that is on disk.
func (l *Ledger) commit(do func(*tx)) error { return l.committer.submit(write{do: do}) }

func (l *Ledger) exec(query string, args ...any) error {
	return l.commit(func(t *tx) { t.exec(query, args...) })
}

// expect commits one statement that changes one row; else ErrConflict.
func (l *Ledger) expect(query string, args ...any) error {
	return l.commit(func(t *tx) { t.expect(query, args...) })
}

func (c *committer) run() {
	defer close(c.ended)
	group := make([]write, 0, c.limit)
	results := make([]error, c.limit)
	for first := range c.writes {
		group = c.gather(append(group[:0], first))
		if c.err() == nil {
			if err := c.transact(group, results); err != nil {
				broken := msg.Problem("ledger.write", msg.Args{"Path": c.ledger.Path(), "Err": err})
				if c.ledger.server != nil && postgres.IsAway(err) {
					broken = ServerError{broken}
				}
				c.broken.Store(&broken)
			}
		}
		for i, w := range group {
			if err := c.err(); err != nil {
				results[i] = err
			}
			w.done <- results[i]
		}
	}
}

// gather adds the writes that are waiting already, and those that come while
// others get a few turns: fewer and larger transactions cost less.
func (c *committer) gather(group []write) []write {
	for turns := 0; len(group) < c.limit && turns < 4; {
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

// perform has a write done, which is not the last one to be if it was in vain. Any other error
// ends the transaction.
func (w write) perform(t *tx) (result, err error) {
	w.do(t)
	if t.err != nil && !errors.Is(t.err, ErrConflict) && !errors.Is(t.err, ErrLeaseLost) {
		return t.err, t.err
	}
	return t.err, nil
}

func (t *tx) exec(query string, args ...any) {
	if t.err == nil {
		t.err = t.on.Exec(query, args...)
	}
}

// change does what exec does, and returns how many rows have changed.
func (t *tx) change(query string, args ...any) (rows int64) {
	if t.err == nil {
		rows, t.err = t.on.Change(query, args...)
	}
	return rows
}

// expect does what exec does and makes anything but one changed row a conflict.
func (t *tx) expect(query string, args ...any) {
	if changed := t.change(query, args...); t.err == nil && changed != 1 {
		t.err = ErrConflict
	}
}

// Find makes t a source.
func (t *tx) Find(read func(query.Rows) error, query string, args ...any) error {
	if t.err != nil {
		return t.err
	}
	return t.on.Find(read, query, args...)
}
