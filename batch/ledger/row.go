package ledger

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"iter"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// State is where a row stands. All statuses of the results file but unsent are
// states; a row that is planned is shown as unsent, one that is intended as
// unknown.
type State string

// The states that are no statuses.
const (
	Planned  State = "planned"
	Intended State = "intended"
)

// Status is the state as the results file shows it.
func (s State) Status() csvmodel.Status {
	switch s {
	case Planned:
		return csvmodel.Unsent
	case Intended:
		return csvmodel.Unknown
	}
	return csvmodel.Status(s)
}

// Card stands for a card and its chat: a keyed hash, so that it says nothing to
// one who does not have the ledger.
type Card [16]byte

func (l *Ledger) cardOf(f csvmodel.Fields) Card {
	mac := hmac.New(sha256.New, l.cardKey)
	for _, s := range []string{f.ChatID, f.PhoneContact, f.FirstName, f.MiddleName, f.LastName, f.Company, f.QuotedMessageID} {
		mac.Write([]byte(s))
		mac.Write([]byte{0})
	}
	return Card(mac.Sum(nil)[:16])
}

// Row is one row of a run as the ledger holds it.
type Row struct {
	Run, Seq     int64
	Number, Line int
	Source       string
	Fields       csvmodel.Fields
	Card         Card
	State        State
	Reasons      []msg.Reason
	Remarks      []msg.Reason // of the row as it was read
	Instance     string
	Attempt      int // the newest one's number; requests made, when none is under way
	Intended     time.Time
	ClockSkew    time.Duration // the service's clock less ours at that time
	Ended        time.Time
	Accepted     time.Time
	IDMessage    string
	ResolvedBy   string
	Delivery     csvmodel.Delivery
}

const rowColumns = "run, seq, row, line, source, chat, phone, first, middle, last, company, quoted, card, status, args, instance, attempt, intended, skew, ended, accepted, message, learned, delivery, remarks"

func scanRow(s scanner) (r Row, err error) {
	f := &r.Fields
	err = s.Scan(&r.Run, &r.Seq, &r.Number, &r.Line, &r.Source, &f.ChatID, &f.PhoneContact, &f.FirstName, &f.MiddleName, &f.LastName,
		&f.Company, &f.QuotedMessageID, bytesColumn(r.Card[:]), &r.State, jsonColumn{&r.Reasons}, &r.Instance, &r.Attempt, asTime(&r.Intended),
		asMillis(&r.ClockSkew), asTime(&r.Ended), asTime(&r.Accepted), &r.IDMessage, &r.ResolvedBy, &r.Delivery, jsonColumn{&r.Remarks})
	return r, err
}

// PrepareRows returns a func that adds rows of the file to a run, the first of them with
// this sequence number: rows can be prepared while others are written.
func (l *Ledger) PrepareRows(run, seq int64, rows []csvmodel.Row) (add func() error) {
	salts := make([]byte, 16*len(rows))
	rand.Read(salts)
	inserts := make([]insert, len(rows))
	for i, r := range rows {
		inserts[i] = l.insertOf(run, seq+int64(i), r, salts[16*i:16*i+16])
	}
	return func() error {
		return l.commit(func(t *tx) error {
			for _, i := range inserts {
				t.exec(i.query, i.args...)
			}
			return t.err
		})
	}
}

type insert struct {
	query string
	args  []any
}

// A bound value costs more than one in the statement.
const (
	insertPlanned = `INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', '', x'', '', 0, 0, 0, 0, 0, '', '', '', 0, ?)`
	insertInvalid = `INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'invalid', ?, ?, '', 0, 0, 0, 0, 0, '', '', '', 0, ?)`
)

func (l *Ledger) insertOf(run, seq int64, r csvmodel.Row, salt []byte) insert {
	f, card := r.Fields, l.cardOf(r.Fields)
	i := insert{insertPlanned, []any{run, seq, r.Number, r.Line, []byte(r.Source), f.ChatID, f.PhoneContact, f.FirstName, f.MiddleName,
		f.LastName, f.Company, f.QuotedMessageID, card[:], salt}}
	if !r.Valid() {
		i.query, i.args = insertInvalid, append(i.args, msg.Codes(r.Faults), encodeReasons(r.Faults))
	}
	i.args = append(i.args, encodeReasons(r.Remarks))
	return i
}

func encodeReasons(reasons []msg.Reason) []byte {
	if len(reasons) == 0 {
		return []byte{}
	}
	encoded, err := json.Marshal(reasons)
	if err != nil {
		panic(err) // strings cannot fail to be encoded
	}
	return encoded
}

// NextPlanned returns up to limit planned rows of the run behind this sequence
// number, in order, as far as a request needs them: without source and remarks.
func (l *Ledger) NextPlanned(run, after int64, limit int) ([]Row, error) {
	scan := func(s scanner) (Row, error) {
		r := Row{Run: run, State: Planned}
		f := &r.Fields
		err := s.Scan(&r.Seq, &r.Number, &r.Line, &f.ChatID, &f.PhoneContact, &f.FirstName, &f.MiddleName, &f.LastName, &f.Company,
			&f.QuotedMessageID, bytesColumn(r.Card[:]), jsonColumn{&r.Reasons}, &r.Instance, &r.Attempt)
		return r, err
	}
	return all(l.reader, scan, `SELECT seq, row, line, chat, phone, first, middle, last, company, quoted, card, args, instance, attempt
FROM rows INDEXED BY rows_state WHERE run = ? AND status = 'planned' AND seq > ? ORDER BY seq LIMIT ?`, run, after, limit)
}

// Rows goes through all rows of a run in order. What is written meanwhile does not
// show.
func (l *Ledger) Rows(run int64) iter.Seq2[Row, error] {
	return each(l.reader, scanRow, "SELECT "+rowColumns+" FROM rows WHERE run = ? ORDER BY seq", run)
}

func (l *Ledger) rows(which string, args ...any) ([]Row, error) {
	return all(l.reader, scanRow, "SELECT "+rowColumns+" FROM rows "+which, args...)
}

func (l *Ledger) row(which string, args ...any) (Row, error) {
	return first(l.reader, ErrNoRow, scanRow, "SELECT "+rowColumns+" FROM rows "+which, args...)
}

// Counts returns how many rows of the run have each status.
func (l *Ledger) Counts(run int64) (csvmodel.Counts, error) {
	states, err := table[State, int](l.reader, "SELECT status, COUNT(*) FROM rows WHERE run = ? GROUP BY status", run)
	if err != nil {
		return nil, err
	}
	counts := csvmodel.Counts{}
	for state, n := range states {
		counts[state.Status()] += n
	}
	return counts, nil
}

// CountDuplicates returns how many of the planned rows of the run would become
// duplicates if they were intended now, in order.
//
// SQLite's page caches share one limit. While others hold as much as that, each look
// at claims would read its pages anew.
func (l *Ledger) CountDuplicates(run int64, s Scope) (int, error) {
	if _, err := l.reader.Exec("PRAGMA shrink_memory"); err != nil {
		return 0, err
	}
	return value[int](l.reader, `SELECT COALESCE(SUM(n - 1 + (EXISTS (SELECT 1 FROM claims WHERE claims.card = planned.card AND `+inScope+`)
	OR EXISTS (SELECT 1 FROM rows line JOIN claims ON claims.card = line.card AND claims.run = line.run
		WHERE line.run IN (`+siblings+`) AND line.seq = planned.seq))), 0)
FROM (SELECT card, COUNT(*) n, MIN(seq) seq FROM rows WHERE run = ?1 AND +status = 'planned' AND seq >= (
	SELECT MIN(seq) FROM rows INDEXED BY rows_state WHERE run = ?1 AND status = 'planned') GROUP BY card) planned`,
		s.args(run)...)
}
