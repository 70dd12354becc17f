package pacing

import (
	"log/slog"
	"time"
)

// notices writes the log lines of a Gate. Each state is logged once, when it begins.
type notices struct {
	log      *slog.Logger
	full     bool
	hours    bool
	overflow time.Duration // the delay for which it was logged
	drain    drainState
}

// logFull says that the queue has no room for one more card.
func (n *notices) logFull(count, waiting, limit, depth int) {
	if waiting < depth && !n.hours {
		n.hours = true
		n.log.Info("queue.hours", "Messages", count, "Most", limit)
	}
	if limit >= depth && !n.full {
		n.full = true
		n.log.Info("queue.full", "Messages", max(count, waiting), "Most", depth)
	}
}

// logCount says that the count of the queue has become unknown, or known again.
func (n *notices) logCount(c QueueCount, before queueRoom) {
	wasFailing := !before.failingSince.IsZero()
	switch {
	case c.Err != nil && !wasFailing:
		waits := c.AskedAt
		if before.isKnown {
			waits = c.AskedAt.Add(blindTimeout)
		}
		n.log.Warn("queue.unknown", "Err", c.Err, "Waits", waits.Format(time.TimeOnly), "Ends", c.AskedAt.Add(countTimeout).Format(time.TimeOnly))
	case c.Err == nil && wasFailing:
		n.log.Info("queue.known", "Messages", c.Length)
	}
}

// logOverflow says that the messages in the queue cannot all leave in time: others
// have filled it, or the delay was raised.
func (n *notices) logOverflow(count int, delay time.Duration) {
	over := count - int(day/max(delay, minDelay))
	if over <= 0 || n.overflow == delay {
		return
	}
	n.overflow = delay
	n.log.Error("queue.overflow", "Messages", count, "Delay", delay, "After", (time.Duration(count) * delay).Hours(), "Over", over)
}

// logDrain says that the queue has begun to drain in another way.
func (n *notices) logDrain(d *drain, count int, delay time.Duration) {
	state := d.state(n.drain, delay)
	if state == n.drain {
		return
	}
	n.drain = state
	switch state {
	case stalled:
		n.log.Warn("queue.stalled", "For", d.unmovedFor().Round(time.Second), "Messages", count, "Delay", delay)
	case slow:
		n.log.Warn("queue.slow", "Interval", d.interval(delay).Round(100*time.Millisecond), "Delay", delay)
	case normal:
		n.log.Info("queue.normal", "Delay", delay)
	}
}
