package batch

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

const tick = 100 * time.Millisecond

// history is a made-up queue, filled through a gate and by others, tick by tick.
type history struct {
	rng     *rand.Rand
	gate    gate
	drain   drain
	now     time.Time
	delay   time.Duration
	answers time.Duration // the longest time to an answer
	rate    float64       // of the sender, a tick
	foreign float64       // of the others, a tick
	stuck   bool
	steady  bool    // it does not get stuck by itself
	lost    float64 // share of requests without an answer

	length  int       // the queue's true one
	lengths []int     // at every tick
	came    []int     // from others, up to every tick
	next    time.Time // when the next message may leave
	under   []request
	asked   time.Time
	answer  *counted // under way
	due     time.Time

	roomSince time.Time // the queue has had room, and nothing was under way or in doubt
	worst     time.Duration
	excess    int // of the queue's length, when a card of ours was taken, over what others explain
}

// request is a card under way: when it is taken, and when it is answered.
type request struct {
	taken, answered time.Time
	lost, in        bool
}

func newHistory(seed uint64) *history {
	rng := rand.New(rand.NewPCG(seed, 1))
	h := &history{rng: rng, now: noon, next: noon,
		gate:    gate{depth: 1 + rng.IntN(200)},
		delay:   time.Duration(rng.IntN(200)) * tick,
		answers: time.Duration(1+rng.IntN(30)) * tick,
		rate:    []float64{0.02, 0.5, 3}[rng.IntN(3)],
		foreign: []float64{0, 0, 0.01, 0.2}[rng.IntN(4)],
		lost:    []float64{0, 0.02}[rng.IntN(2)],
		length:  rng.IntN(50),
	}
	h.roomSince, h.lengths, h.came = h.now, []int{h.length}, []int{0}
	return h
}

func (h *history) later(most time.Duration) time.Time {
	return h.now.Add(time.Duration(h.rng.Int64N(int64(most/tick)+1)) * tick)
}

func (h *history) chance(p float64) int {
	n := int(p)
	if h.rng.Float64() < p-float64(n) {
		n++
	}
	return n
}

// step is one tick of everything.
func (h *history) step() {
	h.now = h.now.Add(tick)
	if !h.steady && h.rng.IntN(3000) == 0 {
		h.stuck = !h.stuck
	}
	for !h.stuck && h.length > 0 && !h.now.Before(h.next) {
		h.length--
		h.next = h.now.Add(max(h.delay, tick))
	}
	others := h.chance(h.foreign)
	h.length += others
	h.came = append(h.came, h.came[len(h.came)-1]+others)
	h.progress()
	h.count()
	for range h.chance(h.rate) {
		h.send()
	}
	h.lengths = append(h.lengths, h.length)
	if h.length >= h.gate.depth || len(h.under) > 0 {
		h.roomSince = h.now
	}
	h.worst = max(h.worst, h.now.Sub(h.roomSince))
}

// progress takes and answers the requests whose time has come.
func (h *history) progress() {
	var under []request
	for _, r := range h.under {
		if !r.in && !h.now.Before(r.taken) {
			r.in = true
			h.length++
			unseen := h.foreignSince(countGood + countAge + countEvery + 2*h.answers)
			h.excess = max(h.excess, h.length-h.gate.depth-unseen)
		}
		if h.now.Before(r.answered) {
			under = append(under, r)
			continue
		}
		h.gate.put(h.now)
		h.drain.put++
	}
	h.under = under
}

// count asks for the length as it was up to countAge before, and answers.
func (h *history) count() {
	if h.answer != nil && !h.now.Before(h.due) {
		h.gate.read(*h.answer)
		h.drain.read(h.answer.asked, h.answer.n, h.gate.sum, 0, h.delay)
		h.answer = nil
	}
	if wants := h.gate.stale(h.now) || !h.gate.lets(h.now, len(h.under), h.gate.depth); !wants || h.gate.soon(h.now) || h.answer != nil || h.now.Sub(h.asked) < countEvery {
		return
	}
	h.asked, h.due = h.now, h.later(h.answers)
	age := h.rng.IntN(int(countAge / tick))
	h.answer = &counted{asked: h.now, n: h.lengths[max(0, len(h.lengths)-1-age)]}
}

func (h *history) send() {
	if !h.gate.lets(h.now, len(h.under), h.gate.depth) {
		return
	}
	answered := h.later(h.answers)
	r := request{taken: answered, answered: answered, lost: h.rng.Float64() < h.lost}
	if r.lost { // taken at any time before it is given up, or never
		r.taken = h.later(answered.Sub(h.now))
		if h.rng.IntN(2) == 0 {
			r.taken = h.now.Add(1000 * time.Hour)
		}
	}
	h.under = append(h.under, r)
	h.roomSince = h.now
}

// foreignSince is what others have put into the queue within d.
func (h *history) foreignSince(d time.Duration) int {
	last := len(h.came) - 1
	return h.came[last] - h.came[max(0, last-int(d/tick))]
}

// Both sides of what the gate's comment promises, in many histories.
func TestTheQueueIsNeverTooLongAndItsRoomIsUsed(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprintf("history %d", seed), func(t *testing.T) {
			h := newHistory(seed)
			for range 6000 {
				h.step()
			}
			if h.excess > 0 {
				t.Errorf("a queue of at most %d holds %d more than others explain", h.gate.depth, h.excess)
			}
			// A card a tick is wanted on average, or one in fifty.
			patience := countAge + countEvery + 2*h.answers + lotOver + tick
			if h.rate >= 0.5 && h.worst > patience+20*tick {
				t.Errorf("the queue had room for %v and nothing came", h.worst)
			}
		})
	}
}

func TestWhatTheGateLetsThrough(t *testing.T) {
	sec := func(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Second))) }
	away := errors.New("away")
	for _, c := range []struct {
		name string
		do   func(*gate)
		at   time.Time
		room int // cards that may be under way together
	}{
		{"nothing before the queue has been counted", func(*gate) {}, sec(0), 0},
		{"what an empty queue has room for", func(g *gate) { g.read(counted{asked: sec(0)}) }, sec(0), 5},
		{"less what waits", func(g *gate) { g.read(counted{asked: sec(0), n: 3}) }, sec(0), 2},
		{"nothing when more wait than there should", func(g *gate) { g.read(counted{asked: sec(0), n: 9}) }, sec(0), 0},
		{"less what was taken since the count", func(g *gate) { g.read(counted{asked: sec(0), n: 1}); g.put(sec(1)); g.put(sec(2)) }, sec(3), 2},
		{"less what was taken up to ten seconds before the question", func(g *gate) { g.put(sec(1)); g.put(sec(3)); g.read(counted{asked: sec(12)}) }, sec(12), 4},
		{"less what a count so old may not have seen, ten seconds to the dot", func(g *gate) { g.put(sec(2)); g.read(counted{asked: sec(12)}) }, sec(12), 4},
		{"less what may still be taken", func(g *gate) { g.put(sec(120)); g.read(counted{asked: sec(60)}) }, sec(60), 4},
		{"on an old count, while a question fails", func(g *gate) { g.read(counted{asked: sec(0)}); g.read(counted{asked: sec(40), err: away}) }, sec(99), 5},
		{"nothing when questions have failed for a minute", func(g *gate) { g.read(counted{asked: sec(0)}); g.read(counted{asked: sec(40), err: away}) }, sec(100), 0},
		{"again after an answer", func(g *gate) {
			g.read(counted{asked: sec(0)})
			g.read(counted{asked: sec(40), err: away})
			g.read(counted{asked: sec(100)})
		}, sec(101), 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &gate{depth: 5}
			c.do(g)
			room := 0
			for room < 100 && g.lets(c.at, room, g.depth) {
				room++
			}
			if room != c.room {
				t.Errorf("lets %d through, want %d", room, c.room)
			}
		})
	}
}
