package sqlite

import (
	"os"
	"path/filepath"
	"runtime"

	"contact-distributor/csvmodel/msg"
)

// networked are the file systems on which locks and fsync cannot be relied on,
// by the names of the operating systems' mount tables.
var networked = map[string]bool{
	"nfs": true, "smb": true, "smbfs": true, "cifs": true, "ceph": true, "afs": true, "afpfs": true, "webdav": true,
	"network drive": true,
}

// layered are the file systems that may have a network underneath.
var layered = map[string]bool{"fuse": true, "9p": true, "macfuse": true}

// unknown is the file system of a system that does not name it.
const unknown = "unknown"

// PlaceError says why a file cannot be relied on where it is to lie.
type PlaceError struct{ error }

// NewPlaceError returns one for another reason.
func NewPlaceError(err error) error { return PlaceError{err} }

func (e PlaceError) Unwrap() error { return e.error }

func checkFolder(dir string) error {
	kind, err := fileSystem(dir)
	if err != nil {
		return err
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return err
	case networked[kind]:
		return PlaceError{msg.Problem("ledger.network", msg.Args{"Kind": kind})}
	case isShared(info):
		return PlaceError{msg.Problem("ledger.shared", msg.Args{"Folder": dir})}
	}
	return nil
}

// Warning says what cannot be promised of the file where it lies: its locks and its
// durability, or, of a new one, that it is its owner's only. It is nil where all can.
func (f *File) Warning() error {
	switch kind, err := fileSystem(f.Path); {
	case err != nil:
		return nil
	case kind == unknown:
		return msg.Problem("ledger.unchecked", nil)
	case layered[kind]:
		return msg.Problem("ledger.layered", msg.Args{"Kind": kind})
	case f.Created && runtime.GOOS == "windows":
		return msg.Problem("ledger.rights", nil)
	}
	return nil
}

// makePlace makes the folder and an empty file, so that both have their modes
// before SQLite derives those of its own files from them. It returns the file's
// one name: locks and the write-ahead log lie beside it, and a process that uses
// another name does not see them.
func makePlace(path string) (string, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := checkFolder(dir); err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer f.Close()
	switch n, err := links(f); {
	case err != nil:
		return "", err
	case n > 1:
		return "", msg.Problem("ledger.hard-link", nil)
	}
	if info, err := f.Stat(); err != nil {
		return "", err
	} else if info.Mode()&0o077 != 0 {
		if err := f.Chmod(0o600); err != nil {
			return "", err
		}
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return path, checkFolder(filepath.Dir(path))
}
