package ledger

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"time"
)

// openRows is true of the rows that the index rows_open is of. A query uses it only
// where it says so in the same words.
const openRows = "status IN ('intended', 'unknown')"

// Unknown returns the unknown rows of all runs that were asked for on the
// instance, oldest run first.
func (l *Ledger) Unknown(instance string) ([]Row, error) {
	return l.rows("WHERE instance = ? AND "+openRows+" AND status = 'unknown' ORDER BY run, seq", instance)
}

// Unanswered returns the rows of all runs for which the instance was asked, or is
// about to be, and of which it is not known whether it took them.
func (l *Ledger) Unanswered(instance string) ([]Row, error) {
	return l.rows("WHERE instance = ? AND "+openRows+" ORDER BY run, seq", instance)
}

// UnknownOf returns the unknown rows of a run, and those that a process on
// another instance has left intended, or is about to ask for.
func (l *Ledger) UnknownOf(run int64) ([]Row, error) {
	return l.rows("INDEXED BY rows_open WHERE run = ? AND "+openRows+" ORDER BY seq", run)
}

// AcceptedByHand returns the rows of the instance that a person said were sent,
// intended since then: the service has an entry for each, and which one is not known.
func (l *Ledger) AcceptedByHand(instance string, since time.Time) ([]Row, error) {
	return l.rows("INDEXED BY rows_by_hand WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'person' AND status = 'accepted' ORDER BY run, seq",
		instance, millis(since))
}

// SettledByHand returns the rows of the instance of which a person said whether they
// were sent, intended since then, and that were not asked for again.
func (l *Ledger) SettledByHand(instance string, since time.Time) ([]Row, error) {
	return l.rows("INDEXED BY rows_by_hand WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'person' ORDER BY run, seq",
		instance, millis(since))
}

// Settlement is what was found out about an unknown row.
type Settlement struct {
	// IDMessage of the card that the service took; empty where a person says so.
	IDMessage  string
	Taken      bool
	ResolvedBy string     // learned: queue, journal, elimination, person
	Evidence   msg.Reason // is noted
	At         time.Time
}

// Settle records what was found out about a row. One that was not taken is
// planned again, without its claim. The row must still be unknown, with the
// attempt of r; else ErrConflict.
func (l *Ledger) Settle(r Row, s Settlement) error {
	state, accepted := Planned, time.Time{}
	if s.Taken {
		state, accepted = State(csvmodel.Accepted), r.Intended
	}
	return l.commit(func(t *tx) error {
		err := t.expect("UPDATE rows SET status = ?, code = '', args = '', message = ?, accepted = ?, learned = ? WHERE run = ? AND seq = ? AND status = 'unknown' AND attempt = ?",
			string(state), s.IDMessage, millis(accepted), s.ResolvedBy, r.Run, r.Seq, r.Attempt)
		if err != nil {
			return err
		}
		if !s.Taken {
			if err := t.releaseClaim(r); err != nil {
				return err
			}
			if _, err := t.exec("UPDATE runs SET finished = 0 WHERE id = ?", r.Run); err != nil {
				return err
			}
		}
		return t.note(Note{At: s.At, Run: r.Run, Seq: r.Seq, Instance: r.Instance, Kind: NoteSettled, Attempt: r.Attempt, Reason: s.Evidence})
	})
}
