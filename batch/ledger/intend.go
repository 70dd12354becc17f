package ledger

import (
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Intend records that the row's card is about to be requested on the instance, takes the
// claim on the card, and returns the row as it is then. Where the same card went to the
// same chat already, no request is to be made: the row becomes a duplicate or, where it is
// that very line of the same content in an earlier run, accepted. Where it is not known
// whether the card went, the row stays planned, with that reason. The row must be planned,
// with the attempt and the account it was read with; else ErrConflict.
func (l *Lease) Intend(r Row, s Scope, at time.Time, clockSkew time.Duration) (Row, error) {
	intended, instance := r, l.Instance()
	err := l.commitRow(r, func(t *tx) {
		intended = r
		t.expect("UPDATE rows SET status = 'intended', code = '', args = '', instance = ?, attempt = attempt + 1, intended = ?, skew = ?, ended = 0 WHERE run = ? AND seq = ? AND status = 'planned' AND attempt = ? AND account = ?",
			instance, query.Millis(at), clockSkew.Milliseconds(), r.Run, r.Seq, r.Attempt, r.Account)
		if t.err != nil {
			return
		}
		intended.State, intended.Reasons, intended.Instance, intended.Attempt, intended.Intended, intended.ClockSkew = Intended, nil, instance, r.Attempt+1, at, clockSkew
		for isLost := false; t.err == nil && !isLost && !t.claim(r, s, at) && t.err == nil; {
			var lost Row
			if lost, isLost = t.loseClaim(r, s, at); isLost {
				intended = lost
			}
		}
	})
	return intended, err
}

// Revoke undoes the Intend that returned r, whose request was never begun.
func (l *Lease) Revoke(r Row) error {
	return l.commitRow(r, func(t *tx) {
		t.expect("UPDATE rows SET status = 'planned', attempt = attempt - 1, intended = 0, instance = CASE attempt WHEN 1 THEN '' ELSE instance END WHERE run = ? AND seq = ? AND status = 'intended' AND attempt = ?",
			r.Run, r.Seq, r.Attempt)
		t.releaseClaim(r)
	})
}

// Outcome is how one attempt ended.
type Outcome struct {
	State     State // accepted, rejected, unknown, or planned where the card was not accepted
	IDMessage string
	Reason    msg.Reason // zero when accepted
	At        time.Time
}

// RecordOutcome records the outcome of the attempt that Intend returned, and releases the
// claim on a card that was rejected or not accepted. The row must still be intended, with
// the attempt of r; else ErrConflict.
func (l *Lease) RecordOutcome(r Row, o Outcome) error {
	var (
		args       = []byte{}
		accepted   time.Time
		resolvedBy Resolver
	)
	if o.Reason.Code != "" {
		args = encodeReasons([]msg.Reason{o.Reason})
	}
	if o.State == State(csvmodel.Accepted) {
		accepted, resolvedBy = o.At, ByAnswer
	}
	return l.commitRow(r, func(t *tx) {
		t.expect("UPDATE rows SET status = ?, code = ?, args = ?, ended = ?, accepted = ?, message = ?, learned = ? WHERE run = ? AND seq = ? AND status = 'intended' AND attempt = ?",
			string(o.State), string(o.Reason.Code), args, query.Millis(o.At), query.Millis(accepted), o.IDMessage, string(resolvedBy), r.Run, r.Seq, r.Attempt)
		if o.State == Planned || o.State == State(csvmodel.Rejected) {
			t.releaseClaim(r)
		}
		if o.Reason.Code != "" {
			t.note(Note{At: o.At, Run: r.Run, Seq: r.Seq, Instance: r.Instance, Kind: NoteAttempt, Attempt: r.Attempt, Reason: o.Reason})
		}
	})
}

// maxAbsences is how often a card is requested without an answer, and proven not to be
// accepted, before it needs a person.
const maxAbsences = 5

// giveUp rejects a row that was requested maxAbsences times, without the attempts that the
// program did not see to their end.
func (t *tx) giveUp(r Row, settled Note) {
	if settled.Reason.Code != msg.Free || len(r.Reasons) == 0 {
		return
	}
	var notes []Note
	notes, t.err = query.All(t, scanNote, notesQuery, r.Run, r.Seq)
	n, isAsked := 0, map[int]bool{} // by attempt
	for _, note := range notes {
		switch isFree := note.Kind == NoteSettled && note.Reason.Code == msg.Free; {
		case note.Kind == NoteAttempt && note.Reason.Code != msg.Crashed:
			isAsked[note.Attempt] = true
		case isFree && isAsked[note.Attempt]:
			n++
		}
	}
	if n < maxAbsences {
		return
	}
	settled.Reason = msg.NewReason(msg.GivenUp, n, r.Reasons[0])
	t.expect("UPDATE rows SET status = ?, code = ?, args = ? WHERE run = ? AND seq = ?",
		string(csvmodel.Rejected), string(msg.GivenUp), encodeReasons([]msg.Reason{settled.Reason}), r.Run, r.Seq)
	t.note(settled)
}

// Suppress stands in place of Intend where the row's chat must not be written to.
func (l *Lease) Suppress(r Row) (Row, error) {
	r.State, r.Reasons = State(csvmodel.Suppressed), []msg.Reason{{Code: msg.Suppressed}}
	return r, l.expect("UPDATE rows SET status = ?, code = ?, args = ? WHERE run = ? AND seq = ? AND status = 'planned' AND attempt = ?",
		string(r.State), string(msg.Suppressed), encodeReasons(r.Reasons), r.Run, r.Seq, r.Attempt)
}

// SuppressPlanned does the same at once for all planned rows of a run that an account may send.
func (l *Lease) SuppressPlanned(run int64, account string, isSuppressed func(chat string) bool) error {
	var chats []string
	for chat, err := range query.Each(l.ledger.reader, query.Cell[string], "SELECT chat FROM rows INDEXED BY rows_state WHERE run = ? AND status = 'planned' AND account IN ('', ?)", run, account) {
		if err != nil {
			return err
		}
		if isSuppressed(chat) {
			chats = append(chats, chat)
		}
	}
	if len(chats) == 0 {
		return nil
	}
	return l.exec(`UPDATE rows INDEXED BY rows_state SET status = ?, code = ?, args = ?
WHERE run = ? AND status = 'planned' AND account IN ('', ?) AND chat IN (SELECT value FROM json_each(?))`,
		string(csvmodel.Suppressed), string(msg.Suppressed), encodeReasons([]msg.Reason{{Code: msg.Suppressed}}), run, account, query.List[string](chats))
}

// Settlement ends the doubt about an unknown row.
type Settlement struct {
	IDMessage  string // of the card, where the service took it; empty on a person's word
	Taken      bool
	ResolvedBy Resolver          // not ByAnswer
	Delivery   csvmodel.Delivery // as the entry shows it that was found; empty on a person's word
	DepartedAt time.Time         // as of DeliveryUpdate
	Evidence   msg.Reason        // is noted
	At         time.Time
}

// Settle makes an unknown row accepted or planned again, without its claim; after
// maxAbsences such attempts it becomes rejected instead. It must still be unknown, with the
// attempt of r; else ErrConflict.
func (l *Lease) Settle(r Row, s Settlement) error { return l.commitRow(r, settle(r, s)) }

// Settle does the same by the word of a person, who needs no lease.
func (l *Ledger) Settle(r Row, s Settlement) error {
	return l.committer.Submit(l.writeRow(r, settle(r, s)))
}

func settle(r Row, s Settlement) func(*tx) {
	state, accepted, deliveredAt := Planned, time.Time{}, time.Time{}
	if s.Taken {
		state, accepted = State(csvmodel.Accepted), r.Intended
	}
	if s.Delivery != "" {
		deliveredAt = s.At
	}
	return func(t *tx) {
		t.expect("UPDATE rows SET status = ?, code = '', args = '', message = ?, accepted = ?, learned = ?, delivery = ?, delivered_at = ? WHERE run = ? AND seq = ? AND status = 'unknown' AND attempt = ?",
			string(state), s.IDMessage, query.Millis(accepted), string(s.ResolvedBy), string(s.Delivery), query.Millis(deliveredAt), r.Run, r.Seq, r.Attempt)
		if !s.Taken {
			t.releaseClaim(r)
			t.exec("UPDATE runs SET finished = 0 WHERE id = ?", r.Run)
		}
		note := Note{At: s.At, Run: r.Run, Seq: r.Seq, Instance: r.Instance, Kind: NoteSettled, Attempt: r.Attempt, Reason: s.Evidence}
		t.note(note)
		switch {
		case !s.Taken:
			t.giveUp(r, note)
		case s.Delivery != "":
			t.afterUpdate(r, DeliveryUpdate{Delivery: s.Delivery, DepartedAt: s.DepartedAt}, s.At)
		}
	}
}
