// Package query reads what statements find into values.
//
// It promises that what was altered from outside is an error, or left out where a column
// says so, and never a panic. It knows no tables.
package query

import (
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"iter"
	"time"
)

// Source answers queries: the reader, or the transaction of the committer.
type Source interface {
	Find(read func(Rows) error, query string, args ...any) error
}

// Rows are those that a query has found.
type Rows interface {
	Next() bool
	Scan(...any) error
	Err() error
}

// Statements are done in a transaction, in their order. On a server those that nobody waits for
// go with the next one, and the transaction fails with them.
type Statements interface {
	Source
	Exec(query string, args ...any) error // need not wait
	Change(query string, args ...any) (rows int64, err error)
	// Look does what Find does, but need not wait.
	Look(read func(Rows) error, query string, args ...any) error
	// Lock keeps other transactions that lock one of these from going on; it need not wait.
	Lock(keys []int64) error
}

// Write does statements.
type Write func(Statements)

// Scanner is one row that a query has found.
type Scanner interface{ Scan(...any) error }

// Each goes through the rows that the query finds. What is written meanwhile does not show.
// While it does so, a transaction finds nothing else.
func Each[T any](from Source, scan func(Scanner) (T, error), query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		goesOn := true
		err := from.Find(func(found Rows) error {
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

// All returns all rows.
func All[T any](from Source, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	var found []T
	for v, err := range Each(from, scan, query, args...) {
		if err != nil {
			return nil, err
		}
		found = append(found, v)
	}
	return found, nil
}

// First returns the first row, or the error missing, which may be nil.
func First[T any](from Source, missing error, scan func(Scanner) (T, error), query string, args ...any) (T, error) {
	for v, err := range Each(from, scan, query, args...) {
		return v, err
	}
	var none T
	return none, missing
}

// Value returns the one column of the first row.
func Value[T any](from Source, query string, args ...any) (T, error) {
	return First(from, sql.ErrNoRows, Cell[T], query, args...)
}

// Into makes a scan of the targets of a row's columns.
func Into[T any](targets func(*T) []any) func(Scanner) (T, error) {
	return func(s Scanner) (v T, err error) {
		err = s.Scan(targets(&v)...)
		return v, err
	}
}

// Cell scans the one column of a row.
func Cell[T any](s Scanner) (v T, err error) {
	err = s.Scan(&v)
	return v, err
}

// Pair is a row of two columns.
type Pair[K, V any] struct {
	Key   K
	Value V
}

// ScanPair scans a Pair.
func ScanPair[K, V any](s Scanner) (p Pair[K, V], err error) {
	err = s.Scan(&p.Key, &p.Value)
	return p, err
}

// Table returns rows of two columns, by the first.
func Table[K comparable, V any](from Source, query string, args ...any) (map[K]V, error) {
	found := map[K]V{}
	for p, err := range Each(from, ScanPair[K, V], query, args...) {
		if err != nil {
			return nil, err
		}
		found[p.Key] = p.Value
	}
	return found, nil
}

// millisColumn is given milliseconds.
type millisColumn func(ms int64)

// AsTime reads milliseconds since 1970.
func AsTime(t *time.Time) sql.Scanner { return millisColumn(func(ms int64) { *t = FromMillis(ms) }) }

// AsMillis reads milliseconds.
func AsMillis(d *time.Duration) sql.Scanner {
	return millisColumn(func(ms int64) { *d = time.Duration(ms) * time.Millisecond })
}

// ScanTime scans the one column of a row with such a time.
func ScanTime(s Scanner) (t time.Time, err error) {
	err = s.Scan(AsTime(&t))
	return t, err
}

func (set millisColumn) Scan(src any) error {
	ms, ok := src.(int64)
	if !ok {
		return fmt.Errorf("%T is not a time", src)
	}
	set(ms)
	return nil
}

// TextOf returns what a column of text or bytes holds.
func TextOf(src any) (text []byte, ok bool) {
	switch src := src.(type) {
	case []byte:
		return src, true
	case string:
		return []byte(src), true
	}
	return nil, false
}

// BytesColumn reads as many bytes as it has, none of what was altered to a number.
type BytesColumn []byte

// Scan reads a column.
func (c BytesColumn) Scan(src any) error {
	text, _ := TextOf(src)
	copy(c, text)
	return nil
}

type jsonColumn struct{ into any }

// AsJSON reads JSON; an empty column leaves alone what it is for.
func AsJSON(v any) sql.Scanner { return jsonColumn{v} }

func (c jsonColumn) Scan(src any) error {
	switch text, ok := TextOf(src); {
	case !ok:
		return errors.New("no text")
	case len(text) > 0:
		return json.Unmarshal(text, c.into)
	}
	return nil
}

// List is an argument of many values, which a file is given as JSON.
type List[T ~string | ~int64] []T

// Value makes it an argument.
func (l List[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(append([]T{}, l...)) // none are [], too
	return string(text), err
}

// Millis is a time as the file has it: milliseconds since 1970, 0 for the zero time.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// FromMillis is the time of Millis.
func FromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// WriteCells writes cells so that others than these give other bytes.
func WriteCells(w hash.Hash, cells []sql.RawBytes) {
	var length [binary.MaxVarintLen64]byte
	for _, cell := range cells {
		w.Write(length[:binary.PutUvarint(length[:], uint64(len(cell)))])
		w.Write(cell)
	}
}
