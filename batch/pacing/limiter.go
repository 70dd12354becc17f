package pacing

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

const (
	// headroom is the part of the rate that is used. With a burst of 1 some second still
	// sees one request more than the limit, and 0.99 is not enough on a busy machine.
	headroom = 0.975

	minPause = time.Second
	maxPause = 30 * time.Second
	minRate  = 1.0 // requests a second, however often the service refuses
)

// DocumentedRate is the requests a second that the service accepts.
const DocumentedRate = 50.0

// Limiter says when the next request may be made.
//
// When the service accepts nothing, all requests pause, from a second up to half a minute,
// until it accepts a card again. BackOff also halves the rate, which recovers within a minute.
// The first BackOff lowers a ceiling above DocumentedRate to it.
type Limiter struct {
	limiter      *rate.Limiter
	ceiling      float64 // requests a second
	current      float64
	currentAt    time.Time // current is as of then
	pause        time.Duration
	pausedAt     time.Time // when the newest pause began
	pausedUntil  time.Time
	tokenAt      time.Time // of the token that is reserved; zero if none is
	jitter       func() float64
	stalledSince time.Time // zero if the newest request was accepted
}

// NewLimiter returns a limiter for a number of requests a second. The last request before,
// whoever made it, has used a token; a zero time: there was none.
func NewLimiter(ceiling float64, last, now time.Time) *Limiter {
	l := &Limiter{ceiling: ceiling, current: ceiling, currentAt: now, jitter: rand.Float64}
	// A burst above 1 only where a timer is too coarse to keep up, at rates
	// that the service itself does not accept.
	burst := max(1, int(ceiling/1000))
	l.limiter = rate.NewLimiter(l.limit(), burst)
	if last.After(now) { // the clock was set back
		last = now
	}
	if !last.IsZero() {
		l.limiter.ReserveN(last, burst)
	}
	return l
}

func (l *Limiter) limit() rate.Limit { return rate.Limit(l.current * headroom) }

// Next returns when the next request may be made, and reserves its token.
func (l *Limiter) Next(now time.Time) time.Time {
	if now.Before(l.pausedUntil) {
		return l.pausedUntil
	}
	l.recover(now)
	// A token that lay idle would go together with the next one.
	if l.tokenAt.IsZero() || now.Sub(l.tokenAt).Seconds()*l.current > 1 {
		l.tokenAt = now.Add(l.limiter.ReserveN(now, 1).DelayFrom(now))
	}
	return l.tokenAt
}

// Spend uses the token that Next has reserved.
func (l *Limiter) Spend() { l.tokenAt = time.Time{} }

// Accepted records that the service accepted a card.
func (l *Limiter) Accepted() { l.pause, l.stalledSince = 0, time.Time{} }

// StalledFor returns how long the service has accepted nothing.
func (l *Limiter) StalledFor(now time.Time) time.Duration {
	if l.stalledSince.IsZero() {
		return 0
	}
	return now.Sub(l.stalledSince)
}

// BackOff records a refusal, for now, and returns the pause: zero where a later one lasts already.
func (l *Limiter) BackOff(madeAt, now time.Time) time.Duration {
	wait := l.Pause(madeAt, now)
	if wait > 0 {
		l.recover(now)
		if l.ceiling > DocumentedRate {
			l.ceiling, l.current = DocumentedRate, DocumentedRate
		} else {
			l.current = max(min(minRate, l.ceiling), l.current/2)
		}
		l.limiter.SetLimitAt(now, l.limit())
	}
	return wait
}

// Pause is BackOff for a request that got no word of the service: the rate stays.
func (l *Limiter) Pause(madeAt, now time.Time) time.Duration {
	if !madeAt.After(l.pausedAt) {
		return 0
	}
	// Where no request was made for long after the pause, the service did not stall.
	idle := maxPause + time.Duration(float64(time.Second)/l.current)
	if l.stalledSince.IsZero() || madeAt.Sub(l.pausedUntil) > idle {
		l.stalledSince = now
	}
	l.pause = min(max(minPause, 2*l.pause), maxPause)
	wait := l.pause + time.Duration(l.jitter()*float64(l.pause)/4)
	l.pausedAt, l.pausedUntil = now, now.Add(wait)
	l.tokenAt = time.Time{} // it would go right behind the first one after the pause
	return wait
}

func (l *Limiter) recover(now time.Time) {
	if l.current < l.ceiling {
		l.current = min(l.ceiling, l.current+l.ceiling*now.Sub(l.currentAt).Minutes())
		l.limiter.SetLimitAt(now, l.limit())
	}
	l.currentAt = now
}

const day = 24 * time.Hour

// dailyCap limits the cards in any 24 hours. The zero value has no limit.
type dailyCap struct {
	limit int
	total int    // the cards in sent
	sent  []Sent // within 24 hours, oldest first
}

// add counts cards that the service has accepted by then, or may have.
func (d *dailyCap) add(s Sent) {
	if d.limit == 0 {
		return
	}
	s.At = s.At.Round(0) // the wall clock: a machine may sleep
	i := len(d.sent)
	for i > 0 && d.sent[i-1].At.After(s.At) {
		i--
	}
	d.sent = slices.Insert(d.sent, i, s)
	d.total += s.Cards
}

// byMinute is a copy with an entry a minute: a forecast takes a step for each.
func (d dailyCap) byMinute() dailyCap {
	minutes := d.sent[:0:0]
	for _, s := range d.sent {
		if last := len(minutes) - 1; last >= 0 && s.At.Truncate(time.Minute).Equal(minutes[last].At.Truncate(time.Minute)) {
			minutes[last] = Sent{s.At, minutes[last].Cards + s.Cards}
		} else {
			minutes = append(minutes, s)
		}
	}
	d.sent = minutes
	return d
}

func (d *dailyCap) room(now time.Time) int {
	if d.limit == 0 {
		return math.MaxInt
	}
	for len(d.sent) > 0 && !d.sent[0].At.Add(day).After(now) {
		d.total -= d.sent[0].Cards
		d.sent = d.sent[1:]
	}
	return d.limit - d.total
}

func (d *dailyCap) nextRoom() time.Time {
	excess := d.total - d.limit
	i := slices.IndexFunc(d.sent, func(s Sent) bool {
		excess -= s.Cards
		return excess < 0
	})
	return d.sent[i].At.Add(day)
}
