package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"hash"
	"iter"
	"math"

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
	digests, err := l.keptDigests(m)
	if err != nil {
		return kept, err
	}
	seq := int64(1) // of the next digest: its place says it
	reportGone := func(end int64) error {
		for ; seq < min(end, int64(len(digests))+1); seq++ {
			if err := report(RowChange{Seq: seq, Before: digests[seq-1].state()}); err != nil {
				return err
			}
		}
		return nil
	}
	sum := sha256.New()
	for _, digest := range digests {
		sum.Write(digest[:])
	}
	sum.Sum(kept[:0])
	for row, err := range l.digestRows(m.Run) {
		if err == nil {
			err = reportGone(row.seq)
		}
		change := RowChange{row.seq, row.number, row.line, "", row.state}
		switch isKept := seq == row.seq && row.seq <= int64(len(digests)); {
		case err != nil:
			return kept, err
		case isKept && digests[seq-1] == row.digest:
			seq++
			continue
		case isKept:
			change.Before = digests[seq-1].state()
			seq++
		}
		if err := report(change); err != nil {
			return kept, err
		}
	}
	return kept, reportGone(math.MaxInt64)
}
