package pacing

import (
	"log/slog"
	"slices"
	"time"
)

const (
	// drainSpan is the least time over which a queue is called slow: counts are up to countAge old.
	drainSpan = time.Minute
	// drainMessages should leave in that time at least.
	drainMessages = 6
	stalledAfter  = 2 * time.Minute
)

type drainState int

const (
	normal drainState = iota
	slow
	stalled
)

// drain observes how fast the queue gets shorter: the service may be slower than it
// says, and others may fill the queue.
type drain struct {
	state   drainState
	arrived int // messages ever: ours, and those by which a count rises without ours
	samples []sample
	movedAt time.Time // when a message last left, or there was none
}

// sample is a count of the queue. When it was asked for, arrived messages had come, of which
// it may miss some.
type sample struct {
	at                      time.Time
	count, arrived, missing int
}

func (d *drain) record(at time.Time, count, missing int, delay time.Duration) {
	hasMoved := count == 0 || len(d.samples) == 0
	if n := len(d.samples); n > 0 {
		last := d.samples[n-1]
		d.arrived += max(0, count-last.count-last.missing-d.arrived+last.arrived)
		hasMoved = hasMoved || count < last.count+d.arrived-last.arrived
	}
	if hasMoved {
		d.movedAt = at
	}
	if hasMoved && time.Duration(count)*max(delay, minDelay) <= countAge+CountInterval {
		d.samples = nil // the queue may have been empty for a while
	}
	d.samples = append(d.samples, sample{at, count, d.arrived, missing})
	for len(d.samples) > 2 && at.Sub(d.samples[1].at) >= max(drainSpan, drainMessages*delay) {
		d.samples = slices.Delete(d.samples, 0, 1)
	}
}

// interval is the delay, or the time between departures where that is much longer.
func (d *drain) interval(delay time.Duration) time.Duration {
	if len(d.samples) == 0 {
		return delay
	}
	first, last := d.samples[0], d.samples[len(d.samples)-1]
	span := last.at.Sub(first.at)
	departed := first.count + first.missing + last.arrived - first.arrived - last.count
	observed := (span - countAge) / time.Duration(max(1, departed))
	if span < max(drainSpan, drainMessages*delay) || observed <= delay+delay/2 {
		return delay
	}
	return observed
}

func (d *drain) unmovedFor() time.Duration {
	if len(d.samples) == 0 {
		return 0
	}
	return d.samples[len(d.samples)-1].at.Sub(d.movedAt)
}

// update reports whether the state changed. A stalled queue becomes normal before slow.
func (d *drain) update(delay time.Duration) bool {
	before, interval := d.state, d.interval(delay)
	switch {
	case d.unmovedFor() >= max(stalledAfter, 3*delay):
		d.state = stalled
	case interval == delay:
		d.state = normal
	case before == normal && interval >= 2*max(delay, minDelay):
		d.state = slow
	}
	return d.state != before
}

func (d *drain) log(log *slog.Logger, count int, delay time.Duration) {
	switch d.state {
	case stalled:
		log.Warn("queue.stalled", "For", d.unmovedFor().Round(time.Second), "Messages", count, "Delay", delay)
	case slow:
		log.Warn("queue.slow", "Interval", d.interval(delay).Round(100*time.Millisecond), "Delay", delay)
	case normal:
		log.Info("queue.normal", "Delay", delay)
	}
}
