package ledger

import (
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
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
	SeenAt    time.Time // while Delivery is pending: when it was last seen in the queue
}

// SentCards goes through the rows of the instance that were intended between these times
// and accepted, without those that are only the same line in a later run.
func (l *Ledger) SentCards(instance string, from, to time.Time) iter.Seq2[SentCard, error] {
	scan := query.Into(func(s *SentCard) []any {
		return []any{&s.Run, &s.Seq, &s.Chat, &s.Phone, &s.IDMessage, query.AsTime(&s.Intended), query.AsMillis(&s.ClockSkew),
			query.AsTime(&s.Ended), query.AsTime(&s.Accepted), &s.Delivery, query.AsTime(&s.SeenAt)}
	})
	return query.Each(l.reader, scan, `SELECT run, seq, chat, phone, message, intended, skew, ended, accepted, delivery, CASE delivery WHEN 'pending' THEN delivered_at ELSE 0 END FROM rows
WHERE instance = ? AND intended > 0 AND intended BETWEEN ? AND ? AND status = 'accepted' AND message <> ''`,
		instance, query.Millis(from), query.Millis(to))
}

// DeliveryUpdate is a new delivery of a card, or that it was seen in the queue again.
type DeliveryUpdate struct {
	SentCard   // as it was read
	Delivery   csvmodel.Delivery
	SeenAt     time.Time // when Delivery was seen; zero: now
	DepartedAt time.Time // when the card left the queue; zero if that is not known, or noted already
}

// RecordDeliveries records new deliveries, in one transaction, also of the same line in
// later runs, and returns the runs in which something has changed. The claim on a card
// that may go again is released, and taken again, unless another row has it, when the card
// proves to have arrived. A row whose idMessage or delivery is not what was read stays as
// it is.
func (l *Ledger) RecordDeliveries(instance string, updates []DeliveryUpdate, at time.Time) (runs map[int64]bool, err error) {
	runs = map[int64]bool{}
	return runs, l.commit(func(t *tx) {
		clear(runs)
		for _, u := range updates {
			for _, r := range t.updateRows(instance, u, at) {
				if u.Delivery != u.SentCard.Delivery {
					runs[r.Run] = true
					t.afterUpdate(r, u, at)
				}
			}
		}
	})
}

func (t *tx) updateRows(instance string, u DeliveryUpdate, at time.Time) (changed []Row) {
	scan := query.Into(func(r *Row) []any {
		return []any{&r.Run, &r.Seq, query.BytesColumn(r.Card[:]), &r.Instance, &r.Attempt, query.AsTime(&r.Intended)}
	})
	changed, t.err = query.All(t, scan, `UPDATE rows SET delivery = ?, delivered_at = ?
WHERE message = ? AND message <> '' AND instance = ? AND chat = ? AND status = 'accepted' AND delivery = ?
RETURNING run, seq, card, instance, attempt, intended`,
		string(u.Delivery), cmp.Or(query.Millis(u.SeenAt), query.Millis(at)), u.IDMessage, instance, u.Chat, string(u.SentCard.Delivery))
	return changed
}

func (t *tx) afterUpdate(r Row, u DeliveryUpdate, at time.Time) {
	switch before, now := u.SentCard.Delivery.MayGoAgain(), u.Delivery.MayGoAgain(); {
	case now && !before:
		t.releaseClaim(r)
	case before && !now && !r.Intended.IsZero():
		t.exec("INSERT INTO claims VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", r.Card[:], r.Run, r.Seq, query.Millis(r.Intended))
	}
	t.noteDelivery(r, u.Delivery, u.DepartedAt, at)
}

// noteDelivery is called with each change of a row's delivery: a delivery without
// its note was altered from outside.
func (t *tx) noteDelivery(r Row, d csvmodel.Delivery, departed, at time.Time) {
	args := []any{string(d)}
	if !departed.IsZero() {
		args = append(args, departed.UTC().Truncate(time.Second))
	}
	t.note(Note{At: at, Run: r.Run, Seq: r.Seq, Instance: r.Instance, Kind: NoteDelivery, Attempt: r.Attempt,
		Reason: msg.NewReason(msg.Delivery, args...)})
}

// DeliveryCounts returns how many accepted rows of the run have each delivery, if any is
// known.
func (l *Ledger) DeliveryCounts(run int64) (csvmodel.DeliveryCounts, error) {
	noted, err := query.Value[bool](l.reader, "SELECT EXISTS (SELECT 1 FROM notes WHERE run = ? AND kind = ?)", run, string(NoteDelivery))
	if err != nil || !noted { // each that is known has a note
		return csvmodel.DeliveryCounts{}, err
	}
	return query.Table[csvmodel.Delivery, int](l.reader,
		"SELECT delivery, COUNT(*) FROM rows WHERE run = ? AND status || '' = 'accepted' GROUP BY delivery", run)
}

// Departures goes through the times at which cards of the run are known to have left the
// queue.
func (l *Ledger) Departures(run int64) iter.Seq2[time.Time, error] {
	type departure struct {
		seq int64
		at  time.Time
	}
	scan := func(s query.Scanner) (d departure, err error) {
		var reason msg.Reason
		err = s.Scan(&d.seq, query.AsJSON(&reason))
		d.at = reason.Time("Left")
		return d, err
	}
	return func(yield func(time.Time, error) bool) {
		var row departure
		for d, err := range query.Each(l.reader, scan, "SELECT seq, reason FROM notes WHERE run = ? AND kind = ? ORDER BY seq, id", run, string(NoteDelivery)) {
			isFirst := d.seq != row.seq || row.at.IsZero()
			if isFirst && (err != nil || !d.at.IsZero()) && !yield(d.at, err) {
				return
			}
			if isFirst {
				row = d
			}
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

// UnexplainedDeliveries goes through all such rows of the run in order.
func (l *Ledger) UnexplainedDeliveries(run int64) iter.Seq2[UnexplainedDelivery, error] {
	scan := func(s query.Scanner) (u UnexplainedDelivery, err error) {
		var note msg.Reason
		err = s.Scan(&u.Seq, &u.Number, &u.Line, &u.State, &u.Delivery, query.AsJSON(&note))
		u.Noted = csvmodel.Delivery(note.Word("Delivery"))
		return u, err
	}
	noted := query.Each(l.reader, scan, `SELECT rows.seq, rows.row, rows.line, rows.status, rows.delivery, COALESCE(notes.reason, ?3)
FROM rows LEFT JOIN notes ON notes.run = rows.run AND notes.seq = rows.seq AND notes.kind = ?2 WHERE rows.run = ?1 ORDER BY rows.seq, notes.id`,
		run, string(NoteDelivery), []byte{})
	return func(yield func(UnexplainedDelivery, error) bool) {
		var newest UnexplainedDelivery // by the newest note on its row so far
		isUnexplained := func() bool { return newest.Delivery != newest.Noted }
		for u, err := range noted {
			if err != nil {
				yield(u, err)
				return
			}
			if u.Seq != newest.Seq && isUnexplained() && !yield(newest, nil) {
				return
			}
			newest = u
		}
		if isUnexplained() {
			yield(newest, nil)
		}
	}
}

// CountDeliveryChanges returns how many rows of the run got a delivery after this note.
func (l *Ledger) CountDeliveryChanges(run, note int64) (int, error) {
	return query.Value[int](l.reader, "SELECT COUNT(DISTINCT seq) FROM notes WHERE run = ? AND kind = ? AND id > ?", run, string(NoteDelivery), note)
}

// RunsToPublish returns the runs with deliveries of the instance's cards that their
// newest manifest does not know.
func (l *Ledger) RunsToPublish(instance string) ([]int64, error) {
	noted, err := query.All(l.reader, query.ScanPair[int64, int64], "SELECT run, MAX(id) FROM notes WHERE kind = ? AND instance = ? GROUP BY run ORDER BY run", string(NoteDelivery), instance)
	var runs []int64
	for _, n := range noted {
		m, errManifest := l.NewestManifestOf(n.Key)
		var known struct{ Note int64 }
		if m.ID != 0 {
			err = errors.Join(err, json.Unmarshal(m.JSON, &known))
		}
		if err = errors.Join(err, errManifest); n.Value > known.Note {
			runs = append(runs, n.Key)
		}
	}
	return runs, err
}
