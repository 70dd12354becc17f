package report

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// pendingFile is a file that takes the place of path when it is complete.
type pendingFile struct {
	*os.File
	path string
}

// newPending leaves the permissions to the folder: Windows has no modes.
func newPending(path string, _ fs.FileMode) (*pendingFile, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"*")
	return &pendingFile{file, path}, err
}

// Cleanup removes the file unless CloseAtomicallyReplace has put it in its place.
func (p *pendingFile) Cleanup() error {
	return errors.Join(p.Close(), os.Remove(p.Name()))
}

// CloseAtomicallyReplace puts the file, which is on disk then, in the place of path.
func (p *pendingFile) CloseAtomicallyReplace() error {
	if err := errors.Join(p.Sync(), p.Close()); err != nil {
		return err
	}
	return os.Rename(p.Name(), p.path)
}

// syncFolder does nothing: Windows cannot be told to write a folder to disk. A
// rename may be undone by a power cut; the file that was there before is whole.
func syncFolder(string) error { return nil }
