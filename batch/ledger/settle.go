package ledger

import (
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// openRows is the condition of the index rows_open. A query uses the index only where
// it has the same words.
const openRows = "status IN ('intended', 'unknown')"

// Unknown returns the rows of all runs that are unknown on the instance, oldest run
// first.
func (l *Ledger) Unknown(instance string) ([]Row, error) {
	return l.rows("WHERE instance = ? AND "+openRows+" AND status = 'unknown' ORDER BY run, seq", instance)
}

// Unanswered returns the rows of all runs that are intended or unknown on the
// instance, oldest run first.
func (l *Ledger) Unanswered(instance string) ([]Row, error) {
	return l.rows("WHERE instance = ? AND "+openRows+" ORDER BY run, seq", instance)
}

// UnknownOf returns the rows of a run that are unknown, or intended by a process on
// another instance, which may have ended.
func (l *Ledger) UnknownOf(run int64) ([]Row, error) {
	return l.rows("INDEXED BY rows_open WHERE run = ? AND "+openRows+" ORDER BY seq", run)
}

// SettledSince returns why rows of a run were settled after this note, by their sequence
// numbers: of each the newest reason.
func (l *Ledger) SettledSince(run, note int64) (map[int64]msg.Code, error) {
	const code = "COALESCE(iif(json_valid(CAST(reason AS TEXT)), CAST(reason AS TEXT) ->> '$.code', ''), '')" // somebody may have altered it
	return table[int64, msg.Code](l.reader, "SELECT seq, "+code+" FROM notes WHERE run = ? AND kind = ? AND id > ? ORDER BY id", run, string(NoteSettled), note)
}

// AcceptedByHand returns the rows of the instance that a person declared sent,
// intended since then. The service has an entry for each; which one is not known.
func (l *Ledger) AcceptedByHand(instance string, since time.Time) ([]Row, error) {
	return l.rows("INDEXED BY rows_by_hand WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'person' AND status = 'accepted' ORDER BY run, seq",
		instance, millis(since))
}

// SettledByHand returns the rows of the instance that a person declared sent or not
// sent, intended since then, without those that were intended again.
func (l *Ledger) SettledByHand(instance string, since time.Time) ([]Row, error) {
	return l.rows("INDEXED BY rows_by_hand WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'person' ORDER BY run, seq",
		instance, millis(since))
}

// Settlement ends the doubt about an unknown row.
type Settlement struct {
	IDMessage  string // of the card, where the service took it; empty on a person's word
	Taken      bool
	ResolvedBy string            // queue, journal or person
	Delivery   csvmodel.Delivery // as the entry shows it that was found; empty on a person's word
	DepartedAt time.Time         // as of DeliveryUpdate
	Evidence   msg.Reason        // is noted
	At         time.Time
}

// Settle records a settlement. A row that was not taken becomes planned again and
// loses its claim; after maxAbsences such attempts it becomes rejected instead. The row
// must still be unknown, with the attempt of r; else ErrConflict.
func (l *Ledger) Settle(r Row, s Settlement) error {
	state, accepted, deliveredAt := Planned, time.Time{}, time.Time{}
	if s.Taken {
		state, accepted = State(csvmodel.Accepted), r.Intended
	}
	if s.Delivery != "" {
		deliveredAt = s.At
	}
	return l.commit(func(t *tx) error {
		t.expect("UPDATE rows SET status = ?, code = '', args = '', message = ?, accepted = ?, learned = ?, delivery = ?, delivered_at = ? WHERE run = ? AND seq = ? AND status = 'unknown' AND attempt = ?",
			string(state), s.IDMessage, millis(accepted), s.ResolvedBy, string(s.Delivery), millis(deliveredAt), r.Run, r.Seq, r.Attempt)
		if !s.Taken {
			t.releaseClaim(r)
			t.exec("UPDATE runs SET finished = 0 WHERE id = ?", r.Run)
		}
		note := Note{At: s.At, Run: r.Run, Seq: r.Seq, Instance: r.Instance, Kind: NoteSettled, Attempt: r.Attempt, Reason: s.Evidence}
		t.note(note)
		switch {
		case !s.Taken:
			return t.giveUp(r, note)
		case s.Delivery != "":
			t.afterUpdate(r, DeliveryUpdate{Delivery: s.Delivery, DepartedAt: s.DepartedAt}, s.At)
		}
		return t.err
	})
}
