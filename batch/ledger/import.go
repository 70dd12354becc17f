package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"

	"contact-distributor/batch/ledger/postgres"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
)

// Moved says what Import has moved.
type Moved struct {
	Place   string // without a password
	Rows    int
	Changed int  // texts with bytes that a server refuses; there they have � instead
	Before  bool // an earlier Import has moved all
}

// ErrInUse is returned by Import while another process has the file open.
var ErrInUse = sqlite.ErrInUse

// movedKey is the name under which a file has where its ledger is now.
const movedKey = "moved"

// Import moves the ledger in a file to an empty database, under its ID. There it has all or
// nothing, and paths are those of this machine. Before the commit every cell is found to be the
// same, so that seals and manifests are, and the file is marked: Open refuses it from then on.
// An Import that was interrupted there is done again to the same place, and nothing is sent
// meanwhile.
func Import(path, place string) (Moved, error) {
	i := &importing{moved: Moved{Place: postgres.Shown(place)}}
	err := i.run(path, place)
	if err != nil {
		err = placeError(msg.Problem("ledger.import", msg.Args{"Path": path, "Place": i.moved.Place, "Err": err}))
	}
	return i.moved, err
}

type importing struct {
	file    *sqlite.File
	from    query.Source
	machine string // whose paths they are
	moved   Moved
}

func (i *importing) run(path, place string) (err error) {
	if i.machine, err = os.Hostname(); err != nil {
		return err
	}
	if i.file, err = openFile(path, sqlite.Options{}); err != nil {
		return err
	}
	defer i.file.Close()
	if err := i.file.Seize(); err != nil {
		return err
	}
	i.from = reader{func(query string, args ...any) (*sql.Rows, error) {
		return i.file.Writer.QueryContext(context.Background(), query, args...)
	}}
	if err := checkMoved(i.from, i.moved.Place); err != nil {
		return err
	}
	db, err := postgres.Open(place, postgres.Schema{Version: len(schema), Fill: i.fill}, postgres.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	if db.Created {
		return nil
	}
	here, err := query.First(i.from, nil, query.Cell[string], "SELECT value FROM meta WHERE key = 'id' AND EXISTS (SELECT 1 FROM meta WHERE key = ?)", movedKey)
	there, errThere := query.Value[string](reader{db.Reader.Query}, "SELECT value FROM meta WHERE key = 'id'")
	if i.moved.Before = here == there; !i.moved.Before {
		err = errors.Join(err, errThere, sqlite.NewPlaceError(msg.Problem("ledger.not-empty", nil)))
	}
	return err
}

// checkMoved returns an error if the ledger of a file was moved elsewhere than to this place.
func checkMoved(file query.Source, place string) error {
	there, err := query.First(file, nil, query.Cell[string], "SELECT value FROM meta WHERE key = ?", movedKey)
	if err == nil && there != "" && there != place {
		err = sqlite.NewPlaceError(msg.Problem("ledger.moved", msg.Args{"Place": there}))
	}
	return err
}

// fill does all that can fail before the commit, and marks the file.
func (i *importing) fill(f *postgres.Filling) error {
	tables, err := query.All(f, query.ScanPair[string, string], `SELECT table_name, string_agg(column_name || ' ' || data_type, ',' ORDER BY ordinal_position)
FROM information_schema.columns WHERE table_schema = current_schema() GROUP BY table_name`)
	for _, t := range tables {
		if err == nil {
			err = i.copy(f, t.Key, strings.Split(t.Value, ","))
		}
	}
	if err == nil {
		err = f.Exec("DELETE FROM meta WHERE key = ?", movedKey) // of an import that was interrupted
	}
	if err == nil {
		_, err = i.file.Writer.ExecContext(context.Background(), "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", movedKey, []byte(i.moved.Place))
	}
	return err
}

// copy is given columns with their types. All cells of the table are read again.
func (i *importing) copy(f *postgres.Filling, table string, columns []string) error {
	kinds := make([]string, len(columns))
	for n, c := range columns {
		columns[n], kinds[n], _ = strings.Cut(c, " ")
		for _, p := range pathColumns {
			if p.table == table && p.name == columns[n] {
				kinds[n] = "path"
			}
		}
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
	next, stop := iter.Pull2(query.Each(i.from, scan, cells))
	defer stop()
	err := f.Copy(table, columns, func() ([]any, error) {
		values, err, ok := next()
		if !ok || err != nil {
			return nil, err
		}
		for n, v := range values {
			values[n] = i.convert(v, kinds[n])
		}
		if table == "meta" && strings.HasPrefix(values[0].(string), folderKey) {
			values[1] = []byte(storedOn(i.machine, string(values[1].([]byte))))
		}
		sent.add(values)
		return values, nil
	})
	if err != nil {
		return err
	}
	for values, err := range query.Each(f, scan, cells) {
		if err != nil {
			return err
		}
		found.add(values)
	}
	if sent != found {
		return msg.Problem("ledger.not-same", msg.Args{"Table": table})
	}
	if table == "rows" {
		i.moved.Rows = sent.rows
	}
	return nil
}

// convert makes a value what its column is on a server. A file lets any column have any value.
func (i *importing) convert(v any, kind string) any {
	data, isText := query.TextOf(v)
	switch {
	case !isText:
		return v
	case kind == "bytea":
		return append([]byte{}, data...) // none is not NULL
	}
	text := postgres.Clean(string(data))
	if text != string(data) {
		i.moved.Changed++
	}
	if kind == "path" {
		text = storedOn(i.machine, text)
	}
	return text
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
		cell := fmt.Append(nil, v)
		if data, isText := query.TextOf(v); isText {
			cell = data
		}
		query.WriteCells(row, []sql.RawBytes{cell})
	}
	for n, b := range row.Sum(nil) {
		s.hashes[n] ^= b
	}
}
