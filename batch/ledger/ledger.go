package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
)

// Ledger is one open ledger. Its methods may be called concurrently.
type Ledger struct {
	file    *sqlite.File
	reader  *sql.DB
	id      string
	cardKey []byte

	fail     func(committed bool) error
	now      func() time.Time
	ownClock func() time.Duration // goes on while the machine sleeps

	committer *committer // of the writes that need no lease of an instance
	shared    *shared    // nil: a file of this machine
	clock     string     // of the database in milliseconds, as SQL; ?2 is timeArg
	share     string     // ends a query whose row must stay until the transaction ends
	timeArg   func() any
	memory    string // as of Options
	close     func() error
}

// PlaceError says why a ledger cannot be relied on where it is to lie.
type PlaceError = sqlite.PlaceError

// Options are for tests, for ledgers that are thrown away and for those who only look.
type Options struct {
	// IfFree brings a ledger of an older version up to date only if nobody has it open
	// and it can be written, and refuses it otherwise, as it does the copy made before.
	IfFree bool
	// NoSync leaves out waiting for the disk: nothing is durable.
	NoSync bool
	// MaxPages makes the file full at this many pages of 4 KiB; 0 is no limit.
	MaxPages int
	// Fail, if not nil, is called before and after each commit; an error of its
	// is taken for one of the disk. After a commit that means: what was written
	// is there, and its writer does not know.
	Fail func(committed bool) error
	// Memory is the folder in which this machine keeps what it knows of a ledger that several
	// share, so that a restored backup is found out; "" keeps nothing.
	Memory string
	// Clock, if not nil, is all clocks that leases go by.
	Clock func() time.Time
}

// Open opens the ledger at path and makes it, and its folder, if there is none. One of
// an older version is copied beside itself and brought up to date. A place where locks
// and durability cannot be relied on is a PlaceError.
func Open(path string, o Options) (*Ledger, error) {
	l, err := open(path, o)
	if err != nil {
		return nil, msg.Problem("ledger.open", msg.Args{"Path": path, "Err": err})
	}
	return l, nil
}

func open(path string, o Options) (*Ledger, error) {
	file, err := sqlite.Open(path, sqlite.Schema{Steps: schema, Fill: fillMeta},
		sqlite.Options{IfFree: o.IfFree, NoSync: o.NoSync, MaxPages: o.MaxPages})
	if err != nil {
		return nil, err
	}
	if o.Fail == nil {
		o.Fail = func(bool) error { return nil }
	}
	l := &Ledger{
		file:     file,
		reader:   file.Reader,
		fail:     o.Fail,
		now:      time.Now,
		ownClock: sinceBoot,
		clock:    "?2",
		memory:   o.Memory,
	}
	l.timeArg = func() any { return millis(l.now()) }
	if o.Clock != nil {
		l.now, l.ownClock = o.Clock, func() time.Duration { return time.Duration(o.Clock().UnixNano()) }
	}
	if err := l.readMeta(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	l.close = sync.OnceValue(l.disconnect)
	l.committer = newCommitter(l, file.Writer)
	return l, nil
}

func (l *Ledger) readMeta() (err error) {
	const query = "SELECT value FROM meta WHERE key = ?"
	if l.id, err = value[string](l.reader, query, "id"); err == nil {
		l.cardKey, err = value[[]byte](l.reader, query, "card-key")
	}
	return err
}

// Close waits for the writes under way. The ledger may be closed again.
func (l *Ledger) Close() error { return l.close() }

func (l *Ledger) disconnect() error {
	var err error
	if l.shared != nil {
		err = l.shared.close()
	}
	return errors.Join(err, l.committer.close(), l.file.Close())
}

// Path is the absolute path of the ledger's file.
func (l *Ledger) Path() string { return l.file.Path }

// Check returns an error if the file is not at its path any more: one that was removed
// can still be written, and its records are lost.
func (l *Ledger) Check() error { return l.file.Check() }

// PlaceWarning says what cannot be promised of the ledger where it lies, if anything.
func (l *Ledger) PlaceWarning() error { return l.file.Warning() }

// ID names the ledger, for ever.
func (l *Ledger) ID() string { return l.id }

// Created reports whether Open made the ledger, so that it knows nothing of
// what was sent before.
func (l *Ledger) Created() bool { return l.file.Created }

// SetMeta stores a value for later processes. An empty one removes the name.
func (l *Ledger) SetMeta(name string, value []byte) error {
	if len(value) == 0 {
		return l.exec("DELETE FROM meta WHERE key = ?", name)
	}
	return l.exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", name, value)
}

// Meta returns the value that is stored under a name; nil if there is none.
func (l *Ledger) Meta(name string) ([]byte, error) {
	return first(l.reader, nil, cell[[]byte], "SELECT value FROM meta WHERE key = ?", name)
}

// A step that has been released is never changed: what comes later is a further
// step. Times are milliseconds since 1970, UTC; zero is never.
//
//go:embed schema/*.sql
var schemaFiles embed.FS

// schema has one step per version.
var schema = readSchema()

func readSchema() (steps []string) {
	names, _ := fs.Glob(schemaFiles, "schema/*.sql") // in the order of their names
	for _, name := range names {
		step, _ := schemaFiles.ReadFile(name) // cannot fail: it is part of the program
		steps = append(steps, string(step))
	}
	return steps
}

func fillMeta(ctx context.Context, tx *sql.Tx) error {
	key := make([]byte, 32)
	rand.Read(key)
	for name, value := range map[string][]byte{"id": []byte(rand.Text()), "card-key": key} {
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?)", name, value); err != nil {
			return err
		}
	}
	return nil
}

// folderKey begins the names under which meta has the folders whose files are sent from
// the ledger. What follows is a name that the folder keeps when it is moved.
const folderKey = "folder "

// Folders returns the paths of those folders by their names.
func (l *Ledger) Folders() (map[string]string, error) {
	return table[string, string](l.reader, metaUnder, folderKey)
}

// SetFolder records where a folder is. No other is there any more.
func (l *Ledger) SetFolder(id, dir string) error {
	return l.commit(func(t *tx) {
		t.exec("DELETE FROM meta WHERE substr(key, 1, length(?1)) = ?1 AND value = CAST(?2 AS BLOB)", folderKey, dir)
		t.exec("INSERT INTO meta VALUES (?1, CAST(?2 AS BLOB)) ON CONFLICT (key) DO UPDATE SET value = excluded.value", folderKey+id, dir)
	})
}

// FolderAbove returns the folder of the ledger that a path is in, "" if it is in none.
func (l *Ledger) FolderAbove(path string) (string, error) {
	folders, err := l.Folders()
	above := ""
	for _, dir := range folders {
		if strings.HasPrefix(path, dir+string(os.PathSeparator)) && len(dir) > len(above) {
			above = dir
		}
	}
	return above, err
}

// MetaUnder returns the values whose names begin with a prefix, by what follows it.
func (l *Ledger) MetaUnder(prefix string) (map[string][]byte, error) {
	return table[string, []byte](l.reader, metaUnder, prefix)
}

const metaUnder = "SELECT substr(key, 1 + length(?1)), value FROM meta WHERE substr(key, 1, length(?1)) = ?1"
