package pacing

import (
	"testing"
	"time"
)

// steady returns a limiter without jitter, and when it begins.
func steady(ceiling float64) (*Limiter, time.Time) {
	now := start
	l := NewLimiter(ceiling, time.Time{}, now)
	l.jitter = func() float64 { return 0 }
	return l, now
}

// handOver returns when the next request is made by who waits for it since now.
func handOver(l *Limiter, now time.Time) time.Time {
	at := l.Next(now)
	if at.Before(now) {
		at = now
	}
	for next := l.Next(at); next.After(at); next = l.Next(at) {
		at = next
	}
	l.Spend()
	return at
}

func TestPausesDoubleUpToHalfAMinuteUntilACardIsTaken(t *testing.T) {
	l, now := steady(50)
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		if got := l.BackOff(now, now.Add(time.Millisecond)); got != want*time.Second {
			t.Errorf("waits %v, want %ds", got, want)
		}
		now = handOver(l, now.Add(2*time.Millisecond))
	}
	l.Accepted()
	if got := l.BackOff(now, now.Add(time.Millisecond)); got != minPause {
		t.Errorf("after a card was taken it waits %v", got)
	}
}

func TestAnswersToRequestsFromBeforeThePauseDoNotCountAgain(t *testing.T) {
	l, now := steady(50)
	l.BackOff(now, now.Add(100*time.Millisecond))
	if got := l.BackOff(now.Add(50*time.Millisecond), now.Add(200*time.Millisecond)); got != 0 {
		t.Errorf("waits another %v", got)
	}
	if l.current != 25 {
		t.Errorf("the rate is %v", l.current)
	}
}

func TestTheRateHalvesAndRecoversWithinAMinute(t *testing.T) {
	l, now := steady(40)
	for _, want := range []float64{20, 10, 5, 2.5, 1.25, 1, 1} {
		l.BackOff(now, now.Add(time.Millisecond))
		if diff := l.current - want; diff < 0 || diff > 0.01 {
			t.Errorf("the rate is %v, want %v", l.current, want)
		}
		// The recovery of the pause itself is not what is looked at here.
		now = now.Add(time.Second)
		l.currentAt = now
	}
	l.pausedUntil = now
	for ten, want := range []float64{1, 7.7, 14.3, 21} {
		l.Next(now.Add(time.Duration(ten) * 10 * time.Second))
		if diff := l.current - want; diff < -0.7 || diff > 0.7 {
			t.Errorf("after %d seconds the rate is %v, want %v", 10*ten, l.current, want)
		}
	}
	l.Next(now.Add(time.Minute))
	if l.current != 40 {
		t.Errorf("in the end the rate is %v", l.current)
	}
}

func TestTheTimeInWhichNobodyAskedIsNotHeldAgainstTheService(t *testing.T) {
	for _, c := range []struct {
		name    string
		ceiling float64
		idle    time.Duration // after each pause
		stuck   bool          // by the end of half an hour
	}{
		{"a request at once", 10, 0, true},
		{"a request after twenty minutes, in which there was no room", 10, 20 * time.Minute, false},
		{"a request every five minutes, since that is the rate", 1. / 300, 5 * time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, now := steady(c.ceiling)
			for began := now; now.Sub(began) < 30*time.Minute; now = l.pausedUntil.Add(c.idle) {
				l.BackOff(now, now.Add(time.Millisecond))
			}
			if got := l.StalledFor(l.pausedAt) > 15*time.Minute; got != c.stuck {
				t.Errorf("stuck for %v", l.StalledFor(l.pausedAt))
			}
		})
	}
}

func TestARateThatTheServiceDoesNotTakeIsBroughtDownToTheOneThatItDoes(t *testing.T) {
	l, now := steady(60)
	for _, want := range []float64{50, 25} {
		l.BackOff(now, now.Add(time.Millisecond))
		if diff := l.current - want; diff < 0 || diff > 0.1 {
			t.Errorf("the rate is %v, want %v", l.current, want)
		}
		now = now.Add(time.Second)
	}
	if l.Next(now.Add(time.Hour)); l.current != 50 {
		t.Errorf("in the end the rate is %v", l.current)
	}
}

func TestNoTwoRequestsGoTogether(t *testing.T) {
	const rate = 10
	least := time.Duration(float64(time.Second) / rate)
	cases := map[string]func(l *Limiter, now time.Time) time.Time{
		"one after the other":                 func(_ *Limiter, now time.Time) time.Time { return now },
		"after a pause with a token reserved": func(l *Limiter, now time.Time) time.Time { l.Next(now); l.Pause(now, now.Add(1)); return now },
		"after nobody has waited for a while": func(_ *Limiter, now time.Time) time.Time { return now.Add(time.Minute) },
		"after a token has lain idle":         func(l *Limiter, now time.Time) time.Time { l.Next(now); return now.Add(time.Minute) },
	}
	for name, before := range cases {
		t.Run(name, func(t *testing.T) {
			l, now := steady(rate)
			now = handOver(l, now)
			now = before(l, now)
			last := handOver(l, now)
			for range 5 {
				at := handOver(l, last)
				if gap := at.Sub(last); gap < least {
					t.Errorf("two requests within %v", gap)
				}
				last = at
			}
		})
	}
}
