package ledger

import (
	"encoding/json"
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Scope says which claims make a row a duplicate. Those of its own run always do, and so
// do those of other runs of the same content or of the file at the same path: also on the
// card of the same line of the content, if it was read in another way.
type Scope struct {
	Since    time.Time // other claims older than this do not count
	FileOnly bool      // no other claims count
	// Again: claims of finished runs of the same content do not count, and those of the
	// same path count like any others.
	Again bool
}

// args are ?1 to ?4.
func (s Scope) args(run int64) []any { return []any{run, query.Millis(s.Since), s.FileOnly, s.Again} }

// argsOf are ?1 to ?7.
func (l *Ledger) argsOf(r Row, s Scope) []any {
	card, other := l.cardsOf(r.Fields)
	if r.Card == other {
		other = card
	}
	return append(s.args(r.Run), r.Card[:], r.Seq, other[:])
}

// The arguments of these queries: ?1 the run of the row, ?2 Scope.Since, ?3 Scope.FileOnly,
// ?4 Scope.Again, ?5 the card of the row, ?6 its sequence number, ?7 its card in other
// versions of the program, ?8 the time of its claim.
const (
	// siblings are the other runs of the content whose claims count by the Scope.
	siblings = "SELECT id FROM runs WHERE content = (SELECT content FROM runs WHERE id = ?1) AND id <> ?1 AND (NOT ?4 OR finished = 0)"

	// inScope is true of a claim that makes a row of the run with its card a duplicate.
	inScope = `(claims.run = ?1
	OR NOT ?3 AND claims.at >= ?2 AND NOT (?4 AND (SELECT content FROM runs WHERE id = claims.run) = (SELECT content FROM runs WHERE id = ?1))
	OR claims.run IN (` + siblings + `)
	OR NOT ?4 AND EXISTS (SELECT 1 FROM places WHERE run = claims.run AND path = (SELECT path FROM runs WHERE id = ?1)))`

	// conflictingClaims are the claims that make the row a duplicate.
	conflictingClaims = `(SELECT card, run, seq, at FROM claims WHERE card IN (?5, ?7) AND ` + inScope + `
	UNION ALL SELECT claims.card, claims.run, claims.seq, claims.at FROM rows me
	JOIN rows line ON line.run IN (` + siblings + `) AND line.seq = me.seq AND line.line = me.line
	JOIN claims ON claims.card = line.card AND claims.run = line.run WHERE me.run = ?1 AND me.seq = ?6) conflicts`
)

func (t *tx) claim(r Row, s Scope, at time.Time) bool {
	claims := t.change(`INSERT INTO claims SELECT ?5, ?1, ?6, ?8 WHERE NOT EXISTS (SELECT 1 FROM `+conflictingClaims+` WHERE run <> ?1 OR seq <> ?6)
ON CONFLICT (card, run) DO UPDATE SET at = excluded.at`,
		append(t.ledger.argsOf(r, s), query.Millis(at))...)
	return claims == 1
}

// releaseClaim gives up the claim of a row whose card did not go, or may go again.
func (t *tx) releaseClaim(r Row) {
	t.exec("DELETE FROM claims WHERE card = ? AND run = ? AND seq = ?", r.Card[:], r.Run, r.Seq)
}

// loseClaim fails where the other claim has been released meanwhile, and nothing is changed.
func (t *tx) loseClaim(r Row, s Scope, at time.Time) (_ Row, ok bool) {
	var h holder
	if h, t.err = t.holderOf(r, s); t.err != nil || h.Run == 0 {
		return r, false
	}
	state, reason := h.conflict(r, at)
	var same holder // whose outcome is that of the row
	if state == State(csvmodel.Accepted) {
		same = h
	}
	r.State, r.Reasons, r.IDMessage = state, []msg.Reason{reason}, same.IDMessage
	if h.Fields.ChatID != r.Fields.ChatID && h.sameCard {
		r.Reasons = append(r.Reasons, msg.NewReason(msg.SameAccount, h.Fields.ChatID))
	}
	t.expect("UPDATE rows SET status = ?, code = ?, args = ?, instance = ?, attempt = attempt - 1, intended = 0, message = ?, accepted = ?, learned = ?, delivery = ?, delivered_at = ? WHERE run = ? AND seq = ?",
		string(state), string(reason.Code), encodeReasons(r.Reasons), same.Instance, same.IDMessage, query.Millis(same.Accepted), string(reason.Code), string(same.Delivery), same.deliveredAt, r.Run, r.Seq)
	if same.Delivery != "" {
		t.noteDelivery(Row{Run: r.Run, Seq: r.Seq, Instance: same.Instance, Attempt: r.Attempt}, same.Delivery, time.Time{}, at)
	}
	return r, true
}

// holder is a row with a claim that makes another row a duplicate.
type holder struct {
	Row
	deliveredAt int64
	file        string
	sameCard    bool // in some version of the program
	sameLine    bool // it is the same line of the same content, in an earlier run
}

// holderOf prefers the same line to all others, and the newest claim to older ones. There may
// be none.
func (t *tx) holderOf(r Row, s Scope) (holder, error) {
	scan := query.Into(func(h *holder) []any {
		return []any{&h.Run, &h.Seq, &h.Number, &h.Fields.ChatID, &h.sameCard, &h.State, &h.IDMessage, query.AsTime(&h.Accepted), query.AsTime(&h.Intended),
			&h.Instance, &h.Delivery, &h.deliveredAt, &h.file, &h.sameLine}
	})
	return query.First(t, nil, scan, `SELECT h.run, h.seq, h.row, h.chat, h.card IN (?5, ?7), h.status, h.message, h.accepted, h.intended, h.instance, h.delivery, h.delivered_at, theirs.name,
	theirs.content = ours.content AND h.line = me.line AND h.run <> me.run AS same
FROM `+conflictingClaims+` JOIN rows h ON h.run = conflicts.run AND h.seq = conflicts.seq JOIN runs theirs ON theirs.id = h.run
JOIN rows me ON me.run = ?1 AND me.seq = ?6 JOIN runs ours ON ours.id = me.run
ORDER BY same DESC, conflicts.at DESC, conflicts.run DESC LIMIT 1`,
		t.ledger.argsOf(r, s)...)
}

// Retention is how long the service keeps a message in its queue and shows it in
// its journal: for that long its records may decide about a row.
const Retention = 24 * time.Hour

func (h holder) conflict(r Row, at time.Time) (State, msg.Reason) {
	duplicate := func(code msg.Code, args ...any) (State, msg.Reason) {
		return State(csvmodel.Duplicate), msg.NewReason(code, args...)
	}
	switch accepted := h.State == State(csvmodel.Accepted); {
	case !accepted && at.Sub(h.Intended) < Retention: // planned until that is known
		_, reason := duplicate(msg.DuplicateDoubt, h.file, h.Number)
		return Planned, reason
	case !accepted && h.sameLine: // a person decides about both
		return State(csvmodel.Unknown), msg.NewReason(msg.DuplicateDoubt, h.file, h.Number)
	case !accepted:
		return duplicate(msg.DuplicateDoubt, h.file, h.Number)
	case !h.sameCard:
		return duplicate(msg.DuplicateReading, h.file, h.Number, h.Accepted, h.IDMessage)
	case h.sameLine:
		return h.State, msg.NewReason(msg.EarlierRun, h.Accepted)
	case h.Run == r.Run:
		return duplicate(msg.Duplicate, h.Number, h.IDMessage)
	case h.Delivery.Failed():
		return duplicate(msg.DuplicateFailed, h.file, h.Number, h.IDMessage, string(h.Delivery))
	}
	return duplicate(msg.DuplicateEarlier, h.file, h.Number, h.Accepted, h.IDMessage)
}

// Dedupe says how far back the same card to the same chat is a duplicate: for ever, if zero.
type Dedupe struct {
	Within time.Duration // 0: for ever
	File   bool          // only within the file
}

// UnmarshalText understands "forever", "file" and a duration such as "720h".
func (d *Dedupe) UnmarshalText(text []byte) (err error) {
	*d = Dedupe{File: string(text) == "file"}
	if d.File || string(text) == "forever" {
		return nil
	}
	if d.Within, err = time.ParseDuration(string(text)); err != nil || d.Within <= 0 {
		return msg.Problem("ledger.dedupe", msg.Args{"Text": string(text)})
	}
	return nil
}

func (d Dedupe) String() string {
	switch {
	case d.File:
		return "file"
	case d.Within > 0:
		return d.Within.String()
	}
	return "forever"
}

// MarshalText writes what UnmarshalText reads.
func (d Dedupe) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Scope returns which claims make a row of the run a duplicate now, if it goes on as it was
// started last: all, if somebody has altered its settings.
func (r Run) Scope(now time.Time) Scope {
	var settings struct{ Dedupe Dedupe }
	if json.Unmarshal(r.Settings, &settings) != nil {
		settings.Dedupe = Dedupe{}
	}
	return settings.Dedupe.Scope(now, r)
}

// Scope returns which claims make a row of the run a duplicate now.
func (d Dedupe) Scope(now time.Time, run Run) Scope {
	s := Scope{FileOnly: d.File, Again: run.Again}
	if d.Within > 0 {
		s.Since = now.Add(-d.Within)
	}
	return s
}
