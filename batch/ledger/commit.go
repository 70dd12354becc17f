package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"
	"time"

	"contact-distributor/csvmodel/msg"
)

// maxGroup is how many writes share a transaction at the most.
const maxGroup = 512

// ErrConflict is returned by a write that did not find the row in the state and attempt
// that it names, and changed nothing.
var ErrConflict = msg.Problem("ledger.conflict", nil)

// write is done whole or not at all. An error of its tx that wraps ErrConflict or
// ErrLeaseLost means that do changed nothing; any other one ends the ledger.
type write struct {
	lease *Lease // nil: nothing depends on one
	do    func(*tx)
	done  chan<- error
}

// committer does writes on one connection. After one commit has failed, that write and every
// later one return its error.
type committer struct {
	ledger *Ledger
	conn   *sql.Conn
	stmts  map[string]*sql.Stmt // by text
	writes chan write
	ended  chan struct{} // all writes are done
	broken atomic.Pointer[error]
}

func newCommitter(l *Ledger, conn *sql.Conn) *committer {
	c := &committer{ledger: l, conn: conn, stmts: map[string]*sql.Stmt{}, writes: make(chan write, maxGroup), ended: make(chan struct{})}
	go c.run()
	return c
}

// close waits for the writes under way. The connection stays open.
func (c *committer) close() error {
	close(c.writes)
	<-c.ended
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
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
	c   *committer
	err error
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
	group := make([]write, 0, maxGroup)
	results := make([]error, maxGroup)
	for first := range c.writes {
		group = c.gather(append(group[:0], first))
		if c.err() == nil {
			if err := c.transact(group, results); err != nil {
				broken := msg.Problem("ledger.write", msg.Args{"Path": c.ledger.Path(), "Err": err})
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
	for turns := 0; len(group) < maxGroup && turns < 4; {
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

func (c *committer) transact(group []write, results []error) (err error) {
	t := &tx{c: c}
	if t.exec("BEGIN IMMEDIATE"); t.err != nil {
		return t.err
	}
	defer func() {
		if err != nil {
			(&tx{c: c}).exec("ROLLBACK") // may find nothing: SQLite has rolled back, or all is committed
		}
	}()
	lost := map[*Lease]error{nil: nil} // what a look at each lease has found
	for i, w := range group {
		if _, isKnown := lost[w.lease]; !isKnown {
			lost[w.lease] = w.lease.check(t)
		}
		done := &tx{c: c, err: lost[w.lease]}
		if done.err == nil {
			w.do(done)
		}
		if results[i] = done.err; done.err != nil && !errors.Is(done.err, ErrConflict) && !errors.Is(done.err, ErrLeaseLost) {
			return done.err
		}
	}
	if err := c.ledger.fail(false); err != nil {
		return err
	}
	if t.exec("COMMIT"); t.err != nil {
		return t.err
	}
	return c.ledger.fail(true)
}

func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.c.stmts[query]; ok {
		return s, nil
	}
	s, err := t.c.conn.PrepareContext(context.Background(), query)
	if err == nil {
		t.c.stmts[query] = s
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

// source answers queries: the reader, or the transaction of the committer.
type source interface {
	Query(query string, args ...any) (*sql.Rows, error)
}

// scanner is one row that a query has found.
type scanner interface{ Scan(...any) error }

// each goes through the rows that the query finds. What is written meanwhile does
// not show.
func each[T any](from source, scan func(scanner) (T, error), query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := from.Query(query, args...)
		if err != nil {
			yield(none, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			if v, err := scan(rows); !yield(v, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, err)
		}
	}
}

func all[T any](from source, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	var found []T
	for v, err := range each(from, scan, query, args...) {
		if err != nil {
			return nil, err
		}
		found = append(found, v)
	}
	return found, nil
}

// first returns the first row, or the error missing, which may be nil.
func first[T any](from source, missing error, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	for v, err := range each(from, scan, query, args...) {
		return v, err
	}
	var none T
	return none, missing
}

func value[T any](from source, query string, args ...any) (T, error) {
	return first(from, sql.ErrNoRows, cell[T], query, args...)
}

// into makes a scan of the targets of a row's columns.
func into[T any](targets func(*T) []any) func(scanner) (T, error) {
	return func(s scanner) (v T, err error) {
		err = s.Scan(targets(&v)...)
		return v, err
	}
}

func cell[T any](s scanner) (v T, err error) {
	err = s.Scan(&v)
	return v, err
}

type pair[K, V any] struct {
	key   K
	value V
}

func scanPair[K, V any](s scanner) (p pair[K, V], err error) {
	err = s.Scan(&p.key, &p.value)
	return p, err
}

func table[K comparable, V any](from source, query string, args ...any) (map[K]V, error) {
	found := map[K]V{}
	for p, err := range each(from, scanPair[K, V], query, args...) {
		if err != nil {
			return nil, err
		}
		found[p.key] = p.value
	}
	return found, nil
}

// millisColumn is given milliseconds.
type millisColumn func(ms int64)

func asTime(t *time.Time) millisColumn { return func(ms int64) { *t = fromMillis(ms) } }

func asMillis(d *time.Duration) millisColumn {
	return func(ms int64) { *d = time.Duration(ms) * time.Millisecond }
}

func (set millisColumn) Scan(src any) error {
	ms, ok := src.(int64)
	if !ok {
		return fmt.Errorf("%T is not a time", src)
	}
	set(ms)
	return nil
}

// textOf returns what a column of text or bytes holds.
func textOf(src any) (text []byte, ok bool) {
	switch src := src.(type) {
	case []byte:
		return src, true
	case string:
		return []byte(src), true
	}
	return nil, false
}

// bytesColumn reads as many bytes as it has, none of what was altered to a number.
type bytesColumn []byte

func (c bytesColumn) Scan(src any) error {
	text, _ := textOf(src)
	copy(c, text)
	return nil
}

// jsonColumn reads JSON into what it points to; an empty column leaves that alone.
type jsonColumn struct{ into any }

func (c jsonColumn) Scan(src any) error {
	switch text, ok := textOf(src); {
	case !ok:
		return errors.New("no text")
	case len(text) > 0:
		return json.Unmarshal(text, c.into)
	}
	return nil
}

func list[T any](values []T) string {
	text, err := json.Marshal(append([]T{}, values...)) // none are [], too
	if err != nil {
		panic(err) // these cannot fail to be encoded
	}
	return string(text)
}

// millis is a time as the file has it: milliseconds since 1970, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
