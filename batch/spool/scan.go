package spool

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// Scan is what was found in the folder.
type Scan struct {
	Files    []*File    // in working, those of earlier runs too, in order of claiming
	Archived []Archived // by this look: what is no table, and what a killed run was about to
	Waiting  int        // dropped files that are left for a later look
	Modified []Modified // were put away, and written to since
	Problems []error    // each a *Problem, of one file
}

// Archived is a file that is no longer in the folder's way.
type Archived struct {
	Name    string // as it was dropped
	Folder  string
	Path    string  // of the file in it, though it may have been taken away before
	Refusal Refusal // zero in done
}

// scanner is one look.
type scanner struct {
	Scan
	spool    *Spool
	now      time.Time
	previous snapshot
	current  snapshot
	used     map[string]bool // names in working, also those to come, folded
}

// upload is a file in the folder.
type upload struct {
	name string
	info fs.FileInfo
	observation
}

// Scan goes on with what an earlier run began, claims the files that are settled
// and puts away what is no table. Days are those of now's zone. An error means
// that the folder cannot be read.
func (b *Spool) Scan(now time.Time) (Scan, error) {
	l := &scanner{spool: b, now: now, used: map[string]bool{}}
	clear(b.folders)
	l.current = snapshot{At: now, Files: map[string]observation{}}
	l.Problems = append(l.Problems, b.broken...)
	l.resume()
	l.previous = b.disk.loadSnapshot()
	files, err := l.uploads()
	if err != nil {
		return Scan{}, err
	}
	if err := l.loadUsed(); err != nil {
		return Scan{}, err
	}
	l.process(files)
	l.findModified()
	if len(l.current.Files)+len(l.previous.Files)+len(l.current.Archived)+len(l.previous.Archived) > 0 {
		l.problem(snapshotFile, "cannot be written", b.disk.saveSnapshot(l.current))
	}
	for _, f := range b.files {
		if f.record.Phase == phaseHeld {
			l.Files = append(l.Files, f)
		}
	}
	return l.Scan, nil
}

func (l *scanner) problem(name, what string, err error) {
	if err != nil {
		l.Problems = append(l.Problems, &Problem{name, what, err})
	}
}

// resume finishes what was begun. A file that cannot be moved yet stays begun.
func (l *scanner) resume() {
	for _, f := range slices.Clone(l.spool.files) {
		leaves := f.record.Phase == phaseLeaving
		if err := l.spool.finish(f); err != nil {
			l.problem(string(f.record.Name), "cannot be moved", err)
		} else if leaves && f.folder() != "" {
			l.Archived = append(l.Archived, Archived{f.Name(), f.folder(), f.leftFor(), f.record.refusal()})
		}
	}
}

// uploads are the ordinary files that are there for us, but not those that are on
// their way already.
func (l *scanner) uploads() (files []*upload, err error) {
	onTheirWay := map[rawName]bool{}
	for _, f := range l.spool.files {
		for _, m := range f.record.Moves {
			onTheirWay[m.From] = true
		}
	}
	entries, err := l.spool.disk.entries(".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if !entry.Type().IsRegular() || kindOf(name) == ignored || onTheirWay[rawName(name)] {
			continue
		}
		info, err := l.spool.disk.regular(name)
		l.problem(name, "cannot be looked at", err)
		if info == nil {
			continue
		}
		file := &upload{name, info, l.previous.observe(name, info, l.now)}
		l.current.Files[strconv.Quote(name)] = file.observation
		files = append(files, file)
	}
	return files, nil
}

// loadUsed notes which names in working are not free.
func (l *scanner) loadUsed() error {
	entries, err := l.spool.disk.entries(working)
	for _, entry := range entries {
		l.used[fold(entry.Name())] = true
	}
	for _, f := range l.spool.files {
		l.reserve(f)
	}
	return err
}

// forget forgets a file that is not in the folder any more.
func (l *scanner) forget(file *upload) { delete(l.current.Files, strconv.Quote(file.name)) }

func (l *scanner) reserve(f *File) {
	for _, name := range append(f.names(), f.outputName(noteEnding)) {
		l.used[fold(filepath.Base(name))] = true
	}
}

// process does with each file what its name and state ask for.
func (l *scanner) process(files []*upload) {
	byName := map[string]*upload{}
	names := make([]string, len(files))
	for i, file := range files {
		names[i], byName[file.name] = file.name, file
	}
	cards := pairCards(names)
	paired := map[string]bool{}
	for _, card := range cards {
		paired[card] = true
	}
	for _, file := range files {
		if paired[file.name] {
			continue
		}
		taken, err := l.takeIn(file, byName[cards[file.name]])
		l.problem(file.name, "cannot be taken", err)
		if err == nil && !taken {
			l.Waiting++
		}
	}
}

// takeIn claims or refuses a file that is settled, with its card if that is settled
// too. It reports whether it did.
func (l *scanner) takeIn(file, itsCard *upload) (bool, error) {
	for _, f := range []*upload{file, itsCard} {
		if f == nil {
			continue
		}
		if settled, err := l.isStable(f); err != nil || !settled {
			return false, err
		}
	}
	switch {
	case kindOf(file.name) == table:
		return l.claim(file, itsCard)
	case kindOf(file.name) == card && l.now.Sub(file.StableSince) < openLineWait:
		return false, nil
	}
	return true, l.refuse(file)
}

// isStable reports whether a file has stood still for long enough.
func (l *scanner) isStable(file *upload) (bool, error) {
	return l.spool.isStable(file.name, l.now.Sub(file.StableSince))
}
