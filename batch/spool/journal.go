package spool

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

const (
	working = "working"

	// Where older versions have kept what they knew.
	oldClaims   = "working/.claims"
	oldSnapshot = "working/.seen"
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
	id       int
	Name     rawName `json:"name"` // as it was dropped
	Day      string  `json:"day"`  // of upload
	Stem     rawName `json:"stem"` // of its name in working
	Input    rawName `json:"input,omitempty"`
	Card     rawName `json:"card,omitempty"`
	CardName rawName `json:"cardName,omitempty"` // as it was dropped
	Phase    phase   `json:"phase"`
	Folder   rawName `json:"folder,omitempty"` // where it is put away; "" where nothing is
	Back     rawName `json:"back,omitempty"`   // the stem of its name where it goes back into the folder
	Refusal  Refusal `json:"refusal,omitzero"`
	State    *state  `json:"state,omitempty"` // of the input; nil if that is not known
}

// advance writes a changed record down, and then takes it for the file's.
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

// save keeps a value; nil is none.
func (s *Spool) save(name string, value any) (err error) {
	text, change := []byte(nil), "forget"
	if value != nil {
		change = "save"
		text, err = json.Marshal(value)
	}
	if err == nil {
		err = s.disk.announce(change, name)
	}
	if err != nil {
		return err
	}
	return s.options.Save(name, text)
}

// load takes up what earlier runs have written down.
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
	return s.adopt()
}

// adopt takes up what older versions have written down in the folder itself, where
// people can write: of that nothing is believed but names of files in working, and
// nothing of it keeps the folder from being used.
func (s *Spool) adopt() error {
	claims, _ := s.disk.entries(oldClaims)
	for _, entry := range claims {
		name := filepath.Join(oldClaims, entry.Name())
		text, _, err := s.disk.readFile(name)
		var old record
		if err != nil || json.Unmarshal([]byte(text), &old) != nil {
			continue
		}
		if err := s.takeUp(old.adopted()); err != nil {
			return err
		}
		_ = s.disk.remove(name)
	}
	_, _ = s.disk.remove(oldClaims), s.disk.remove(oldSnapshot)
	return s.adoptStarted()
}

// adoptStarted takes up the files in working that have a note or outputs beside them, and
// that were claimed since the caller's records are from.
func (s *Spool) adoptStarted() error {
	names, err := s.disk.foldedNames(working)
	entries, errEntries := s.disk.entries(working)
	for _, f := range s.files { // a file that was renamed to stop it is not the one of its record
		for _, suffix := range append(s.options.Suffixes, noteSuffix) {
			delete(names, fold(string(f.record.Stem)+suffix))
		}
	}
	for _, entry := range entries {
		stem := stemOf(entry.Name())
		isThere := func(suffix string) bool { return names[fold(stem+suffix)] }
		info, errInfo := entry.Info()
		if errInfo != nil || kindOf(entry.Name()) != table || !slices.ContainsFunc(append(s.options.Suffixes, noteSuffix), isThere) {
			continue
		}
		r := record{Name: rawName(entry.Name()), Day: info.ModTime().Format(time.DateOnly), Input: rawName(entry.Name()), Phase: phaseHeld}
		if isThere(".vcf") {
			r.Card = rawName(stem + ".vcf")
		}
		err = errors.Join(err, s.takeUp(r.adopted()))
	}
	return errors.Join(err, errEntries)
}

// takeUp begins the record of a file that is in working already, unless it has one.
func (s *Spool) takeUp(r *record) error {
	if r == nil || slices.ContainsFunc(s.files, func(f *File) bool { return f.record.Input == r.Input }) {
		return nil
	}
	_, err := s.begin(r)
	return err
}

// adopted returns the record that is believed of an older one, nil if none is. What was
// on its way to where it is put away is held again.
func (r *record) adopted() *record {
	name, input, card, cardName := string(r.Name), filepath.Base(string(r.Input)), filepath.Base(string(r.Card)), string(r.CardName)
	if cardName == "" {
		cardName = stemOf(name) + filepath.Ext(card)
	}
	_, err := time.Parse(time.DateOnly, r.Day)
	if err != nil || kindOf(input) != table || kindOf(name) != table || filepath.Base(name) != name {
		return nil
	}
	a := &record{Name: r.Name, Day: r.Day, Stem: rawName(stemOf(input)), Input: rawName(filepath.Join(working, input)), Phase: phaseHeld, State: r.State}
	if kindOf(card) == vcard && kindOf(cardName) == vcard && filepath.Base(cardName) == cardName {
		a.Card, a.CardName = rawName(filepath.Join(working, card)), rawName(cardName)
	}
	if r.Phase == phaseClaiming {
		a.Phase = phaseClaiming
	}
	return a
}
