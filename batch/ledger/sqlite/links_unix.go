//go:build unix

package sqlite

import (
	"io/fs"
	"os"
	"syscall"
)

func links(f *os.File) (uint64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink), nil
	}
	return 1, nil
}

// isShared reports whether other users may write in a folder, and so exchange what is in
// it. The group that has a user's own number is that user's only.
func isShared(folder fs.FileInfo) bool {
	s, ok := folder.Sys().(*syscall.Stat_t)
	isOthers := ok && int(s.Uid) != os.Geteuid() && s.Uid != 0 && os.Geteuid() != 0
	isGroups := ok && folder.Mode()&0o020 != 0 && s.Gid != s.Uid
	return isOthers || isGroups || folder.Mode()&0o002 != 0
}
