package spool

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// openLineWait is how long a text whose last line has no end must stand still: it
// may be the first half of one.
const openLineWait = 10 * time.Minute

const snapshotFile = "working/.seen"

// observation is what was seen of a dropped file.
type observation struct {
	Size        int64     `json:"size"`
	ModTime     time.Time `json:"modTime"`
	StableSince time.Time `json:"still"` // since when both have been so
	FirstSeen   time.Time `json:"first"` // when the file was first seen
}

// snapshot are those of one look, by the file's name in quotes: JSON's keys are
// text, which a name need not be.
type snapshot struct {
	At       time.Time              `json:"looked"`
	Files    map[string]observation `json:"files"`
	Archived []watchedFile          `json:"away,omitempty"`
}

// loadSnapshot is what was written down at the last look. What cannot be read is as if
// nothing had been seen.
func (d *disk) loadSnapshot() snapshot {
	text, err := d.readFile(snapshotFile)
	var s snapshot
	if err != nil || json.Unmarshal([]byte(text), &s) != nil {
		return snapshot{}
	}
	return s
}

func (d *disk) saveSnapshot(s snapshot) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return d.writeFile(snapshotFile, string(text)+"\n")
}

// observe is the sighting of a file now. Its time is believed where it can be right:
// another machine's clock may have set it, or a program that keeps the time of the
// original.
func (s snapshot) observe(name string, info fs.FileInfo, now time.Time) observation {
	last, known := s.Files[strconv.Quote(name)]
	seen := observation{Size: info.Size(), ModTime: info.ModTime(), FirstSeen: last.FirstSeen, StableSince: now}
	if !known {
		seen.FirstSeen = now
	}
	if known && seen.Size == last.Size && seen.ModTime.Equal(last.ModTime) {
		seen.StableSince = last.StableSince
	} else if !known || !seen.ModTime.Before(s.At) {
		seen.StableSince = seen.ModTime
	}
	if seen.StableSince.After(now) {
		seen.StableSince = now
	}
	return seen
}

// endsWithNewline reports whether the last line of a text has an end. UTF-16 is told by
// its byte order mark, or else by the NUL of an end that is written low byte first.
func endsWithNewline(r io.ReaderAt, size int64) (bool, error) {
	head, tail := make([]byte, min(size, 2)), make([]byte, min(size, 2))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return false, err
	}
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return false, err
	}
	switch string(head) {
	case "\xff\xfe":
		return size%2 == 0 && string(tail) == "\n\x00", nil
	case "\xfe\xff":
		return size%2 == 0 && string(tail) == "\x00\n", nil
	}
	return bytes.HasSuffix(tail, []byte("\n")) || string(tail) == "\n\x00", nil
}

// endsWithNewline is that of the file of that name.
func (d *disk) endsWithNewline(name string) (bool, error) {
	file, err := d.open(name)
	if err != nil {
		return false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	return endsWithNewline(file, info.Size())
}

// state is what a file was when it was taken.
type state struct {
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
	Changed time.Time `json:"changed,omitzero"` // by an older version: since when it is another
}

// matches reports whether a file is in that state. Some file systems keep times to two
// seconds.
func (s state) matches(info fs.FileInfo) bool {
	return s.Changed.IsZero() && info.Size() == s.Size && info.ModTime().Sub(s.ModTime).Abs() <= 2*time.Second
}

// isStable reports whether a file that has stood still for so long is complete.
func (b *Spool) isStable(name string, still time.Duration) (bool, error) {
	if still < b.options.StableFor {
		return false, nil
	}
	if kindOf(filepath.Base(name)) == unsupported || still >= openLineWait {
		return true, nil
	}
	ends, err := b.disk.endsWithNewline(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // somebody has taken it away meanwhile
	}
	return ends, err
}

// returnNames are the names that a file and its card get where they were dropped. Where
// there are new ones of those names, they get a number.
func (b *Spool) returnNames(r *record) (map[rawName]rawName, error) {
	there, err := b.disk.foldedNames(".")
	if err != nil {
		return nil, err
	}
	stem, ending := split(string(r.Name))
	back := map[rawName]rawName{r.Input: r.Name}
	if r.Card != "" {
		back[r.Card] = rawName(stem + filepath.Ext(string(r.Card)))
	}
	for _, m := range r.Moves { // of a claim
		back[m.To] = m.From
	}
	isTaken := func(name rawName) bool { return there[fold(string(name))] }
	if !slices.ContainsFunc(slices.Collect(maps.Values(back)), isTaken) {
		return back, nil
	}
	cardEnding := filepath.Ext(string(r.Card))
	stem = firstFree(stem, func(stem string) bool {
		return isTaken(rawName(stem+ending)) || r.Card != "" && isTaken(rawName(stem+cardEnding))
	})
	for from := range back {
		back[from] = rawName(stem + filepath.Ext(string(from)))
	}
	return back, nil
}

// observeReturn has a file that is given back stand still from now on, and keeps its day.
func (b *Spool) observeReturn(name rawName, r *record, now time.Time) error {
	info, err := b.disk.regular(string(r.Input))
	if info == nil {
		return err
	}
	first, err := time.ParseInLocation(time.DateOnly, r.Day, now.Location())
	if err != nil {
		first = now
	}
	seen := b.disk.loadSnapshot()
	if seen.Files == nil {
		seen.Files = map[string]observation{}
	}
	seen.Files[strconv.Quote(string(name))] = observation{Size: info.Size(), ModTime: info.ModTime(), StableSince: now, FirstSeen: first}
	return b.disk.saveSnapshot(seen)
}
