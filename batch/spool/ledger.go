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

const ledgerFile = "working/.ledger"

// OtherLedgerError says that a folder belongs to another ledger than the one that
// is used.
type OtherLedgerError struct {
	ID   string // of the folder's ledger
	Path string // where that was
}

func (e *OtherLedgerError) Error() string {
	return fmt.Sprintf("the files in this folder were sent with another ledger (%s, then at %s): what was sent is known to that one only", e.ID, e.Path)
}

// UseLedger ties the folder to a ledger, and fails with an *OtherLedgerError if it
// is tied to another one. Only the id counts: a ledger may be moved, and its path
// is written down for people.
//
// Where the folder was moved since it was last so used, moved is called with the
// place from which, each time until that has gone well. A copy was not moved.
func (b *Box) UseLedger(id, path string, moved func(from string) error) error {
	text, err := b.disk.read(ledgerFile)
	if err != nil {
		return err
	}
	tie := parseTie(text)
	if text != "" && tie.id != id {
		return &OtherLedgerError{ID: tie.id, Path: tie.path}
	}
	return b.disk.retie(tie.movedTo(b.dir), text, b.dir, id, path, moved)
}

// retie writes down where folder and ledger are now, and which place the folder was
// moved from only after that has gone well.
func (d *disk) retie(from, text, dir, id, path string, moved func(from string) error) error {
	if from != "" {
		if err := moved(from); err != nil {
			return err
		}
	}
	if want := fmt.Sprintf("%s\n%q\n%q\n", id, path, dir); text != want {
		return d.write(ledgerFile, want)
	}
	return nil
}

// tie is what a folder says of its ledger.
type tie struct {
	id, path string
	dir      string // where the folder was then; "" if that was not written down yet
}

func parseTie(text string) tie {
	lines := append(strings.Split(text, "\n"), "", "")
	dir, _ := strconv.Unquote(lines[2])
	return tie{lines[0], strings.Trim(lines[1], `"`), dir}
}

// movedTo is where the folder that is now at dir was before, "" if it was not moved.
func (t tie) movedTo(dir string) string {
	if t.dir == "" || t.dir == dir {
		return ""
	}
	if _, err := os.Lstat(filepath.Join(t.dir, ledgerFile)); !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return t.dir
}

// Find looks for the folder in which a file lies, somewhere below it, and does as
// UseLedger where that is tied to this ledger.
func Find(file, id, path string, moved func(from, dir string) error) error {
	dir, text := folderOf(file)
	tie := parseTie(text)
	from := tie.movedTo(dir)
	if tie.id != id || from == "" {
		return nil
	}
	d, err := openDisk(dir)
	if err != nil {
		return err
	}
	defer d.root.Close()
	return d.retie(from, text, dir, id, path, func(from string) error { return moved(from, dir) })
}

// folderOf is the nearest folder above a file that is tied to a ledger, and how.
func folderOf(file string) (dir, text string) {
	file, err := filepath.Abs(file)
	if err == nil {
		file, err = filepath.EvalSymlinks(file)
	}
	if err != nil {
		return "", ""
	}
	for dir = filepath.Dir(file); dir != file; file, dir = dir, filepath.Dir(dir) {
		if text, err := os.ReadFile(filepath.Join(dir, ledgerFile)); err == nil {
			return dir, string(text)
		}
	}
	return "", ""
}
