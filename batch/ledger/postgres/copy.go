package postgres

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// Copy fills all tables with what those of a file have, each text as convert makes it, and finds
// that every cell is the same when it is read again. It returns how many rows each has.
func (f *Filling) Copy(from query.Source, convert func(table, column, text string) string) (map[string]int, error) {
	rows := map[string]int{}
	tables, err := query.All(f, query.ScanPair[string, string], `SELECT table_name, string_agg(column_name || ' ' || data_type, ',' ORDER BY ordinal_position)
FROM information_schema.columns WHERE table_schema = current_schema() GROUP BY table_name`)
	for _, t := range tables {
		if err == nil {
			rows[t.Key], err = f.copy(from, t.Key, strings.Split(t.Value, ","), convert)
		}
	}
	return rows, err
}

// copy is given columns with their types.
func (f *Filling) copy(from query.Source, table string, columns []string, convert func(table, column, text string) string) (rows int, err error) {
	isBytes := make([]bool, len(columns))
	for n, c := range columns {
		var kind string
		columns[n], kind, _ = strings.Cut(c, " ")
		isBytes[n] = kind == "bytea"
	}
	cells := `SELECT "` + strings.Join(columns, `", "`) + `" FROM ` + table
	scan := func(s query.Scanner) ([]any, error) {
		values := make([]any, len(columns))
		targets := make([]any, len(columns))
		for n := range values {
			targets[n] = &values[n]
		}
		return values, s.Scan(targets...)
	}
	var sent, found sum
	next, stop := iter.Pull2(query.Each(from, scan, cells))
	defer stop()
	_, err = f.tx.CopyFrom(context.Background(), pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		values, err, ok := next()
		if !ok || err != nil {
			return nil, err
		}
		for n, v := range values { // a file lets any column have any value
			if data, isText := query.TextOf(v); isText && isBytes[n] {
				values[n] = append([]byte{}, data...) // none is not NULL
			} else if isText {
				values[n] = convert(table, columns[n], string(data))
			}
		}
		sent.add(values)
		return values, nil
	}))
	if err != nil {
		return 0, err
	}
	for values, err := range query.Each(f, scan, cells) {
		if err != nil {
			return 0, err
		}
		found.add(values)
	}
	if sent != found {
		return 0, msg.Problem("ledger.not-same", msg.Args{"Table": table})
	}
	return sent.rows, nil
}

// sum is of the rows of a table, in any order: each has a key.
type sum struct {
	rows   int
	hashes [sha256.Size]byte
}

func (s *sum) add(values []any) {
	s.rows++
	row := sha256.New()
	for _, v := range values {
		cell, isText := query.TextOf(v)
		if !isText {
			cell = fmt.Append(nil, v)
		}
		query.WriteCells(row, []sql.RawBytes{cell})
	}
	for n, b := range row.Sum(nil) {
		s.hashes[n] ^= b
	}
}
