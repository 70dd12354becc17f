package pacing

import (
	"fmt"
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
		n.log.Info(fmt.Sprintf("%d messages wait in the service's queue, and no more than %d leave it before the hours end: a card goes only if there is room for it", count, limit))
	}
	if limit >= depth && !n.full {
		n.full = true
		n.log.Info(fmt.Sprintf("the service's queue is as long as it may be (%d messages wait, at most %d may): from now on a card goes when one is seen to have left", max(count, waiting), depth))
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
		n.log.Warn(fmt.Sprintf("the length of the service's queue is not known: %v. If that stays so, cards wait from %s on at the latest, and the run ends at %s",
			c.Err, waits.Format(time.TimeOnly), c.AskedAt.Add(countTimeout).Format(time.TimeOnly)))
	case c.Err == nil && wasFailing:
		n.log.Info(fmt.Sprintf("the length of the service's queue is known again: %d", c.Length))
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
	n.log.Error(fmt.Sprintf("%d messages wait in the service's queue and one leaves each %v, so the last of them would leave after %s: the service drops what has waited for 24 hours, the last %d of them, which may be cards that it has accepted. A shorter delay in the service's console saves them; nothing more is sent until there is room",
		count, delay, inHours(time.Duration(count)*delay), over))
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
		n.log.Warn(fmt.Sprintf("the service's queue has not got shorter for %v: %d messages wait in it, though one should leave each %v. Cards go on when it does; the telephone and the service's console may say more",
			d.stalledFor(delay).Round(time.Second), count, delay))
	case slow:
		n.log.Warn(fmt.Sprintf("the service's queue gets shorter by one each %v only, though one message should leave each %v: it is slow, or others fill it. Hours and forecast go by that",
			d.interval(delay).Round(100*time.Millisecond), delay))
	case normal:
		n.log.Info(fmt.Sprintf("the service's queue gets shorter again as it should, by one each %v", delay))
	}
}
