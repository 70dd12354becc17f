package publish

import (
	"cmp"
	"errors"
	"runtime"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/report"
)

// checksums keeps the SHA-256 of what is written.
type checksums struct {
	batch.Outputs
	sums map[string][32]byte // by path
}

func (c checksums) Remember(path string, sum, before [32]byte) error {
	c.sums[path] = sum
	return c.Outputs.Remember(path, sum, before)
}

// sum is a file as the manifest has it.
func (c checksums) sum(path string) report.FileSum {
	return report.FileSum{Name: base(path), SHA256: report.Hex(c.sums[path])}
}

// prove adds a manifest of the files to the ledger's chain, and then writes it
// beside them.
func (w *Writing) prove() error {
	m, err := w.Manifest()
	if err != nil {
		return err
	}
	proof, err := w.Records.Prove(w.Summary.Run, w.Seal, func(s batch.Seal, before batch.Manifest) ([]byte, [32]byte, error) {
		m.Number, m.Previous, m.Made = before.ID+1, report.Hex(before.Hash), time.Now().UTC()
		m.Seal(s)
		return m.Encode()
	})
	if err != nil {
		return err
	}
	w.Written.Proof = report.Hex(proof.Hash)
	if w.Written.Manifest, err = report.WriteManifest(w.Place(batch.ManifestSuffix), proof.JSON); err != nil {
		return err
	}
	return w.record.Appeared(w.Written.Manifest)
}

// manifest is a report.Manifest that a batch.Seal goes into and out of.
type manifest struct{ report.Manifest }

func (m *manifest) Seal(s batch.Seal) {
	m.Counts, m.Outcomes, m.Note, m.Notes = s.Counts, report.Hex(s.Outcomes), s.Note, report.Hex(s.Notes)
	m.Run.Finished = s.Finished.UTC()
}

// sealed is the seal that the manifest was made of, as far as it says.
func (m *manifest) sealed() (s batch.Seal, err error) {
	s = batch.Seal{Note: m.Note, Finished: m.Run.Finished}
	var errNotes error
	s.Outcomes, err = report.ParseHash(m.Outcomes)
	s.Notes, errNotes = report.ParseHash(m.Notes)
	return s, errors.Join(err, errNotes)
}

// Manifest is all that can be said before its place in the chain is known.
func (w *Writing) Manifest() (manifest, error) {
	run := w.Summary.Run
	altered, err := w.altered(run)
	m := manifest{report.Manifest{
		Format: report.ManifestFormat, Ledger: w.Records.Ledger.ID(), Sandbox: w.Sandbox,
		Versions: report.Versions{Program: w.Version, Go: runtime.Version()},
		Run:      report.ManifestRun{ID: run.ID, Machine: run.Machine, User: run.User, Version: run.Version, Started: run.Started.UTC().Truncate(time.Millisecond)},
		Settings: run.Settings, Language: string(w.language(run)),
		Input:   report.FileSum{Name: run.Name, SHA256: report.Hex(run.Content)},
		Results: w.record.sum(w.Written.Results), Report: w.record.sum(w.Written.Report),
		Altered: altered,
	}}
	if w.Written.Fixme != "" {
		fixme := w.record.sum(w.Written.Fixme)
		m.Fixme = &fixme
	}
	return m, err
}

// altered is what somebody has changed since the run's manifest before this one:
// making another one must not hide it.
func (p Publisher) altered(run ledger.Run) (*report.Altered, error) {
	proof, changes, err := ChangesSince(p.Records, run)
	if err == nil && proof.ID == 0 {
		var trace string
		trace, err = TraceOfProof(p.Records, run)
		changes.Record = trace != ""
	}
	if err != nil || !changes.Any() {
		return nil, err
	}
	altered := report.Altered{Rows: changes.Rows, Record: changes.Record, Notes: changes.Notes}
	for _, row := range changes.Altered {
		altered.First = append(altered.First, cmp.Or(row.Number, row.Place+1))
	}
	return &altered, nil
}

// ChangesSince holds the rows of a run against its newest manifest, of which the
// ID is 0 if there is none. One that cannot be read is a changed record.
func ChangesSince(records batch.Records, run ledger.Run) (batch.Manifest, batch.Changes, error) {
	for {
		proof, err := records.Proof(run)
		if err != nil || proof.ID == 0 {
			return proof, batch.Changes{}, err
		}
		seal, err := sealOf(proof)
		if errors.Is(err, report.ErrNewerManifest) {
			return proof, batch.Changes{}, err
		}
		if err != nil {
			return proof, batch.Changes{Record: true}, nil
		}
		changes, err := records.Changes(proof, seal)
		if !errors.Is(err, batch.ErrProvedAgain) {
			return proof, changes, err
		}
	}
}

func sealOf(proof batch.Manifest) (batch.Seal, error) {
	parsed, err := report.ParseManifest(proof.JSON)
	if err != nil {
		return batch.Seal{}, err
	}
	m := manifest{parsed}
	return m.sealed()
}
