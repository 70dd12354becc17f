package batch

import (
	"math/rand/v2"
	"time"

	"golang.org/x/time/rate"
)

const (
	// headroom is how much of the rate that is asked for is used: with a burst
	// of 1 some second still sees one request more than the limit, and on a
	// machine with busy cores 1 % less is not room enough for it.
	headroom = 0.975

	firstPause  = time.Second
	longestWait = 30 * time.Second
	slowest     = 1.0 // requests a second, however often the service says no
	documented  = 50.0
)

// pace says when the next request may be handed over. It is the dispatcher's
// alone.
//
// Each time the service says that it takes nothing now, all wait: a second, then
// double, up to half a minute, until it takes a card again; and the rate is
// halved, to rise again, from nothing to what was asked for in a minute. Where more was asked
// for than the service is documented to take, that is what it is set to the first
// time.
type pace struct {
	limiter *rate.Limiter
	asked   float64 // requests a second
	current float64
	changed time.Time // current is as of then
	pause   time.Duration
	paused  time.Time // when the newest pause began
	until   time.Time
	due     time.Time // of the token that is reserved, zero if none is
	jitter  func() float64
	stuck   time.Time // since when nothing was taken, zero if the newest answer was better
}

func newPace(asked float64, now time.Time) *pace {
	p := &pace{asked: asked, current: asked, changed: now, jitter: rand.Float64}
	// A burst above 1 only where a timer is too coarse to keep up, at rates
	// that the service itself does not take.
	p.limiter = rate.NewLimiter(p.limit(), max(1, int(asked/1000)))
	return p
}

func (p *pace) limit() rate.Limit { return rate.Limit(p.current * headroom) }

// next returns when the next request may be handed over and reserves its token,
// if that has not been done.
func (p *pace) next(now time.Time) time.Time {
	if now.Before(p.until) {
		return p.until
	}
	p.recover(now)
	// A token that lay idle would go together with the next one.
	if p.due.IsZero() || now.Sub(p.due).Seconds()*p.current > 1 {
		p.due = now.Add(p.limiter.ReserveN(now, 1).DelayFrom(now))
	}
	return p.due
}

// use spends the token that next has reserved.
func (p *pace) use() { p.due = time.Time{} }

// taken records that the service took a card.
func (p *pace) taken() {
	p.pause, p.stuck = 0, time.Time{}
}

// stuckFor returns how long the service has taken nothing.
func (p *pace) stuckFor(now time.Time) time.Duration {
	if p.stuck.IsZero() {
		return 0
	}
	return now.Sub(p.stuck)
}

// refusesAll records that a request begun at this time was not taken since the
// service takes none now. It returns how long all wait, zero where the request
// was begun before a pause that is already on.
func (p *pace) refusesAll(begun, now time.Time) time.Duration {
	wait := p.hold(begun, now)
	if wait > 0 {
		p.recover(now)
		if p.asked > documented {
			p.asked, p.current = documented, documented
		} else {
			p.current = max(min(slowest, p.asked), p.current/2)
		}
		p.limiter.SetLimitAt(now, p.limit())
	}
	return wait
}

// hold is refusesAll where the service has not spoken at all: all wait, at the
// same rate.
func (p *pace) hold(begun, now time.Time) time.Duration {
	if !begun.After(p.paused) {
		return 0
	}
	// Where nobody asked for long after the pause, it was not the service that
	// had them wait.
	idle := longestWait + time.Duration(float64(time.Second)/p.current)
	if p.stuck.IsZero() || begun.Sub(p.until) > idle {
		p.stuck = now
	}
	p.pause = min(max(firstPause, 2*p.pause), longestWait)
	wait := p.pause + time.Duration(p.jitter()*float64(p.pause)/4)
	p.paused, p.until = now, now.Add(wait)
	p.due = time.Time{} // or it would go at once behind the first one after the pause
	return wait
}

// recover lets the rate rise again with the time that has gone by.
func (p *pace) recover(now time.Time) {
	if p.current < p.asked {
		p.current = min(p.asked, p.current+p.asked*now.Sub(p.changed).Minutes())
		p.limiter.SetLimitAt(now, p.limit())
	}
	p.changed = now
}
