//go:build unix

package spool

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Caveat is the key of a text that says what cannot be promised on this system: here
// there is none.
const Caveat = ""

// groupOf returns the group of a file, where it has one.
func groupOf(info fs.FileInfo) (gid int, ok bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(s.Gid), true
}

// links returns how many names a file has.
func links(info fs.FileInfo) uint64 {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 1
	}
	return uint64(s.Nlink)
}

// isPrivate reports whether nobody but this user can have written a file.
func isPrivate(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Geteuid() && info.Mode()&0o022 == 0
}

// isCrossDevice reports whether a rename failed since its ends are on two devices.
func isCrossDevice(err error) bool { return errors.Is(err, syscall.EXDEV) }
