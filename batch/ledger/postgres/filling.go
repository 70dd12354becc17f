package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"contact-distributor/batch/ledger/query"
)

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

// Exec does a statement.
func (f *Filling) Exec(query string, args ...any) error {
	query, args = translate(query, args)
	_, err := f.tx.Exec(context.Background(), query, args...)
	return err
}

// Find has read read what a statement finds.
func (f *Filling) Find(read func(query.Rows) error, query string, args ...any) error {
	query, args = translate(query, args)
	found, err := f.tx.Query(context.Background(), query, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	return errors.Join(read(found), found.Err())
}
