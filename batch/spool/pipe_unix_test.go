//go:build unix

package spool

import "syscall"

// makePipe makes a file that keeps whoever reads it waiting.
func makePipe(path string) error { return syscall.Mkfifo(path, 0o600) }
