package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const bindingFile = "working/.ledger"

// Binding ties a folder to the ledger that knows what was sent from it. Zero: it has none yet.
type Binding struct {
	LedgerID string // which alone decides: folder and ledger may both move
	// For people, and what the ledger calls the folder. Both are "" where others can write them.
	LedgerPath, FolderID string
}

// ReadBinding returns the Binding of the folder dir.
func ReadBinding(dir string) (Binding, error) {
	d, err := openDisk(dir)
	if err != nil {
		return Binding{}, err
	}
	defer d.root.Close()
	text, info, err := d.readFile(bindingFile)
	lines := append(strings.Split(text, "\n"), "", "")
	b := Binding{LedgerID: word(lines[0])}
	if err == nil && info != nil && isPrivate(info) {
		b.LedgerPath, _ = strconv.Unquote(lines[1])
		b.FolderID = word(lines[2]) // older versions have a path here
	}
	return b, err
}

// word returns a text that may be an ID, else "": nothing else that was put there is told.
func word(text string) string {
	if len(text) > 32 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return ""
	}
	return text
}

// Write makes b the Binding of the folder dir. Only this user can read it.
func (b Binding) Write(dir string) error {
	d, err := openDisk(dir)
	if err != nil {
		return err
	}
	defer d.root.Close()
	if err := d.mkdir(working); err != nil {
		return err
	}
	return d.writeFile(bindingFile, fmt.Sprintf("%s\n%q\n%s\n", b.LedgerID, b.LedgerPath, b.FolderID), true)
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
