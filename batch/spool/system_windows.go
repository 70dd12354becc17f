package spool

import (
	"errors"
	"io/fs"
	"syscall"
)

const nonblock = 0

func group(fs.FileInfo) (gid int, ok bool) { return 0, false }

const errorNotSameDevice syscall.Errno = 17

func isCrossDevice(err error) bool { return errors.Is(err, errorNotSameDevice) }
