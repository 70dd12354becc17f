package ledger

import (
	"crypto/sha256"
	"database/sql"
	"math/rand/v2"
	"slices"
	"time"

	"contact-distributor/csvmodel"
)

// Seal is what a manifest says of the rows of a run.
type Seal struct {
	Outcomes [32]byte // SHA-256 of the digests of all rows, in order
	Counts   csvmodel.Counts
	Note     int64    // the ledger's newest note when the rows were looked at
	Notes    [32]byte // SHA-256 of the run's notes up to that one
	Finished time.Time

	series int64
	parts  int
}

// digestsPerPart is how many digests are kept together: each part waits for the disk.
const digestsPerPart = 8192

// Seal looks at all rows of a run as they are, and keeps their digests for the
// manifest that is made of it.
func (l *Ledger) Seal(run int64) (Seal, error) {
	s := Seal{Counts: csvmodel.Counts{}, series: rand.Int64()}
	var err error
	// The note first: what is noted while the rows are looked at comes after it.
	if s.Note, err = l.LastNote(); err != nil {
		return s, err
	}
	if s.Notes, err = l.SumNotes(run, s.Note); err != nil {
		return s, err
	}
	r, err := l.Run(run)
	if err != nil {
		return s, err
	}
	s.Finished = r.Finished
	return s, l.keepDigests(run, &s)
}

// LastNote returns the number of the newest note of all.
func (l *Ledger) LastNote() (int64, error) {
	return value[int64](l.reader, "SELECT COALESCE(MAX(id), 0) FROM notes")
}

func (l *Ledger) keepDigests(run int64, s *Seal) error {
	sum := sha256.New()
	part := make([]byte, 0, digestsPerPart*digestSize)
	keep := func() error {
		sum.Write(part)
		digests := part
		part = part[:0]
		s.parts++
		return l.exec("INSERT INTO imprints (run, series, marks) VALUES (?, ?, ?)", run, s.series, digests)
	}
	for row, err := range l.digestRows(run) {
		if err != nil {
			return err
		}
		s.Counts[row.state.Status()]++
		if part = append(part, row.digest[:]...); len(part) == cap(part) {
			if err := keep(); err != nil {
				return err
			}
		}
	}
	err := keep()
	sum.Sum(s.Outcomes[:0])
	return err
}

// keptDigests returns the digests that are kept for a manifest. There are none if it is
// not the newest one of its run.
func (l *Ledger) keptDigests(m Manifest) (kept []rowDigest, err error) {
	for part, err := range each(l.reader, cell[sql.RawBytes], "SELECT marks FROM imprints WHERE run = ? AND series = ? ORDER BY id", m.Run, m.series) {
		if err != nil {
			return nil, err
		}
		for digest := range slices.Chunk(part, digestSize) {
			kept = append(kept, rowDigest{})
			copy(kept[len(kept)-1][:], digest)
		}
	}
	return kept, nil
}

// SumNotes returns the SHA-256 of the notes of a run up to this one.
func (l *Ledger) SumNotes(run, upTo int64) (sum [32]byte, err error) {
	hash := sha256.New()
	cells := make([]sql.RawBytes, 8)
	scan := func(s scanner) (struct{}, error) { return struct{}{}, s.Scan(pointers(cells)...) }
	for _, err := range each(l.reader, scan, "SELECT "+noteColumns+" FROM notes WHERE run = ? AND id <= ? ORDER BY id", run, upTo) {
		if err != nil {
			return sum, err
		}
		writeCells(hash, cells)
	}
	hash.Sum(sum[:0])
	return sum, nil
}
