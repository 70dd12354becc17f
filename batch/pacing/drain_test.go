package pacing

import (
	"fmt"
	"testing"
	"time"
)

func TestAQueueThatDrainsAsItShouldIsNeverCalledSlow(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("history %d", seed), func(t *testing.T) {
			h := newHistory(seed)
			h.isSteady, h.foreign = true, 0
			for range 6000 {
				h.step()
				if pace := h.drain.interval(h.delay); pace > max(h.delay, minDelay) {
					t.Fatalf("after %v it was said to take %v, it takes %v: %v", h.now.Sub(start), pace, h.delay, h.drain.samples)
				}
			}
		})
	}
}

func TestAQueueThatStandsStillIsNoticed(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("history %d", seed), func(t *testing.T) {
			h := newHistory(seed)
			h.isSteady, h.foreign, h.rate = true, 0, 3
			for range 1000 {
				h.step()
			}
			h.isStuck = true
			since, patience := h.now, 2*max(stalledAfter, drainMessages*h.delay)+time.Minute
			for h.now.Sub(since) < patience {
				h.step()
			}
			h.drain.update(h.delay)
			if state, interval := h.drain.state, h.drain.interval(h.delay); state != stalled || interval < drainSpan-countAge {
				t.Errorf("%v after it stood still, with a delay of %v, it is %v with an interval of %v: %v", patience, h.delay, state, interval, h.drain.samples)
			}
		})
	}
}

func TestAQueueThatIsSlowerThanItShouldBe(t *testing.T) {
	d := drain{}
	at := start
	for i := range 60 { // one leaves each 10 s, and one is put
		d.arrived++
		d.record(at, 40, 1, 2*time.Second)
		at = at.Add(10 * time.Second)
		if i == 0 && d.interval(2*time.Second) != 2*time.Second {
			t.Error("it is called slow at once")
		}
	}
	if got := d.interval(2 * time.Second); got < 7*time.Second || got > 10*time.Second {
		t.Errorf("it is seen to take %v", got)
	}
}
