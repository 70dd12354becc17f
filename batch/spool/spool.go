// Package spool is a folder that people drop files into: it finds what is complete,
// claims it, hands it over and puts it away. What is done with a file in between is
// no business of this package; it imports nothing else of this program.
//
//	DIR/contacts.csv          dropped, perhaps still being written
//	     │ Scan               stable: moved, with the card contacts.vcf beside it
//	     ▼
//	DIR/working/contacts.csv  a File; outputs are written to its OutputPath
//	     │ Archive, Refuse    or PutBack, back to where it was dropped
//	     ▼
//	DIR/done/2026-11-22/contacts/      with all its outputs
//	DIR/refused/2026-11-22/contacts/   and WHY.txt
//
// A caller opens the Spool, makes a Scan, takes one of the files that it finds and
// works on it, then makes another Scan: what was dropped meanwhile may be shorter.
//
// It promises:
//
//   - A dropped file is in one place: in DIR, in working, or where it was put away.
//     A process may be killed between any two steps; the next Scan goes on from
//     there. All of the folder must be on one device.
//   - Nothing is written over, and nothing is deleted but what the package itself has
//     made.
//   - Only ordinary files with one name are taken, and read from what was opened. Links,
//     devices and folders are left alone, never followed and never waited for, nor is
//     anything outside DIR touched, whatever is exchanged for what meanwhile.
//   - One file that cannot be taken is a Problem of its own and does not keep the
//     others waiting.
//   - A file that is taken out of working is cancelled. One that somebody puts there
//     is left alone: it may have been renamed to stop it. One that has changed is to be
//     given back. One that was put away is watched for a day: Modified.
//
// A move is written down before it is made, in a record for each file, and made again as
// often as needed. Records and the observations of a scan are kept by the caller, by the
// Save of the Options, since people write in the folder.
//
// One process at a time may have a folder open: its caller sees to that. What cannot be
// promised on this system is in Caveat.
package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

// Options say how a Spool is used.
type Options struct {
	StableFor time.Duration // how long size and time of a file stay as they are before it is taken
	Suffixes  []string      // of the outputs, such as ".results.csv", which go where their file goes
	// Saved is what was given to Save before, by its name. Save returns when it is durable, and
	// forgets a name without a value. Nobody else can write there.
	Saved map[string][]byte
	Save  func(name string, value []byte) error
	// Refusal returns why a file is refused that is no table, or a card without one.
	Refusal func(name string, isCard bool) Refusal
	// OnArchive, if not nil, is called when a file has left working, and by the next Scan again
	// after an error or a kill. Folder is "" if nothing was put away.
	OnArchive func(f *File, folder string) error
}

// Refusal is why a file is refused: the caller's own code, and the text of WHY.txt.
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

// Open opens the folder dir, which may be a link, and makes the folder working in it.
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

// sweep removes what a killed run was just writing: hidden files called after an output.
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

func (s *Spool) forget(f *File) error {
	if err := s.save(strconv.Itoa(f.record.id), nil); err != nil {
		return err
	}
	s.files = slices.DeleteFunc(s.files, func(other *File) bool { return other == f })
	return nil
}

const working = "working"

type phase string

const (
	phaseClaiming phase = "claiming" // on its way into working
	phaseHeld     phase = "held"     // in working
	phaseLeaving  phase = "leaving"  // on its way to where it is put away
)

// record is written before a file is moved. Names but Name are relative to the folder.
type record struct {
	id       int
	Name     rawName      `json:"name"` // as it was dropped
	Day      string       `json:"day"`  // of upload
	Stem     rawName      `json:"stem"` // of its name in working
	Input    rawName      `json:"input,omitempty"`
	Card     rawName      `json:"card,omitempty"`
	CardName rawName      `json:"cardName,omitempty"` // as it was dropped
	Phase    phase        `json:"phase"`
	Folder   rawName      `json:"folder,omitempty"` // where it is put away; "" where nothing is
	Back     rawName      `json:"back,omitempty"`   // the stem of its name where it goes back into the folder
	Refusal  Refusal      `json:"refusal,omitzero"`
	State    *observation `json:"state,omitempty"` // of the input; nil if that is not known
}

func (f *File) advance(change func(*record)) error {
	next := *f.record
	change(&next)
	if err := f.spool.saveRecord(&next); err != nil {
		return err
	}
	*f.record = next
	return nil
}

func (s *Spool) saveRecord(r *record) error { return s.save(strconv.Itoa(r.id), r) }

func (s *Spool) save(name string, value any) (err error) {
	text, change := []byte(nil), "forget"
	if value != nil {
		change = "save"
		text, err = json.Marshal(value)
	}
	if err == nil {
		err = s.disk.intercept(change, name)
	}
	if err != nil {
		return err
	}
	return s.options.Save(name, text)
}

func (s *Spool) load(saved map[string][]byte) error {
	for name, text := range saved {
		if name == snapshotName {
			if err := json.Unmarshal(text, &s.snapshot); err != nil {
				return err
			}
			continue
		}
		r := &record{}
		id, err := strconv.Atoi(name)
		if err := errors.Join(err, json.Unmarshal(text, r)); err != nil {
			return err
		}
		r.id, s.lastID = id, max(s.lastID, id)
		s.files = append(s.files, &File{spool: s, record: r})
	}
	slices.SortFunc(s.files, func(a, b *File) int { return a.record.id - b.record.id })
	return s.registerUnknown()
}

// registerUnknown takes up files begun since the records are from: something is beside them.
func (s *Spool) registerUnknown() error {
	entries, err := s.disk.entries(working)
	if err != nil {
		return err
	}
	isThere := map[string]bool{}
	for _, entry := range entries {
		isThere[entry.Name()] = true
	}
	suffixes := append([]string{noteSuffix}, s.options.Suffixes...)
	for _, f := range s.files { // a file that was renamed to stop it is not the one of its record
		for _, suffix := range suffixes {
			delete(isThere, string(f.record.Stem)+suffix)
		}
	}
	for _, entry := range entries {
		name, stem := entry.Name(), stemOf(entry.Name())
		info, err := entry.Info()
		isBegun := slices.ContainsFunc(suffixes, func(suffix string) bool { return isThere[stem+suffix] })
		if err != nil || kindOf(name) != table || !isBegun {
			continue
		}
		r := &record{Name: rawName(name), Day: info.ModTime().Format(time.DateOnly), Stem: rawName(stem),
			Input: rawName(filepath.Join(working, name)), Phase: phaseHeld}
		if card := stem + ".vcf"; isThere[card] {
			r.Card, r.CardName = rawName(filepath.Join(working, card)), rawName(card)
		}
		if _, err := s.begin(r); err != nil {
			return err
		}
	}
	return nil
}

// rawName is a file's name, of any bytes.
type rawName string

func (n rawName) MarshalText() ([]byte, error) { return strconv.AppendQuote(nil, string(n)), nil }

func (n *rawName) UnmarshalText(text []byte) error {
	name, err := strconv.Unquote(string(text))
	*n = rawName(name)
	return err
}

type kind int

const (
	ignored     kind = iota // nobody's, or not whole yet
	table                   // to be claimed
	vcard                   // goes with the table of its name
	unsupported             // to be refused
)

// nobodys are left in a folder by systems that show it.
var nobodys = []string{"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "system volume information"}

func kindOf(name string) kind {
	lower := strings.ToLower(name)
	for _, prefix := range []string{".", "~$", "~lock", "__macosx"} {
		if strings.HasPrefix(lower, prefix) {
			return ignored
		}
	}
	if slices.Contains(nobodys, lower) || strings.HasSuffix(lower, "~") { // that of an editor's copy
		return ignored
	}
	switch filepath.Ext(lower) {
	case ".part", ".tmp", ".filepart", ".partial", ".crdownload", ".download":
		return ignored
	case ".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".ods":
		return table
	case ".vcf":
		return vcard
	}
	return unsupported
}

func stemOf(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

// maxStem leaves room for endings, a number and a temporary name: systems take 255 bytes.
const maxStem = 180

func truncate(stem string) string {
	if len(stem) <= maxStem {
		return stem
	}
	end := maxStem
	for end > maxStem-utf8.UTFMax && !utf8.RuneStart(stem[end]) {
		end--
	}
	return stem[:end]
}

// fold is the same for names that some systems take for one.
func fold(name string) string { return strings.ToLower(name) }

func firstFree(stem string, used func(stem string) bool) string {
	free := stem
	for n := 2; used(free); n++ {
		free = fmt.Sprintf("%s-%d", stem, n)
	}
	return free
}

// Problem is why something in the folder was not claimed or moved. Each scan tries again.
type Problem struct {
	Name string
	Kind string // such as "untaken"
	Err  error
}

// Error is for programmers: Message is for people.
func (p *Problem) Error() string { return fmt.Sprintf("%q %s: %v", p.Name, p.Kind, p.cause()) }

// Message is the key of the text for people, with its arguments.
func (p *Problem) Message() (key string, args map[string]any) {
	return "spool." + p.Kind, map[string]any{"Name": p.Name, "Err": p.cause()}
}

func (p *Problem) cause() error {
	if errno := syscall.Errno(0); errors.As(p.Err, &errno) {
		return errno
	}
	return p.Err
}

func (p *Problem) Unwrap() error { return p.Err }

type fault struct{ kind, name string }

func (f fault) Error() string { return f.kind + " " + f.name }

// Message is that of a Problem.
func (f fault) Message() (key string, args map[string]any) {
	return "spool." + f.kind, map[string]any{"Name": f.name}
}
