package ledger

import (
	"database/sql"
	"errors"
)

// RecordOutput remembers that a file with this SHA-256 is about to appear at
// path, for a run of this content, in place of one with that of before.
func (l *Ledger) RecordOutput(path string, content, sum, before [32]byte) error {
	return l.commit(func(t *tx) error {
		_, err := t.exec(`INSERT INTO outputs VALUES (?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET content = excluded.content, sum = excluded.sum, before = excluded.before`,
			path, content[:], sum[:], before[:])
		return err
	})
}

// OutputUnchanged reports whether a file with this SHA-256 was written to path
// for a run of this content.
func (l *Ledger) OutputUnchanged(path string, content, sum [32]byte) (bool, error) {
	var found bool
	err := l.reader.QueryRow("SELECT 1 FROM outputs WHERE path = ?1 AND content = ?2 AND (sum = ?3 OR before = ?3)",
		path, content[:], sum[:]).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return found, err
}
