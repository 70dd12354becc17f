package batch

import (
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// gates are all that a card has to pass before it is intended. They are the
// dispatcher's alone while there is one.
type gates struct {
	log    *slog.Logger
	depth  QueueDepth
	window Window
	day    dayLimit
	queue  gate
	delay  time.Duration // as the service reports it
	held   bool          // the account is not ready
	left   time.Time     // when what is in the queue has left, as far as can be told
	went   bool          // a card of this start
	told   bool          // that the queue is full
	spilt  time.Duration // the delay with which the queue was said to be too long
	full   time.Time     // since when it has been, zero if it is not
}

// maxFull is how long a run waits for room at the least: a queue that stands still
// has none, nor one that others fill.
const maxFull = time.Hour

// newGates knows what went before for the instance, in this run or in others. A
// request without an answer may yet be taken, settleAfter after it was given up.
func newGates(j *Job, now time.Time) (*gates, error) {
	g := &gates{log: j.Log, depth: j.Settings.QueueDepth, window: j.Settings.Window, day: dayLimit{most: j.Settings.PerDay}}
	back := time.Minute // nothing older can be missing from a count
	if j.Settings.PerDay > 0 {
		back = day
	}
	went, err := j.Ledger.Went(j.Instance, now.Add(-back))
	if err != nil {
		return nil, err
	}
	for _, at := range went {
		g.day.add(at)
		if now.Sub(at) < time.Minute {
			g.queue.put(at)
		}
	}
	unknown, err := j.Ledger.Unknown(j.Instance)
	for _, r := range unknown {
		if until := r.Ended.Add(j.Settings.SettleAfter.Duration); until.After(now) {
			g.queue.put(until)
		}
	}
	return g, err
}

// most is how many messages may be in the queue now.
func (g *gates) most(now time.Time) int {
	most := g.depth.messages(g.delay)
	if g.window.zone != nil {
		most = min(most, g.window.room(now, g.delay))
	}
	return most
}

// stop is why no card goes any more in this run, if none does.
func (g *gates) stop(now time.Time) Stop {
	switch {
	case g.window.zone != nil && g.window.room(now, g.delay) == 0:
		return g.window.stop(now)
	case g.day.room(now) <= 0:
		return stopped(csvmodel.CodeDayFull, strconv.Itoa(g.day.most), clock(g.day.again().Add(time.Minute-1).In(g.window.location())))
	case g.queue.countless(now) >= maxCountless:
		return stopped(csvmodel.CodeCountAway, maxCountless.String(), g.queue.why.Error())
	case !g.full.IsZero() && now.Sub(g.full) > max(maxFull, 6*g.delay):
		return stopped(csvmodel.CodeQueueFull, now.Sub(g.full).Round(time.Minute).String(), strconv.Itoa(g.queue.count))
	}
	return Stop{}
}

// lets reports whether one more card may be intended when so many are.
func (g *gates) lets(now time.Time, busy int) bool {
	return !g.held && g.day.room(now) > busy && g.queue.lets(now, busy, g.most(now))
}

// wants reports whether the length of the queue is to be asked for.
func (g *gates) wants(now time.Time, busy int) bool {
	return g.queue.stale(now) || !g.queue.lets(now, busy, g.most(now))
}

// fit reports whether those that are intended may still go: hours pass, and other
// senders come.
func (g *gates) fit(now time.Time, busy int) bool {
	return !g.held && g.queue.waiting(busy) <= g.most(now)
}

// took takes note of a request that was answered, or given up. What is in doubt may
// be taken until later.
func (g *gates) took(r ledger.Row, later time.Duration) {
	if !g.went { // what went before is ahead of it
		g.left = latest(g.left, r.Ended.Add(time.Duration(g.queue.likely(r.Ended, g.delay)-1)*g.delay))
	}
	g.queue.put(r.Ended.Add(later))
	g.day.add(r.Ended)
	g.went = true
	if g.left = g.left.Add(g.delay); g.left.Before(r.Ended) {
		g.left = r.Ended
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// outlook is how things stand for the cards to come.
func (g *gates) outlook(s Settings) outlook {
	return outlook{rate: min(s.Rate, documented), delay: g.delay, depth: g.depth.messages(g.delay), window: g.window, perDay: g.day.most, went: g.day.went}
}

// counted takes note of an answer to the question how long the queue is, or that
// there was none, of which people are told once.
func (g *gates) counted(c counted) {
	since := g.queue.failing
	g.queue.read(c)
	switch {
	case c.err != nil && since.IsZero():
		waits := c.asked
		if g.queue.known {
			waits = c.asked.Add(maxUncounted)
		}
		g.log.Warn(fmt.Sprintf("the length of the service's queue is not known: %v. If that stays so, cards wait from %s on, and the run ends at %s",
			c.err, waits.Format(time.TimeOnly), c.asked.Add(maxCountless).Format(time.TimeOnly)))
	case c.err != nil:
		return
	case !since.IsZero():
		g.log.Info(fmt.Sprintf("the length of the service's queue is known again: %d", c.n))
	}
	if c.err == nil && c.n > 0 {
		// The last of them leaves then at the earliest.
		g.left = latest(g.left, g.queue.asOf.Add(time.Duration(c.n-1)*g.delay))
	}
	g.overflows()
}

// overflows says aloud, once for each delay, that what is in the queue cannot all
// leave in time: others have filled it, or the delay was raised.
func (g *gates) overflows() {
	most := int(day / max(g.delay, leastDelay))
	if over := g.queue.count - most; over > 0 && g.spilt != g.delay {
		g.spilt = g.delay
		g.log.Error(fmt.Sprintf("%d messages wait in the service's queue and one leaves each %v, so the last of them would leave after %s: the service drops what has waited for 24 hours, the last %d of them, which may be cards that it has accepted. A shorter delay in the service's console saves them; nothing more is sent until there is room",
			g.queue.count, g.delay, hours(time.Duration(g.queue.count)*g.delay), over))
	}
}

// bars takes note of whether the queue has no room, and says it aloud once.
func (g *gates) bars(now time.Time, busy int) {
	most := g.depth.messages(g.delay)
	switch full := g.queue.known && g.queue.waiting(busy) >= most; {
	case !full:
		g.full = time.Time{}
		return
	case g.full.IsZero():
		g.full = now
	}
	if !g.told {
		g.told = true
		pace := ""
		if g.delay > 0 {
			pace = fmt.Sprintf(", one each %v", g.delay)
		}
		g.log.Info(fmt.Sprintf("the service's queue is as long as it may be (%d): from now on a card goes when one has left%s", most, pace))
	}
}
