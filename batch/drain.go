package batch

import (
	"slices"
	"time"
)

const (
	// drainOver is over how long it is watched at the least how the queue gets
	// shorter: a count may be countAge old at both ends.
	drainOver = time.Minute
	// standsOver is for how long nothing leaves at the least before a queue is said
	// to stand still.
	standsOver = 2 * time.Minute
	// drainLots is how many messages should leave meanwhile at the least.
	drainLots = 6
)

// drain watches how fast the queue really gets shorter: the service may stand still,
// or be set otherwise than it says, and others may fill what we empty. It is the
// dispatcher's alone.
type drain struct {
	put   int // cards of ours, ever
	came  int // messages of others, ever, by what the counts rise without cards of ours
	marks []depthMark
	moved time.Time // when it was last seen that some have left, or that there were none
}

// depthMark is a count of the queue, how many messages were put into it before it was
// asked for, and how many of them may not be in the count.
type depthMark struct {
	at                 time.Time
	count, put, unseen int
	extra              int // messages of others by their ids, less those that counts show
}

// read takes note of a count.
func (d *drain) read(at time.Time, count, unseen, others int, delay time.Duration) {
	if n := len(d.marks); n > 0 {
		before := d.marks[n-1]
		d.came += max(0, count-before.count-before.unseen-d.put-d.came+before.put)
	}
	next := depthMark{at, count, d.put + d.came, unseen, others - d.came}
	if n := len(d.marks); n == 0 || count == 0 || haveLeft(d.marks[n-1], next) {
		d.moved = at
		// There was perhaps nothing to leave for a while.
		if time.Duration(count)*max(delay, leastDelay) <= countAge+countEvery {
			d.marks = nil
		}
	}
	d.marks = append(d.marks, next)
	over := max(drainOver, drainLots*delay)
	for len(d.marks) > 2 && at.Sub(d.marks[1].at) >= over {
		d.marks = slices.Delete(d.marks, 0, 1)
	}
}

func haveLeft(before, now depthMark) bool {
	return now.count < before.count+now.put-before.put
}

// stands is for how long nothing was seen to leave, if that is much too long.
func (d *drain) stands(delay time.Duration) time.Duration {
	if len(d.marks) == 0 {
		return 0
	}
	if since := d.marks[len(d.marks)-1].at.Sub(d.moved); since >= max(standsOver, 3*delay) {
		return since
	}
	return 0
}

// seen is how many messages the queue got rid of at the most, others' apart that came,
// and over how long that was watched at the least; 0 where nothing can be said yet.
func (d *drain) seen(delay time.Duration) (n int, over time.Duration) {
	if len(d.marks) < 2 {
		return 0, 0
	}
	first, last := d.marks[0], d.marks[len(d.marks)-1]
	if over = last.at.Sub(first.at); over < max(drainOver, drainLots*delay) {
		return 0, 0
	}
	more := max(0, last.extra-first.extra)
	return max(0, first.count+first.unseen+last.put-first.put+more-last.count), over - countAge
}

// pace is from one message that leaves to the next, as the service says or, where
// that is much slower, as it is seen.
func (d *drain) pace(delay time.Duration) time.Duration {
	n, over := d.seen(delay)
	if over == 0 {
		return delay
	}
	if seen := over / time.Duration(max(1, n)); seen > delay+delay/2 {
		return seen
	}
	return delay
}
