package batch_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// queueing is a service whose queue has this delay, and counts and limits as the
// real one.
func (w *world) queueing(delay time.Duration) {
	w.instance.Configure(func(c *sandbox.Config) {
		c.Delay, c.CountEvery, c.Limits = delay, 10*time.Second, sandbox.DocumentedLimits()
	})
}

// foreign is a message of another sender.
func (w *world) foreign(n int) {
	for i := range n {
		w.instance.Foreign(sandbox.SendContact{ChatID: fmt.Sprintf("447400123%03d@c.us", i)})
	}
}

// longest returns how many messages were in the queue at most when it accepted a card of
// ours, by the service's own record. Messages of others count only if they arrived an age
// before.
func (w *world) longest(age time.Duration) (most int) {
	all := w.instance.Messages()
	for i, m := range all {
		if m.Request == 0 {
			continue
		}
		n := 0
		for _, before := range all[:i+1] {
			isWaiting := before.DepartedAt.IsZero() || before.DepartedAt.After(m.AcceptedAt)
			if isWaiting && (before.Request != 0 || m.AcceptedAt.Sub(before.AcceptedAt) > age) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func (w *world) lastLeft() (last time.Time) {
	for _, m := range w.instance.Messages() {
		if m.Request != 0 && m.DepartedAt.After(last) {
			last = m.DepartedAt
		}
	}
	return last
}

func TestTheQueueIsKeptShort(t *testing.T) {
	notOnServer(t)
	for _, c := range []struct {
		name   string
		delay  time.Duration
		depth  string
		cards  int
		most   int
		within time.Duration // the run
	}{
		{"by itself: what leaves in a minute", 500 * time.Millisecond, "auto", 600, 120, 5 * time.Minute},
		{"by itself: twenty", 5 * time.Second, "auto", 100, 20, 8 * time.Minute},
		{"five, if that is asked for", 5 * time.Second, "5", 60, 5, 6 * time.Minute},
		{"one", time.Second, "1", 20, 1, 5 * time.Minute},
		{"with the longest delay", 10 * time.Minute, "auto", 40, 20, 4 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(c.delay)
				w.settings.QueueDepth = mustDepth(t, c.depth)
				began := time.Now()
				s := w.mustSend(w.file("contacts.csv", upTo(c.cards)...))
				w.wantCounts(s, fmt.Sprintf("%d accepted", c.cards))
				if elapsed := time.Since(began); elapsed > c.within {
					t.Errorf("it took %v", elapsed)
				}
				time.Sleep(6 * time.Hour)
				w.checkRecord(s.Run)
				if got := w.longest(0); got > c.most {
					t.Errorf("the queue held %d", got)
				}
			})
		})
	}
}

func TestWithoutADelayNothingWaitsForRoom(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate, w.settings.Workers = 1000, 64
		began := time.Now()
		w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(1000)...)), "1000 accepted")
		if elapsed := time.Since(began); elapsed > 2*time.Second {
			t.Errorf("it took %v", elapsed)
		}
		if n := w.instance.Requests("getMessagesCount"); n > 1 {
			t.Errorf("the count was asked for %d times", n)
		}
	})
}

func TestTheCountIsAskedForEveryFiveSecondsAtTheMost(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		w.settings.QueueDepth = mustDepth(t, "3")
		began := time.Now()
		var askedAt []time.Time
		w.instance.Script(sandbox.Fault{Method: "getMessagesCount", Do: func(*sandbox.Exchange) bool { askedAt = append(askedAt, time.Now()); return false }})
		w.mustSend(w.file("contacts.csv", upTo(60)...))
		if len(askedAt) < int(time.Since(began)/(15*time.Second)) {
			t.Errorf("%d times in %v", len(askedAt), time.Since(began))
		}
		for i := 1; i < len(askedAt); i++ {
			if gap := askedAt[i].Sub(askedAt[i-1]); gap < 5*time.Second {
				t.Errorf("after %v again after %v", askedAt[i].Sub(began), gap)
			}
		}
	})
}

func TestOtherSendersAreMadeRoomFor(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(2 * time.Second)
		w.foreign(25)
		time.AfterFunc(5*time.Minute, func() { w.foreign(40) })
		began := time.Now()
		s := w.mustSend(w.file("contacts.csv", upTo(300)...))
		w.wantCounts(s, "300 accepted")
		time.Sleep(time.Hour)
		if first := w.instance.Arrivals()[0].Sub(began); first > 30*time.Second {
			t.Errorf("the first card went after %v", first)
		}
		if got := w.longest(41 * time.Second); got > 30 {
			t.Errorf("the queue held %d", got)
		}
	})
}

func TestWhatTheRunBeforeHasSentIsCounted(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Minute)
		in := w.file("contacts.csv", upTo(60)...)
		for range 20 {
			w.send(w.ongoing(time.Second+100*time.Millisecond), in)
		}
		if got := w.longest(0); got > 20 {
			t.Errorf("the queue held %d", got)
		}
	})
}

func TestACountThatIsNotToBeHad(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		w.instance.Script(sandbox.Fault{Method: "getMessagesCount", Do: sandbox.Respond(500, "")})
		began := time.Now()
		s := w.mustSend(w.file("contacts.csv", upTo(10)...))
		if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.CountAway {
			t.Errorf("stopped with %v", s.Stop)
		}
		if elapsed := time.Since(began); elapsed < 10*time.Minute || elapsed > 10*time.Minute+10*time.Second {
			t.Errorf("after %v", elapsed)
		}
		w.wantCounts(s, "10 unsent")
	})
}

func TestWhatIsSaidWhileTheCountIsAway(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		began := time.Now()
		away := func(sandbox.Request) bool {
			since := time.Since(began)
			return since > time.Minute && since < 4*time.Minute
		}
		w.instance.Script(sandbox.Fault{Method: "getMessagesCount", Do: sandbox.Respond(500, ""), If: away})
		w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(300)...)), "300 accepted")
		for _, line := range []string{"msg=queue.unknown", "msg=queue.known"} {
			if n := strings.Count(w.log.String(), line); n != 1 {
				t.Errorf("%q was said %d times in\n%s", line, n, w.log.String())
			}
		}
	})
}

func TestADelayThatIsRaisedPastTheEdgeIsSaidAloud(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		w.settings.QueueDepth = mustDepth(t, "400")
		time.AfterFunc(3*time.Minute, func() { w.instance.Configure(func(c *sandbox.Config) { c.Delay = 5 * time.Minute }) })
		w.settings.Rate = 4
		s, err := w.send(w.ongoing(3*time.Hour), w.text("contacts.csv", manyRows(700)))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(w.log.String(), "msg=queue.overflow"); n != 1 {
			t.Errorf("it was said %d times in\n%s", n, w.log.String())
		}
		if n := len(w.instance.Arrivals()); n > 600 {
			t.Errorf("%d cards were put into the queue", n)
		}
		w.wantCounts(s, fmt.Sprintf("%d accepted %d unsent", len(w.instance.Arrivals()), 700-len(w.instance.Arrivals())))
	})
}

func TestACountThatComesASecondLaterIsNoNews(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		w.instance.Script(sandbox.Fault{Method: "getMessagesCount", Do: sandbox.Respond(429, ""), If: sandbox.Nth(1)})
		w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(10)...)), "10 accepted")
		if line := w.log.String(); line != "" {
			t.Errorf("it said %s", line)
		}
	})
}

func TestACountThatIsAwayForAWhileHoldsTheRestUp(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		began := time.Now()
		away := func(sandbox.Request) bool {
			since := time.Since(began)
			return since > time.Minute && since < 8*time.Minute
		}
		w.instance.Script(sandbox.Fault{Method: "getMessagesCount", Do: sandbox.Respond(500, ""), If: away})
		s := w.mustSend(w.file("contacts.csv", upTo(300)...))
		w.wantCounts(s, "300 accepted")
		for _, at := range w.instance.Arrivals() {
			if since := at.Sub(began); since > 2*time.Minute+40*time.Second && since < 8*time.Minute {
				t.Errorf("a card went after %v", since)
			}
		}
	})
}

func TestAQueueThatStandsStillIsLeftAfterAnHour(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		time.AfterFunc(time.Minute, func() { w.instance.Configure(func(c *sandbox.Config) { c.Stuck = true }) })
		began := time.Now()
		s := w.mustSend(w.file("contacts.csv", upTo(500)...))
		if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.QueueFull {
			t.Errorf("stopped with %v", s.Stop)
		}
		if elapsed := time.Since(began); elapsed < time.Hour || elapsed > time.Hour+5*time.Minute {
			t.Errorf("after %v", elapsed)
		}
		if got := w.longest(0); got > 60 {
			t.Errorf("the queue held %d", got)
		}
	})
}

func TestWhatWaitsForRoomIsNotIntended(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(10 * time.Minute)
		in := w.file("contacts.csv", upTo(60)...)
		w.send(w.ongoing(time.Hour), in)
		l, err := w.open(ledger.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for _, r := range w.results(mustRun(t, l)) {
			if r.Status == csvmodel.Unsent && r.Attempts > 0 {
				t.Errorf("row %d was attempted", r.Row)
			}
		}
	})
}

func mustRun(t *testing.T, l *ledger.Ledger) ledger.Run {
	t.Helper()
	run, err := l.Run(1)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestADepthPastTheEdgeSendsNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(15 * time.Second)
		w.settings.QueueDepth = mustDepth(t, "6000")
		_, err := w.send(t.Context(), w.file("contacts.csv", 1))
		if refused, ok := err.(*pacing.SettingsError); !ok || !strings.Contains(refused.Error(), "4800") {
			t.Errorf("got %v", err)
		}
		if n := len(w.instance.Arrivals()); n > 0 {
			t.Errorf("%d cards were asked for", n)
		}
		l, err := w.open(ledger.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if _, err := l.Run(1); err == nil {
			t.Error("a run was kept")
		}
	})
}

func TestTheForecastHolds(t *testing.T) {
	notOnServer(t)
	notUnderRace(t)
	for _, c := range []struct {
		name  string
		delay time.Duration
		rate  float64
		depth string
		cards int
	}{
		{"as the delay has it", 5 * time.Second, 10, "auto", 1000},
		{"as the shortest delay has it", 500 * time.Millisecond, 10, "auto", 1000},
		{"as the rate has it", 500 * time.Millisecond, 1, "auto", 1000},
		{"without a delay", 0, 10, "auto", 1000},
		{"with a short queue", 500 * time.Millisecond, 10, "5", 300},
		{"with a queue of twenty, which takes two seconds to be filled", 500 * time.Millisecond, 10, "20", 600},
		{"with a queue of twenty, filled at once", 500 * time.Millisecond, 50, "20", 600},
		{"with a queue of forty", 500 * time.Millisecond, 10, "40", 600},
		{"with a queue that drains about as fast as it is seen to", 2 * time.Second, 10, "12", 300},
		{"with a queue of a hundred, without a delay", 0, 50, "100", 1000},
		{"with a queue of one", time.Second, 10, "1", 100},
		{"few", 5 * time.Second, 10, "auto", 15},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(c.delay)
				w.settings.Rate = c.rate
				w.settings.QueueDepth = mustDepth(t, c.depth)
				began := time.Now()
				s := w.mustSend(w.file("contacts.csv", upTo(c.cards)...))
				time.Sleep(time.Hour)
				really := w.lastLeft().Sub(began)
				forecast, actual := s.ForecastDeparture.Sub(began), s.LastDeparture.Sub(began)
				t.Logf("forecast %v, said afterwards %v, really %v", forecast, actual, really)
				if off := (forecast - really).Abs(); off > really/10+time.Second {
					t.Error("the forecast was wrong")
				}
				if off := (actual - really).Abs(); off > really/50+time.Second {
					t.Error("what came was told wrong")
				}
			})
		})
	}
}

func TestACountThatSaysTooLittleFillsNoQueue(t *testing.T) {
	notOnServer(t)
	lying := sandbox.Fault{Method: "getMessagesCount", Do: sandbox.Respond(200, `{"count":0}`)}
	t.Run("in one run", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			w.queueing(3 * time.Second)
			w.instance.Script(lying)
			w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(140)...)), "140 accepted")
			if got := w.longest(0); got > 20 {
				t.Errorf("the queue held %d", got)
			}
		})
	})
	t.Run("in a run a minute", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			w.queueing(10 * time.Second)
			w.instance.Script(lying)
			in := w.file("contacts.csv", upTo(300)...)
			for range 40 {
				w.send(w.ongoing(50*time.Second), in)
				time.Sleep(10 * time.Second)
			}
			if got := w.longest(0); got > 21 {
				t.Errorf("the queue held %d", got)
			}
		})
	})
}

func TestALostAnswerCountsForTheDayUntilItCannotBeTaken(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.PerDay = 1
		w.instance.Script(sandbox.Fault{When: sandbox.After, If: sandbox.Nth(1), Do: sandbox.CloseConn})
		lostAt := time.Now()
		w.wantCounts(w.mustSend(w.file("1.csv", 1)), "1 accepted")
		for _, c := range []struct {
			after time.Duration
			want  string
		}{{0, "1 unsent"}, {w.settings.SettleAfter.Duration - time.Second, "1 unsent"}, {w.settings.SettleAfter.Duration + time.Second, "1 accepted"}} {
			time.Sleep(time.Until(lostAt.Add(24*time.Hour + c.after)))
			w.wantCounts(w.mustSend(w.file("2.csv", 2)), c.want)
		}
	})
}

func TestANewProcessKeepsToTheRateOfTheLastOne(t *testing.T) {
	for name, do := range map[string]sandbox.Action{
		"that was accepted": nil,
		"that was refused":  sandbox.Respond(400, `{"message":"Validation failed"}`),
		"that nobody knows": sandbox.Respond(502, ""),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.settings.Rate, w.settings.NoWait = 1./30, true
				if do != nil {
					w.instance.Script(sandbox.Fault{Do: do})
				}
				for n := range 4 {
					w.mustSend(w.file(fmt.Sprintf("%d.csv", n), n))
				}
				at := w.instance.Arrivals()
				if len(at) != 4 {
					t.Fatalf("%d requests", len(at))
				}
				for i := range 3 {
					if gap := at[i+1].Sub(at[i]); gap < 30*time.Second {
						t.Errorf("a request %v after the last one", gap)
					}
				}
			})
		})
	}
}

// TestNoQuirkOfTheServiceSendsACardTwice has an answer that is lost with each. Only a
// journal that loses just that card could do it.
func TestNoQuirkOfTheServiceSendsACardTwice(t *testing.T) {
	notOnServer(t)
	for _, q := range sandbox.Quirks() {
		t.Run(q.Name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(2 * time.Second)
				q.Apply(w.instance)
				w.instance.Script(sandbox.Fault{When: sandbox.After, If: sandbox.Nth(3), Do: sandbox.CloseConn})
				in := w.file("contacts.csv", upTo(40)...)
				s := w.mustSend(in)
				for range 3 {
					time.Sleep(time.Hour)
					s = w.mustSend(in)
				}
				if n := len(w.instance.Messages()); n != 40 || s.Counts[csvmodel.Accepted] < 39 {
					t.Errorf("%d messages, %s", n, counts(s))
				}
				w.checkRecord(s.Run)
			})
		})
	}
}

func TestADelayThatWasRaisedHoldsUpNoNewProcess(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(500 * time.Millisecond)
		w.wantCounts(w.mustSend(w.file("1.csv", upTo(300)...)), "300 accepted")
		time.Sleep(5 * time.Minute)
		w.queueing(10 * time.Minute)
		for _, in := range []batch.Input{w.file("2.csv", 301, 302, 303), w.file("3.csv", 304, 305, 306)} {
			began := time.Now()
			w.wantCounts(w.mustSend(in), "3 accepted")
			if elapsed := time.Since(began); elapsed > time.Minute {
				t.Errorf("it took %v", elapsed)
			}
		}
	})
}
