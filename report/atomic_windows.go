package report

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
)

// pendingFile is a file that takes the place of another when it is complete.
type pendingFile struct {
	*os.File
	folder     *os.Root
	temp, name string
}

// newPending leaves the permissions to the folder: Windows has no modes.
func newPending(folder *os.Root, name string, _ fs.FileMode) (*pendingFile, error) {
	temp := "." + name + rand.Text()
	file, err := folder.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &pendingFile{file, folder, temp, name}, nil
}

// Cleanup removes the file unless CloseAtomicallyReplace has put it in its place.
func (p *pendingFile) Cleanup() error {
	return errors.Join(p.Close(), p.folder.Remove(p.temp))
}

// CloseAtomicallyReplace puts the file, which is on disk then, in the place of name.
func (p *pendingFile) CloseAtomicallyReplace() error {
	if err := errors.Join(p.Sync(), p.Close()); err != nil {
		return err
	}
	return p.folder.Rename(p.temp, p.name)
}

// syncFolder does nothing: Windows cannot be told to write a folder to disk. A
// rename may be undone by a power cut; the file that was there before is whole.
func syncFolder(*os.Root) error { return nil }
