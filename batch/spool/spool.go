package spool

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options say how a Box is used.
type Options struct {
	// Settled is how long size and time of a file must have stood still before it
	// is taken. Texts whose last line has no end must do so for ten minutes.
	StableFor time.Duration
	// Endings are those of what the caller writes beside a file, such as
	// ".results.csv": it goes where the file goes.
	Suffixes []string
	// Why says why a file is refused that is no table, or a card without one.
	Refusal func(name string, card bool) Refusal
	// PutAway, if not nil, is called when all of a file is in folder, or back, or
	// when nothing of it is left, which are "", and before the file is forgotten: a
	// second time where a process was killed in between. After an error the next Look
	// calls it again.
	OnArchive func(f *File, folder string) error
}

// Refusal is why a file is refused: in a few words that go after its name, and as
// WHY.txt has it.
type Refusal struct{ Short, Text string }

// Spool is an open folder. It is for one goroutine, and one process at a time.
type Spool struct {
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
func Open(dir string, options Options) (*Spool, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d, err := openDisk(abs)
	if err != nil {
		return nil, err
	}
	b := &Spool{disk: d, dir: abs, options: options, folders: map[string]map[string]bool{}}
	if err := b.load(); err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	return b, nil
}

// load finds what earlier runs have left.
func (b *Spool) load() error {
	if err := b.disk.mkdir(working); err != nil {
		return err
	}
	for _, dir := range []string{working, claims} {
		if err := b.disk.remove(filepath.Join(dir, tempName)); err != nil {
			return err
		}
	}
	records, lastID, broken := b.disk.loadRecords()
	b.broken, b.nextID = broken, lastID+1
	for _, r := range records {
		b.files = append(b.files, &File{spool: b, record: r})
	}
	slices.SortFunc(b.files, func(a, b *File) int { return a.record.id - b.record.id })
	return b.sweep()
}

// sweep takes away what a killed run was just writing beside its files: hidden
// files that begin as an output's name.
func (b *Spool) sweep() error {
	entries, err := b.disk.entries(working)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		hidden, isHidden := strings.CutPrefix(entry.Name(), ".")
		begins := func(f *File) bool {
			rest, ours := strings.CutPrefix(hidden, string(f.record.Stem))
			return ours && slices.ContainsFunc(b.options.Suffixes, func(e string) bool { return strings.HasPrefix(rest, e) })
		}
		if isHidden && entry.Type().IsRegular() && slices.ContainsFunc(b.files, begins) {
			err = errors.Join(err, b.disk.remove(filepath.Join(working, entry.Name())))
		}
	}
	return err
}

// Close ends the use of the folder. Files must not be used after it.
func (b *Spool) Close() error { return b.disk.root.Close() }

// start writes a record down.
func (b *Spool) start(r *record) (*File, error) {
	r.id = b.nextID
	if err := b.disk.saveRecord(r); err != nil {
		return nil, err
	}
	b.nextID++
	f := &File{spool: b, record: r}
	b.files = append(b.files, f)
	return f, nil
}
