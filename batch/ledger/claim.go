package ledger

import (
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
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
func (s Scope) args(run int64) []any { return []any{run, millis(s.Since), s.FileOnly, s.Again} }

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

// releaseAll does so also where another row has taken the claim over and would give
// it back to this one.
func (t *tx) releaseAll(r Row) error {
	if err := t.releaseClaim(r); err != nil {
		return err
	}
	_, err := t.exec("UPDATE claims SET run_before = 0, seq_before = 0, at_before = 0 WHERE card = ? AND run_before = ? AND seq_before = ?", r.Card[:], r.Run, r.Seq)
	return err
}

// loseClaim gives the row the state that follows from another row's claim.
func (t *tx) loseClaim(r Row, at time.Time) (Row, error) {
	h, err := t.holderOf(r)
	if err != nil {
		return r, err
	}
	state, reason := h.conflict(r.Run, at)
	var same holder // whose outcome is that of the row
	if state == State(csvmodel.Accepted) {
		same = h
	}
	r.State, r.Reasons, r.IDMessage = state, []msg.Reason{reason}, same.IDMessage
	err = t.expect("UPDATE rows SET status = ?, code = ?, args = ?, instance = ?, attempt = attempt - 1, intended = 0, message = ?, accepted = ?, learned = ?, delivery = ?, delivered_at = ? WHERE run = ? AND seq = ?",
		string(state), string(reason.Code), encodeReasons(r.Reasons), same.Instance, same.IDMessage, millis(same.Accepted), string(reason.Code), string(same.Delivery), same.deliveredAt, r.Run, r.Seq)
	if err == nil && same.Delivery != "" {
		err = t.noteDelivery(Row{Run: r.Run, Seq: r.Seq, Instance: same.Instance, Attempt: r.Attempt}, same.Delivery, time.Time{}, at)
	}
	return r, err
}

// holder is the row that holds the claim on another row's card.
type holder struct {
	Row
	deliveredAt int64
	file        string
	sameLine    bool // it is the same line of the same content, in an earlier run
}

func (t *tx) holderOf(r Row) (holder, error) {
	scan := func(s scanner) (h holder, err error) {
		err = s.Scan(&h.Run, &h.Seq, &h.Number, &h.State, &h.IDMessage, asTime(&h.Accepted), asTime(&h.Intended), &h.Instance, &h.Delivery, &h.deliveredAt, &h.file, &h.sameLine)
		return h, err
	}
	return first(t, ErrNoRow, scan, `SELECT h.run, h.seq, h.row, h.status, h.message, h.accepted, h.intended, h.instance, h.delivery, h.delivered_at, theirs.name,
	theirs.content = ours.content AND h.line = me.line AND h.run <> me.run
FROM claims JOIN rows h ON h.run = claims.run AND h.seq = claims.seq JOIN runs theirs ON theirs.id = h.run
JOIN rows me ON me.run = ? AND me.seq = ? JOIN runs ours ON ours.id = me.run WHERE claims.card = ?`,
		r.Run, r.Seq, r.Card[:])
}

// Retention is how long the service keeps a message in its queue and shows it in
// its journal: for that long its records may decide about a row.
const Retention = 24 * time.Hour

// conflict returns the state of a row of the run whose claim h has, and the reason.
func (h holder) conflict(run int64, at time.Time) (State, msg.Reason) {
	duplicate := func(code msg.Code, args ...any) (State, msg.Reason) {
		return State(csvmodel.Duplicate), msg.NewReason(code, args...)
	}
	switch accepted := h.State == State(csvmodel.Accepted); {
	case !accepted && at.Sub(h.Intended) < Retention: // planned until that is known
		_, reason := duplicate(msg.DuplicateDoubt, h.file, h.Number)
		return Planned, reason
	case !accepted:
		return duplicate(msg.DuplicateDoubt, h.file, h.Number)
	case h.sameLine:
		return h.State, msg.NewReason(msg.EarlierRun, h.Accepted)
	case h.Run == run:
		return duplicate(msg.Duplicate, h.Number, h.IDMessage)
	case h.Delivery.Failed():
		return duplicate(msg.DuplicateFailed, h.file, h.Number, h.IDMessage, string(h.Delivery))
	}
	return duplicate(msg.DuplicateEarlier, h.file, h.Number, h.Accepted, h.IDMessage)
}
