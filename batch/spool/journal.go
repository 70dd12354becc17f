package spool

import (
	"cmp"
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	working = "working"
	claims  = "working/.claims"
)

// phase is how far a file has come.
type phase string

const (
	phaseClaiming phase = "claiming" // on its way into working
	phaseHeld     phase = "held"     // in working
	phaseLeaving  phase = "leaving"  // on its way to where it is put away
)

// record is what is written down of a file before it is moved. All names but Name
// are relative to the folder.
type record struct {
	id          int
	Name        rawName `json:"name"` // as it was dropped
	Day         string  `json:"day"`  // of upload
	Stem        rawName `json:"stem"` // of its name in working
	Input       rawName `json:"input,omitempty"`
	Card        rawName `json:"card,omitempty"`
	CardName    rawName `json:"cardName,omitempty"` // as it was dropped
	Phase       phase   `json:"phase"`
	Moves       []move  `json:"moves,omitempty"`
	Folder      rawName `json:"folder,omitempty"` // where it is put away; "" for back into the folder
	RefusalCode string  `json:"short,omitempty"`
	RefusalText string  `json:"why,omitempty"`
	State       *state  `json:"state,omitempty"` // of the input; nil in the records of older versions
}

// refusal is why the file is refused. Older versions have kept a few words for a code,
// or none.
func (r *record) refusal() Refusal {
	first, _, _ := strings.Cut(r.RefusalText, "\n")
	return Refusal{cmp.Or(r.RefusalCode, first), r.RefusalText}
}

// move is one file's way. That of the input is the first.
type move struct {
	From rawName `json:"from"`
	To   rawName `json:"to"`
}

// isIntoFolder reports whether a move is one into the Folder.
func (r *record) isIntoFolder(m move) bool {
	return r.Folder != "" && filepath.Dir(string(m.To)) == string(r.Folder)
}

// advance writes a changed record down, and then takes it for the file's.
func (f *File) advance(change func(*record)) error {
	next := *f.record
	change(&next)
	if err := f.spool.disk.saveRecord(&next); err != nil {
		return err
	}
	*f.record = next
	return nil
}

func (r *record) path() string { return filepath.Join(claims, strconv.Itoa(r.id)+".json") }

func (d *disk) saveRecord(r *record) error {
	if err := d.mkdir(claims); err != nil {
		return err
	}
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return d.writeFile(r.path(), string(text)+"\n")
}

// loadRecords are those of earlier runs. One that cannot be read is an error of its
// own, and its file stays where it is.
func (d *disk) loadRecords() (records []*record, lastID int, broken []error) {
	entries, err := d.entries(claims)
	if err != nil {
		return nil, 0, []error{&Problem{Name: claims, Kind: "unreadable", Err: err}}
	}
	for _, entry := range entries {
		number, isRecord := strings.CutSuffix(entry.Name(), ".json")
		id, err := strconv.Atoi(number)
		if !isRecord || err != nil {
			continue
		}
		lastID = max(lastID, id)
		r := &record{id: id}
		if err := d.loadRecord(r); err != nil {
			broken = append(broken, &Problem{Name: r.path(), Kind: "unclear", Err: err})
			continue
		}
		records = append(records, r)
	}
	return records, lastID, broken
}

func (d *disk) loadRecord(r *record) error {
	text, err := d.readFile(r.path())
	if err == nil {
		err = json.Unmarshal([]byte(text), r)
	}
	if err != nil {
		return err
	}
	if r.Phase != phaseClaiming && r.Phase != phaseHeld && r.Phase != phaseLeaving {
		return fault{kind: "newer"}
	}
	if r.Phase == phaseClaiming && len(r.Moves) == 0 {
		return fault{kind: "no-claim"}
	}
	return nil
}
