package pacing

import (
	"slices"
	"strconv"
	"time"

	"contact-distributor/csvmodel/msg"
)

// CountInterval is the least time between two questions for the count.
const CountInterval = 5 * time.Second

const (
	countAge      = 10 * time.Second // of a count when it is given, at the most
	countLifetime = 30 * time.Second // a count is relied on: others may fill the queue
	blindTimeout  = time.Minute      // cards go while questions for the count fail
	countTimeout  = 10 * time.Minute // a run waits for the count
)

// QueueCount is the answer to a question for the length of the service's queue.
type QueueCount struct {
	AskedAt time.Time
	Length  int
	Err     error // why there is no answer; nil if there is one
}

// IsFresh reports whether the count can be relied on.
func (c QueueCount) IsFresh(now time.Time) bool {
	return !c.AskedAt.IsZero() && now.Sub(c.AskedAt) < countLifetime
}

// queueRoom says whether the service's queue has room for one more card.
//
// A count may be of any time from countAge before its question to its answer. What may have
// come since the earliest of them is added, and nothing that left is subtracted: a stalled
// queue drains nothing. A count may also be wrong, as a 0 of a full queue. So the room is
// never more than what our own cards leave, of which one leaves each delay at the most.
//
// A queue that has had room for two questions, with nothing of ours under way or in doubt,
// allows a card.
type queueRoom struct {
	delay        time.Duration // as the service reports it
	isKnown      bool          // a count has been recorded
	count        int
	asOf         time.Time // the earliest time that the count may be of
	past         Past      // what earlier runs have sent; zero after the first count
	emptyAt      time.Time // when all cards of ours have left, at the earliest
	recent       []Sent    // cards that the count may miss, oldest first; one of a later time includes them
	recentTotal  int       // the cards in recent
	failingSince time.Time // of the first question without an answer; zero if the newest has one
	lastErr      error     // of the newest question without an answer
}

// recentSpan is the time in which cards are one entry of recent.
const recentSpan = 100 * time.Millisecond

// add counts cards that the service accepts by a time, if at all.
func (q *queueRoom) add(until time.Time, n int) {
	q.recentTotal += n
	if last := len(q.recent) - 1; last >= 0 && q.recent[last].At.Truncate(recentSpan).Equal(until.Truncate(recentSpan)) {
		q.recent[last] = Sent{later(q.recent[last].At, until), q.recent[last].Cards + n}
		return
	}
	q.recent = append(q.recent, Sent{until, n})
}

func (q *queueRoom) update(c QueueCount) {
	if c.Err != nil {
		q.lastErr = c.Err
		if q.failingSince.IsZero() {
			q.failingSince = c.AskedAt
		}
		return
	}
	q.isKnown, q.count, q.asOf, q.failingSince = true, c.Length, c.AskedAt.Add(-countAge), time.Time{}
	for _, s := range q.past.Sent { // what was sent with another delay may have left faster
		if since := q.past.Delay.Since; q.past.Delay.Delay == q.delay && s.At.After(since) {
			q.enqueue(later(s.At.Add(-sentSpan), since), s.Cards)
		}
	}
	q.past = Past{}
	q.recent = slices.DeleteFunc(q.recent, func(s Sent) bool { return s.At.Before(q.asOf) })
	q.recentTotal = 0
	for _, s := range q.recent {
		q.recentTotal += s.Cards
	}
}

// enqueue counts cards that were surely accepted, the first of them not before a time.
func (q *queueRoom) enqueue(at time.Time, n int) {
	q.emptyAt = later(q.emptyAt, at).Add(time.Duration(n) * q.delay)
}

// least counts the messages that wait at least: the first card of ours may have left at once.
func (q *queueRoom) least(now time.Time) (n int) {
	if q.delay <= 0 {
		return 0
	}
	if q.emptyAt.After(now) {
		n = int((q.emptyAt.Sub(now) - 1) / q.delay)
	}
	return max(n, q.count-int(now.Sub(q.asOf)/q.delay))
}

// occupied counts the messages at most, with the cards that are under way.
func (q *queueRoom) occupied(now time.Time, inHand int) int {
	return max(q.count+q.recentTotal, q.least(now)) + inHand
}

// estimate counts about the messages now, if one leaves each interval.
func (q *queueRoom) estimate(now time.Time, interval time.Duration) int {
	departed := 0
	if age := now.Sub(q.asOf.Add(countAge / 2)); interval > 0 && age > 0 {
		departed = int(age / interval)
	}
	return max(0, q.count+q.recentTotal-departed)
}

func (q *queueRoom) hasRoom(now time.Time, inHand, depth int) bool {
	return q.isKnown && q.unansweredFor(now) < blindTimeout && q.occupied(now, inHand) < depth
}

func (q *queueRoom) unansweredFor(now time.Time) time.Duration {
	if q.failingSince.IsZero() {
		return 0
	}
	return now.Sub(q.failingSince)
}

func (q *queueRoom) isStale(now time.Time) bool {
	return !q.isKnown || now.Sub(q.asOf) > countLifetime+countAge
}

// isClearerSoon reports whether a later count surely includes the oldest recent cards.
func (q *queueRoom) isClearerSoon(now time.Time) bool {
	if !q.isKnown || len(q.recent) == 0 {
		return false
	}
	wait := q.recent[0].At.Add(countAge).Sub(now)
	return wait >= 0 && wait <= CountInterval
}

const (
	safeWait = 20 * time.Hour // in the service's queue, which drops messages after 24 hours
	// minDelay is the shortest documented delay. Where a queue must not get too long, 0 counts as it.
	minDelay = 500 * time.Millisecond
	maxDelay = 10 * time.Minute

	autoDepth = 20          // messages at least
	autoSpan  = time.Minute // of messages that leave
)

// QueueDepth is how many messages may wait in the service's queue, at most what leaves
// within safeWait. The zero value is "auto": as many as leave in a minute, at least 20, and
// no limit while the service reports a delay of 0.
type QueueDepth struct {
	isFixed bool
	limit   int // of a fixed one; 0: what leaves within safeWait
}

// ParseQueueDepth parses "auto" and a whole number.
func ParseQueueDepth(s string) (QueueDepth, error) {
	if s == "auto" {
		return QueueDepth{}, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return QueueDepth{}, msg.Problem("usage.queue-depth", msg.Args{"Value": s})
	}
	return QueueDepth{true, n}, nil
}

func (q QueueDepth) String() string {
	if !q.isFixed {
		return "auto"
	}
	return strconv.Itoa(q.limit)
}

func (q QueueDepth) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

func (q *QueueDepth) UnmarshalText(text []byte) (err error) {
	*q, err = ParseQueueDepth(string(text))
	return err
}

func safeDepth(delay time.Duration) int { return int(safeWait / max(delay, minDelay)) }

func (q QueueDepth) messages(delay time.Duration) int {
	safe := safeDepth(delay)
	switch {
	case q.isFixed && q.limit > 0:
		return min(q.limit, safe)
	case q.isFixed, delay <= 0:
		return safe
	}
	return min(safe, max(autoDepth, int(autoSpan/delay)))
}

func (q QueueDepth) check(delay time.Duration) error {
	safe := safeDepth(delay)
	if !q.isFixed || q.limit <= safe {
		return nil
	}
	delay = max(delay, minDelay)
	return &SettingsError{msg.Problem("usage.queue-depth-long", msg.Args{"Depth": q.limit, "Delay": delay, "Wait": (time.Duration(q.limit) * delay).Hours(),
		"Most": safe, "MostWait": (time.Duration(safe) * delay).Hours()})}
}
