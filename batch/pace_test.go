package batch

import (
	"testing"
	"time"
)

// steady is a pace without jitter, and the time at which it begins.
func steady(asked float64) (*pace, time.Time) {
	now := noon
	p := newPace(asked, now)
	p.jitter = func() float64 { return 0 }
	return p, now
}

// handOver is when the next request goes if somebody waits for it since now.
func handOver(p *pace, now time.Time) time.Time {
	at := p.next(now)
	if at.Before(now) {
		at = now
	}
	for next := p.next(at); next.After(at); next = p.next(at) {
		at = next
	}
	p.use()
	return at
}

func TestPausesDoubleUpToHalfAMinuteUntilACardIsTaken(t *testing.T) {
	p, now := steady(50)
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		if got := p.refusesAll(now, now.Add(time.Millisecond)); got != want*time.Second {
			t.Errorf("waits %v, want %ds", got, want)
		}
		now = handOver(p, now.Add(2*time.Millisecond))
	}
	p.taken()
	if got := p.refusesAll(now, now.Add(time.Millisecond)); got != firstPause {
		t.Errorf("after a card was taken it waits %v", got)
	}
}

func TestAnswersToRequestsFromBeforeThePauseDoNotCountAgain(t *testing.T) {
	p, now := steady(50)
	p.refusesAll(now, now.Add(100*time.Millisecond))
	if got := p.refusesAll(now.Add(50*time.Millisecond), now.Add(200*time.Millisecond)); got != 0 {
		t.Errorf("waits another %v", got)
	}
	if p.current != 25 {
		t.Errorf("the rate is %v", p.current)
	}
}

func TestTheRateHalvesAndRecoversWithinAMinute(t *testing.T) {
	p, now := steady(40)
	for _, want := range []float64{20, 10, 5, 2.5, 1.25, 1, 1} {
		p.refusesAll(now, now.Add(time.Millisecond))
		if diff := p.current - want; diff < 0 || diff > 0.01 {
			t.Errorf("the rate is %v, want %v", p.current, want)
		}
		// The recovery of the pause itself is not what is looked at here.
		now = now.Add(time.Second)
		p.changed = now
	}
	p.until = now
	for ten, want := range []float64{1, 7.7, 14.3, 21} {
		p.next(now.Add(time.Duration(ten) * 10 * time.Second))
		if diff := p.current - want; diff < -0.7 || diff > 0.7 {
			t.Errorf("after %d seconds the rate is %v, want %v", 10*ten, p.current, want)
		}
	}
	p.next(now.Add(time.Minute))
	if p.current != 40 {
		t.Errorf("in the end the rate is %v", p.current)
	}
}

func TestTheTimeInWhichNobodyAskedIsNotHeldAgainstTheService(t *testing.T) {
	for _, c := range []struct {
		name  string
		asked float64
		idle  time.Duration // after each pause
		stuck bool          // by the end of half an hour
	}{
		{"asked again at once", 10, 0, true},
		{"asked after twenty minutes, in which there was no room", 10, 20 * time.Minute, false},
		{"asked every five minutes, since that is the rate", 1. / 300, 5 * time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, now := steady(c.asked)
			for began := now; now.Sub(began) < 30*time.Minute; now = p.until.Add(c.idle) {
				p.refusesAll(now, now.Add(time.Millisecond))
			}
			if got := p.stuckFor(p.paused) > maxStuck; got != c.stuck {
				t.Errorf("stuck for %v", p.stuckFor(p.paused))
			}
		})
	}
}

func TestARateThatTheServiceDoesNotTakeIsBroughtDownToTheOneThatItDoes(t *testing.T) {
	p, now := steady(60)
	for _, want := range []float64{50, 25} {
		p.refusesAll(now, now.Add(time.Millisecond))
		if diff := p.current - want; diff < 0 || diff > 0.1 {
			t.Errorf("the rate is %v, want %v", p.current, want)
		}
		now = now.Add(time.Second)
	}
	if p.next(now.Add(time.Hour)); p.current != 50 {
		t.Errorf("in the end the rate is %v", p.current)
	}
}

func TestNoTwoRequestsGoTogether(t *testing.T) {
	const rate = 10
	least := time.Duration(float64(time.Second) / rate)
	cases := map[string]func(p *pace, now time.Time) time.Time{
		"one after the other":                 func(_ *pace, now time.Time) time.Time { return now },
		"after a pause with a token reserved": func(p *pace, now time.Time) time.Time { p.next(now); p.hold(now, now.Add(1)); return now },
		"after nobody has waited for a while": func(_ *pace, now time.Time) time.Time { return now.Add(time.Minute) },
		"after a token has lain idle":         func(p *pace, now time.Time) time.Time { p.next(now); return now.Add(time.Minute) },
	}
	for name, before := range cases {
		t.Run(name, func(t *testing.T) {
			p, now := steady(rate)
			now = handOver(p, now)
			now = before(p, now)
			last := handOver(p, now)
			for range 5 {
				at := handOver(p, last)
				if gap := at.Sub(last); gap < least {
					t.Errorf("two requests within %v", gap)
				}
				last = at
			}
		})
	}
}
