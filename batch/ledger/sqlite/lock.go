package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"contact-distributor/csvmodel/msg"
)

// ErrLocked is returned by File.Lock while another process, or another File of this
// one, has the lock.
var ErrLocked = errors.New("locked")

// Lock is a lock of the operating system. It ends with Release and with its
// process, however that ends.
type Lock struct{ lock *flock.Flock }

// Lock takes the lock of that name beside the file.
func (f *File) Lock(name string) (*Lock, error) {
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
	return &Lock{lock}, nil
}

// Release gives the lock back. Its file stays: if it was removed, two processes
// could lock two files of one name.
func (l *Lock) Release() error { return l.lock.Unlock() }

// Stamp sets the time that LockedAt returns.
func (l *Lock) Stamp(at time.Time) error { return os.Chtimes(l.lock.Path(), at, at) }

// LockedAt returns the newest Stamp of the lock of that name.
func (f *File) LockedAt(name string) (time.Time, error) {
	info, err := os.Stat(f.lockPath(name))
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

func (f *File) lockFolder() string { return f.path + ".locks" }

func (f *File) lockPath(name string) string { return filepath.Join(f.lockFolder(), name) }
