//go:build unix

package spool

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Caveat is the key of a text that says what cannot be promised on this system.
const Caveat = ""

func groupOf(info fs.FileInfo) (gid int, ok bool) { return int(statOf(info).Gid), true }
func links(info fs.FileInfo) uint64               { return uint64(statOf(info).Nlink) }

// isPrivate reports whether nobody but this user can have written a file.
func isPrivate(info fs.FileInfo) bool {
	return int(statOf(info).Uid) == os.Geteuid() && info.Mode()&0o022 == 0
}

func statOf(info fs.FileInfo) *syscall.Stat_t { return info.Sys().(*syscall.Stat_t) }
func isCrossDevice(err error) bool            { return errors.Is(err, syscall.EXDEV) }
