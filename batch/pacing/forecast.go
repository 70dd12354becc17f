package pacing

import (
	"log/slog"
	"slices"
	"time"
)

// Forecast is when the last card goes and leaves, if the service accepts every card and
// the next run starts as soon as there is room again.
type Forecast struct {
	Delay     time.Duration // from one message that leaves the queue to the next
	Depth     int           // messages that may wait in the queue
	DepthRate float64       // cards a second that this depth allows; 0 if it is no limit
	SentAt    time.Time     // zero if no card is to go
	LeftAt    time.Time
	IsByRate  bool // nothing but the rate decides when the last card goes
}

// Forecast returns the forecast for n more cards.
func (g *Gate) Forecast(now time.Time, n int) Forecast {
	f := Forecast{Delay: g.drainInterval(), Depth: g.depth()}
	rate := min(g.policy.Rate, DocumentedRate)
	cycle, depth := slotCycle(rate, f.Delay, f.Depth), time.Duration(f.Depth)
	if float64(f.Depth) < rate*slotLag.Seconds() {
		f.DepthRate = float64(f.Depth) / max(cycle, slotLag).Seconds()
	}
	step := time.Duration(float64(time.Second) / (rate * headroom))
	interval := max(step, f.Delay) // between two cards that leave
	byRate := now.Add(time.Duration(n) * step * 6 / 5)

	daily := g.daily.byMinute()
	lastLeft := now.Add(time.Duration(g.queue.estimate(now, g.queue.delay)-1) * f.Delay)
	for at, opens, closes := now, now, now; n > 0; {
		if !at.Before(closes) {
			opens, closes = g.policy.Window.span(at)
		}
		at = later(at, opens)
		room := daily.room(at)
		if room <= 0 {
			at = daily.nextRoom()
			continue
		}
		first := later(at, lastLeft.Add(f.Delay))
		open := closes.Add(-requestMargin).Sub(first)
		if open < 0 {
			at = closes
			continue
		}
		batch := min(n, room, int(open/max(interval, cycle/depth))+1)
		more := time.Duration(batch - 1)
		f.LeftAt = later(first.Add(more*f.Delay), at.Add(spread(more, interval, cycle, depth)))
		f.SentAt = later(at.Add(spread(more, step, cycle, depth)), f.LeftAt.Add(-depth*f.Delay))
		daily.add(Sent{at, batch})
		n -= batch
		at, lastLeft = f.SentAt.Add(step), f.LeftAt
	}
	f.IsByRate = !f.SentAt.After(byRate)
	return f
}

// spread is the time of n cards, of which depth go at an interval, then wait for the cycle's end.
func spread(n, interval, cycle, depth time.Duration) time.Duration {
	return n/depth*max(cycle, depth*interval) + n%depth*interval
}

// slotLag is the least time until a free place is seen: an answer may be countAge old.
const slotLag = countAge + time.Second

// slotCycle returns the time from a card to the one that gets its place in the queue; 0 where
// the rate or the delay limits the cards. It approximates a simulation of queueRoom to a few
// percent: a queue that fills within a second is seen empty by one count, else by the next.
func slotCycle(rate float64, delay time.Duration, depth int) time.Duration {
	drains := time.Duration(depth) * delay
	fills := time.Duration(float64(max(0, depth-2)) / rate * float64(time.Second))
	if max(drains, fills) >= 2*countAge+CountInterval {
		return 0
	}
	lag := slotLag
	if fills >= time.Second {
		lag = countAge + CountInterval
	}
	return max(lag, fills, drains, countAge+600*time.Millisecond+3*(drains-delay)/10)
}

const (
	drainSpan     = time.Minute // over which a queue is called slow, at least: counts are up to countAge old
	drainMessages = 6           // should leave in that time at least
	stalledAfter  = 2 * time.Minute
)

type drainState int

const (
	normal drainState = iota
	slow
	stalled
)

// drain observes how fast the queue gets shorter: the service may be slower than it says.
type drain struct {
	state   drainState
	arrived int // messages ever: ours, and those by which a count rises without ours
	samples []sample
	movedAt time.Time // when a message last left, or there was none
}

// sample is a count of the queue, when arrived messages had come, of which some may be missing.
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
