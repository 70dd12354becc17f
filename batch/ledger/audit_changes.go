package ledger

import (
	"crypto/sha256"
	"iter"
)

// RowChange is a row that is not what it was when a manifest was made.
type RowChange struct {
	Seq          int64
	Number, Line int   // 0 where the row is gone
	Before       State // "": it was not there
	After        State // "": it is gone
}

// RowChanges calls each for every row of the run that is not as its newest
// manifest found it. It returns the SHA-256 of what was kept for the manifest,
// which is the Outcomes of its Seal.
func (l *Ledger) RowChanges(m Manifest, each func(RowChange) error) (kept [32]byte, err error) {
	next, stop := iter.Pull2(l.keptDigests(m))
	defer stop()
	c := comparison{next: next, each: each}
	hash := sha256.New()
	c.seen = func(i rowDigest) { hash.Write(i[:]) }
	for row, err := range l.digestRows(m.Run) {
		if err == nil {
			err = c.row(row)
		}
		if err != nil {
			return kept, err
		}
	}
	err = c.rest()
	hash.Sum(kept[:0])
	return kept, err
}

// comparison goes through rows and imprints side by side: the imprint of a row has
// the place that its sequence number says.
type comparison struct {
	next func() (rowDigest, error, bool)
	seen func(rowDigest)
	each func(RowChange) error
	seq  int64 // of the newest imprint
}

func (c *comparison) row(row digestedRow) error {
	for {
		was, more, err := c.take()
		switch {
		case err != nil:
			return err
		case !more:
			return c.each(RowChange{row.seq, row.number, row.line, "", row.state})
		case c.seq < row.seq:
			err = c.each(RowChange{Seq: c.seq, Before: was.state()})
		case was != row.digest:
			return c.each(RowChange{row.seq, row.number, row.line, was.state(), row.state})
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rest are the imprints whose rows were at the end.
func (c *comparison) rest() error {
	for {
		was, more, err := c.take()
		if err != nil || !more {
			return err
		}
		if err := c.each(RowChange{Seq: c.seq, Before: was.state()}); err != nil {
			return err
		}
	}
}

func (c *comparison) take() (rowDigest, bool, error) {
	imprint, err, more := c.next()
	if !more || err != nil {
		return imprint, false, err
	}
	c.seq++
	c.seen(imprint)
	return imprint, true, nil
}
