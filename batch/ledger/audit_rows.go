package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"hash"
	"iter"

	"contact-distributor/csvmodel"
)

// rowDigest stands for a row as it is: its state, and a hash of its card and of its
// outcome, without the delivery. The hash is keyed with the row's salt, so
// that it says nothing to one who does not have the ledger.
type rowDigest [digestSize]byte

const digestSize = 1 + 16

// digestedColumns are the columns that a digest is of. Manifests rely on them: none
// is added, and none is taken out.
const digestedColumns = "seq, row, line, source, chat, phone, first, middle, last, company, quoted, " +
	"status, code, args, remarks, instance, attempt, intended, skew, ended, accepted, message, learned"

const digestedCount = 23

// stateMarks are the first bytes of digests.
var stateMarks = map[State]byte{
	Planned: 'p', Intended: 't', State(csvmodel.Accepted): 'a', State(csvmodel.Duplicate): 'd', State(csvmodel.Suppressed): 's',
	State(csvmodel.Invalid): 'i', State(csvmodel.Rejected): 'r', State(csvmodel.Unknown): 'u',
}

// state is that of the row; "" if it was none that is known.
func (d rowDigest) state() State {
	for state, mark := range stateMarks {
		if mark == d[0] {
			return state
		}
	}
	return ""
}

func digestOf(salt []byte, state State, cells []sql.RawBytes) rowDigest {
	mac := hmac.New(sha256.New, salt)
	writeCells(mac, cells)
	digest := rowDigest{stateMarks[state]}
	copy(digest[1:], mac.Sum(nil))
	return digest
}

// writeCells writes cells so that others than these give other bytes.
func writeCells(w hash.Hash, cells []sql.RawBytes) {
	var length [binary.MaxVarintLen64]byte
	for _, cell := range cells {
		w.Write(length[:binary.PutUvarint(length[:], uint64(len(cell)))])
		w.Write(cell)
	}
}

func pointers(cells []sql.RawBytes) []any {
	all := make([]any, len(cells))
	for i := range cells {
		all[i] = &cells[i]
	}
	return all
}

// digestedRow is a row by its digest.
type digestedRow struct {
	seq          int64
	number, line int
	state        State
	digest       rowDigest
}

// digestRows goes through all rows of a run in order.
func (l *Ledger) digestRows(run int64) iter.Seq2[digestedRow, error] {
	var salt sql.RawBytes
	cells := make([]sql.RawBytes, digestedCount)
	scan := func(s scanner) (r digestedRow, err error) {
		err = s.Scan(append([]any{&r.seq, &r.number, &r.line, &r.state, &salt}, pointers(cells)...)...)
		if err == nil {
			r.digest = digestOf(salt, r.state, cells)
		}
		return r, err
	}
	return each(l.reader, scan, "SELECT seq, row, line, status, salt, "+digestedColumns+" FROM rows WHERE run = ? ORDER BY seq", run)
}

// RowChange is a row that is not what it was when a manifest was made.
type RowChange struct {
	Seq          int64
	Number, Line int   // 0 where the row is gone
	Before       State // "": it was not there
	After        State // "": it is gone
}

// RowChanges calls report for every row of the run that is not as its newest
// manifest found it. It returns the SHA-256 of the digests that are kept for the
// manifest, which is the Outcomes of its Seal.
func (l *Ledger) RowChanges(m Manifest, report func(RowChange) error) (kept [32]byte, err error) {
	next, stop := iter.Pull2(l.keptDigests(m))
	defer stop()
	c := comparison{next: next, report: report, sum: sha256.New()}
	for row, err := range l.digestRows(m.Run) {
		if err == nil {
			err = c.row(row)
		}
		if err != nil {
			return kept, err
		}
	}
	err = c.remaining()
	c.sum.Sum(kept[:0])
	return kept, err
}

// comparison goes through rows and kept digests side by side: the digest of a row has
// the place that its sequence number says.
type comparison struct {
	next   func() (rowDigest, error, bool)
	report func(RowChange) error
	sum    hash.Hash // of the digests so far
	seq    int64     // of the newest digest
}

func (c *comparison) row(row digestedRow) error {
	for {
		kept, more, err := c.take()
		switch {
		case err != nil:
			return err
		case !more:
			return c.report(RowChange{row.seq, row.number, row.line, "", row.state})
		case c.seq < row.seq:
			err = c.report(RowChange{Seq: c.seq, Before: kept.state()})
		case kept != row.digest:
			return c.report(RowChange{row.seq, row.number, row.line, kept.state(), row.state})
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// remaining reports the digests whose rows were at the end.
func (c *comparison) remaining() error {
	for {
		kept, more, err := c.take()
		if err != nil || !more {
			return err
		}
		if err := c.report(RowChange{Seq: c.seq, Before: kept.state()}); err != nil {
			return err
		}
	}
}

func (c *comparison) take() (rowDigest, bool, error) {
	digest, err, more := c.next()
	if !more || err != nil {
		return digest, false, err
	}
	c.seq++
	c.sum.Write(digest[:])
	return digest, true, nil
}
