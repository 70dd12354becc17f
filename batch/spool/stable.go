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

// unfinished is how long a text whose last line has no end must stand still: it
// may be the first half of one.
const unfinished = 10 * time.Minute

const seenFile = "working/.seen"

// sighting is what was seen of a dropped file.
type sighting struct {
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
	Still   time.Time `json:"still"` // since when both have been so
	First   time.Time `json:"first"` // when the file was first seen
}

// sightings are those of one look, by the file's name in quotes: JSON's keys are
// text, which a name need not be.
type sightings struct {
	Looked time.Time           `json:"looked"`
	Files  map[string]sighting `json:"files"`
	Away   []watched           `json:"away,omitempty"`
}

// lastSeen is what was written down at the last look. What cannot be read is as if
// nothing had been seen.
func (d *disk) lastSeen() sightings {
	text, err := d.read(seenFile)
	var s sightings
	if err != nil || json.Unmarshal([]byte(text), &s) != nil {
		return sightings{}
	}
	return s
}

func (d *disk) saveSeen(s sightings) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return d.write(seenFile, string(text)+"\n")
}

// see is the sighting of a file now. Its time is believed where it can be right:
// another machine's clock may have set it, or a program that keeps the time of the
// original.
func (s sightings) see(name string, info fs.FileInfo, now time.Time) sighting {
	last, known := s.Files[strconv.Quote(name)]
	seen := sighting{Size: info.Size(), ModTime: info.ModTime(), First: last.First, Still: now}
	if !known {
		seen.First = now
	}
	if known && seen.Size == last.Size && seen.ModTime.Equal(last.ModTime) {
		seen.Still = last.Still
	} else if !known || !seen.ModTime.Before(s.Looked) {
		seen.Still = seen.ModTime
	}
	if seen.Still.After(now) {
		seen.Still = now
	}
	return seen
}

// endsLine reports whether the last line of a text has an end. UTF-16 is told by
// its byte order mark, or else by the NUL of an end that is written low byte first.
func endsLine(r io.ReaderAt, size int64) (bool, error) {
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

// endsLine is that of the file of that name.
func (d *disk) endsLine(name string) (bool, error) {
	file, err := d.open(name)
	if err != nil {
		return false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	return endsLine(file, info.Size())
}

// state is what a file was when it was taken.
type state struct {
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
	Changed time.Time `json:"changed,omitzero"` // by an older version: since when it is another
}

// isStill reports whether a file is in that state. Some file systems keep times to two
// seconds.
func (s state) isStill(info fs.FileInfo) bool {
	return s.Changed.IsZero() && info.Size() == s.Size && info.ModTime().Sub(s.ModTime).Abs() <= 2*time.Second
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

// namesBack are the names that a file and its card get where they were dropped. Where
// there are new ones of those names, they get a number.
func (b *Box) namesBack(r *record) (map[rawName]rawName, error) {
	there, err := b.disk.names(".")
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
	stem = unused(stem, func(stem string) bool {
		return isTaken(rawName(stem+ending)) || r.Card != "" && isTaken(rawName(stem+cardEnding))
	})
	for from := range back {
		back[from] = rawName(stem + filepath.Ext(string(from)))
	}
	return back, nil
}

// seeAgain has a file that is given back stand still from now on, and keeps its day.
func (b *Box) seeAgain(name rawName, r *record, now time.Time) error {
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
	seen.Files[strconv.Quote(string(name))] = sighting{Size: info.Size(), ModTime: info.ModTime(), Still: now, First: first}
	return b.disk.saveSeen(seen)
}
