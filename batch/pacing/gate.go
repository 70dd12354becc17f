// Package pacing decides when the next card may go.
//
// A Gate says whether one more card may be put into the service's queue, a Limiter when
// the next request may be made, and a Forecast when the last card goes and leaves.
//
// The queue never holds more than the Policy allows, no card leaves after the hours, and no
// 24 hours see more cards than the daily cap, over all runs of the instance. The package
// reads no clock, no ledger and no service. Gate and Limiter are for one goroutine. Call
// NewGate first, and record a count of the queue: before that nothing is allowed.
package pacing

import (
	"log/slog"
	"time"

	"contact-distributor/csvmodel/msg"
)

// Policy is how fast cards may go.
type Policy struct {
	Rate       float64 // requests a second at the most
	QueueDepth QueueDepth
	Window     Window
	PerDay     int // cards in any 24 hours; 0: any number
}

// Past is what the instance has sent before.
type Past struct {
	Sent     []Sent      // the newest Policy.Memory cards that were accepted within Lookback, oldest first
	Doubtful []time.Time // until when requests without an answer may be, or have been, accepted
	Delay    Delay       // with which they left the queue, as far as known
}

// Delay is the time from one message that leaves the queue to the next, and since when
// the service is known to report it.
type Delay struct {
	Delay time.Duration
	Since time.Time
}

// Sent is cards that were accepted within sentSpan, the last of them At.
type Sent struct {
	At    time.Time
	Cards int
}

const (
	// Lookback is how far back Past.Sent has to reach.
	Lookback    = day
	sentSpan    = time.Second
	countMemory = time.Minute // is longer ago than the arrival of any message that a count can miss
)

// Memory is how many cards Past.Sent has to have, to tell also that a count is too low.
func (p Policy) Memory() int { return p.PerDay + 20_000 }

// CheckLimits returns an error if the rate or the daily cap is no number that can be kept.
func (p Policy) CheckLimits() error {
	switch {
	case !(p.Rate > 0 && p.Rate <= 1e6):
		return msg.Problem("usage.rate", msg.Args{"Value": p.Rate})
	case p.PerDay < 0:
		return msg.Problem("usage.per-day", msg.Args{"Value": p.PerDay})
	}
	return nil
}

// Check returns a *SettingsError if the policy cannot be kept with the service's delay.
func (p Policy) Check(delay time.Duration) error {
	if err := p.QueueDepth.check(delay); err != nil {
		return err
	}
	return p.Window.check(delay)
}

// DependsOnDelay reports whether Check refuses the policy for some delay.
func (p Policy) DependsOnDelay() bool { return p.Check(maxDelay) != nil }

// SettingsError says that the settings cannot be kept with those of the account.
type SettingsError struct{ error }

func (e *SettingsError) Text(l msg.Language) string { return msg.Explain(l, e.error) }

// Gate says whether one more card may be put into the service's queue. It counts
// cards that are on their way as if the service had accepted them.
type Gate struct {
	policy Policy
	daily  dailyCap
	queue  queueRoom
	drain  drain
	log    *slog.Logger
	logged struct {
		full, hours bool
		overflow    time.Duration // the delay for which it was logged
	}
	isHeld        bool      // the account is not ready
	fullSince     time.Time // zero while there is room
	hasSent       bool      // a card, through this gate
	lastDeparture time.Time // of all that is in the queue, as far as known
}

// fullTimeout is at least waited for room: a queue that is stalled, or others fill, has none.
const fullTimeout = time.Hour

// NewGate returns a gate that counts the sends of the past, so that the caps hold across
// runs. It logs when the queue fills, slows or cannot be counted.
func NewGate(log *slog.Logger, policy Policy, past Past, now time.Time) *Gate {
	g := &Gate{policy: policy, daily: dailyCap{limit: policy.PerDay}, log: log}
	g.Recount(past)
	g.queue.past = past
	for _, s := range past.Sent {
		if now.Sub(s.At) < countMemory {
			g.queue.add(s.At, s.Cards)
		}
	}
	for _, until := range past.Doubtful {
		if until.After(now) {
			g.queue.add(until, 1)
		}
	}
	return g
}

func (g *Gate) depth() int                   { return g.policy.QueueDepth.messages(g.queue.delay) }
func (g *Gate) drainInterval() time.Duration { return g.drain.interval(g.queue.delay) }

func (g *Gate) maxWaiting(now time.Time) int {
	return min(g.depth(), g.policy.Window.room(now, g.drainInterval()))
}

// Closed returns why no card may go any more in this run, or the zero Reason.
func (g *Gate) Closed(now time.Time) msg.Reason {
	switch {
	case g.queue.least(now) >= g.policy.Window.room(now, g.queue.delay):
		return g.policy.Window.closed(now)
	case g.daily.room(now) <= 0:
		return msg.NewReason(msg.DayFull, g.daily.limit, g.daily.nextRoom().Add(time.Minute-1).In(g.policy.Window.Location()))
	case g.queue.unansweredFor(now) >= countTimeout:
		return msg.NewReason(msg.CountAway, countTimeout, msg.ErrorArg(g.queue.lastErr))
	case !g.fullSince.IsZero() && now.Sub(g.fullSince) > max(fullTimeout, 6*g.queue.delay):
		return msg.NewReason(msg.QueueFull, now.Sub(g.fullSince).Round(time.Minute), g.queue.count)
	}
	return msg.Reason{}
}

// Allows reports whether one more card may be intended while inHand are on their way.
func (g *Gate) Allows(now time.Time, inHand int) bool {
	g.noteFull(now, inHand)
	return !g.isHeld && g.daily.room(now) > inHand && g.queue.hasRoom(now, inHand, g.maxWaiting(now))
}

// StillAllows is for a card that is intended: hours pass, and others may fill the queue.
func (g *Gate) StillAllows(now time.Time, inHand int) bool {
	return !g.isHeld && g.queue.occupied(now, inHand) <= g.maxWaiting(now)
}

// NeedsCount reports whether the queue has to be counted anew.
func (g *Gate) NeedsCount(now time.Time, inHand int) bool {
	needed := g.queue.isStale(now) || !g.queue.hasRoom(now, inHand, g.maxWaiting(now))
	return needed && !g.queue.isClearerSoon(now)
}

func (g *Gate) noteFull(now time.Time, inHand int) {
	limit, waiting := g.maxWaiting(now), g.queue.occupied(now, inHand)
	if !g.queue.isKnown || waiting < limit {
		g.fullSince = time.Time{}
		return
	}
	if g.fullSince.IsZero() {
		g.fullSince = now
	}
	depth := g.depth()
	if waiting < depth && !g.logged.hours {
		g.logged.hours = true
		g.log.Info("queue.hours", "Messages", g.queue.count, "Most", limit)
	}
	if limit >= depth && !g.logged.full {
		g.logged.full = true
		g.log.Info("queue.full", "Messages", max(g.queue.count, waiting), "Most", depth)
	}
}

// RecordCount takes a count of the queue, or the failure to get one.
func (g *Gate) RecordCount(c QueueCount) {
	g.logCount(c)
	g.queue.update(c)
	if c.Err != nil {
		return
	}
	delay := g.queue.delay
	g.drain.record(c.AskedAt, c.Length, g.queue.recentTotal, delay)
	if c.Length > 0 {
		g.lastDeparture = later(g.lastDeparture, g.queue.asOf.Add(time.Duration(c.Length-1)*g.drainInterval()))
	}
	if g.drain.update(delay) {
		g.drain.log(g.log, c.Length, delay)
	}
	g.logOverflow()
}

// SetDelay takes the delay that the service reports, and reports whether it is new.
func (g *Gate) SetDelay(delay time.Duration) bool {
	if g.queue.delay == delay {
		return false
	}
	g.queue.delay = delay
	g.queue.emptyAt, g.drain.samples = time.Time{}, nil // it may have drained faster for a while
	g.logOverflow()
	return true
}

// Hold closes the gate while the account is not ready, or opens it again.
func (g *Gate) Hold(held bool) { g.isHeld = held }

// Sent counts a card that the service has accepted between the request and the answer.
func (g *Gate) Sent(madeAt, answeredAt time.Time) {
	g.addCard(answeredAt, answeredAt)
	g.queue.enqueue(madeAt, 1)
}

// InDoubt counts a card without an answer, which the service may accept until a time.
func (g *Gate) InDoubt(endedAt, until time.Time) { g.addCard(endedAt, until) }

func (g *Gate) addCard(at, until time.Time) {
	if !g.hasSent { // the queue's other messages leave before it
		ahead := g.queue.estimate(at, g.queue.delay)
		g.lastDeparture = later(g.lastDeparture, at.Add(time.Duration(ahead-1)*g.queue.delay))
	}
	g.hasSent = true
	g.queue.add(until, 1)
	g.drain.arrived++
	g.daily.add(Sent{until, 1})
	g.lastDeparture = later(g.lastDeparture.Add(g.queue.delay), at)
}

// Recount replaces the cards that the daily cap counts by those of the last 24 hours.
func (g *Gate) Recount(past Past) {
	g.daily = dailyCap{limit: g.policy.PerDay}
	for _, s := range past.Sent {
		g.daily.add(s)
	}
	for _, until := range past.Doubtful {
		g.daily.add(Sent{until, 1})
	}
}

// LastDeparture returns when the last card of this gate leaves the queue; zero: none went.
func (g *Gate) LastDeparture() time.Time {
	if !g.hasSent {
		return time.Time{}
	}
	return g.lastDeparture
}

// Overdue estimates how many messages in the queue leave after the hours, and how many the
// service drops after 24 hours.
func (g *Gate) Overdue(now time.Time) (afterHours, dropped int) {
	interval := g.drainInterval()
	waiting := g.queue.estimate(now, interval)
	if g.drain.state == stalled {
		interval = day // nobody knows when it goes on
	}
	if interval == 0 {
		return 0, 0
	}
	dropped = max(0, waiting-int(day/interval))
	opens, closes := g.policy.Window.span(now)
	if now.Before(opens) {
		return waiting, dropped
	}
	return max(0, waiting-int(closes.Sub(now)/interval)), dropped
}

func (g *Gate) logCount(c QueueCount) {
	wasFailing := !g.queue.failingSince.IsZero()
	switch {
	case c.Err != nil && !wasFailing:
		blindUntil := c.AskedAt
		if g.queue.isKnown {
			blindUntil = c.AskedAt.Add(blindTimeout)
		}
		g.log.Warn("queue.unknown", "Err", c.Err, "Waits", blindUntil.Format(time.TimeOnly), "Ends", c.AskedAt.Add(countTimeout).Format(time.TimeOnly))
	case c.Err == nil && wasFailing:
		g.log.Info("queue.known", "Messages", c.Length)
	}
}

func (g *Gate) logOverflow() {
	count, delay := g.queue.count, g.queue.delay
	if over := count - int(day/max(delay, minDelay)); over > 0 && g.logged.overflow != delay {
		g.logged.overflow = delay
		g.log.Error("queue.overflow", "Messages", count, "Delay", delay, "After", (time.Duration(count) * delay).Hours(), "Over", over)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
