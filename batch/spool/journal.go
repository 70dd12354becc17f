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

// registerUnknown registers files in working that the caller's records do not know. Older
// versions have written down in the folder itself, where people can write, what they had
// claimed: of that nothing is believed but names. What has a note or outputs beside it was
// begun since the records are from. Nothing that lies there keeps the folder from being used.
func (s *Spool) registerUnknown() error {
	claims, _ := s.disk.entries(oldClaims)
	for _, entry := range claims {
		name := filepath.Join(oldClaims, entry.Name())
		text, _, err := s.disk.readFile(name)
		var old record
		if err != nil || json.Unmarshal([]byte(text), &old) != nil {
			continue
		}
		if err := s.register(old); err != nil {
			return err
		}
		_ = s.disk.remove(name)
	}
	_ = s.disk.remove(oldClaims)
	_ = s.disk.remove(oldSnapshot)

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
		stem := stemOf(entry.Name())
		info, err := entry.Info()
		if err != nil || !slices.ContainsFunc(suffixes, func(suffix string) bool { return isThere[stem+suffix] }) {
			continue
		}
		r := record{Name: rawName(entry.Name()), Day: info.ModTime().Format(time.DateOnly), Input: rawName(entry.Name()), Phase: phaseHeld}
		if isThere[stem+".vcf"] {
			r.Card = rawName(stem + ".vcf")
		}
		if err := s.register(r); err != nil {
			return err
		}
	}
	return nil
}

// register begins the record of a file that is in working, or was on its way there, unless it
// has one. What was on its way to where it is put away is held again.
func (s *Spool) register(r record) error {
	name, input, card := string(r.Name), filepath.Base(string(r.Input)), filepath.Base(string(r.Card))
	if r.CardName == "" {
		r.CardName = rawName(stemOf(name) + filepath.Ext(card))
	}
	isLocal := filepath.Base(name) == name && filepath.Base(string(r.CardName)) == string(r.CardName)
	if _, err := time.Parse(time.DateOnly, r.Day); err != nil || !isLocal || kindOf(input) != table || kindOf(name) != table {
		return nil
	}
	a := &record{Name: r.Name, Day: r.Day, Stem: rawName(stemOf(input)), Input: rawName(filepath.Join(working, input)), Phase: phaseHeld, State: r.State}
	if kindOf(card) == vcard && kindOf(string(r.CardName)) == vcard {
		a.Card, a.CardName = rawName(filepath.Join(working, card)), r.CardName
	}
	if r.Phase == phaseClaiming {
		a.Phase = phaseClaiming
	}
	if slices.ContainsFunc(s.files, func(f *File) bool { return f.record.Input == a.Input }) {
		return nil
	}
	_, err := s.begin(a)
	return err
}
