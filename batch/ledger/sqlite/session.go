package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"contact-distributor/batch/ledger/query"
)

// Session does writes one after the other, on the one connection that writes. Its methods are
// not called concurrently.
type Session struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt // by text
}

// NewSession returns one that is closed before the connection is.
func NewSession(conn *sql.Conn) *Session { return &Session{conn, map[string]*sql.Stmt{}} }

// Close leaves the connection open.
func (s *Session) Close() error {
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}

// Do begins a transaction and does writes in it.
func (s *Session) Do(chains ...[]query.Write) error {
	if err := s.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, chain := range chains {
		for _, write := range chain {
			write(s)
		}
	}
	return nil
}

// Commit and Rollback end the transaction, unless SQLite has.
func (s *Session) Commit() error { return s.Exec("COMMIT") }

func (s *Session) Rollback() error { return s.Exec("ROLLBACK") }

// MayRunAgain is false: nobody else writes meanwhile.
func (s *Session) MayRunAgain(error) bool { return false }

// Lock has nothing to do, for the same reason.
func (s *Session) Lock([]int64) error { return nil }

func (s *Session) Exec(text string, args ...any) error {
	_, err := s.Change(text, args...)
	return err
}

func (s *Session) Change(text string, args ...any) (int64, error) {
	stmt, err := s.stmt(text)
	if err != nil {
		return 0, err
	}
	r, err := stmt.Exec(args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (s *Session) Find(read func(query.Rows) error, text string, args ...any) error {
	stmt, err := s.stmt(text)
	if err != nil {
		return err
	}
	found, err := stmt.Query(args...)
	if err != nil {
		return err
	}
	defer found.Close()
	return read(found)
}

func (s *Session) Look(read func(query.Rows) error, text string, args ...any) error {
	return s.Find(read, text, args...)
}

func (s *Session) stmt(text string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[text]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), text)
	if err == nil {
		s.stmts[text] = stmt
	}
	return stmt, err
}
