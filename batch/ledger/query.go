package ledger

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"contact-distributor/batch/ledger/postgres"
)

// source answers queries: the reader, or the transaction of the committer.
type source interface {
	find(read func(rows) error, query string, args ...any) error
}

// rows are those that a query has found.
type rows = postgres.Rows

// reader is a source of what is committed.
type reader struct {
	Query func(query string, args ...any) (*sql.Rows, error)
}

func (r reader) find(read func(rows) error, query string, args ...any) error {
	found, err := r.Query(query, args...)
	if err == nil {
		defer found.Close()
		err = read(found)
	}
	return placeError(err)
}

// scanner is one row that a query has found.
type scanner interface{ Scan(...any) error }

// each goes through the rows that the query finds. What is written meanwhile does not show.
// While it does so, a transaction finds nothing else.
func each[T any](from source, scan func(scanner) (T, error), query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		goesOn := true
		err := from.find(func(found rows) error {
			for goesOn && found.Next() {
				v, err := scan(found)
				goesOn = yield(v, err) && err == nil
			}
			return found.Err()
		}, query, args...)
		if err != nil && goesOn {
			var none T
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

// list is an argument of many values, which a file is given as JSON.
type list[T ~string | ~int64] []T

// Value makes it an argument.
func (l list[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(append([]T{}, l...)) // none are [], too
	return string(text), err
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
