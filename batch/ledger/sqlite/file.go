// Package sqlite opens the one file of a ledger.
//
// It promises that the file lies where locks and durability can be relied on, or
// says why they cannot (File.Warning), that the file is its owner's only, that it
// has one name, and that its schema is the newest: Open makes a copy of an older
// file and brings it up to date, and refuses a newer one. Locks beside the file end
// with their process.
//
// On Windows the modes of files do not exist: the file is as private as its folder.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"contact-distributor/csvmodel/msg"
)

// Options say how a file is opened; what they mean is with those of the ledger.
type Options struct {
	IfFree, NoSync bool
	MaxPages       int
}

// File is an open file. Its methods may be called concurrently.
type File struct {
	Path    string    // absolute
	Created bool      // by Open
	Writer  *sql.Conn // the one connection that writes
	Reader  *sql.DB   // gives connections that cannot write
	pool    *sql.DB   // of the Writer
}

// Open opens the file at path and makes it, and its folder, if there is none.
func Open(path string, s Schema, o Options) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if path, err = makePlace(path); err != nil {
		return nil, err
	}
	f := &File{Path: path}
	if err := f.connect(s, o); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *File) connect(s Schema, o Options) error {
	ctx := context.Background()
	var err error
	if f.pool, err = sql.Open("sqlite", f.dsn(o)); err != nil {
		return err
	}
	f.pool.SetMaxOpenConns(1)
	if f.Writer, err = patientConn(ctx, f.pool); err != nil {
		return err
	}
	if f.Reader, err = sql.Open("sqlite", f.dsn(o)+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	f.Created, err = f.migrate(ctx, s, o.IfFree)
	return err
}

// patience is for another process's transaction, which here is milliseconds; a longer
// wait is a process that hangs.
const patience = time.Minute

// patientConn waits for another process that makes the same new file: SQLite does not
// wait by itself where the journal's mode changes.
func patientConn(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		conn, err := pool.Conn(ctx)
		busy := (*driver.Error)(nil)
		if !errors.As(err, &busy) || busy.Code() != lib.SQLITE_BUSY || time.Now().After(end) {
			return conn, err
		}
	}
}

func (f *File) dsn(o Options) string {
	sync := "FULL"
	if o.NoSync {
		sync = "OFF"
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()), "synchronous(" + sync + ")", "temp_store(FILE)",
	}}
	if !o.IfFree { // the journal's mode is in the file, and a copy has another
		q.Add("_pragma", "journal_mode(WAL)")
	}
	if o.MaxPages > 0 {
		q.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.MaxPages))
	}
	path := filepath.ToSlash(f.Path)
	if !strings.HasPrefix(path, "/") { // C:/...
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// Close ends all connections.
func (f *File) Close() (err error) {
	if f.Writer != nil {
		err = f.Writer.Close()
	}
	for _, db := range []*sql.DB{f.Reader, f.pool} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// Check returns an error if the file is not at its path any more.
func (f *File) Check() error {
	if _, err := os.Stat(f.Path); err != nil {
		return msg.Problem("ledger.gone", msg.Args{"Err": err})
	}
	return nil
}

// ErrLocked is returned by File.Lock while another process, or another File of this
// one, has the lock.
var ErrLocked = errors.New("locked")

// Lock takes the lock of that name beside the file, and notes when for LockedAt. It ends with release and with its
// process, however that ends. Its file stays: if it was removed, two processes could
// lock two files of one name.
func (f *File) Lock(name string, at time.Time) (release func() error, err error) {
	if err := os.MkdirAll(f.lockFolder(), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(f.lockPath(name), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err == nil && !locked { // perhaps by a look of IsLocked
		time.Sleep(10 * time.Millisecond)
		locked, err = lock.TryLock()
	}
	switch {
	case err != nil:
		return nil, msg.Problem("ledger.lock", msg.Args{"Path": lock.Path(), "Err": err})
	case !locked:
		return nil, ErrLocked
	}
	if err := os.Chtimes(lock.Path(), at, at); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return lock.Unlock, nil
}

// IsLocked reports whether somebody has the lock of that name.
func (f *File) IsLocked(name string) (bool, error) {
	if _, err := os.Stat(f.lockPath(name)); err != nil {
		return false, nil // and Lock makes its file
	}
	lock := flock.New(f.lockPath(name), flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	return err == nil && !free, errors.Join(err, lock.Close())
}

// LockedAt returns when the lock of that name was taken last.
func (f *File) LockedAt(name string) (time.Time, error) {
	info, err := os.Stat(f.lockPath(name))
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

func (f *File) lockFolder() string { return f.Path + ".locks" }

func (f *File) lockPath(name string) string { return filepath.Join(f.lockFolder(), name) }

// Schema is what a file's tables are.
type Schema struct {
	// Steps has one step per version. A step that has been released is never
	// changed: what comes later is a further step.
	Steps []string
	// Fill puts the first rows into a new file, in the transaction of the steps.
	Fill func(exec func(query string, args ...any) error) error
}

// ErrNewer is returned by Open for a file that a newer program has written.
var ErrNewer = msg.Problem("ledger.newer", nil)

// ErrOlder is returned by Open with Options.IfFree for a file of an older version that
// is not free.
var ErrOlder = msg.Problem("ledger.older", nil)

func (f *File) migrate(ctx context.Context, s Schema, ifFree bool) (created bool, err error) {
	version, err := versionOf(ctx, f.Writer)
	switch {
	case err != nil:
		return false, err
	case version > len(s.Steps):
		return false, ErrNewer
	case version == len(s.Steps):
		return false, nil
	case version > 0 && ifFree && !f.isFree(ctx, version):
		return false, ErrOlder
	case version > 0:
		if err := f.copyBefore(ctx, version); err != nil {
			return false, err
		}
	}
	return f.upgrade(ctx, s, version)
}

func versionOf(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (version int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// isFree tries whether the file can be written and no other has it open, which SQLite
// asks for where a file leaves the journal that is shared. The copy of an earlier
// migration is never free: it stays what it is.
func (f *File) isFree(ctx context.Context, version int) bool {
	if strings.HasSuffix(f.Path, copySuffix(version)) {
		return false
	}
	return f.set(ctx, "busy_timeout = 0", "journal_mode = DELETE", "journal_mode = WAL", "busy_timeout = 60000")
}

// set makes settings, and reports whether the file has them.
func (f *File) set(ctx context.Context, settings ...string) bool {
	for _, setting := range settings {
		var got string
		_, want, _ := strings.Cut(setting, " = ")
		err := f.Writer.QueryRowContext(ctx, "PRAGMA "+setting).Scan(&got)
		if err != nil || !strings.EqualFold(got, want) {
			return false
		}
	}
	return true
}

// ErrInUse is returned by File.Seize while another process has the file open.
var ErrInUse = msg.Problem("ledger.open-elsewhere", nil)

// Seize keeps all others out of the file until it is closed. Only its Writer can be used
// then.
func (f *File) Seize() error {
	ctx := context.Background()
	err := f.Reader.Close()
	if err == nil && !f.set(ctx, "busy_timeout = 0", "locking_mode = EXCLUSIVE", "journal_mode = DELETE") {
		err = ErrInUse
	}
	if err == nil {
		_, err = f.Writer.ExecContext(ctx, "BEGIN EXCLUSIVE; COMMIT")
	}
	return err
}

func copySuffix(version int) string { return fmt.Sprintf(".v%d", version) }

func (f *File) copyBefore(ctx context.Context, version int) error {
	name := f.Path + copySuffix(version)
	if _, err := os.Stat(name); err == nil {
		return nil // of an earlier, interrupted migration
	}
	part := name + ".part"
	os.Remove(part)
	if _, err := f.Writer.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return msg.Problem("ledger.copy", msg.Args{"Err": err})
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	return os.Rename(part, name)
}

func (f *File) upgrade(ctx context.Context, s Schema, from int) (created bool, err error) {
	tx, err := f.Writer.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	// Another process may have been quicker.
	if version, err := versionOf(ctx, tx); err != nil || version != from {
		return false, err
	}
	exec := func(query string, args ...any) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}
	err = exec("PRAGMA user_version = " + strconv.Itoa(len(s.Steps)))
	for _, step := range s.Steps[from:] {
		if err == nil {
			err = exec(step)
		}
	}
	if err == nil && from == 0 {
		err = s.Fill(exec)
	}
	if err != nil {
		return false, err
	}
	return from == 0, tx.Commit()
}
