package ledger

import (
	"context"
	"database/sql"
	"errors"
	"os"

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
	if i.file, err = sqlite.Open(path, sqlite.Schema{Steps: schema, Fill: fillMeta}, sqlite.Options{}); err != nil {
		return err
	}
	defer i.file.Close()
	if err := i.file.Seize(); err != nil {
		return err
	}
	i.from = reader(func(query string, args ...any) (*sql.Rows, error) {
		return i.file.Writer.QueryContext(context.Background(), query, args...)
	})
	if err := checkMoved(i.from, i.moved.Place); err != nil {
		return err
	}
	db, err := postgres.Open(place, serverSchema(i.fill), postgres.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	if db.Created {
		return nil
	}
	here, err := query.First(i.from, nil, query.Cell[string], "SELECT value FROM meta WHERE key = 'id' AND EXISTS (SELECT 1 FROM meta WHERE key = ?)", movedKey)
	there, errThere := query.Value[string](reader(db.Query), "SELECT value FROM meta WHERE key = 'id'")
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
	rows, err := f.Copy(i.from, i.convert)
	if err != nil {
		return err
	}
	i.moved.Rows = rows["rows"]
	folders, err := query.Table[string, []byte](f, metaUnder, folderKey)
	for id, dir := range folders {
		err = errors.Join(err, f.Exec("UPDATE meta SET value = ? WHERE key = ?", []byte(storedOn(i.machine, string(dir))), folderKey+id))
	}
	if err == nil {
		err = f.Exec("DELETE FROM meta WHERE key = ?", movedKey) // of an import that was interrupted
	}
	if err == nil {
		_, err = i.file.Writer.ExecContext(context.Background(), "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", movedKey, []byte(i.moved.Place))
	}
	return err
}

// convert makes a text what it is on a server.
func (i *importing) convert(table, column, text string) string {
	clean := postgres.Clean(text)
	if clean != text {
		i.moved.Changed++
	}
	for _, p := range pathColumns {
		if p.table == table && p.name == column {
			return storedOn(i.machine, clean)
		}
	}
	return clean
}
