package ledger

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"time"
)

// Outcome is what came of one attempt.
type Outcome struct {
	// State is accepted, rejected, unknown, or planned where the card was surely
	// not taken.
	State     State
	IDMessage string
	Reason    msg.Reason // zero when accepted
	At        time.Time
}

// RecordOutcome records the outcome of the attempt that Intend returned. The claim on the
// card is given back where the card was rejected or surely not taken. The row
// must still be intended, with the attempt of r; else ErrConflict.
func (l *Ledger) RecordOutcome(r Row, o Outcome) error {
	var reasons []msg.Reason
	var accepted int64
	if o.Reason.Code != "" {
		reasons = []msg.Reason{o.Reason}
	}
	if o.State == State(csvmodel.Accepted) {
		accepted = millis(o.At)
	}
	args := encodeReasons(reasons)
	return l.commit(func(t *tx) error {
		err := t.expect("UPDATE rows SET status = ?, code = ?, args = ?, ended = ?, accepted = ?, message = ?, learned = ? WHERE run = ? AND seq = ? AND status = 'intended' AND attempt = ?",
			string(o.State), string(o.Reason.Code), args, millis(o.At), accepted, o.IDMessage, resolvedBy(o), r.Run, r.Seq, r.Attempt)
		if err != nil {
			return err
		}
		if o.State == Planned || o.State == State(csvmodel.Rejected) {
			if err := t.releaseClaim(r); err != nil {
				return err
			}
		}
		if o.Reason.Code == "" {
			return nil
		}
		return t.note(Note{At: o.At, Run: r.Run, Seq: r.Seq, Instance: r.Instance, Kind: NoteAttempt, Attempt: r.Attempt, Reason: o.Reason})
	})
}

func resolvedBy(o Outcome) string {
	if o.State == State(csvmodel.Accepted) {
		return "answer"
	}
	return ""
}

// Revoke undoes the Intend that returned r, whose request was never begun.
func (l *Ledger) Revoke(r Row) error {
	return l.commit(func(t *tx) error {
		err := t.expect("UPDATE rows SET status = 'planned', attempt = attempt - 1, intended = 0, instance = CASE attempt WHEN 1 THEN '' ELSE instance END WHERE run = ? AND seq = ? AND status = 'intended' AND attempt = ?",
			r.Run, r.Seq, r.Attempt)
		if err != nil {
			return err
		}
		return t.releaseClaim(r)
	})
}

// releaseClaim gives the claim on the row's card back: to the row that held it before,
// if there was one.
func (t *tx) releaseClaim(r Row) error {
	n, err := t.exec(`UPDATE claims SET run = run_before, seq = seq_before, at = at_before, run_before = 0, seq_before = 0, at_before = 0
WHERE card = ? AND run = ? AND seq = ? AND run_before <> 0`, r.Card[:], r.Run, r.Seq)
	if err == nil && n == 0 {
		_, err = t.exec("DELETE FROM claims WHERE card = ? AND run = ? AND seq = ?", r.Card[:], r.Run, r.Seq)
	}
	return err
}
