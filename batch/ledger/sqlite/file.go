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
	"strings"
	"time"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the driver

	"contact-distributor/csvmodel/msg"
)

// Options say how a file is opened.
type Options struct {
	// IfFree brings a file of an older version up to date only if nobody has it open and
	// it can be written, and refuses it otherwise, as it does the copy made before.
	IfFree bool
	// NoSync leaves out waiting for the disk: nothing is durable.
	NoSync bool
	// MaxPages makes the file full at this many pages of 4 KiB; 0 is no limit.
	MaxPages int
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
	if f.Writer, err = f.pool.Conn(ctx); err != nil {
		return err
	}
	if f.Reader, err = sql.Open("sqlite", f.dsn(o)+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	f.Created, err = f.migrate(ctx, s, o.IfFree)
	return err
}

// dsn waits a minute for another process's transaction, which here is
// milliseconds; a longer wait is a process that hangs.
func (f *File) dsn(o Options) string {
	sync := "FULL"
	if o.NoSync {
		sync = "OFF"
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(60000)", "synchronous(" + sync + ")", "temp_store(FILE)",
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
func (f *File) Close() error {
	var errs []error
	if f.Writer != nil {
		errs = append(errs, f.Writer.Close())
	}
	if f.Reader != nil {
		errs = append(errs, f.Reader.Close())
	}
	if f.pool != nil {
		errs = append(errs, f.pool.Close())
	}
	return errors.Join(errs...)
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

// Lock takes the lock of that name beside the file. It ends with release and with its
// process, however that ends. Its file stays: if it was removed, two processes could
// lock two files of one name.
func (f *File) Lock(name string) (release func() error, err error) {
	if err := os.MkdirAll(f.lockFolder(), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(f.lockPath(name), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, msg.Problem("ledger.lock", msg.Args{"Path": lock.Path(), "Err": err})
	case !locked:
		return nil, ErrLocked
	}
	return lock.Unlock, nil
}

// StampLock sets the time that LockedAt returns.
func (f *File) StampLock(name string, at time.Time) error {
	return os.Chtimes(f.lockPath(name), at, at)
}

// LockedAt returns the newest stamp of the lock of that name.
func (f *File) LockedAt(name string) (time.Time, error) {
	info, err := os.Stat(f.lockPath(name))
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

func (f *File) lockFolder() string { return f.Path + ".locks" }

func (f *File) lockPath(name string) string { return filepath.Join(f.lockFolder(), name) }
