package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// gates are all that a card has to pass before it is intended. They are the
// dispatcher's alone while there is one.
type gates struct {
	log       *slog.Logger
	depth     QueueDepth
	window    Window
	day       dayLimit
	queue     gate
	drain     drain
	delay     time.Duration // as the service reports it
	held      bool          // the account is not ready
	left      time.Time     // when what is in the queue has left, as far as can be told
	went      bool          // a card of this start
	told      bool          // that the queue is full
	toldHours bool          // that it leaves no room before the hours end
	dragging  string        // what was said of a queue that does not get shorter as it should
	spilt     time.Duration // the delay with which the queue was said to be too long
	full      time.Time     // since when it has been, zero if it is not
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
	went, err := j.Ledger.SentSince(j.Instance, now.Add(-back))
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
		most = min(most, g.window.room(now, g.pace()))
	}
	return most
}

// pace is from one message that leaves the queue to the next, as it is seen.
func (g *gates) pace() time.Duration { return g.drain.pace(g.delay) }

// stop is why no card goes any more in this run, if none does.
func (g *gates) stop(now time.Time) msg.Reason {
	switch {
	case g.window.zone != nil && g.window.room(now, g.delay) == 0:
		return g.window.stop(now)
	case g.lastsTooLong(now):
		return g.window.stop(now)
	case g.day.room(now) <= 0:
		return msg.NewReason(msg.DayFull, strconv.Itoa(g.day.most), clock(g.day.again().Add(time.Minute-1).In(g.window.Location())))
	case g.queue.countless(now) >= maxCountless:
		return msg.NewReason(msg.CountAway, maxCountless.String(), g.queue.why.Error())
	case !g.full.IsZero() && now.Sub(g.full) > max(maxFull, 6*g.delay):
		return msg.NewReason(msg.QueueFull, now.Sub(g.full).Round(time.Minute).String(), strconv.Itoa(g.queue.count))
	}
	return msg.Reason{}
}

// lastsTooLong reports whether what is in the queue surely takes until the hours end, so
// that there is no room for a card any more.
func (g *gates) lastsTooLong(now time.Time) bool {
	if g.window.zone == nil || !g.queue.known || g.delay == 0 {
		return false
	}
	waits := g.queue.count - int(now.Sub(g.queue.asOf)/g.delay)
	return waits >= g.window.room(now, g.delay)
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
	g.drain.put++
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
	return outlook{rate: min(s.Rate, documented), delay: g.pace(), depth: g.depth.messages(g.delay), window: g.window, perDay: g.day.most, went: g.day.went}
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
		g.log.Warn(fmt.Sprintf("the length of the service's queue is not known: %v. If that stays so, cards wait from %s on at the latest, and the run ends at %s",
			c.err, waits.Format(time.TimeOnly), c.asked.Add(maxCountless).Format(time.TimeOnly)))
	case c.err != nil:
		return
	case !since.IsZero():
		g.log.Info(fmt.Sprintf("the length of the service's queue is known again: %d", c.n))
	}
	if c.err == nil {
		g.drain.read(c.asked, c.n, g.queue.sum, c.others, g.delay)
	}
	if c.err == nil && c.n > 0 {
		// The last of them leaves then at the earliest.
		g.left = latest(g.left, g.queue.asOf.Add(time.Duration(c.n-1)*g.pace()))
	}
	g.overflows()
	g.drags()
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

// drags says aloud when the queue does not get shorter as it should, and when it does
// again.
func (g *gates) drags() {
	pace, stands := g.pace(), g.drain.stands(g.delay)
	switch {
	case stands > 0:
		if g.dragging != "stands" {
			g.log.Warn(fmt.Sprintf("the service's queue has not got shorter for %v: %d messages wait in it, though one should leave each %v. Cards go on when it does; the telephone and the service's console may say more",
				stands.Round(time.Second), g.queue.count, g.delay))
		}
		g.dragging = "stands"
	case g.dragging == "" && pace >= 2*max(g.delay, leastDelay) && g.queue.asOf.Sub(g.drain.moved) < max(standsOver/4, 3*g.delay):
		g.log.Warn(fmt.Sprintf("the service's queue gets shorter by one each %v only, though one message should leave each %v: it is slow, or others fill it. Hours and forecast go by that",
			pace.Round(100*time.Millisecond), g.delay))
		g.dragging = "slow"
	case g.dragging != "" && pace == g.delay:
		g.log.Info(fmt.Sprintf("the service's queue gets shorter again as it should, by one each %v", g.delay))
		g.dragging = ""
	}
}

// late is how many messages that are in the queue now leave only after the hours, as
// far as can be told, and how many will have waited for so long that they are dropped.
func (g *gates) late(now time.Time) (afterHours, dropped int) {
	pace, waits := g.pace(), g.queue.likely(now, g.pace())
	if g.drain.stands(g.delay) > 0 {
		pace = day // nobody knows when it goes on
	}
	if pace > 0 {
		dropped = max(0, waits-int(day/pace))
	}
	if g.window.zone == nil || pace == 0 {
		return 0, dropped
	}
	opens, closes := g.window.span(now)
	if now.Before(opens) {
		return waits, dropped
	}
	return max(0, waits-int(closes.Sub(now)/pace)), dropped
}

// bars takes note of whether there is no room for one more card, and says it aloud
// once, and once more when it is for the hours.
func (g *gates) bars(now time.Time, busy int) {
	most, depth := g.most(now), g.depth.messages(g.delay)
	switch waiting := g.queue.waiting(busy); {
	case !g.queue.known || waiting < most:
		g.full = time.Time{}
		return
	case waiting < depth && !g.toldHours:
		g.toldHours = true
		g.log.Info(fmt.Sprintf("%d messages wait in the service's queue, and no more than %d leave it before the hours end: a card goes only if there is room for it", g.queue.count, most))
	}
	if g.full.IsZero() {
		g.full = now
	}
	if !g.told && most >= depth {
		g.told = true
		g.log.Info(fmt.Sprintf("the service's queue is as long as it may be (%d messages wait, at most %d may): from now on a card goes when one is seen to have left", max(g.queue.count, g.queue.waiting(busy)), depth))
	}
}
