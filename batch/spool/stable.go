package spool

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// openLineWait is for a text whose last line has no end: it may be the first half of one. So it
// is for a card without a table.
const openLineWait = 10 * time.Minute

const snapshotName = "seen"

type observation struct {
	Size        int64     `json:"size"`
	ModTime     time.Time `json:"modTime"`
	StableSince time.Time `json:"still"` // since when both have been so
	FirstSeen   time.Time `json:"first"`
}

// snapshot has quoted names: JSON's keys are text, which a name need not be.
type snapshot struct {
	At      time.Time              `json:"looked"`
	Files   map[string]observation `json:"files"`
	Watched []watchedFile          `json:"away,omitempty"`
}

func (s *Spool) saveSnapshot() error { return s.save(snapshotName, s.snapshot) }

// observe trusts the file's time only where that can be right: another machine's clock may have
// set it, or a program that keeps the time of the original.
func (s snapshot) observe(name string, info fs.FileInfo, now time.Time) observation {
	last, isKnown := s.Files[strconv.Quote(name)]
	o := observation{Size: info.Size(), ModTime: info.ModTime(), FirstSeen: last.FirstSeen, StableSince: now}
	if !isKnown {
		o.FirstSeen = now
	}
	if isKnown && o.Size == last.Size && o.ModTime.Equal(last.ModTime) {
		o.StableSince = last.StableSince
	} else if !isKnown || !o.ModTime.Before(s.At) {
		o.StableSince = o.ModTime
	}
	if o.StableSince.After(now) {
		o.StableSince = now
	}
	return o
}

func (c *scanner) isStable(u *upload) (bool, error) {
	age := c.now.Sub(u.observed.StableSince)
	switch {
	case age < c.spool.options.StableFor:
		return false, nil
	case u.kind == unsupported, age >= openLineWait:
		return true, nil
	case u.kind == vcard && !u.isPaired:
		return false, nil
	}
	file, err := c.spool.disk.open(u.name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // somebody has taken it away meanwhile
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	return hasEnd(file, u.observed.Size)
}

// zipEnd begins the last 22 bytes of a workbook.
const zipEnd = "PK\x05\x06"

// hasEnd tells UTF-16 by its byte order mark, or by the NUL of an end written low byte first.
func hasEnd(r io.ReaderAt, size int64) (bool, error) {
	head, tail := make([]byte, min(size, 2)), make([]byte, min(size, 22))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return false, err
	}
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return false, err
	}
	if bytes.HasPrefix(tail, []byte(zipEnd)) {
		return true, nil
	}
	tail = tail[max(0, len(tail)-2):]
	switch string(head) {
	case "\xd0\xcf": // an old workbook, or one with a password
		return size%512 == 0, nil
	case "\xff\xfe":
		return size%2 == 0 && string(tail) == "\n\x00", nil
	case "\xfe\xff":
		return size%2 == 0 && string(tail) == "\x00\n", nil
	}
	return bytes.HasSuffix(tail, []byte("\n")) || string(tail) == "\n\x00", nil
}

// matches allows for file systems that keep times to two seconds.
func (o observation) matches(info fs.FileInfo) bool {
	return info.Size() == o.Size && info.ModTime().Sub(o.ModTime).Abs() <= 2*time.Second
}

// watchTime is for who still has a file open, and goes on writing to it where it was put away.
const watchTime = 24 * time.Hour

type watchedFile struct {
	Name      rawName   `json:"name"` // as it was dropped
	Path      rawName   `json:"path"`
	Size      int64     `json:"size"`
	IsRefused bool      `json:"refused,omitempty"`
	Until     time.Time `json:"until"`
}

// Modified is a file to which something was added when it had been put away.
type Modified struct {
	Name      string // as it was dropped
	Path      string
	IsRefused bool // else only what was added has not been sent
}

func (f *File) watch() error {
	s, r := f.spool, f.record
	if r.State == nil || r.Back != "" || r.Folder == "" {
		return nil
	}
	file := watchedFile{r.Name, rawName(f.moves()[0].to), r.State.Size, r.Refusal.Text != "", time.Now().Add(watchTime)}
	others := slices.DeleteFunc(s.snapshot.Watched, func(w watchedFile) bool { return w.Path == file.Path })
	s.snapshot.Watched = append(others, file)
	return s.saveSnapshot()
}

// findModified finds them in each scan until their time is over: who was to tell may be killed.
func (c *scanner) findModified(previous snapshot) {
	for _, w := range previous.Watched {
		info, err := c.spool.disk.regular(string(w.Path))
		if c.now.After(w.Until) || err == nil && info == nil {
			continue
		}
		c.spool.snapshot.Watched = append(c.spool.snapshot.Watched, w)
		if info != nil && info.Size() > w.Size {
			c.Modified = append(c.Modified, Modified{string(w.Name), filepath.Join(c.spool.dir, string(w.Path)), w.IsRefused})
		}
	}
}
