package postgres

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// Session is a connection that writes. Its methods are not called concurrently. After an
// error that MayRunAgain does not explain it is of no use.
type Session struct {
	conn     *pgx.Conn
	patience time.Duration
}

// Close ends the session, and what it has not committed.
func (s *Session) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	return s.conn.Close(ctx)
}

type statement struct {
	query   string
	args    []any
	read    func(query.Rows) error
	changed int64
	err     error // of read

	rows    [][]any // to copy, in place of a query
	columns []string
}

// Statements are query.Statements that are sent together. Those of one Write wait for each other
// where they use what the earlier ones have found; those of several go in step.
type Statements struct {
	queue []*statement
	yield func(struct{}) bool
}

// do queues a statement and returns when all that is queued is done.
func (s *Statements) do(last *statement) error {
	s.queue = append(s.queue, last)
	if !s.yield(struct{}{}) {
		return context.Canceled
	}
	return last.err
}

func (s *Statements) Exec(query string, args ...any) error {
	s.queue = append(s.queue, &statement{query: query, args: args})
	return nil
}

func (s *Statements) Look(read func(query.Rows) error, query string, args ...any) error {
	s.queue = append(s.queue, &statement{query: query, args: args, read: read})
	return nil
}

func (s *Statements) Lock(keys []int64) error {
	if len(keys) == 0 {
		return nil
	}
	return s.Exec("SELECT pg_advisory_xact_lock(key) FROM unnest(?) AS key", keys)
}

func (s *Statements) Change(query string, args ...any) (int64, error) {
	st := &statement{query: query, args: args}
	err := s.do(st)
	return st.changed, err
}

func (s *Statements) Find(read func(query.Rows) error, query string, args ...any) error {
	return s.do(&statement{query: query, args: args, read: read})
}

// Copy adds rows to a table.
func (s *Statements) Copy(table string, columns []string, rows [][]any) error {
	return s.do(&statement{query: table, columns: columns, rows: rows})
}

// Do begins a transaction and does chains of writes in it: those of one chain one after the
// other, the chains side by side. The first statements of the first chain come first.
func (s *Session) Do(chains ...[]query.Write) error {
	queue := []*statement{{query: "BEGIN"}, {query: "SELECT pg_advisory_xact_lock_shared(?)", args: []any{notesLock}}} // as of SettleNotes
	running := make([]*Statements, len(chains))
	resume := make([]func() (struct{}, bool), len(chains))
	for i, chain := range chains {
		running[i] = &Statements{}
		next, stop := iter.Pull(func(yield func(struct{}) bool) {
			running[i].yield = yield
			for _, write := range chain {
				write(running[i])
			}
		})
		defer stop()
		resume[i] = next
	}
	for {
		for i, next := range resume {
			if next == nil {
				continue
			}
			if _, goesOn := next(); !goesOn {
				resume[i] = nil
			}
			queue = append(queue, running[i].queue...)
			running[i].queue = nil
		}
		if len(queue) == 0 {
			return nil
		}
		if err := s.flush(queue); err != nil {
			return err
		}
		queue = queue[:0]
	}
}

func (s *Session) Commit() error {
	err := s.flush([]*statement{{query: "COMMIT"}})
	if err == nil || s.MayRunAgain(err) {
		return err
	}
	return msg.Problem("ledger.unanswered", msg.Args{"Err": err})
}

// MayRunAgain is of what the server has undone for the sake of others.
func (s *Session) MayRunAgain(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && (server.Code == "40P01" || server.Code == "40001") // deadlock_detected, serialization_failure
}

func (s *Session) Rollback() error { return s.flush([]*statement{{query: "ROLLBACK"}}) }

func (s *Session) flush(queue []*statement) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	batch := &pgx.Batch{}
	for _, st := range queue {
		if st.columns == nil {
			st.addTo(batch)
			continue
		}
		if err := s.conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		batch = &pgx.Batch{}
		next := func(i int) ([]any, error) {
			for j, value := range st.rows[i] {
				st.rows[i][j] = bind(value)
			}
			return st.rows[i], nil
		}
		if _, err := s.conn.CopyFrom(ctx, pgx.Identifier{st.query}, st.columns, pgx.CopyFromSlice(len(st.rows), next)); err != nil {
			return err
		}
	}
	return s.conn.SendBatch(ctx, batch).Close()
}

func (st *statement) addTo(batch *pgx.Batch) {
	query, args := translate(st.query, st.args)
	queued := batch.Queue(query, args...)
	if st.read == nil {
		queued.Exec(func(tag pgconn.CommandTag) error { st.changed = tag.RowsAffected(); return nil })
		return
	}
	queued.Query(func(rows pgx.Rows) error { st.err = st.read(rows); return nil })
}
