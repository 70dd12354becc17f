//go:build !unix

package ledger

import "io/fs"

func links(fs.FileInfo) uint64 { return 1 }
