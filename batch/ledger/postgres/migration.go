package postgres

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

var (
	errNewer = msg.Problem("ledger.newer", nil)
	errInUse = msg.Problem("ledger.in-use", nil)
)

// Schema is what the tables are.
type Schema struct {
	Steps []string // that lead to one version each; one that has been released is never changed
	First int      // the version of the first of them
	// Fill puts the first rows into new tables, in the transaction that makes them.
	Fill func(*Filling) error
}

func (s Schema) newest() int { return s.First + len(s.Steps) - 1 }

// migrationLock and notesLock are advisory locks, beside those of cards.
const (
	migrationLock = 0x636f6e74616374
	notesLock     = migrationLock + 1
)

func (db *DB) migrate(s Schema, ifFree bool) (created bool, err error) {
	session, err := db.Connect(Patience)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	ctx, conn := context.Background(), session.conn
	version, err := versionOf(ctx, conn)
	switch {
	case err != nil:
		return false, err
	case version == 0 && ifFree:
		return false, ErrEmpty
	case version > s.newest():
		return false, errNewer
	case version == s.newest():
		return false, nil
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback(ctx)
	// Another process may have been quicker.
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock)); err != nil {
		return false, err
	}
	if version, err = versionOf(ctx, conn); err == nil && version > s.newest() {
		err = errNewer
	}
	if err != nil || version == s.newest() {
		return false, err
	}
	if err := upgrade(ctx, tx, s, version); err != nil {
		return false, err
	}
	return version == 0, tx.Commit(ctx)
}

// versionOf returns 0 where there are no tables. It looks for them in the catalogue: by
// name a transaction does not see those that another one has made since it began.
func versionOf(ctx context.Context, conn *pgx.Conn) (version int, err error) {
	var isThere bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'schema_version' AND schemaname = ANY (current_schemas(false)))").Scan(&isThere); err != nil || !isThere {
		return 0, err
	}
	err = conn.QueryRow(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&version)
	return version, err
}

func upgrade(ctx context.Context, tx pgx.Tx, s Schema, from int) (err error) {
	var isInUse bool
	if from > 0 {
		err = tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM leases WHERE ends > extract(epoch FROM clock_timestamp()) * 1000)").Scan(&isInUse)
	}
	if isInUse {
		err = errInUse
	}
	for _, step := range s.Steps[max(0, from+1-s.First):] {
		if err == nil {
			_, err = tx.Exec(ctx, step)
		}
	}
	if err == nil && from == 0 {
		err = fill(tx, s)
	}
	if err == nil {
		_, err = tx.Exec(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL); DELETE FROM schema_version; INSERT INTO schema_version VALUES ("+strconv.Itoa(s.newest())+")")
	}
	return err
}

// Filling is the transaction that makes the tables of a database. It may take its time.
type Filling struct{ tx pgx.Tx }

func fill(tx pgx.Tx, s Schema) error {
	f := &Filling{tx}
	err := f.Exec("SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)")
	if err == nil {
		err = s.Fill(f)
	}
	for _, table := range []string{"runs", "notes", "imprints"} {
		if err == nil {
			err = f.Exec("SELECT setval(pg_get_serial_sequence(?, 'id'), MAX(id)) FROM "+table, table)
		}
	}
	return err
}

// Exec and Find do what those of query.Statements do.
func (f *Filling) Exec(query string, args ...any) error {
	query, args = translate(query, args)
	_, err := f.tx.Exec(context.Background(), query, args...)
	return err
}

func (f *Filling) Find(read func(query.Rows) error, query string, args ...any) error {
	query, args = translate(query, args)
	found, err := f.tx.Query(context.Background(), query, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	return errors.Join(read(found), found.Err())
}
