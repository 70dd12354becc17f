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

// ConfirmOutput remembers that the file whose output was recorded at path is there:
// what is found in its place from now on has been put there.
func (l *Ledger) ConfirmOutput(path string) error {
	return l.commit(func(t *tx) error {
		_, err := t.exec("UPDATE outputs SET before = sum WHERE path = ?", path)
		return err
	})
}

// Output returns the SHA-256 of the file that was written to path for a run of
// this content, and of the one that it replaced; zero where none was.
func (l *Ledger) Output(path string, content [32]byte) (sum, before [32]byte, err error) {
	var written, replaced []byte
	err = l.reader.QueryRow("SELECT sum, before FROM outputs WHERE path = ? AND content = ?", path, content[:]).Scan(&written, &replaced)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	copy(sum[:], written)
	copy(before[:], replaced)
	return sum, before, err
}
