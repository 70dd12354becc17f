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
	"errors"
	"runtime"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// Statement is what a manifest says of a run beside what the ledger holds of it.
type Statement struct {
	Run      ledger.Run
	Seal     ledger.Seal // of the rows, from before the files were made
	Version  string      // of the program
	Language msg.Language
	Sandbox  bool // the service was an imitation

	Results, Report FileSum
	Fixme           *FileSum // nil: there is none
}

// Prove adds a manifest of a run to the end of the chain. What somebody has altered since
// the manifest of the run before it stands in it: a newer one does not hide that.
func Prove(l *ledger.Ledger, s Statement) (ledger.Manifest, error) {
	altered, err := alteredSince(l, s.Run)
	if err != nil {
		return ledger.Manifest{}, err
	}
	m := s.manifest(l.ID(), altered)
	for seal := s.Seal; ; {
		before, err := l.NewestManifest()
		if err != nil {
			return ledger.Manifest{}, err
		}
		if m.Confirmed, err = l.OutputConfirmed(before.Hash); err != nil {
			return ledger.Manifest{}, err
		}
		now := time.Now()
		m.Number, m.Previous, m.Made = before.ID+1, Hex(before.Hash), now.UTC()
		m.setSeal(seal)
		proof := ledger.Manifest{Run: s.Run.ID, At: now, Output: s.Run.Output}
		if proof.JSON, proof.Hash, err = m.encode(); err != nil {
			return ledger.Manifest{}, err
		}
		// Others may add theirs at the same time.
		if err = l.AddManifest(&proof, seal, before); !errors.Is(err, ledger.ErrConflict) {
			return proof, err
		}
		if seal, err = l.Seal(s.Run.ID); err != nil {
			return ledger.Manifest{}, err
		}
	}
}

// manifest is all that can be said before its place in the chain is known.
func (s Statement) manifest(ledger string, altered *Altered) Manifest {
	run := s.Run
	return Manifest{
		Format: manifestFormat, Ledger: ledger, Sandbox: s.Sandbox,
		Versions: Versions{Program: s.Version, Go: runtime.Version()},
		Run:      RunOrigin{ID: run.ID, Machine: run.Machine, User: run.User, Version: run.Version, Started: run.Started.UTC().Truncate(time.Millisecond)},
		Settings: run.Settings, Language: string(s.Language),
		Input:   FileSum{Name: run.Name, SHA256: Hex(run.Content)},
		Results: s.Results, Fixme: s.Fixme, Report: s.Report,
		Altered: altered,
	}
}

// alteredSince is what somebody has altered of a run since its newest manifest, nil where
// that is nothing.
func alteredSince(l *ledger.Ledger, run ledger.Run) (*Altered, error) {
	proof, c, err := changesSince(l, run)
	if err != nil {
		return nil, err
	}
	if proof.ID == 0 {
		chain, err := readChain(l.Manifests(), run, nil)
		if err != nil {
			return nil, err
		}
		trace, err := traceOf(l, run, chain)
		if err != nil {
			return nil, err
		}
		c.isRecordAltered = trace != ""
	}
	if !c.isAltered() {
		return nil, nil
	}
	a := Altered{Rows: len(c.altered), Record: c.isRecordAltered, Notes: c.areNotesAltered}
	for _, row := range c.rows {
		a.First = append(a.First, row.number)
	}
	return &a, nil
}
