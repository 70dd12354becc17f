package ledger

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"iter"
	"time"
)

// SentCard is an accepted row with an idMessage, as far as its delivery goes.
type SentCard struct {
	Run, Seq  int64
	Chat      string
	Phone     string
	IDMessage string
	Intended  time.Time
	ClockSkew time.Duration // the service's clock less ours then
	Ended     time.Time     // when its last attempt was answered or given up
	Accepted  time.Time
	Delivery  csvmodel.Delivery
}

// SentCards goes through the rows of the instance that were asked for between these
// times and accepted, without those that are only the same line in a later run.
// What is written meanwhile is not seen.
func (l *Ledger) SentCards(instance string, from, to time.Time) iter.Seq2[SentCard, error] {
	return func(yield func(SentCard, error) bool) {
		rows, err := l.reader.Query(`SELECT run, seq, chat, phone, message, intended, skew, ended, accepted, delivery FROM rows
WHERE instance = ? AND intended > 0 AND intended BETWEEN ? AND ? AND status = 'accepted' AND message <> ''`,
			instance, millis(from), millis(to))
		if err != nil {
			yield(SentCard{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			if s, err := scanSent(rows); !yield(s, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(SentCard{}, err)
		}
	}
}

func scanSent(row scanner) (SentCard, error) {
	var s SentCard
	var intended, skew, ended, accepted int64
	err := row.Scan(&s.Run, &s.Seq, &s.Chat, &s.Phone, &s.IDMessage, &intended, &skew, &ended, &accepted, &s.Delivery)
	s.ClockSkew = time.Duration(skew) * time.Millisecond
	s.Intended, s.Ended, s.Accepted = fromMillis(intended), fromMillis(ended), fromMillis(accepted)
	return s, err
}

// DeliveryUpdate is what was seen of a card.
type DeliveryUpdate struct {
	SentCard   // as it was read
	Delivery   csvmodel.Delivery
	DepartedAt time.Time // the queue, where that was seen for the first time
}

// RecordDeliveries records what was seen of cards, in one transaction, and returns the runs
// in which something changed. It does so also for the same line in later runs. The
// claim on a card that did not arrive and may go again is given back, and taken
// again, unless another row has it, when the card is then seen to arrive after all.
//
// A row that is not accepted with this idMessage any more, or of which something
// else was recorded since it was read, is left alone.
func (l *Ledger) RecordDeliveries(instance string, seen []DeliveryUpdate, at time.Time) (runs map[int64]bool, err error) {
	runs = map[int64]bool{}
	return runs, l.commit(func(t *tx) error {
		for _, s := range seen {
			changed, err := t.updateRows(instance, s, at)
			if err != nil {
				return err
			}
			for _, r := range changed {
				runs[r.Run] = true
				if err := t.afterUpdate(r, s, at); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// updateRows returns the rows that it changed.
func (t *tx) updateRows(instance string, s DeliveryUpdate, at time.Time) ([]Row, error) {
	stmt, err := t.stmt(`UPDATE rows SET delivery = ?, delivered_at = ?
WHERE message = ? AND message <> '' AND instance = ? AND chat = ? AND status = 'accepted' AND delivery = ?
RETURNING run, seq, card, instance, attempt, intended`)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.Query(string(s.Delivery), millis(at), s.IDMessage, instance, s.Chat, string(s.SentCard.Delivery))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changed []Row
	for rows.Next() {
		var r Row
		var card []byte
		var intended int64
		if err := rows.Scan(&r.Run, &r.Seq, &card, &r.Instance, &r.Attempt, &intended); err != nil {
			return nil, err
		}
		copy(r.Card[:], card)
		r.Intended = fromMillis(intended)
		changed = append(changed, r)
	}
	return changed, rows.Err()
}

// afterUpdate does what follows for a row of which this was seen.
func (t *tx) afterUpdate(r Row, s DeliveryUpdate, at time.Time) error {
	var err error
	switch before, now := s.SentCard.Delivery.MayGoAgain(), s.Delivery.MayGoAgain(); {
	case now && !before:
		err = t.releaseAll(r)
	case before && !now && !r.Intended.IsZero():
		_, err = t.exec("INSERT INTO claims VALUES (?, ?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING", r.Card[:], r.Run, r.Seq, millis(r.Intended))
	}
	if err != nil {
		return err
	}
	return t.noteDelivery(r, s.Delivery, s.DepartedAt, at)
}

// noteDelivery is called with each change of a row's delivery: what is in no note
// was altered by somebody else.
func (t *tx) noteDelivery(r Row, d csvmodel.Delivery, left, at time.Time) error {
	args := []string{string(d)}
	if !left.IsZero() {
		args = append(args, left.UTC().Format(time.RFC3339))
	}
	return t.note(Note{At: at, Run: r.Run, Seq: r.Seq, Instance: r.Instance, Kind: NoteDelivery, Attempt: r.Attempt,
		Reason: msg.Reason{Code: msg.Delivery, Args: args}})
}

// releaseAll gives the claim on the row's card back, also where another row has taken it
// over meanwhile and would give it back to this one.
func (t *tx) releaseAll(r Row) error {
	if err := t.releaseClaim(r); err != nil {
		return err
	}
	_, err := t.exec("UPDATE claims SET run_before = 0, seq_before = 0, at_before = 0 WHERE card = ? AND run_before = ? AND seq_before = ?", r.Card[:], r.Run, r.Seq)
	return err
}

// DeliveryCounts returns how many accepted rows of the run have each delivery; nothing while
// none is known.
func (l *Ledger) DeliveryCounts(run int64) (csvmodel.DeliveryCounts, error) {
	var noted bool
	err := l.reader.QueryRow("SELECT EXISTS (SELECT 1 FROM notes WHERE run = ? AND kind = ?)", run, string(NoteDelivery)).Scan(&noted)
	if err != nil || !noted { // each that is known has a note
		return csvmodel.DeliveryCounts{}, err
	}
	rows, err := l.reader.Query("SELECT delivery, COUNT(*) FROM rows WHERE run = ? AND status = 'accepted' GROUP BY delivery", run)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := csvmodel.DeliveryCounts{}
	for rows.Next() {
		var delivery csvmodel.Delivery
		var n int
		if err := rows.Scan(&delivery, &n); err != nil {
			return nil, err
		}
		counts[delivery] = n
	}
	return counts, rows.Err()
}

// Departures goes through the times at which cards of the run left the queue, as far as
// that was seen, each once.
func (l *Ledger) Departures(run int64) iter.Seq2[time.Time, error] {
	return func(yield func(time.Time, error) bool) {
		rows, err := l.reader.Query("SELECT MIN(CAST(reason AS TEXT) ->> '$.args[1]') AS gone FROM notes WHERE run = ? AND kind = ? GROUP BY seq HAVING gone <> ''",
			run, string(NoteDelivery))
		if err != nil {
			yield(time.Time{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			err := rows.Scan(&text)
			at := time.Time{}
			if err == nil {
				at, err = time.Parse(time.RFC3339, text)
			}
			if !yield(at, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(time.Time{}, err)
		}
	}
}

// UnexplainedDelivery is a row whose delivery is not what the newest note on it says.
type UnexplainedDelivery struct {
	Seq             int64
	Number, Line    int
	State           State
	Noted, Delivery csvmodel.Delivery
}

// UnexplainedDeliveries calls each for every such row of the run, in the order of the file.
func (l *Ledger) UnexplainedDeliveries(run int64, each func(UnexplainedDelivery) error) error {
	rows, err := l.reader.Query(`WITH seen AS (
	SELECT seq, COALESCE(CAST(reason AS TEXT) ->> '$.args[0]', '') AS word, MAX(id) FROM notes WHERE run = ?1 AND kind = ?2 GROUP BY seq)
SELECT rows.seq, rows.row, rows.line, rows.status, COALESCE(seen.word, ''), rows.delivery
FROM rows LEFT JOIN seen ON seen.seq = rows.seq WHERE rows.run = ?1 AND rows.delivery <> COALESCE(seen.word, '') ORDER BY rows.seq`,
		run, string(NoteDelivery))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var m UnexplainedDelivery
		if err := rows.Scan(&m.Seq, &m.Number, &m.Line, &m.State, &m.Noted, &m.Delivery); err != nil {
			return err
		}
		if err := each(m); err != nil {
			return err
		}
	}
	return rows.Err()
}

// CountDeliveryChanges returns of how many rows of the run another delivery was noted
// after this note.
func (l *Ledger) CountDeliveryChanges(run, note int64) (n int, err error) {
	err = l.reader.QueryRow("SELECT COUNT(DISTINCT seq) FROM notes WHERE run = ? AND kind = ? AND id > ?", run, string(NoteDelivery), note).Scan(&n)
	return n, err
}

// RunsToPublish returns the runs with cards of the instance of which more was seen than
// when their newest manifest was made.
func (l *Ledger) RunsToPublish(instance string) (runs []int64, err error) {
	rows, err := l.reader.Query(`SELECT run FROM (SELECT run, MAX(id) AS newest FROM notes WHERE kind = ? AND instance = ? GROUP BY run) seen
WHERE newest > COALESCE((SELECT CAST(json AS TEXT) ->> '$.note' FROM manifests WHERE manifests.run = seen.run ORDER BY id DESC LIMIT 1), 0) ORDER BY run`,
		string(NoteDelivery), instance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var run int64
		if err := rows.Scan(&run); err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, rows.Err()
}
