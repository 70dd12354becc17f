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
