// Package audit proves what became of a run, and finds what is not as it was proven.
//
// Prove makes a Manifest of a run, of its rows and of the files that are made from them,
// and adds it to the one chain that a ledger has of all its runs. Verify holds ledger and
// files against that chain. Whoever alters a row, a note, a file or a manifest makes a
// difference that it finds; an end that was cut off the chain it finds with the hash of a
// manifest that was kept elsewhere.
//
// What the program itself does is no difference: notes explain rows that went on, and a
// program that was killed leaves files which are older than the newest manifest.
package audit

import (
	"cmp"
	"errors"
	"math"
	"path/filepath"
	"runtime"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// New returns what a manifest says of a run before its files are made, in a language and
// by this version of the program. Sandbox says that the service was an imitation.
func New(run ledger.Run, version string, language msg.Language, sandbox bool) Manifest {
	return Manifest{
		Format: manifestFormat, Sandbox: sandbox, Settings: run.Settings, Language: string(language),
		Versions: Versions{Program: version, Go: runtime.Version()},
		Run:      RunOrigin{ID: run.ID, Machine: run.Machine, User: run.User, Version: run.Version, Started: run.Started.UTC().Truncate(time.Millisecond)},
		Input:    FileSum{Name: run.Name, SHA256: Hex(run.Content)},
	}
}

// Prove adds a manifest of a run to the end of the chain: one of New to which the files
// were added. The Seal is of the rows, from before the files were made. What somebody has
// altered since the manifest of the run before it stands in it: a newer one does not hide
// that.
func Prove(l *ledger.Ledger, run ledger.Run, seal ledger.Seal, m Manifest) (proof ledger.Manifest, err error) {
	m.Ledger = l.ID()
	if m.Altered, err = alteredSince(l, run); err != nil {
		return proof, err
	}
	for {
		before, err := l.NewestManifest()
		if err != nil {
			return proof, err
		}
		if m.Confirmed, err = l.OutputConfirmed(before.Hash); err != nil {
			return proof, err
		}
		now := time.Now()
		m.Number, m.Previous, m.Made = before.ID+1, Hex(before.Hash), now.UTC()
		m.setSeal(seal)
		proof = ledger.Manifest{Run: run.ID, At: now, Output: run.Output}
		if proof.JSON, proof.Hash, err = m.encode(); err != nil {
			return proof, err
		}
		// Others may add theirs at the same time.
		if err = l.AddManifest(&proof, seal, before); !errors.Is(err, ledger.ErrConflict) {
			return proof, err
		}
		if seal, err = l.Seal(run.ID); err != nil {
			return proof, err
		}
	}
}

// alteredSince is what somebody has altered of a run since its newest manifest, nil where
// that is nothing.
func alteredSince(l *ledger.Ledger, run ledger.Run) (*Altered, error) {
	proof, c, err := changesSince(l, run)
	if err == nil && proof.ID == 0 {
		var trace string
		trace, err = traceOf(l, run)
		c.isRecordAltered = trace != ""
	}
	if err != nil || !c.isAltered() {
		return nil, err
	}
	a := Altered{Rows: len(c.altered), Record: c.isRecordAltered, Notes: c.areNotesAltered}
	for _, row := range c.rows {
		a.First = append(a.First, row.number)
	}
	return &a, nil
}

// Current returns the newest manifest about the files of a run if nothing that is worth a
// new one, which would be m, has happened since: rows, deliveries and the reason for which
// the run stopped last are the same, and its files are there. Else it returns the zero
// Manifest.
func Current(l *ledger.Ledger, run ledger.Run, m Manifest, counts csvmodel.Counts, stop msg.Reason) (ledger.Manifest, error) {
	note, errNote := l.LastNote()
	now, errNow := l.Run(run.ID) // after the note: it may have been started again
	proof, errProof := l.NewestManifestAt(run.Output)
	newest, errNewest := l.NewestManifestOf(run.ID) // perhaps about other files
	notes, errNotes := l.Notes(run.ID, 0)
	old, errOld := Parse(proof.JSON)
	last, errLast := Parse(newest.JSON)
	resends, errResends := l.CountResends(run, old.Note)
	delivered, errDelivered := l.CountDeliveryChanges(run.ID, old.Note)
	why := stopAt(notes, math.MaxInt64)
	isSame := errOld == nil && errLast == nil && proof.Run == run.ID && old.isLike(m) && isSameJSON(last.Settings, m.Settings) &&
		old.Outcomes == last.Outcomes && last.Run.Finished.Equal(now.Finished) && resends+delivered == 0 &&
		why == stopAt(notes, old.Note) && (stop.IsZero() || why == stop.Text(msg.English))
	for _, status := range csvmodel.Statuses {
		isSame = isSame && old.Counts[status] == counts[status]
	}
	err := errors.Join(errNote, errNow, errProof, errNewest, errNotes, errResends, errDelivered)
	if err != nil || !isSame || !old.hasFiles(proof) {
		return ledger.Manifest{}, err
	}
	_, c, err := changesSince(l, run) // last: it reads all rows
	if err != nil || c.isAltered() || c.later > 0 {
		return ledger.Manifest{}, err
	}
	return proof, l.CheckManifest(newest.ID, note)
}

func (m Manifest) isLike(other Manifest) bool {
	return m.Language == other.Language && m.Sandbox == other.Sandbox && m.Input == other.Input && isSameJSON(m.Settings, other.Settings)
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
		is, err := checksum(filepath.Join(filepath.Dir(proof.Output), file.Name))
		if err != nil || Hex(is) != file.SHA256 {
			return false
		}
	}
	_, is, err := copyOf(proof.Output, proof.Hash)
	return err == nil && is == proof.Hash
}
