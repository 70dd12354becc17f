package ledger

import (
	"database/sql"
	"errors"
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

	series int64
}

const manifestColumns = "id, run, at, output, json, hash, series"

func scanManifest(s scanner) (Manifest, error) {
	var (
		m    Manifest
		at   int64
		hash []byte
	)
	err := s.Scan(&m.ID, &m.Run, &at, &m.Output, &m.JSON, &hash, &m.series)
	if errors.Is(err, sql.ErrNoRows) {
		return Manifest{}, nil
	}
	m.At = fromMillis(at)
	copy(m.Hash[:], hash)
	return m, err
}

// AddManifest adds a manifest, made of a Seal of its run, to the chain behind the
// one before, and sets its ID. If another one has come there, or of this run since
// the Seal, it is ErrConflict.
func (l *Ledger) AddManifest(m *Manifest, s Seal, before Manifest) error {
	return l.commit(func(t *tx) error {
		err := t.expect(`INSERT INTO manifests (`+manifestColumns+`) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE (SELECT COALESCE(MAX(id), 0) FROM manifests) = ?1 - 1
AND (SELECT COUNT(*) FROM imprints WHERE run = ?2 AND series = ?7) = ?8`,
			before.ID+1, m.Run, millis(m.At), m.Output, m.JSON, m.Hash[:], s.series, s.parts)
		if err != nil {
			return err
		}
		m.ID, m.series = before.ID+1, s.series
		_, err = t.exec("DELETE FROM imprints WHERE run = ? AND series <> ?", m.Run, s.series)
		return err
	})
}

// NewestManifest returns the end of the chain.
func (l *Ledger) NewestManifest() (Manifest, error) { return l.manifest("") }

// NewestManifestOf returns the newest manifest of a run.
func (l *Ledger) NewestManifestOf(run int64) (Manifest, error) {
	return l.manifest("WHERE run = ?", run)
}

// NewestManifestAt returns the newest manifest about files with this stem.
func (l *Ledger) NewestManifestAt(output string) (Manifest, error) {
	return l.manifest("WHERE output = ?", output)
}

func (l *Ledger) manifest(where string, args ...any) (Manifest, error) {
	return scanManifest(l.reader.QueryRow("SELECT "+manifestColumns+" FROM manifests "+where+" ORDER BY id DESC LIMIT 1", args...))
}

// Manifests goes through the chain from its beginning.
func (l *Ledger) Manifests() iter.Seq2[Manifest, error] {
	return func(yield func(Manifest, error) bool) {
		rows, err := l.reader.Query("SELECT " + manifestColumns + " FROM manifests ORDER BY id")
		if err != nil {
			yield(Manifest{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			if m, err := scanManifest(rows); !yield(m, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Manifest{}, err)
		}
	}
}
