package pacing

import (
	"strings"
	"testing"
	"time"
)

func TestHowManyMayWaitInTheQueue(t *testing.T) {
	for _, c := range []struct {
		name  string
		depth string
		delay time.Duration
		want  int
	}{
		{"by itself, what leaves in a minute", "auto", 500 * time.Millisecond, 120},
		{"by itself, twenty at the least", "auto", 5 * time.Second, 20},
		{"twenty also with the longest delay", "auto", 10 * time.Minute, 20},
		{"by itself, no limit but the 24 hours without a delay", "auto", 0, 144000},
		{"as many as are asked for", "7", 5 * time.Second, 7},
		{"as many as are asked for, also without a delay", "7", 0, 7},
		{"0 is the 24 hours alone, with room to spare", "0", 5 * time.Second, 14400},
		{"more than the 24 hours take is never let through", "90000", 5 * time.Second, 14400},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, err := ParseQueueDepth(c.depth)
			if err != nil || q.String() != c.depth {
				t.Fatalf("%v %v", q, err)
			}
			if got := q.messages(c.delay); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
			if wait := time.Duration(c.want) * max(c.delay, minDelay); wait > safeWait {
				t.Errorf("the last waits %v", wait)
			}
		})
	}
}

func TestADepthPastTheEdgeIsRefusedWithTheArithmetic(t *testing.T) {
	err := QueueDepth{true, 6000}.check(15 * time.Second)
	if err == nil {
		t.Fatal("it was taken")
	}
	for _, part := range []string{"--queue-depth 6000", "each 15s", "25.0 hours", "no more than 4800"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in: %v", part, err)
		}
	}
	for _, fine := range []QueueDepth{{}, {true, 0}, {true, 4800}} {
		if err := fine.check(15 * time.Second); err != nil {
			t.Errorf("%v: %v", fine, err)
		}
	}
}

func TestADepthIsANumberOrAuto(t *testing.T) {
	for _, s := range []string{"", "-1", "many", "1.5"} {
		if _, err := ParseQueueDepth(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}
