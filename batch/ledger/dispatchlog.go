package ledger

import "time"

// answerWithin is by far longer than it takes from the intent to the answer.
const answerWithin = time.Hour

const sentSinceQuery = `SELECT MAX(intended, accepted) sent FROM rows
WHERE instance = ? AND intended > 0 AND intended >= ? AND status IN ('intended', 'unknown', 'accepted') AND sent > ? ORDER BY sent`

// SentSince returns when the instance's cards of all runs were sent since then,
// oldest first: those that are intended, unknown or accepted. The time is that of
// the service's answer, or of the intent where there is none.
func (l *Ledger) SentSince(instance string, since time.Time) ([]time.Time, error) {
	scan := func(s scanner) (at time.Time, err error) {
		err = s.Scan(asTime(&at))
		return at, err
	}
	return all(l.reader, scan, sentSinceQuery, instance, millis(since.Add(-answerWithin)), millis(since))
}

const countAcceptedQuery = `SELECT COUNT(*) FROM rows
WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'answer' AND accepted >= ? AND accepted < ?`

// CountAccepted returns how many cards of the ledger the instance has answered
// with an id between these times.
func (l *Ledger) CountAccepted(instance string, from, to time.Time) (int, error) {
	return value[int](l.reader, countAcceptedQuery, instance, millis(from.Add(-answerWithin)), millis(from), millis(to))
}
