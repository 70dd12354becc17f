//go:build !windows

package report

import (
	"io/fs"
	"os"

	"github.com/google/renameio/v2"
)

// pendingFile is a file that takes the place of another when it is complete.
type pendingFile = renameio.PendingFile

func newPending(folder *os.Root, name string, mode fs.FileMode) (*pendingFile, error) {
	return renameio.NewPendingFile(name, renameio.WithRoot(folder), renameio.WithStaticPermissions(mode))
}

// syncFolder makes a rename durable, which the library leaves out.
func syncFolder(folder *os.Root) error {
	dir, err := folder.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
