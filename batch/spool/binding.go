package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const bindingFile = "working/.ledger"

// Binding ties a folder to the ledger that knows what was sent from it. The zero
// value is that of a folder which has none yet.
type Binding struct {
	LedgerID   string // which alone decides: folder and ledger may both move
	LedgerPath string // for people
	Dir        string // where the folder was when this was written; "" in those of older versions
}

// ReadBinding returns the Binding of the folder dir.
func ReadBinding(dir string) (Binding, error) {
	d, err := openDisk(dir)
	if err != nil {
		return Binding{}, err
	}
	defer d.root.Close()
	text, err := d.readFile(bindingFile)
	lines := append(strings.Split(text, "\n"), "", "")
	path, _ := strconv.Unquote(lines[1])
	place, _ := strconv.Unquote(lines[2])
	return Binding{lines[0], path, place}, err
}

// Write makes b the Binding of the folder b.Dir.
func (b Binding) Write() error {
	d, err := openDisk(b.Dir)
	if err != nil {
		return err
	}
	defer d.root.Close()
	return d.writeFile(bindingFile, fmt.Sprintf("%s\n%q\n%q\n", b.LedgerID, b.LedgerPath, b.Dir))
}

// MovedFrom returns where the folder dir was before, "" if it was not moved. The
// original of a copy is still there.
func (b Binding) MovedFrom(dir string) string {
	if b.Dir == "" || b.Dir == dir {
		return ""
	}
	if _, err := os.Lstat(filepath.Join(b.Dir, bindingFile)); !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return b.Dir
}

// FolderOf returns the nearest folder above a file that has a Binding, "" if none has.
func FolderOf(file string) string {
	file, err := filepath.Abs(file)
	if err == nil {
		file, err = filepath.EvalSymlinks(file)
	}
	if err != nil {
		return ""
	}
	for dir := filepath.Dir(file); dir != file; file, dir = dir, filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, bindingFile)); err == nil {
			return dir
		}
	}
	return ""
}
