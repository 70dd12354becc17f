package ledger

import "time"

// answerWithin is by far longer than it takes from the intent to the answer.
const answerWithin = time.Hour

// Sent is cards that were sent within a second, and when the last of them was.
type Sent struct {
	At    time.Time
	Cards int
}

// The columns of the innermost query are those of an index. A row that was accepted when
// it was intended may have been found later; that is looked up.
const sentSinceQuery = `SELECT MAX(at), COUNT(*) FROM (
	SELECT CASE WHEN accepted > intended THEN accepted ELSE (
		SELECT CASE learned WHEN 'answer' THEN accepted ELSE ended + ?1 END FROM rows WHERE rows.run = newest.run AND rows.seq = newest.seq) END at
	FROM (SELECT run, seq, intended, accepted FROM rows
		WHERE instance = ?2 AND intended > 0 AND intended >= ?3 AND status = 'accepted' ORDER BY intended DESC LIMIT ?4) newest)
WHERE at > ?5 GROUP BY at / 1000 ORDER BY at / 1000`

// SentSince returns when the instance's cards of all runs that were accepted were sent
// since then, oldest first, for the newest of them up to a limit. The time is that of
// the service's answer. A card without an answer that was found later may have been
// accepted until settleAfter after its request was given up, and counts from then.
func (l *Ledger) SentSince(instance string, since time.Time, settleAfter time.Duration, limit int) ([]Sent, error) {
	scan := func(s scanner) (sent Sent, err error) {
		err = s.Scan(asTime(&sent.At), &sent.Cards)
		return sent, err
	}
	return all(l.reader, scan, sentSinceQuery, settleAfter.Milliseconds(), instance, millis(since.Add(-answerWithin)), limit, millis(since))
}

// The newest requests are among the newest intents, though not in their order.
const lastRequestQuery = `SELECT COALESCE(MAX(at), 0) FROM (
	SELECT MAX(intended, ended) at FROM rows WHERE instance = ? AND intended > 0 ORDER BY intended DESC LIMIT 1000)`

// LastRequest returns a time before which all requests of the instance were made, zero
// if there were none.
func (l *Ledger) LastRequest(instance string) (time.Time, error) {
	ms, err := value[int64](l.reader, lastRequestQuery, instance)
	return fromMillis(ms), err
}

const countAcceptedQuery = `SELECT COUNT(*) FROM rows
WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'answer' AND accepted >= ? AND accepted < ?`

// CountAccepted returns how many cards of the ledger the instance has answered
// with an id between these times.
func (l *Ledger) CountAccepted(instance string, from, to time.Time) (int, error) {
	return value[int](l.reader, countAcceptedQuery, instance, millis(from.Add(-answerWithin)), millis(from), millis(to))
}
