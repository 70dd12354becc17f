package ledger

import (
	"iter"
	"time"
)

// Manifest is one of the chain that the ledger keeps, over all runs.
type Manifest struct {
	ID     int64 // its place in the chain, from 1; 0: there is none
	Run    int64
	At     time.Time
	Output string // absolute path and stem of the files that it is about, where they are now
	JSON   []byte
	Hash   [32]byte // SHA-256 of JSON
	// Checked is the newest note of the ledger when all was last found to be as it says;
	// 0: not since it was made.
	Checked int64

	series int64
}

const manifestColumns = "id, run, at, output, json, hash, series"

func scanManifest(s scanner) (m Manifest, err error) {
	err = s.Scan(&m.ID, &m.Run, asTime(&m.At), &m.Output, &m.JSON, bytesColumn(m.Hash[:]), &m.series, &m.Checked)
	return m, err
}

// AddManifest adds a manifest, made of a Seal of its run, to the chain behind the
// one before, and sets its ID. It is ErrConflict if another one is there, or if
// there is one of this run that is newer than the Seal.
func (l *Ledger) AddManifest(m *Manifest, s Seal, before Manifest) error {
	return l.commit(func(t *tx) error {
		t.expect(`INSERT INTO manifests (`+manifestColumns+`) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE (SELECT COALESCE(MAX(id), 0) FROM manifests) = ?1 - 1
AND (SELECT COUNT(*) FROM imprints WHERE run = ?2 AND series = ?7) = ?8`,
			before.ID+1, m.Run, millis(m.At), m.Output, m.JSON, m.Hash[:], s.series, s.parts)
		t.exec("DELETE FROM imprints WHERE run = ? AND series <> ?", m.Run, s.series)
		if t.err == nil {
			m.ID, m.series = before.ID+1, s.series
		}
		return t.err
	})
}

// Manifests goes through the chain from its beginning.
func (l *Ledger) Manifests() iter.Seq2[Manifest, error] {
	return each(l.reader, scanManifest, "SELECT "+manifestColumns+", checked FROM manifests ORDER BY id")
}

// NewestManifest returns the end of the chain.
func (l *Ledger) NewestManifest() (Manifest, error) { return l.manifest("") }

// NewestManifestOf returns the newest manifest of a run.
func (l *Ledger) NewestManifestOf(run int64) (Manifest, error) {
	return l.manifest("WHERE run = ?", run)
}

// CheckManifest records that all is as a manifest says, as of this note.
func (l *Ledger) CheckManifest(id, note int64) error {
	return l.expect("UPDATE manifests SET checked = ? WHERE id = ?", note, id)
}

// ManifestAt returns the manifest at this place of the chain.
func (l *Ledger) ManifestAt(id int64) (Manifest, error) { return l.manifest("WHERE id = ?", id) }

// ManifestWith returns the manifest of this hash.
func (l *Ledger) ManifestWith(hash [32]byte) (Manifest, error) {
	return l.manifest("WHERE hash = ?", hash[:])
}

// NewestManifestAt returns the newest manifest about files with this stem.
func (l *Ledger) NewestManifestAt(output string) (Manifest, error) {
	return l.manifest("WHERE output = ?", output)
}

// manifest returns the newest of these; the zero Manifest if there is none.
func (l *Ledger) manifest(which string, args ...any) (Manifest, error) {
	return first(l.reader, nil, scanManifest, "SELECT "+manifestColumns+", checked FROM manifests "+which+" ORDER BY id DESC LIMIT 1", args...)
}

// RecordOutput records that a file with this SHA-256 is about to appear at path,
// for a run of this content, in place of one with that of before.
func (l *Ledger) RecordOutput(path string, content, sum, before [32]byte) error {
	return l.exec(`INSERT INTO outputs VALUES (?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET content = excluded.content, sum = excluded.sum, before = excluded.before`,
		path, content[:], sum[:], before[:])
}

// ConfirmOutput records that the file of RecordOutput is at its path: another file in
// its place is not the program's.
func (l *Ledger) ConfirmOutput(path string) error {
	return l.exec("UPDATE outputs SET before = sum WHERE path = ?", path)
}

// OutputConfirmed reports whether the newest file of a path has this SHA-256 and has
// appeared there.
func (l *Ledger) OutputConfirmed(sum [32]byte) (bool, error) {
	return value[bool](l.reader, "SELECT EXISTS (SELECT 1 FROM outputs WHERE sum = ?1 AND before = ?1)", sum[:])
}

// Output returns the SHA-256 of the file that was written to path for a run of
// this content, and of the one that it replaced; zero where none was. They are the
// same after ConfirmOutput.
func (l *Ledger) Output(path string, content [32]byte) (sum, before [32]byte, err error) {
	scan := func(s scanner) (struct{}, error) {
		return struct{}{}, s.Scan(bytesColumn(sum[:]), bytesColumn(before[:]))
	}
	_, err = first(l.reader, nil, scan, "SELECT sum, before FROM outputs WHERE path = ? AND content = ?", path, content[:])
	return sum, before, err
}

// OutputUnchanged reports whether a file with this SHA-256 was written to path
// for a run of this content, or stood there before.
func (l *Ledger) OutputUnchanged(path string, content, sum [32]byte) (bool, error) {
	written, before, err := l.Output(path, content)
	return err == nil && (sum == written || sum == before), err
}
