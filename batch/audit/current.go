package audit

import (
	"cmp"
	"errors"
	"math"
	"path/filepath"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Current returns the newest manifest of a run if nothing that is worth a new one has
// happened since: rows, deliveries and the reason for which the run stopped last are the
// same, and its files are there. Else it returns the zero Manifest. Of the Statement it
// needs all but what is said of the rows and files.
func Current(l *ledger.Ledger, s Statement, counts csvmodel.Counts, stop msg.Reason) (ledger.Manifest, error) {
	note, errNote := l.LastNote()
	proof, errProof := l.NewestManifestOf(s.Run.ID)
	isSame, errSame := s.isOf(l, proof, counts, stop)
	if err := errors.Join(errNote, errProof, errSame); err != nil || !isSame {
		return ledger.Manifest{}, err
	}
	_, c, err := changesSince(l, s.Run) // last: it reads all rows
	if err != nil || c.isAltered() || c.later+c.delivered > 0 {
		return ledger.Manifest{}, err
	}
	return proof, l.CheckManifest(proof.ID, note)
}

// isOf compares what needs no look at the rows.
func (s Statement) isOf(l *ledger.Ledger, proof ledger.Manifest, counts csvmodel.Counts, stop msg.Reason) (bool, error) {
	m, err := Parse(proof.JSON)
	isSame := err == nil && proof.Output == s.Run.Output && m.Language == string(s.Language) && m.Sandbox == s.Sandbox && m.Input.Name == s.Run.Name &&
		isSameJSON(m.Settings, s.Run.Settings) && m.Run.Finished.Equal(s.Run.Finished)
	for _, status := range csvmodel.Statuses {
		isSame = isSame && m.Counts[status] == counts[status]
	}
	if !isSame {
		return false, nil
	}
	notes, errNotes := l.Notes(s.Run.ID, 0)
	resends, errResends := l.CountResends(s.Run, m.Note)
	why := stopAt(notes, math.MaxInt64)
	isSame = resends == 0 && why == stopAt(notes, m.Note) && (stop.IsZero() || why == stop.Text(msg.English))
	return isSame && m.hasFiles(proof), errors.Join(errNotes, errResends)
}

// stopAt is why a run had stopped when this note was the newest, in words.
func stopAt(notes []ledger.Note, newest int64) (why string) {
	for _, n := range notes {
		if n.ID > newest {
			break
		}
		if why = ""; n.Kind == ledger.NoteStop {
			why = n.Reason.Text(msg.English)
		}
	}
	return why
}

// hasFiles reports whether all files are there as they were made.
func (m Manifest) hasFiles(proof ledger.Manifest) bool {
	for _, file := range []*FileSum{&m.Results, &m.Report, cmp.Or(m.Fixme, &m.Report)} {
		is, err := csvmodel.Checksum(filepath.Join(filepath.Dir(proof.Output), file.Name))
		if err != nil || Hex(is) != file.SHA256 {
			return false
		}
	}
	_, is, err := copyOf(proof.Output, proof.Hash)
	return err == nil && is == proof.Hash
}
