package spool

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// state is what a file in working was when it was found to be complete or, while it
// is not, when it was seen to have changed.
type state struct {
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
	Changed time.Time `json:"changed,omitzero"` // since when it is not complete
}

// isStill reports whether a file is in that state. Some file systems keep times to two
// seconds.
func (s state) isStill(info fs.FileInfo) bool {
	return info.Size() == s.Size && info.ModTime().Sub(s.ModTime).Abs() <= 2*time.Second
}

// Complete reports whether the file is still what it was when it was taken. Who has it
// open goes on writing to it where it is now; then it is complete again when it has
// stood still as long as a dropped file must. One that was taken away is complete.
func (f *File) Complete(now time.Time) (bool, error) {
	info, err := f.box.disk.ordinary(string(f.record.Input))
	if info == nil || f.record.Phase != held {
		return true, err
	}
	is := state{Size: info.Size(), ModTime: info.ModTime()}
	switch was := f.record.State; {
	case was == nil: // it was taken by an older version
	case !was.isStill(info):
		is.Changed = now
	case was.Changed.IsZero():
		return true, nil
	default:
		still, err := f.box.stoodStill(string(f.record.Input), now.Sub(was.Changed))
		if err != nil || !still {
			return false, err
		}
	}
	next := *f.record
	next.State = &is
	if err := f.box.disk.save(&next); err != nil {
		return false, err
	}
	*f.record = next
	return is.Changed.IsZero(), nil
}

// stoodStill reports whether a file that has stood still for so long is complete.
func (b *Box) stoodStill(name string, still time.Duration) (bool, error) {
	if still < b.options.Settled {
		return false, nil
	}
	if kindOf(filepath.Base(name)) == other || still >= unfinished {
		return true, nil
	}
	ends, err := b.disk.endsLine(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // somebody has taken it away meanwhile
	}
	return ends, err
}

// GiveBack moves a file that is not complete back to where it was dropped. It is for
// one of which nothing has been sent.
func (f *File) GiveBack(now time.Time) error {
	if err := f.Keep(""); err != nil {
		return err
	}
	return f.box.giveBack(f, now)
}

// giveBack makes the moves of a claim backwards. Where there are new files of those
// names, these get a number.
func (b *Box) giveBack(f *File, now time.Time) error {
	next := *f.record
	names, err := b.namesBack(f.record)
	if err != nil {
		return err
	}
	next.Phase, next.Moves = leaving, []move{{next.Input, rawName(names[0])}}
	if next.Card != "" {
		next.Moves = append(next.Moves, move{next.Card, rawName(names[1])})
	}
	if err := b.seeAgain(names[0], f.record, now); err != nil {
		return err
	}
	if err := b.disk.save(&next); err != nil {
		return err
	}
	*f.record = next
	return b.finish(f)
}

// namesBack are the names that a file and its card get where they were dropped.
func (b *Box) namesBack(r *record) ([]string, error) {
	stem, ending := split(string(r.Name))
	names := []string{string(r.Name)}
	if r.Card != "" {
		names = append(names, stem+filepath.Ext(string(r.Card)))
	}
	for i, m := range r.Moves { // of a claim
		names[i] = string(m.From)
	}
	there, err := b.disk.names(".")
	taken := func(name string) bool { return there[fold(name)] }
	if err != nil || !slices.ContainsFunc(names, taken) {
		return names, err
	}
	endings := []string{ending, filepath.Ext(string(r.Card))}[:len(names)]
	stem = unused(stem, func(stem string) bool {
		return slices.ContainsFunc(endings, func(ending string) bool { return taken(stem + ending) })
	})
	for i := range names {
		names[i] = stem + endings[i]
	}
	return names, nil
}

// seeAgain has a file that is given back stand still from now on, and keeps its day.
func (b *Box) seeAgain(name string, r *record, now time.Time) error {
	info, err := b.disk.ordinary(string(r.Input))
	if info == nil {
		return err
	}
	first, err := time.ParseInLocation(time.DateOnly, r.Day, now.Location())
	if err != nil {
		first = now
	}
	seen := b.disk.lastSeen()
	if seen.Files == nil {
		seen.Files = map[string]sighting{}
	}
	seen.Files[strconv.Quote(name)] = sighting{Size: info.Size(), ModTime: info.ModTime(), Still: now, First: first}
	return b.disk.saveSeen(seen)
}
