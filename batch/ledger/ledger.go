package ledger

import (
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/leases"
	"contact-distributor/batch/ledger/postgres"
	"contact-distributor/batch/ledger/proof"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
)

// Ledger is one open ledger. Its methods may be called concurrently.
type Ledger struct {
	*proof.Chain
	Path    string // absolute, or how its database is reached
	ID      string // for ever
	Created bool   // by Open: it knows nothing of what was sent before

	file    *sqlite.File // nil: it is on a server
	server  *postgres.DB // nil: it is a file
	reader  reader
	cardKey []byte

	fail func(committed bool) error
	now  func() time.Time

	committer *commit.Committer // of the writes that need no lease of an instance
	keeper    *leases.Keeper
	timeline  func() (now string, isSafe bool, err error) // of the server
	machine   string                                      // whose paths are local; "": all are
	close     func() error
}

type (
	Manifest  = proof.Manifest
	Seal      = proof.Seal
	RowChange = proof.RowChange
)

// PlaceError says why a ledger cannot be relied on where it is to lie.
type PlaceError = sqlite.PlaceError

// Options are for tests, for ledgers that are thrown away and for those who only look.
type Options struct {
	// IfFree brings a ledger of an older version up to date only if nobody has it open
	// and it can be written, and refuses it otherwise, as it does the copy made before.
	IfFree   bool
	NoSync   bool // nothing is durable
	MaxPages int  // of 4 KiB, at which the file is full; 0: no limit
	// Fail, if not nil, is called before and after each commit; its error counts as one of the
	// disk. After a commit that means: what was written is there, and its writer does not know.
	Fail func(committed bool) error
	// Memory is the folder in which this machine keeps what it knows of a ledger that several
	// share, so that a restored backup is found out; "" keeps nothing.
	Memory  string
	Machine string           // its name among those that share a ledger; "": its host name
	Clock   func() time.Time // if not nil: all clocks that leases go by
}

// IsOnServer reports whether a place is that of a PostgreSQL database: its URL or settings.
func IsOnServer(place string) bool { return postgres.IsPlace(place) }

// Open opens the ledger at a place and makes it, and its folder, if there is none. A file of
// an older version is copied beside itself and brought up to date.
func Open(place string, o Options) (*Ledger, error) {
	l, err := open(place, o)
	if err == nil {
		return l, nil
	}
	return nil, placeError(msg.Problem("ledger.open", msg.Args{"Path": postgres.Shown(place), "Err": err}))
}

func placeError(err error) error {
	switch {
	case errors.Is(err, postgres.ErrPooler), errors.Is(err, postgres.ErrPassword), errors.Is(err, postgres.ErrEmpty):
		return sqlite.NewPlaceError(err)
	case postgres.IsAway(err):
		return ServerError{err}
	}
	return err
}

// ServerError is one of a server that may be there another time. What was being committed may
// be there, too.
type ServerError struct{ error }

func (e ServerError) Unwrap() error { return e.error }

// reader is a source of what is committed.
type reader func(query string, args ...any) (*sql.Rows, error)

func (r reader) Find(read func(query.Rows) error, query string, args ...any) error {
	found, err := r(query, args...)
	if err == nil {
		defer found.Close()
		err = read(found)
	}
	return placeError(err)
}

func open(place string, o Options) (l *Ledger, err error) {
	l = &Ledger{Path: place, fail: o.Fail, now: time.Now}
	if l.fail == nil {
		l.fail = func(bool) error { return nil }
	}
	if o.Clock != nil {
		l.now = o.Clock
	}
	l.keeper = l.newKeeper(o)
	connect := l.openFile
	if postgres.IsPlace(place) {
		connect = l.openServer
	}
	if err := connect(o); err != nil {
		return nil, err
	}
	l.close = sync.OnceValue(l.disconnect)
	if err := l.readMeta(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	l.keeper.Reader, l.keeper.Committer = l.reader, l.committer
	l.Chain = proof.New(proof.Base{
		Reader: l.reader, Committer: l.committer, Stored: l.stored, Localize: l.localize, SettleNotes: l.settleNotes,
	})
	if o.Memory != "" {
		l.keeper.Memory = filepath.Join(o.Memory, l.ID)
	}
	return l, nil
}

func (l *Ledger) settleNotes() error {
	if l.server == nil {
		return nil
	}
	return placeError(l.server.SettleNotes())
}

func (l *Ledger) newKeeper(o Options) *leases.Keeper {
	k := &leases.Keeper{
		Clock: "?2", TimeArg: func() any { return query.Millis(l.now()) }, Now: func() time.Time { return l.now() },
		Own: leases.SinceBoot, TakenOver: l.markUnknown, CheckServer: l.checkTimeline,
	}
	if o.Clock != nil {
		k.Own = func() time.Duration { return time.Duration(o.Clock().UnixNano()) }
	}
	return k
}

func (l *Ledger) openFile(o Options) (err error) {
	l.file, err = sqlite.Open(l.Path, sqlite.Schema{Steps: schema, Fill: fillMeta}, sqlite.Options{IfFree: o.IfFree, NoSync: o.NoSync, MaxPages: o.MaxPages})
	if err != nil {
		return err
	}
	l.Path, l.Created, l.reader = l.file.Path, l.file.Created, l.file.Reader.Query
	l.keeper.File = l.file
	l.committer = l.newCommitter(sqlite.NewSession(l.file.Writer), maxGroup)
	return nil
}

func (l *Ledger) openServer(o Options) (err error) {
	l.server, err = postgres.Open(l.Path, serverSchema(func(f *postgres.Filling) error { return fillMeta(f.Exec) }), postgres.Options{IfFree: o.IfFree, NoSync: o.NoSync})
	if err != nil {
		return err
	}
	if l.machine = o.Machine; l.machine == "" {
		if l.machine, err = os.Hostname(); err != nil {
			return errors.Join(err, l.server.Close())
		}
	}
	l.Created, l.reader = l.server.Created, l.server.Query
	l.keeper.Share = " FOR KEY SHARE" // for which renewals need not wait, and who takes it over does
	if o.Clock == nil {
		l.keeper.Clock, l.keeper.TimeArg = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint", func() any { return nil }
	}
	if l.committer, err = l.connect(postgres.Patience); err != nil {
		return errors.Join(err, l.server.Close())
	}
	l.timeline = func() (string, bool, error) { return timelineOf(l.reader) }
	l.keeper.Shared = leases.NewShared(l.connect)
	return nil
}

func (l *Ledger) readMeta() (err error) {
	const meta = "SELECT value FROM meta WHERE key = ?"
	if l.ID, err = query.Value[string](l.reader, meta, "id"); err == nil {
		l.cardKey, err = query.Value[[]byte](l.reader, meta, "card-key")
	}
	if err == nil && l.file != nil {
		err = checkMoved(l.reader, "")
	}
	return err
}

// Close waits for the writes under way. The ledger may be closed again.
func (l *Ledger) Close() error { return l.close() }

func (l *Ledger) disconnect() error {
	var errs []error
	if l.keeper.Shared != nil {
		errs = append(errs, l.keeper.Shared.Close())
	}
	errs = append(errs, l.committer.Close())
	if l.file != nil {
		errs = append(errs, l.file.Close())
	} else {
		errs = append(errs, l.server.Close())
	}
	return errors.Join(errs...)
}

// Check returns an error if the file is not at its path any more: one that was removed
// can still be written, and its records are lost.
func (l *Ledger) Check() error {
	if l.file == nil {
		return nil
	}
	return l.file.Check()
}

// PlaceWarning says what cannot be promised of the ledger where it lies, if anything.
func (l *Ledger) PlaceWarning() error {
	if l.file == nil {
		return nil
	}
	return l.file.Warning()
}

// SetMeta stores a value for later processes. An empty one removes the name.
func (l *Ledger) SetMeta(name string, value []byte) error {
	if len(value) == 0 {
		return l.exec("DELETE FROM meta WHERE key = ?", name)
	}
	return l.exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", name, value)
}

// Meta returns the value that is stored under a name; nil if there is none.
func (l *Ledger) Meta(name string) ([]byte, error) {
	return query.First(l.reader, nil, query.Cell[[]byte], "SELECT value FROM meta WHERE key = ?", name)
}

// Times are milliseconds since 1970, UTC; zero is never.
//
//go:embed schema/*.sql postgres/schema/*.sql
var schemaFiles embed.FS

// schema has one step per version. A step that has been released is never changed: what comes
// later is a further step.
var schema = readSchema("schema/*.sql")

// serverSchema has the whole schema as of a version, and further steps.
func serverSchema(fill func(*postgres.Filling) error) postgres.Schema {
	return postgres.Schema{Steps: readSchema("postgres/schema/*.sql"), First: 8, Fill: fill}
}

func readSchema(files string) (steps []string) {
	names, _ := fs.Glob(schemaFiles, files) // in the order of their names, which are the versions
	for _, name := range names {
		step, _ := schemaFiles.ReadFile(name) // cannot fail: it is part of the program
		steps = append(steps, string(step))
	}
	return steps
}

func fillMeta(exec func(query string, args ...any) error) error {
	key := make([]byte, 32)
	rand.Read(key)
	return exec("INSERT INTO meta VALUES (?, ?), (?, ?)", "id", []byte(rand.Text()), "card-key", key)
}

// folderKey begins the names under which meta has the folders whose files are sent from
// the ledger. What follows is a name that the folder keeps when it is moved.
const folderKey = "folder "

// Folders are the paths of those folders by their names.
func (l *Ledger) Folders() (map[string]string, error) {
	folders, err := query.Table[string, string](l.reader, metaUnder, folderKey)
	for id, dir := range folders {
		l.localize(&dir)
		folders[id] = dir
	}
	return folders, err
}

// SetFolder records where a folder is. No other is there any more.
func (l *Ledger) SetFolder(id, dir string) error {
	dir = l.stored(dir)
	return l.commit(func(t *tx) {
		t.exec("DELETE FROM meta WHERE substr(key, 1, length(?1)) = ?1 AND value = ?2", folderKey, []byte(dir))
		t.exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", folderKey+id, []byte(dir))
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
	return query.Table[string, []byte](l.reader, metaUnder, prefix)
}

const metaUnder = "SELECT substr(key, 1 + length(?1)), value FROM meta WHERE substr(key, 1, length(?1)) = ?1"

// stored is a path as the ledger has it: in one that several machines share, with the name of
// this machine. A path of another machine has that already.
func (l *Ledger) stored(path string) string { return storedOn(l.machine, path) }

func storedOn(machine, path string) string {
	if machine != "" && filepath.IsAbs(path) {
		return machine + ":" + path
	}
	return path
}

// localize takes the name of this machine off paths. Those of others keep theirs, so that they
// are no paths here: they are not absolute.
func (l *Ledger) localize(paths ...*string) {
	for _, path := range paths {
		if own, ok := strings.CutPrefix(*path, l.machine+":"); ok && l.machine != "" {
			*path = own
		}
	}
}
