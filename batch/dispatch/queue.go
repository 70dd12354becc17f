package dispatch

import (
	"slices"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/phone"
)

// Queue holds the rows that are to be sent, those of one chat one at a time and in order, a
// returned row before all others. It is for one goroutine.
type Queue struct {
	fetch       func(after int64, limit int) ([]ledger.Row, error)
	fetchSize   int
	after       int64 // the last sequence number that was fetched
	isExhausted bool  // there is nothing more to fetch
	fetched     []ledger.Row
	returned    []ledger.Row
	busyChats   map[string]bool // accounts with a row under way or returned
}

// NewQueue returns a queue of the rows that fetch returns in sequence, for a caller with up to
// inHand of them. Rows of busyChats, which are accounts, are never ready.
func NewQueue(fetch func(after int64, limit int) ([]ledger.Row, error), inHand int, busyChats map[string]bool) *Queue {
	return &Queue{fetch: fetch, fetchSize: 4 * inHand, busyChats: busyChats}
}

// IsEmpty reports whether no row is left to be sent.
func (q *Queue) IsEmpty() bool {
	return q.isExhausted && len(q.fetched) == 0 && len(q.returned) == 0
}

// Ready reports whether there is a row whose chat is free.
func (q *Queue) Ready() (bool, error) {
	if len(q.returned) > 0 {
		return true, nil
	}
	err := q.fill()
	return q.firstFree() >= 0, err
}

func (q *Queue) firstFree() int {
	return slices.IndexFunc(q.fetched, func(r ledger.Row) bool { return !q.busyChats[phone.Account(r.Fields.ChatID)] })
}

// Next returns the row that is ready, and makes its chat busy.
func (q *Queue) Next() ledger.Row {
	if len(q.returned) > 0 {
		row := q.returned[0]
		q.returned = q.returned[1:]
		return row
	}
	i := q.firstFree()
	row := q.fetched[i]
	q.busyChats[phone.Account(row.Fields.ChatID)] = true
	// Most often the row is the first one, which costs nothing to take out.
	copy(q.fetched[1:i+1], q.fetched[:i])
	q.fetched = q.fetched[1:]
	return row
}

func (q *Queue) fill() error {
	if q.isExhausted || len(q.fetched) > q.fetchSize/2 {
		return nil
	}
	rows, err := q.fetch(q.after, q.fetchSize)
	if err != nil {
		return err
	}
	if len(rows) < q.fetchSize {
		q.isExhausted = true
	}
	if len(rows) > 0 {
		q.after = rows[len(rows)-1].Seq
	}
	q.fetched = append(q.fetched, rows...)
	return nil
}

// Return gives back a row that was not sent. Its chat stays busy.
func (q *Queue) Return(row ledger.Row) { q.returned = append(q.returned, row) }

// Done makes the chat of a row free.
func (q *Queue) Done(row ledger.Row) { delete(q.busyChats, phone.Account(row.Fields.ChatID)) }
