package spool

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// Look is what was found in the folder.
type Look struct {
	Files    []*File   // in working, those of earlier runs too, in order of claiming
	PutAway  []PutAway // by this look: what is no table, and what a killed run was about to
	Waiting  int       // dropped files that are left for a later look
	Late     []Late    // were put away, and written to since
	Problems []error   // each a *Problem, of one file
}

// PutAway is a file that is no longer in the folder's way.
type PutAway struct {
	Name   string // as it was dropped
	Folder string
	Path   string // of the file in it, though it may have been taken away before
	Why    Why    // zero in done
}

// looking is one look.
type looking struct {
	Look
	box  *Box
	now  time.Time
	last sightings
	seen sightings
	used map[string]bool // names in working, also those to come, folded
}

// dropped is a file in the folder.
type dropped struct {
	name string
	info fs.FileInfo
	sighting
}

// Look goes on with what an earlier run began, claims the files that are settled
// and puts away what is no table. Days are those of now's zone. An error means
// that the folder cannot be read.
func (b *Box) Look(now time.Time) (Look, error) {
	l := &looking{box: b, now: now, used: map[string]bool{}}
	clear(b.folders)
	l.seen = sightings{Looked: now, Files: map[string]sighting{}}
	l.Problems = append(l.Problems, b.broken...)
	l.goOn()
	l.last = b.disk.lastSeen()
	files, err := l.dropped()
	if err != nil {
		return Look{}, err
	}
	if err := l.findUsed(); err != nil {
		return Look{}, err
	}
	l.judge(files)
	l.late()
	if len(l.seen.Files)+len(l.last.Files)+len(l.seen.Away)+len(l.last.Away) > 0 {
		l.problem(seenFile, "cannot be written", b.disk.saveSeen(l.seen))
	}
	for _, f := range b.files {
		if f.record.Phase == held {
			l.Files = append(l.Files, f)
		}
	}
	return l.Look, nil
}

func (l *looking) problem(name, what string, err error) {
	if err != nil {
		l.Problems = append(l.Problems, &Problem{name, what, err})
	}
}

// goOn finishes what was begun. A file that cannot be moved yet stays begun.
func (l *looking) goOn() {
	for _, f := range slices.Clone(l.box.files) {
		leaves := f.record.Phase == leaving
		if err := l.box.finish(f); err != nil {
			l.problem(string(f.record.Name), "cannot be moved", err)
		} else if leaves && f.folder() != "" {
			l.PutAway = append(l.PutAway, PutAway{f.Name(), f.folder(), f.leftFor(), f.record.why()})
		}
	}
}

// dropped are the ordinary files that are there for us, but not those that are on
// their way already.
func (l *looking) dropped() (files []*dropped, err error) {
	onTheirWay := map[rawName]bool{}
	for _, f := range l.box.files {
		for _, m := range f.record.Moves {
			onTheirWay[m.From] = true
		}
	}
	entries, err := l.box.disk.entries(".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if !entry.Type().IsRegular() || kindOf(name) == ignored || onTheirWay[rawName(name)] {
			continue
		}
		info, err := l.box.disk.ordinary(name)
		l.problem(name, "cannot be looked at", err)
		if info == nil {
			continue
		}
		file := &dropped{name, info, l.last.see(name, info, l.now)}
		l.seen.Files[strconv.Quote(name)] = file.sighting
		files = append(files, file)
	}
	return files, nil
}

// findUsed notes which names in working are not free.
func (l *looking) findUsed() error {
	entries, err := l.box.disk.entries(working)
	for _, entry := range entries {
		l.used[fold(entry.Name())] = true
	}
	for _, f := range l.box.files {
		l.use(f)
	}
	return err
}

// unsee forgets a file that is not in the folder any more.
func (l *looking) unsee(file *dropped) { delete(l.seen.Files, strconv.Quote(file.name)) }

func (l *looking) use(f *File) {
	for _, name := range append(f.names(), f.beside(noteEnding)) {
		l.used[fold(filepath.Base(name))] = true
	}
}

// judge does with each file what its name and state ask for.
func (l *looking) judge(files []*dropped) {
	byName := map[string]*dropped{}
	names := make([]string, len(files))
	for i, file := range files {
		names[i], byName[file.name] = file.name, file
	}
	cards := cardsOf(names)
	paired := map[string]bool{}
	for _, card := range cards {
		paired[card] = true
	}
	for _, file := range files {
		if paired[file.name] {
			continue
		}
		taken, err := l.take(file, byName[cards[file.name]])
		l.problem(file.name, "cannot be taken", err)
		if err == nil && !taken {
			l.Waiting++
		}
	}
}

// take claims or refuses a file that is settled, with its card if that is settled
// too. It reports whether it did.
func (l *looking) take(file, itsCard *dropped) (bool, error) {
	for _, f := range []*dropped{file, itsCard} {
		if f == nil {
			continue
		}
		if settled, err := l.settled(f); err != nil || !settled {
			return false, err
		}
	}
	switch {
	case kindOf(file.name) == table:
		return l.claim(file, itsCard)
	case kindOf(file.name) == card && l.now.Sub(file.Still) < unfinished:
		return false, nil
	}
	return true, l.refuse(file)
}

// settled reports whether a file has stood still for long enough.
func (l *looking) settled(file *dropped) (bool, error) {
	return l.box.stoodStill(file.name, l.now.Sub(file.Still))
}
