//go:build !windows

package report

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// pendingFile is a file that takes the place of another when it is complete.
type pendingFile = renameio.PendingFile

// newPending returns the pendingFile for a path.
func newPending(path string, mode fs.FileMode) (*pendingFile, error) {
	return renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(mode))
}

// syncFolder makes a rename durable, which the library leaves out.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
