package inbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options say how a Box is used.
type Options struct {
	// Settled is how long size and time of a file must have stood still before it
	// is taken. Texts whose last line has no end must do so for ten minutes.
	Settled time.Duration
	// Endings are those of what the caller writes beside a file, such as
	// ".results.csv": it goes where the file goes.
	Endings []string
}

// Box is an open folder. It is for one goroutine, and one process at a time.
type Box struct {
	disk    *disk
	dir     string
	options Options
	files   []*File                    // that have a record
	folders map[string]map[string]bool // of newFolder
	broken  []error                    // records that cannot be read
	nextID  int
}

// Open opens the folder dir, and makes the folder working in it. A link to a
// folder is followed here and nowhere below.
func Open(dir string, options Options) (*Box, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d, err := openDisk(abs)
	if err != nil {
		return nil, err
	}
	b := &Box{disk: d, dir: abs, options: options, nextID: 1, folders: map[string]map[string]bool{}}
	if err := b.load(); err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	return b, nil
}

// load finds what earlier runs have left.
func (b *Box) load() error {
	if err := b.disk.mkdir(working); err != nil {
		return err
	}
	for _, dir := range []string{working, claims} {
		if err := b.disk.remove(filepath.Join(dir, newFile)); err != nil {
			return err
		}
	}
	var records []*record
	records, b.broken = b.disk.records()
	for _, r := range records {
		b.add(r)
	}
	slices.SortFunc(b.files, func(a, b *File) int { return a.record.id - b.record.id })
	return b.sweep()
}

// sweep takes away what a killed run was just writing beside its files: hidden
// files that begin as an output's name.
func (b *Box) sweep() error {
	entries, err := b.disk.entries(working)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		hidden, isHidden := strings.CutPrefix(entry.Name(), ".")
		begins := func(f *File) bool {
			rest, ours := strings.CutPrefix(hidden, string(f.record.Stem))
			return ours && slices.ContainsFunc(b.options.Endings, func(e string) bool { return strings.HasPrefix(rest, e) })
		}
		if isHidden && entry.Type().IsRegular() && slices.ContainsFunc(b.files, begins) {
			err = errors.Join(err, b.disk.remove(filepath.Join(working, entry.Name())))
		}
	}
	return err
}

// Close ends the use of the folder. Files must not be used after it.
func (b *Box) Close() error { return b.disk.root.Close() }

func (b *Box) add(r *record) *File {
	f := &File{box: b, record: r}
	b.files = append(b.files, f)
	b.nextID = max(b.nextID, r.id+1)
	return f
}

// start writes a record down.
func (b *Box) start(r *record) (*File, error) {
	r.id = b.nextID
	if err := b.disk.save(r); err != nil {
		return nil, err
	}
	return b.add(r), nil
}

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
func (b *Box) UseLedger(id, path string) error {
	text, err := b.disk.read(ledgerFile)
	if err != nil {
		return err
	}
	want := fmt.Sprintf("%s\n%q\n", id, path)
	if text == want {
		return nil
	}
	named, place, _ := strings.Cut(text, "\n")
	if text != "" && named != id {
		return &OtherLedgerError{ID: named, Path: strings.Trim(strings.TrimSpace(place), `"`)}
	}
	return b.disk.write(ledgerFile, want)
}

// Problem is why something of that name, as seen from the folder, was not taken or
// moved. It is tried again at each look.
type Problem struct {
	Name string
	What string // such as "cannot be taken"
	Err  error
}

// Error leaves out the names that the system's errors repeat.
func (p *Problem) Error() string {
	cause := p.Err
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(cause, &path) {
		cause = path.Err
	} else if errors.As(cause, &link) {
		cause = link.Err
	}
	return fmt.Sprintf("%q %s: %v", p.Name, p.What, cause)
}

func (p *Problem) Unwrap() error { return p.Err }
