package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

func checkFileSystem(dir string) error {
	kind, err := fileSystem(dir)
	if err == nil && networked[kind] {
		return fmt.Errorf("lies on a network file system (%s), where its locks and its durability cannot be relied on: choose a local folder with --ledger", kind)
	}
	return err
}

// Warning says why locks and durability may not be relied on where the file lies.
// It is empty where they may.
func (f *File) Warning() string {
	switch kind, err := fileSystem(f.path); {
	case err != nil:
		return ""
	case kind == unknown:
		return "on this operating system nobody checks whether the ledger lies on a network file system: if it does, two senders at once are not kept apart"
	case layered[kind]:
		return fmt.Sprintf("the ledger lies on a %s file system: if that is a network underneath, two senders at once are not kept apart", kind)
	}
	return ""
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
	if err := checkFileSystem(dir); err != nil {
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
		return "", errors.New("the file has a second name (a hard link), under which its locks would not be seen: remove one of them")
	}
	return filepath.EvalSymlinks(path)
}
