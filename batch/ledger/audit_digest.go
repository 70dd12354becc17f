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

// rowDigest stands for a row as it is: its state, and a hash of what it asks for and
// what became of it, delivery left out. The hash is keyed with the row's salt, so
// that it says nothing to one who does not have the ledger.
type rowDigest [digestSize]byte

const digestSize = 1 + 16

// digestedColumns are the columns that an imprint is of. Manifests rely on them: none is
// added, and none is taken out.
const digestedColumns = "seq, row, line, source, chat, phone, first, middle, last, company, quoted, " +
	"status, code, args, remarks, instance, attempt, intended, skew, ended, accepted, message, learned"

const digestedCount = 23

// stateMarks are the first bytes of imprints.
var stateMarks = map[State]byte{
	Planned: 'p', Intended: 't', State(csvmodel.Accepted): 'a', State(csvmodel.Duplicate): 'd', State(csvmodel.Suppressed): 's',
	State(csvmodel.Invalid): 'i', State(csvmodel.Rejected): 'r', State(csvmodel.Unknown): 'u',
}

// state is that of the row, "" if it was none that is known.
func (i rowDigest) state() State {
	for state, mark := range stateMarks {
		if mark == i[0] {
			return state
		}
	}
	return ""
}

func digestOf(salt []byte, state State, cells []sql.RawBytes) rowDigest {
	mac := hmac.New(sha256.New, salt)
	writeCells(mac, cells)
	imprint := rowDigest{stateMarks[state]}
	copy(imprint[1:], mac.Sum(nil))
	return imprint
}

// writeCells writes cells so that others than these give other bytes.
func writeCells(w hash.Hash, cells []sql.RawBytes) {
	var length [binary.MaxVarintLen64]byte
	for _, cell := range cells {
		w.Write(length[:binary.PutUvarint(length[:], uint64(len(cell)))])
		w.Write(cell)
	}
}

// digestedRow is a row by its imprint.
type digestedRow struct {
	seq          int64
	number, line int
	state        State
	digest       rowDigest
}

// digestRows goes through all rows of a run in order.
func (l *Ledger) digestRows(run int64) iter.Seq2[digestedRow, error] {
	return func(yield func(digestedRow, error) bool) {
		rows, err := l.reader.Query("SELECT seq, row, line, status, salt, "+digestedColumns+" FROM rows WHERE run = ? ORDER BY seq", run)
		if err != nil {
			yield(digestedRow{}, err)
			return
		}
		defer rows.Close()
		var salt sql.RawBytes
		cells := make([]sql.RawBytes, digestedCount)
		for rows.Next() {
			var r digestedRow
			err := rows.Scan(append([]any{&r.seq, &r.number, &r.line, &r.state, &salt}, pointers(cells)...)...)
			if err == nil {
				r.digest = digestOf(salt, r.state, cells)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(digestedRow{}, err)
		}
	}
}

func pointers(cells []sql.RawBytes) []any {
	all := make([]any, len(cells))
	for i := range cells {
		all[i] = &cells[i]
	}
	return all
}
