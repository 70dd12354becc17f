package ledger

import (
	"context"
	"database/sql"
	"errors"
	"runtime"

	"contact-distributor/csvmodel/msg"
)

// maxGroup is how many writes share a transaction at the most.
const maxGroup = 512

// ErrConflict is returned by a write that did not find the row in the state
// and attempt that it names. Nothing was changed.
var ErrConflict = msg.Problem("ledger.conflict", nil)

// write is one unit that is done whole or not at all. An error of its tx that wraps
// ErrConflict means that do changed nothing; any other one ends the ledger.
type write struct {
	do   func(*tx)
	done chan<- error
}

// tx is what a write works with: the committer's transaction. After its first error it
// does nothing any more.
type tx struct {
	l   *Ledger
	err error
}

// Err is the error of the first commit that failed, after which nothing must be
// done any more; nil if none has.
func (l *Ledger) Err() error {
	if err := l.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// commit has do done in the next transaction and returns when that is on disk.
func (l *Ledger) commit(do func(*tx)) error {
	done := make(chan error, 1)
	l.writes <- write{do, done}
	return <-done
}

func (l *Ledger) exec(query string, args ...any) error {
	return l.commit(func(t *tx) { t.exec(query, args...) })
}

// expect commits one statement that changes one row; else ErrConflict.
func (l *Ledger) expect(query string, args ...any) error {
	return l.commit(func(t *tx) { t.expect(query, args...) })
}

func (l *Ledger) commitAll() {
	defer close(l.ended)
	var broken error
	group := make([]write, 0, maxGroup)
	results := make([]error, maxGroup)
	for first := range l.writes {
		group = l.gather(append(group[:0], first))
		if broken == nil {
			if err := l.transact(group, results); err != nil {
				broken = msg.Problem("ledger.write", msg.Args{"Path": l.Path(), "Err": err})
				l.broken.Store(&broken)
			}
		}
		for i, w := range group {
			if broken != nil {
				results[i] = broken
			}
			w.done <- results[i]
		}
	}
}

// gather adds the writes that are waiting already, and those that come while
// others get a few turns: fewer and larger transactions cost less.
func (l *Ledger) gather(group []write) []write {
	for turns := 0; len(group) < maxGroup && turns < 4; {
		select {
		case w, open := <-l.writes:
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

func (l *Ledger) transact(group []write, results []error) (err error) {
	t := &tx{l: l}
	if t.exec("BEGIN IMMEDIATE"); t.err != nil {
		return t.err
	}
	defer func() {
		if err != nil {
			(&tx{l: l}).exec("ROLLBACK") // may find nothing: SQLite has rolled back, or all is committed
		}
	}()
	for i, w := range group {
		done := &tx{l: l}
		w.do(done)
		if results[i] = done.err; done.err != nil && !errors.Is(done.err, ErrConflict) {
			return done.err
		}
	}
	if err := l.fail(false); err != nil {
		return err
	}
	if t.exec("COMMIT"); t.err != nil {
		return t.err
	}
	return l.fail(true)
}

func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.l.stmts[query]; ok {
		return s, nil
	}
	s, err := t.l.file.Writer.PrepareContext(context.Background(), query)
	if err == nil {
		t.l.stmts[query] = s
	}
	return s, err
}

func (t *tx) exec(query string, args ...any) (changed int64) {
	var (
		s *sql.Stmt
		r sql.Result
	)
	if t.err == nil {
		s, t.err = t.stmt(query)
	}
	if t.err == nil {
		r, t.err = s.Exec(args...)
	}
	if t.err == nil {
		changed, t.err = r.RowsAffected()
	}
	return changed
}

// expect does what exec does and makes anything but one changed row a conflict.
func (t *tx) expect(query string, args ...any) {
	if changed := t.exec(query, args...); t.err == nil && changed != 1 {
		t.err = ErrConflict
	}
}

// Query makes t a source.
func (t *tx) Query(query string, args ...any) (*sql.Rows, error) {
	if t.err != nil {
		return nil, t.err
	}
	s, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.Query(args...)
}
