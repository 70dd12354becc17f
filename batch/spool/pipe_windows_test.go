package spool

import "os"

// makePipe makes a folder: on Windows pipes do not stand in folders.
func makePipe(path string) error { return os.Mkdir(path, 0o700) }
