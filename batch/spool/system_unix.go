//go:build unix

package spool

import (
	"errors"
	"io/fs"
	"syscall"
)

// Caveat is the key of a text that says what cannot be promised on this system: here
// there is none.
const Caveat = ""

// nonblock keeps opening a pipe from waiting for its other end.
const nonblock = syscall.O_NONBLOCK

// groupOf returns the group of a file, where it has one.
func groupOf(info fs.FileInfo) (gid int, ok bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(s.Gid), true
}

// isCrossDevice reports whether a rename failed since its ends are on two devices.
func isCrossDevice(err error) bool { return errors.Is(err, syscall.EXDEV) }
