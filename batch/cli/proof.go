package cli

import (
	"cmp"
	"errors"
	"runtime"
	"time"

	"contact-distributor/batch"
	"contact-distributor/report"
)

// noted keeps the SHA-256 of what is written.
type noted struct {
	batch.Outputs
	sums map[string][32]byte // by path
}

func (n noted) Remember(path string, sum, before [32]byte) error {
	n.sums[path] = sum
	return n.Outputs.Remember(path, sum, before)
}

// sum is a file as the manifest has it.
func (n noted) sum(path string) report.FileSum {
	return report.FileSum{Name: base(path), SHA256: report.Hex(n.sums[path])}
}

// prove adds a manifest of the files to the ledger's chain, and then writes it
// beside them.
func (w *writing) prove() error {
	m, err := w.manifest()
	if err != nil {
		return err
	}
	proof, err := w.records.Prove(w.summary.Run, w.seal, func(s batch.Seal, before batch.Manifest) ([]byte, [32]byte, error) {
		m.Number, m.Previous, m.Made = before.ID+1, report.Hex(before.Hash), time.Now().UTC()
		m.seal(s)
		return m.Encode()
	})
	if err != nil {
		return err
	}
	w.written.proof = report.Hex(proof.Hash)
	if w.written.manifest, err = report.WriteManifest(w.place(batch.ManifestSuffix), proof.JSON); err != nil {
		return err
	}
	return w.record.Appeared(w.written.manifest)
}

// manifest is a report.Manifest that a batch.Seal goes into and out of.
type manifest struct{ report.Manifest }

func (m *manifest) seal(s batch.Seal) {
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

// manifest is all that can be said before its place in the chain is known.
func (w *writing) manifest() (manifest, error) {
	run := w.summary.Run
	altered, err := w.altered(run)
	m := manifest{report.Manifest{
		Format: report.ManifestFormat, Ledger: w.records.Ledger.ID(), Sandbox: w.sandbox,
		Versions: report.Versions{Program: version(), Go: runtime.Version()},
		Run:      report.ManifestRun{ID: run.ID, Machine: run.Machine, User: run.User, Version: run.Version, Started: run.Started.UTC().Truncate(time.Millisecond)},
		Settings: run.Settings, Language: string(cmp.Or(w.records.Language, run.Form.Language())),
		Input:   report.FileSum{Name: run.Name, SHA256: report.Hex(run.Content)},
		Results: w.record.sum(w.written.results), Report: w.record.sum(w.written.report),
		Altered: altered,
	}}
	if w.written.fixme != "" {
		fixme := w.record.sum(w.written.fixme)
		m.Fixme = &fixme
	}
	return m, err
}

// altered is what somebody has changed since the run's manifest before this one:
// making another one must not hide it.
func (o outputs) altered(run batch.Run) (*report.Altered, error) {
	proof, changes, err := changesSince(o.records, run)
	if err == nil && proof.ID == 0 {
		var trace string
		trace, err = traceOfProof(o.records, run)
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

// changesSince holds the rows of a run against its newest manifest, of which the
// ID is 0 if there is none. One that cannot be read is a changed record.
func changesSince(records batch.Records, run batch.Run) (batch.Manifest, batch.Changes, error) {
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
