package batch

import (
	"fmt"
	"testing"
	"time"
)

func TestAQueueThatDrainsAsItShouldIsNeverCalledSlow(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("history %d", seed), func(t *testing.T) {
			h := newHistory(seed)
			h.steady, h.foreign = true, 0
			for range 6000 {
				h.step()
				if pace := h.drain.pace(h.delay); pace > max(h.delay, leastDelay) {
					t.Fatalf("after %v it was said to take %v, it takes %v: %v", h.now.Sub(noon), pace, h.delay, h.drain.marks)
				}
			}
		})
	}
}

func TestAQueueThatStandsStillIsNoticed(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("history %d", seed), func(t *testing.T) {
			h := newHistory(seed)
			h.steady, h.foreign, h.rate = true, 0, 3
			for range 1000 {
				h.step()
			}
			h.stuck = true
			since, patience := h.now, 2*max(standsOver, drainLots*h.delay)+time.Minute
			for h.now.Sub(since) < patience {
				h.step()
			}
			if n, over := h.drain.seen(h.delay); n > 0 || over == 0 {
				t.Errorf("%v after it stood still, with a delay of %v, %d of %d left in %v: %v", patience, h.delay, n, h.length, over, h.drain.marks)
			}
		})
	}
}

func TestAQueueThatIsSlowerThanItShouldBe(t *testing.T) {
	d := drain{}
	at := noon
	for i := range 60 { // one leaves each 10 s, and one is put
		d.put++
		d.read(at, 40, 1, 0, 2*time.Second)
		at = at.Add(10 * time.Second)
		if i == 0 && d.pace(2*time.Second) != 2*time.Second {
			t.Error("it is called slow at once")
		}
	}
	if got := d.pace(2 * time.Second); got < 7*time.Second || got > 10*time.Second {
		t.Errorf("it is seen to take %v", got)
	}
}
