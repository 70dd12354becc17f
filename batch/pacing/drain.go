package pacing

import (
	"slices"
	"time"
)

const (
	// drainOver is over how long it is watched at the least how the queue gets
	// shorter: a count may be countAge old at both ends.
	drainOver = time.Minute
	// stalledAfter is for how long nothing leaves at the least before a queue is said
	// to stand still.
	stalledAfter = 2 * time.Minute
	// drainLots is how many messages should leave meanwhile at the least.
	drainLots = 6
)

// drain watches how fast the queue really gets shorter: the service may stand still,
// or be set otherwise than it says, and others may fill what we empty. It is the
// dispatcher's alone.
type drain struct {
	ourArrivals     int // cards of ours, ever
	foreignArrivals int // messages of others, ever, by what the counts rise without cards of ours
	samples         []sample
	movedAt         time.Time // when it was last seen that some have left, or that there were none
}

// sample is a count of the queue, how many messages were put into it before it was
// asked for, and how many of them may not be in the count.
type sample struct {
	at                 time.Time
	count, put, unseen int
	extra              int // messages of others by their ids, less those that counts show
}

// record takes note of a count.
func (d *drain) record(at time.Time, count, unseen, others int, delay time.Duration) {
	if n := len(d.samples); n > 0 {
		before := d.samples[n-1]
		d.foreignArrivals += max(0, count-before.count-before.unseen-d.ourArrivals-d.foreignArrivals+before.put)
	}
	next := sample{at, count, d.ourArrivals + d.foreignArrivals, unseen, others - d.foreignArrivals}
	if n := len(d.samples); n == 0 || count == 0 || someLeft(d.samples[n-1], next) {
		d.movedAt = at
		// There was perhaps nothing to leave for a while.
		if time.Duration(count)*max(delay, minDelay) <= countAge+CountInterval {
			d.samples = nil
		}
	}
	d.samples = append(d.samples, next)
	over := max(drainOver, drainLots*delay)
	for len(d.samples) > 2 && at.Sub(d.samples[1].at) >= over {
		d.samples = slices.Delete(d.samples, 0, 1)
	}
}

func someLeft(before, now sample) bool {
	return now.count < before.count+now.put-before.put
}

// stalledFor is for how long nothing was seen to leave, if that is much too long.
func (d *drain) stalledFor(delay time.Duration) time.Duration {
	if len(d.samples) == 0 {
		return 0
	}
	if since := d.samples[len(d.samples)-1].at.Sub(d.movedAt); since >= max(stalledAfter, 3*delay) {
		return since
	}
	return 0
}

// observed is how many messages the queue got rid of at the most, others' apart that came,
// and over how long that was watched at the least; 0 where nothing can be said yet.
func (d *drain) observed(delay time.Duration) (n int, over time.Duration) {
	if len(d.samples) < 2 {
		return 0, 0
	}
	first, last := d.samples[0], d.samples[len(d.samples)-1]
	if over = last.at.Sub(first.at); over < max(drainOver, drainLots*delay) {
		return 0, 0
	}
	more := max(0, last.extra-first.extra)
	return max(0, first.count+first.unseen+last.put-first.put+more-last.count), over - countAge
}

// interval is from one message that leaves to the next, as the service says or, where
// that is much slower, as it is seen.
func (d *drain) interval(delay time.Duration) time.Duration {
	n, over := d.observed(delay)
	if over == 0 {
		return delay
	}
	if seen := over / time.Duration(max(1, n)); seen > delay+delay/2 {
		return seen
	}
	return delay
}

// add counts a card of ours that was put into the queue.
func (d *drain) add() { d.ourArrivals++ }

// restart forgets what was observed.
func (d *drain) restart() { d.samples = nil }

// drainState is how the queue gets shorter.
type drainState int

const (
	normal drainState = iota
	slow
	stalled
)

// state returns how the queue gets shorter, where before is what it was so far. A queue
// that was stalled is not slow before it is normal again.
func (d *drain) state(delay time.Duration, before drainState) drainState {
	interval := d.interval(delay)
	switch {
	case d.stalledFor(delay) > 0:
		return stalled
	case len(d.samples) == 0:
		return before
	case before == normal && interval >= 2*max(delay, minDelay) && d.samples[len(d.samples)-1].at.Sub(d.movedAt) < countAge+max(stalledAfter/4, 3*delay):
		return slow
	case interval == delay:
		return normal
	}
	return before
}
