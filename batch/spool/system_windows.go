package spool

import (
	"errors"
	"io/fs"
	"syscall"
)

// Caveat is the key of a text that says what cannot be promised on this system.
const Caveat = "inbox.windows"

func groupOf(fs.FileInfo) (gid int, ok bool) { return 0, false }
func links(fs.FileInfo) uint64               { return 1 }
func isPrivate(fs.FileInfo) bool             { return true }

const errorNotSameDevice syscall.Errno = 17

func isCrossDevice(err error) bool { return errors.Is(err, errorNotSameDevice) }
