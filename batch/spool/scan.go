package spool

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scan is what was found in the folder.
type Scan struct {
	Files    []*File    // in working, those of earlier runs too, in order of claiming
	Waiting  int        // dropped files that are left for a later scan
	Modified []Modified // were put away, and written to since
	Skipped  []string   // names of what looks like somebody's and is no ordinary file, or lies in working unknown
	Problems []error    // each a *Problem, of one file
}

type upload struct {
	name     string
	kind     kind
	observed observation
	card     *upload // beside a table, or nil
	isPaired bool    // a card that goes with a table
}

type scanner struct {
	Scan
	spool *Spool
	now   time.Time
	used  map[string]bool // folded names in working, and those that are to come there
}

// Scan goes on with what an earlier run began, claims the files that are stable and puts away
// what is no table, until ctx is done. An error means that the folder cannot be read.
func (s *Spool) Scan(ctx context.Context, now time.Time) (Scan, error) {
	c := &scanner{spool: s, now: now}
	for _, f := range slices.Clone(s.files) { // one that cannot be moved yet stays begun
		c.addProblem(f.Name(), "unmoved", f.finish())
	}
	previous := s.snapshot
	s.snapshot = snapshot{At: now, Files: map[string]observation{}}
	uploads, err := c.uploads(previous)
	if err != nil {
		return Scan{}, err
	}
	if c.used, err = s.disk.foldedNames(working); err != nil {
		return Scan{}, err
	}
	for _, f := range s.files {
		c.reserve(f)
	}
	for _, u := range pairCards(uploads) {
		c.process(u, ctx.Err() == nil)
	}
	if err := c.findStrays(); err != nil {
		return Scan{}, err
	}
	c.findModified(previous)
	if len(s.snapshot.Files)+len(s.snapshot.Watched)+len(previous.Files)+len(previous.Watched) > 0 {
		if err := s.saveSnapshot(); err != nil {
			return Scan{}, err
		}
	}
	for _, f := range s.files {
		if f.record.Phase == phaseHeld {
			c.Files = append(c.Files, f)
		}
	}
	return c.Scan, nil
}

func (c *scanner) addProblem(name, kind string, err error) {
	if err != nil {
		c.Problems = append(c.Problems, &Problem{name, kind, err})
	}
}

func (c *scanner) uploads(previous snapshot) (uploads []*upload, err error) {
	inTransit := map[string]bool{}
	for _, f := range c.spool.files {
		for _, m := range f.moves() {
			inTransit[m.from] = true
		}
	}
	entries, err := c.spool.disk.entries(".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if kindOf(name) == ignored || inTransit[name] {
			continue
		}
		if !entry.Type().IsRegular() {
			c.skip(name)
			continue
		}
		info, err := entry.Info()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			c.addProblem(name, "unseen", err)
		}
		switch {
		case err != nil:
		case links(info) > 1:
			c.skip(name)
		case links(info) == 1:
			uploads = append(uploads, &upload{name: name, kind: kindOf(name), observed: previous.observe(name, info, c.now)})
		}
	}
	return uploads, nil
}

func (c *scanner) skip(name string) {
	if !slices.Contains([]string{working, "done", "refused"}, fold(name)) {
		c.Skipped = append(c.Skipped, name)
	}
}

func (c *scanner) findStrays() error {
	known := map[string]bool{}
	for _, f := range c.spool.files {
		for _, name := range f.names() {
			known[string(name)] = true
		}
	}
	suffixes := append([]string{noteSuffix}, c.spool.options.Suffixes...)
	entries, err := c.spool.disk.entries(working)
	for _, entry := range entries {
		name := filepath.Join(working, entry.Name())
		isOurs := known[name] || slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
		if kindOf(entry.Name()) == table && !isOurs {
			c.Skipped = append(c.Skipped, name)
		}
	}
	return err
}

// pairCards gives each table the card of its name or, if no other table has that, one whose name
// differs in case only. It returns the uploads without those cards.
func pairCards(uploads []*upload) []*upload {
	for _, key := range []func(string) string{stemOf, func(name string) string { return fold(stemOf(name)) }} {
		cards := map[string][]*upload{}
		for _, u := range uploads {
			if u.kind == vcard && !u.isPaired {
				cards[key(u.name)] = append(cards[key(u.name)], u)
			}
		}
		for _, u := range uploads {
			if free := cards[key(u.name)]; u.kind == table && u.card == nil && len(free) > 0 {
				u.card, cards[key(u.name)] = free[0], free[1:]
				free[0].isPaired = true
			}
		}
	}
	return slices.DeleteFunc(uploads, func(u *upload) bool { return u.isPaired })
}

func (c *scanner) process(u *upload, mayTake bool) {
	isTaken, err := false, error(nil)
	if mayTake {
		isTaken, err = c.take(u)
	}
	c.addProblem(u.name, "untaken", err)
	if isTaken {
		return
	}
	if err == nil {
		c.Waiting++
	}
	for _, u := range u.withCard() {
		c.spool.snapshot.Files[strconv.Quote(u.name)] = u.observed
	}
}

func (u *upload) withCard() []*upload {
	if u.card == nil {
		return []*upload{u}
	}
	return []*upload{u, u.card}
}

func (c *scanner) take(u *upload) (bool, error) {
	for _, u := range u.withCard() {
		if stable, err := c.isStable(u); err != nil || !stable {
			return false, err
		}
	}
	if u.kind == table {
		return c.claim(u)
	}
	err := c.refuse(u)
	return err == nil, err
}

// claim reports whether it has taken a table. One that has changed meanwhile goes back.
func (c *scanner) claim(u *upload) (bool, error) {
	f, err := c.spool.begin(c.newClaim(u))
	if err != nil {
		return false, err
	}
	c.reserve(f)
	for _, step := range []func() error{f.redo, f.finish} {
		if err := step(); err != nil {
			return false, err
		}
	}
	hasChanged, err := f.HasChanged()
	if hasChanged {
		_, err = f.PutBack()
	}
	return err == nil && !hasChanged, err
}

func (c *scanner) newClaim(u *upload) *record {
	ending := filepath.Ext(u.name)
	suffixes := append([]string{ending, noteSuffix}, c.spool.options.Suffixes...)
	r := &record{Name: rawName(u.name), Day: c.day(u), Phase: phaseClaiming, State: &u.observed}
	if u.card != nil {
		r.CardName = rawName(u.card.name)
		suffixes = append(suffixes, filepath.Ext(u.card.name))
	}
	stem := firstFree(truncate(stemOf(u.name)), func(stem string) bool {
		return slices.ContainsFunc(suffixes, func(suffix string) bool { return c.used[fold(stem+suffix)] })
	})
	r.Stem, r.Input = rawName(stem), rawName(filepath.Join(working, stem+ending))
	if u.card != nil {
		r.Card = rawName(filepath.Join(working, stem+filepath.Ext(u.card.name)))
	}
	return r
}

func (c *scanner) reserve(f *File) {
	for _, name := range append(f.names(), rawName(f.outputName(noteSuffix))) {
		c.used[fold(filepath.Base(string(name)))] = true
	}
}

func (c *scanner) day(u *upload) string {
	return u.observed.FirstSeen.In(c.now.Location()).Format(time.DateOnly)
}

func (c *scanner) refuse(u *upload) error {
	folder, err := c.spool.freeFolder("refused", c.day(u), stemOf(u.name))
	if err != nil {
		return err
	}
	f, err := c.spool.begin(&record{Name: rawName(u.name), Day: c.day(u), Stem: rawName(stemOf(u.name)), Phase: phaseLeaving,
		Folder: rawName(folder), Refusal: c.spool.options.Refusal(u.name, u.kind == vcard)})
	if err != nil {
		return err
	}
	return f.finish()
}

// openLineWait is for a text whose last line may be the half of one, and a card without a table.
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
	switch {
	case !isKnown:
		o.FirstSeen, o.StableSince = now, o.ModTime
	case o.Size == last.Size && o.ModTime.Equal(last.ModTime):
		o.StableSince = last.StableSince
	case !o.ModTime.Before(s.At):
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

// hasEnd tells UTF-16 by its byte order mark, or by the NUL of an end written low byte first.
func hasEnd(r io.ReaderAt, size int64) (bool, error) {
	head, tail := make([]byte, min(size, 2)), make([]byte, min(size, 22))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return false, err
	}
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return false, err
	}
	if bytes.HasPrefix(tail, []byte("PK\x05\x06")) { // the last 22 bytes of a workbook
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
