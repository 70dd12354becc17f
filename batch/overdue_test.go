package batch_test

import (
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel/msg"
)

// until is hours that end so long from now, on the full minute, and that end.
func (w *world) until(d time.Duration) (hours pacing.Window, closes time.Time) {
	closes = time.Now().UTC().Add(d).Truncate(time.Minute)
	return mustHours(w.t, "00:00-"+closes.Format("15:04"), "UTC"), closes
}

func TestAQueueThatStandsStillIsSaidAloud(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(time.Second)
		time.AfterFunc(time.Minute, func() { w.instance.Configure(func(c *sandbox.Config) { c.Stuck = true }) })
		time.AfterFunc(20*time.Minute, func() { w.instance.Configure(func(c *sandbox.Config) { c.Stuck = false }) })
		began := time.Now()
		w.progress = func(p batch.Progress) {
			if since := time.Since(began); since > 10*time.Minute && since < 20*time.Minute && p.Remaining < 10*time.Minute {
				t.Errorf("after %v there were %v left", since, p.Remaining)
			}
		}
		w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(300)...)), "300 accepted")
		for _, line := range []string{"msg=queue.stalled", "msg=queue.normal"} {
			if n := strings.Count(w.log.String(), line); n != 1 {
				t.Errorf("%q was said %d times in\n%s", line, n, w.log.String())
			}
		}
	})
}

func TestWhatLeavesAfterTheHoursIsSaidInTheEnd(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*world)
		after  time.Duration
		off    int // of what is said, at the most
	}{
		{"nothing, if all goes well", func(*world) {}, 0, 0},
		{"a queue that others fill at the last moment", func(w *world) { w.foreign(100) }, 9 * time.Minute, 10},
		{"a queue that stands still", func(w *world) { w.instance.Configure(func(c *sandbox.Config) { c.Stuck = true }) }, 4 * time.Minute, 1},
		{"a service that is slower than it says", func(w *world) { w.instance.Configure(func(c *sandbox.Config) { c.Delay = 30 * time.Second }) }, 4 * time.Minute, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				time.Sleep(time.Hour)
				w.queueing(2 * time.Second)
				var closes time.Time
				w.settings.Window, closes = w.until(11 * time.Minute)
				w.settings.QueueDepth = mustDepth(t, "20")
				time.AfterFunc(c.after, func() { c.change(w) })
				s := w.mustSend(w.text("contacts.csv", manyRows(1000)))
				if s.Stop.Code != msg.Window {
					t.Errorf("stopped with %v", s.Stop)
				}
				time.Sleep(time.Hour)
				late := 0
				for _, m := range w.instance.Messages() {
					if m.DepartedAt.IsZero() || m.DepartedAt.After(closes) {
						late++
					}
				}
				if off := s.AfterHours - late; off > c.off || -off > c.off || (s.AfterHours > 0) != (late > 0) {
					t.Errorf("%d were said to leave after the hours, it were %d", s.AfterHours, late)
				}
			})
		})
	}
}

func TestAQueueThatLastsUntilTheHoursEndIsNotWaitedFor(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		time.Sleep(time.Hour)
		w.queueing(time.Second)
		w.settings.Window, _ = w.until(10 * time.Minute)
		w.foreign(900)
		began := time.Now()
		s := w.mustSend(w.file("contacts.csv", upTo(10)...))
		if s.Stop.Code != msg.Window || time.Since(began) > time.Minute {
			t.Errorf("after %v stopped with %v", time.Since(began), s.Stop)
		}
		w.wantCounts(s, "10 unsent")
	})
}
