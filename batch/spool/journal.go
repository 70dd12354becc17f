package spool

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

const working = "working"

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
		err = s.disk.announce(change, name)
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

// registerUnknown registers files in working that the caller's records do not know, and that
// were begun since the records are from: there is a note or an output beside them.
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
