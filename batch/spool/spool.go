package spool

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options say how a Spool is used.
type Options struct {
	// StableFor is how long size and time of a file must stay as they are before it
	// is taken. Of a text whose last line has no end they must do so for ten minutes.
	StableFor time.Duration
	// Suffixes are those of the outputs, such as ".results.csv": what is written
	// beside a file goes where the file goes.
	Suffixes []string
	// Saved and Save keep what the package knows of the files, where nobody else can
	// write: Saved is what was given to Save before, by its name. Save returns when it is
	// durable. Without a value the name is forgotten.
	Saved map[string][]byte
	Save  func(name string, value []byte) error
	// Refusal returns why a file is refused that is no table, or a card without one.
	Refusal func(name string, isCard bool) Refusal
	// OnArchive, if not nil, is called when a file has left working, before it is
	// forgotten. Folder is where it was put away, "" if it went back or if nothing was
	// there to put away. The next Scan calls it again after an error, and where a
	// process was killed in between.
	OnArchive func(f *File, folder string) error
}

// Refusal is why a file is refused: the caller's own code for it, and the text of
// WHY.txt.
type Refusal struct{ Code, Text string }

// Spool is an open folder. It is for one goroutine, and one process at a time.
type Spool struct {
	disk     *disk
	dir      string
	options  Options
	files    []*File // that have a record, in order of claiming
	lastID   int     // of a record
	snapshot snapshot
}

// Open opens the folder dir, and makes the folder working in it. A link to a
// folder is followed here and nowhere below.
func Open(dir string, options Options) (*Spool, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d, err := openDisk(dir)
	if err != nil {
		return nil, err
	}
	s := &Spool{disk: d, dir: dir, options: options}
	if err := d.mkdir(working); err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	if err := errors.Join(s.load(options.Saved), s.sweep()); err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	return s, nil
}

// sweep removes what a killed run was just writing beside its files: hidden files that are
// called after an output.
func (s *Spool) sweep() error {
	entries, err := s.disk.entries(working)
	for _, entry := range entries {
		isOurs := strings.HasPrefix(entry.Name(), tempName)
		for _, f := range s.files {
			rest, is := strings.CutPrefix(entry.Name(), "."+string(f.record.Stem))
			isOurs = isOurs || is && slices.ContainsFunc(s.options.Suffixes, func(suffix string) bool { return strings.HasPrefix(rest, suffix) })
		}
		if isOurs && entry.Type().IsRegular() {
			err = errors.Join(err, s.disk.remove(filepath.Join(working, entry.Name())))
		}
	}
	return err
}

// Close ends the use of the folder. Files must not be used after it.
func (s *Spool) Close() error { return s.disk.root.Close() }

// begin writes the record of a new file down.
func (s *Spool) begin(r *record) (*File, error) {
	r.id = s.lastID + 1
	if err := s.saveRecord(r); err != nil {
		return nil, err
	}
	s.lastID++
	f := &File{spool: s, record: r}
	s.files = append(s.files, f)
	return f, nil
}

// forget removes the record of a file when nothing is left to do.
func (s *Spool) forget(f *File) error {
	if err := s.save(strconv.Itoa(f.record.id), nil); err != nil {
		return err
	}
	s.files = slices.DeleteFunc(s.files, func(other *File) bool { return other == f })
	return nil
}
