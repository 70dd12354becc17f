//go:build !unix

package spool

import "io/fs"

const nonblock = 0

func group(fs.FileInfo) (gid int, ok bool) { return 0, false }
