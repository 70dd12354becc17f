package ledger

import (
	"context"
	"database/sql"
	"errors"

	"contact-distributor/batch/ledger/query"
)

// fileSession does writes one after the other, on the one connection to a file.
type fileSession struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt // by text
}

func (f *fileSession) close() error {
	var errs []error
	for _, s := range f.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

func (f *fileSession) transact(l *Ledger, group []write, results []error) (err error) {
	if err := f.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Exec("ROLLBACK") // may find nothing: SQLite has rolled back, or all is committed
		}
	}()
	lost := map[*Lease]error{nil: nil} // what a look at each lease has found
	for i, w := range group {
		if _, isKnown := lost[w.lease]; !isKnown {
			lost[w.lease] = w.lease.check(&tx{ledger: l, on: f})
		}
		if results[i] = lost[w.lease]; results[i] == nil {
			results[i], err = w.perform(&tx{ledger: l, on: f})
		} else if !errors.Is(results[i], ErrLeaseLost) {
			err = results[i]
		}
		if err != nil {
			return err
		}
	}
	if err := l.fail(false); err != nil {
		return err
	}
	if err := f.Exec("COMMIT"); err != nil {
		return err
	}
	return l.fail(true)
}

func (f *fileSession) stmt(query string) (*sql.Stmt, error) {
	if s, ok := f.stmts[query]; ok {
		return s, nil
	}
	s, err := f.conn.PrepareContext(context.Background(), query)
	if err == nil {
		f.stmts[query] = s
	}
	return s, err
}

// Exec does a statement.
func (f *fileSession) Exec(query string, args ...any) error {
	_, err := f.Change(query, args...)
	return err
}

// Change returns how many rows a statement has changed.
func (f *fileSession) Change(query string, args ...any) (int64, error) {
	s, err := f.stmt(query)
	if err != nil {
		return 0, err
	}
	r, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Find has read read what a statement finds.
func (f *fileSession) Find(read func(query.Rows) error, query string, args ...any) error {
	s, err := f.stmt(query)
	if err != nil {
		return err
	}
	return reader{func(_ string, args ...any) (*sql.Rows, error) { return s.Query(args...) }}.Find(read, query, args...)
}
