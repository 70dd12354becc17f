package ledger

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"iter"
	"time"
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

// Card returns the claim key of a contact.
func (l *Ledger) Card(f csvmodel.Fields) Card {
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

func scanRow(s scanner) (Row, error) {
	var (
		r                         Row
		source, card              []byte
		args, remarks             []byte
		intended, ended, accepted int64
		skew                      int64
	)
	f := &r.Fields
	err := s.Scan(&r.Run, &r.Seq, &r.Number, &r.Line, &source, &f.ChatID, &f.PhoneContact, &f.FirstName, &f.MiddleName, &f.LastName,
		&f.Company, &f.QuotedMessageID, &card, &r.State, &args, &r.Instance, &r.Attempt, &intended, &skew, &ended, &accepted,
		&r.IDMessage, &r.ResolvedBy, &r.Delivery, &remarks)
	if err != nil {
		return Row{}, err
	}
	r.Source = string(source)
	copy(r.Card[:], card)
	r.ClockSkew = time.Duration(skew) * time.Millisecond
	r.Intended, r.Ended, r.Accepted = fromMillis(intended), fromMillis(ended), fromMillis(accepted)
	return r, errors.Join(decodeReasons(args, &r.Reasons), decodeReasons(remarks, &r.Remarks))
}

// AddRows adds rows of the file to a run, the first of them with this sequence
// number.
func (l *Ledger) AddRows(run, seq int64, rows []csvmodel.Row) error {
	cards := make([]Card, len(rows))
	salts := make([]byte, 16*len(rows))
	rand.Read(salts)
	for i, r := range rows {
		cards[i] = l.Card(r.Fields)
	}
	return l.commit(func(t *tx) error {
		for i, r := range rows {
			if err := t.addRow(run, seq+int64(i), r, cards[i], salts[16*i:16*i+16]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) addRow(run, seq int64, r csvmodel.Row, card Card, salt []byte) error {
	state := Planned
	if !r.Valid() {
		state = State(csvmodel.Invalid)
	}
	f := r.Fields
	_, err := t.exec(`INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, 0, 0, '', '', '', 0, ?)`,
		run, seq, r.Number, r.Line, []byte(r.Source), f.ChatID, f.PhoneContact, f.FirstName, f.MiddleName, f.LastName, f.Company,
		f.QuotedMessageID, card[:], salt, string(state), msg.Codes(r.Faults), encodeReasons(r.Faults), encodeReasons(r.Remarks))
	return err
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

func decodeReasons(encoded []byte, reasons *[]msg.Reason) error {
	if len(encoded) == 0 {
		return nil
	}
	return json.Unmarshal(encoded, reasons)
}

// NextPlanned returns up to limit planned rows of the run behind this sequence
// number, in order.
func (l *Ledger) NextPlanned(run, after int64, limit int) ([]Row, error) {
	return l.collect("SELECT "+rowColumns+" FROM rows WHERE run = ? AND seq > ? AND status = 'planned' ORDER BY seq LIMIT ?", run, after, limit)
}

// Rows goes through all rows of a run in order. Nothing that is written
// meanwhile is seen.
func (l *Ledger) Rows(run int64) iter.Seq2[Row, error] {
	return l.query("SELECT "+rowColumns+" FROM rows WHERE run = ? ORDER BY seq", run)
}

func (l *Ledger) query(query string, args ...any) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := l.reader.Query(query, args...)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			if r, err := scanRow(rows); !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Row{}, err)
		}
	}
}

func (l *Ledger) collect(query string, args ...any) ([]Row, error) {
	var all []Row
	for r, err := range l.query(query, args...) {
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// Counts returns how many rows of the run have each status.
func (l *Ledger) Counts(run int64) (csvmodel.Counts, error) {
	rows, err := l.reader.Query("SELECT status, COUNT(*) FROM rows WHERE run = ? GROUP BY status", run)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := csvmodel.Counts{}
	for rows.Next() {
		var (
			state State
			n     int
		)
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		counts[state.Status()] += n
	}
	return counts, rows.Err()
}

// CountDuplicates returns how many of the planned rows of the run would become
// duplicates if they were intended now, in order.
func (l *Ledger) CountDuplicates(run int64, s Scope) (int, error) {
	var n int
	err := l.reader.QueryRow(`SELECT COALESCE(SUM(n - 1 + EXISTS (SELECT 1 FROM claims WHERE claims.card = planned.card AND NOT (`+outOfScope+`))), 0)
FROM (SELECT card, COUNT(*) n FROM rows WHERE run = ?1 AND status = 'planned' GROUP BY card) planned`,
		s.args(run)...).Scan(&n)
	return n, err
}
