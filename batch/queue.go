package batch

import (
	"fmt"
	"strconv"
	"time"
)

const (
	// safeWait is how long a card may have to wait in the service's queue, which
	// drops what is 24 hours old.
	safeWait = 20 * time.Hour
	// leastDelay is what a delay of 0 counts as where a queue must not get too
	// long: the least that is documented.
	leastDelay = 500 * time.Millisecond

	// mostDelay is the longest that is documented.
	mostDelay = 10 * time.Minute

	autoDepth = 20          // messages at the least
	autoOver  = time.Minute // what leaves in this time
)

// QueueDepth says how many messages may wait in the service's queue. The zero
// value is: as many as leave in a minute, 20 at the least, and any number while
// the service reports a delay of 0. Whatever it says, what waits must leave within
// safeWait.
type QueueDepth struct {
	Fixed bool
	Most  int // of a Fixed one; 0: only safeWait counts
}

// ParseQueueDepth understands "auto" and a whole number.
func ParseQueueDepth(s string) (QueueDepth, error) {
	if s == "auto" {
		return QueueDepth{}, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return QueueDepth{}, fmt.Errorf("%q is neither auto nor a number of messages such as 50 (0: as many as are safe)", s)
	}
	return QueueDepth{true, n}, nil
}

func (q QueueDepth) String() string {
	if !q.Fixed {
		return "auto"
	}
	return strconv.Itoa(q.Most)
}

// MarshalText writes what ParseQueueDepth reads.
func (q QueueDepth) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// edge is how many messages may wait at the most with this delay.
func edge(delay time.Duration) int { return int(safeWait / max(delay, leastDelay)) }

// messages is the number of messages with this delay, never more than edge.
func (q QueueDepth) messages(delay time.Duration) int {
	most := edge(delay)
	switch {
	case q.Fixed && q.Most > 0:
		return min(q.Most, most)
	case q.Fixed, delay <= 0:
		return most
	}
	return min(most, max(autoDepth, int(autoOver/delay)))
}

// check refuses a number that is past the edge.
func (q QueueDepth) check(delay time.Duration) error {
	most := edge(delay)
	if !q.Fixed || q.Most <= most {
		return nil
	}
	delay = max(delay, leastDelay)
	return &RefusedError{fmt.Sprintf("--queue-depth %d: one message leaves the queue each %v, so the last of them would wait %v, and the service drops what has waited for 24 hours: with this delay no more than %d may wait (%v)",
		q.Most, delay, hours(time.Duration(q.Most)*delay), most, hours(time.Duration(most)*delay))}
}

// dubious reports whether there is a delay with which the settings are refused.
func (s Settings) dubious() bool {
	return s.QueueDepth.check(mostDelay) != nil || s.Window.check(mostDelay) != nil
}

// hours is a long time as people say it.
func hours(d time.Duration) string {
	return strconv.FormatFloat(d.Hours(), 'f', 1, 64) + " hours"
}

// RefusedError says why nothing was sent: what was asked for does not go together
// with how the service is set for the account.
type RefusedError struct{ why string }

func (e *RefusedError) Error() string { return e.why }
