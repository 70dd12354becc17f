package ledger

import "time"

const wentQuery = `SELECT MAX(intended, accepted) went FROM rows
WHERE instance = ? AND intended > 0 AND intended >= ? AND status IN ('intended', 'unknown', 'accepted') AND went > ? ORDER BY went`

// answerWithin is by far longer than it takes from the intent to the answer.
const answerWithin = time.Hour

// SentSince returns when the instance's cards of all runs went since then, oldest
// first: those that are intended, unknown or accepted. It is the time at which the
// service was known to have them, if it is, else that of the intent.
func (l *Ledger) SentSince(instance string, since time.Time) ([]time.Time, error) {
	rows, err := l.reader.Query(wentQuery, instance, millis(since.Add(-answerWithin)), millis(since))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []time.Time
	for rows.Next() {
		var went int64
		if err := rows.Scan(&went); err != nil {
			return nil, err
		}
		all = append(all, fromMillis(went))
	}
	return all, rows.Err()
}
