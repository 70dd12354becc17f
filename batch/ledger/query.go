package ledger

import (
	"slices"
	"time"
)

// RowAt returns the row of the run that begins on this line of the file; ErrNoRow if
// none does.
func (l *Ledger) RowAt(run int64, line int) (Row, error) {
	return l.row("WHERE run = ? AND line = ?", run, line)
}

// RowsWithMessage returns the rows of all runs that have this idMessage, oldest
// run first: it is unique within a chat only.
func (l *Ledger) RowsWithMessage(id string) ([]Row, error) {
	return l.rows("WHERE message = ? AND message <> '' ORDER BY run, seq", id)
}

// RowsTo returns the rows of all runs for these chats, oldest run first. It reads
// every row there is, in half a second a million: an index would have each plan
// take three times as long.
func (l *Ledger) RowsTo(chats ...string) ([]Row, error) {
	return l.rows("WHERE chat IN (SELECT value FROM json_each(?)) ORDER BY run, seq", list(chats))
}

// HolderOf returns the row with the newest claim that makes a row a duplicate by a Scope;
// ErrNoRow if there is none. It may be the row itself.
func (l *Ledger) HolderOf(r Row, s Scope) (Row, error) {
	return l.row("WHERE (run, seq) = (SELECT run, seq FROM "+counting+" ORDER BY at DESC, run DESC LIMIT 1)", s.argsOf(r)...)
}

// holderChunk is how many ids one query has at the most.
const holderChunk = 500

// Holders returns the rows of the instance that hold one of these idMessages.
func (l *Ledger) Holders(instance string, ids []string) ([]Row, error) {
	var holders []Row
	for chunk := range slices.Chunk(ids, holderChunk) {
		rows, err := l.rows("WHERE message IN (SELECT value FROM json_each(?)) AND message <> '' AND instance = ?", list(chunk), instance)
		if err != nil {
			return nil, err
		}
		holders = append(holders, rows...)
	}
	return holders, nil
}

// CountHolders returns how many rows Holders would return.
func (l *Ledger) CountHolders(instance string, ids []string) (int, error) {
	return value[int](l.reader, "SELECT COUNT(*) FROM rows WHERE message IN (SELECT value FROM json_each(?)) AND message <> '' AND instance = ?", list(ids), instance)
}

// InstancesOf returns the instances on which rows of the run were attempted.
func (l *Ledger) InstancesOf(run int64) ([]string, error) {
	return all(l.reader, cell[string], "SELECT DISTINCT instance FROM rows WHERE run = ? AND instance <> '' ORDER BY instance", run)
}

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
