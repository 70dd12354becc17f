package pacing

import (
	"strconv"
	"time"

	"contact-distributor/csvmodel/msg"
)

const (
	// safeWait is how long a card may have to wait in the service's queue, which drops
	// messages after 24 hours.
	safeWait = 20 * time.Hour
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

// MarshalText writes what UnmarshalText reads.
func (q QueueDepth) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what ParseQueueDepth parses.
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
