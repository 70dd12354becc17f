package spool

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
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
