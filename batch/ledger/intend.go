package ledger

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"strconv"
	"time"
)

// Scope says which claims of other rows make a row a duplicate.
type Scope struct {
	// Since: claims older than this do not count. Zero: all count.
	Since time.Time
	// FileOnly: only claims of the same run count.
	FileOnly bool
	// Again: claims of other runs of the same content do not count.
	Again bool
}

// args are those of outOfScope, for a run.
func (s Scope) args(run int64) []any {
	return []any{run, millis(s.Since), s.FileOnly, s.Again}
}

// holder is the row that holds a claim.
type holder struct {
	run, seq    int64
	row         int
	state       State
	message     string
	accepted    int64
	intended    int64
	delivery    string
	deliveredAt int64 // when that was
	instance    string
	file        string
	sameLine    bool // it is the same line of the same file, in an earlier run
}

// conflict is what becomes of a row whose claim another row holds.
type conflict struct {
	state       State
	reason      msg.Reason
	message     string
	accepted    int64
	instance    string
	delivery    string
	deliveredAt int64
}

// Retention is how long the service keeps a message in its queue and shows it in
// its journal: for that long its records may decide about a row.
const Retention = 24 * time.Hour

func (h holder) conflictWith(run int64, at time.Time) conflict {
	row, day := strconv.Itoa(h.row), fromMillis(h.accepted).Format(time.DateOnly)
	duplicate := func(code msg.Code, args ...string) conflict {
		return conflict{state: State(csvmodel.Duplicate), reason: msg.Reason{Code: code, Args: args}}
	}
	switch accepted := h.state == State(csvmodel.Accepted); {
	case !accepted && at.Sub(fromMillis(h.intended)) < Retention:
		y := duplicate(msg.DuplicateDoubt, h.file, row)
		y.state = Planned // until that is known
		return y
	case !accepted:
		return duplicate(msg.DuplicateDoubt, h.file, row)
	case h.sameLine:
		why := msg.Reason{Code: msg.EarlierRun, Args: []string{day}}
		return conflict{h.state, why, h.message, h.accepted, h.instance, h.delivery, h.deliveredAt}
	case h.run == run:
		return duplicate(msg.Duplicate, row, h.message)
	case csvmodel.Delivery(h.delivery).Failed():
		return duplicate(msg.DuplicateFailed, h.file, row, h.message, h.delivery)
	}
	return duplicate(msg.DuplicateEarlier, h.file, row, day, h.message)
}

// Intend records that the row's card is about to be asked for on instance, and
// takes the claim on the card. Where the same card has gone to the same chat
// already, nothing is to be asked, and the row is made duplicate, or accepted
// where it is itself that very line of the same content, or of less of the same
// file, in an earlier run. Where
// it is not known whether it went, the row stays planned, with that reason. It
// returns the row as it is then.
//
// The row must be planned, with the attempt it was read with; else ErrConflict.
// Skew is the service's clock less ours, as far as is known.
func (l *Ledger) Intend(r Row, instance string, s Scope, at time.Time, skew time.Duration) (Row, error) {
	intended := r
	err := l.commit(func(t *tx) error {
		err := t.expect("UPDATE rows SET status = 'intended', code = '', args = '', instance = ?, attempt = attempt + 1, intended = ?, skew = ?, ended = 0 WHERE run = ? AND seq = ? AND status = 'planned' AND attempt = ?",
			instance, millis(at), skew.Milliseconds(), r.Run, r.Seq, r.Attempt)
		if err != nil {
			return err
		}
		intended.State, intended.Reasons, intended.Instance, intended.Attempt, intended.Intended, intended.ClockSkew = Intended, nil, instance, r.Attempt+1, at, skew
		taken, err := t.claim(r, s, at)
		if err != nil || taken {
			return err
		}
		intended, err = t.loseClaim(r, s, at)
		return err
	})
	return intended, err
}

// Suppress records, in place of Intend, that the row's chat must not be written
// to, and returns the row as it is then. It must be planned, with the attempt it
// was read with; else ErrConflict.
func (l *Ledger) Suppress(r Row) (Row, error) {
	reason := msg.Reason{Code: msg.Suppressed}
	r.State, r.Reasons = State(csvmodel.Suppressed), []msg.Reason{reason}
	return r, l.commit(func(t *tx) error {
		return t.expect("UPDATE rows SET status = ?, code = ?, args = ? WHERE run = ? AND seq = ? AND status = 'planned' AND attempt = ?",
			string(r.State), string(reason.Code), encodeReasons(r.Reasons), r.Run, r.Seq, r.Attempt)
	})
}

// SuppressPlanned does the same for all planned rows of a run at once.
func (l *Ledger) SuppressPlanned(run int64, suppressed func(chat string) bool) error {
	seqs, err := l.plannedFor(run, suppressed)
	if err != nil || len(seqs) == 0 {
		return err
	}
	reason := msg.Reason{Code: msg.Suppressed}
	args := encodeReasons([]msg.Reason{reason})
	return l.commit(func(t *tx) error {
		for _, seq := range seqs {
			err := t.expect("UPDATE rows SET status = ?, code = ?, args = ? WHERE run = ? AND seq = ? AND status = 'planned'",
				string(csvmodel.Suppressed), string(reason.Code), args, run, seq)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *Ledger) plannedFor(run int64, wanted func(chat string) bool) (seqs []int64, err error) {
	rows, err := l.reader.Query("SELECT seq, chat FROM rows WHERE run = ? AND status = 'planned'", run)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			seq  int64
			chat string
		)
		if err := rows.Scan(&seq, &chat); err != nil {
			return nil, err
		}
		if wanted(chat) {
			seqs = append(seqs, seq)
		}
	}
	return seqs, rows.Err()
}

// outOfScope is true of a claim that does not make a row of run ?1 a duplicate
// by the Scope in ?2 to ?4.
const outOfScope = `(claims.at < ?2 OR (?3 AND claims.run <> ?1)
OR (?4 AND claims.run <> ?1 AND (SELECT content FROM runs WHERE id = claims.run) = (SELECT content FROM runs WHERE id = ?1)))`

// claim takes the claim on a card unless another row holds it that counts.
func (t *tx) claim(r Row, s Scope, at time.Time) (bool, error) {
	n, err := t.exec(`INSERT INTO claims VALUES (?5, ?1, ?6, ?7, 0, 0, 0)
ON CONFLICT (card) DO UPDATE SET run = ?1, seq = ?6, at = ?7,
	run_before = iif(run = ?1 AND seq = ?6, run_before, run),
	seq_before = iif(run = ?1 AND seq = ?6, seq_before, seq),
	at_before  = iif(run = ?1 AND seq = ?6, at_before, at)
WHERE (claims.run = ?1 AND claims.seq = ?6) OR `+outOfScope,
		append(s.args(r.Run), r.Card[:], r.Seq, millis(at))...)
	return n == 1, err
}

// loseClaim gives the row the state that follows from another row's claim.
func (t *tx) loseClaim(r Row, s Scope, at time.Time) (Row, error) {
	h, err := t.holderOf(r, s)
	if err != nil {
		return r, err
	}
	y := h.conflictWith(r.Run, at)
	r.State, r.Reasons, r.IDMessage = y.state, []msg.Reason{y.reason}, y.message
	err = t.expect("UPDATE rows SET status = ?, code = ?, args = ?, instance = ?, attempt = attempt - 1, intended = 0, message = ?, accepted = ?, learned = ?, delivery = ?, delivered_at = ? WHERE run = ? AND seq = ?",
		string(y.state), string(y.reason.Code), encodeReasons(r.Reasons), y.instance, y.message, y.accepted, string(y.reason.Code), y.delivery, y.deliveredAt, r.Run, r.Seq)
	if err == nil && y.delivery != "" {
		err = t.noteDelivery(Row{Run: r.Run, Seq: r.Seq, Instance: y.instance, Attempt: r.Attempt}, csvmodel.Delivery(y.delivery), time.Time{}, at)
	}
	return r, err
}

func (t *tx) holderOf(r Row, s Scope) (holder, error) {
	var h holder
	err := t.queryRow(`SELECT h.run, h.seq, h.row, h.status, h.message, h.accepted, h.intended, h.instance, h.delivery, h.delivered_at, theirs.name,
	theirs.content = ours.content AND h.line = me.line AND h.run <> me.run
FROM claims JOIN rows h ON h.run = claims.run AND h.seq = claims.seq JOIN runs theirs ON theirs.id = h.run
JOIN rows me ON me.run = ? AND me.seq = ? JOIN runs ours ON ours.id = me.run WHERE claims.card = ?`,
		[]any{r.Run, r.Seq, r.Card[:]},
		[]any{&h.run, &h.seq, &h.row, &h.state, &h.message, &h.accepted, &h.intended, &h.instance, &h.delivery, &h.deliveredAt, &h.file, &h.sameLine})
	return h, err
}
