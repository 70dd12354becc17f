package pacing

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// start is when every history begins.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const tick = 100 * time.Millisecond

// queueHistory simulates a queue that is filled through a queueRoom and by others.
type queueHistory struct {
	rng       *rand.Rand
	room      queueRoom
	depth     int
	drain     drain
	now       time.Time
	delay     time.Duration
	answers   time.Duration // the longest time to an answer
	rate      float64       // of the sender, a tick
	foreign   float64       // of the others, a tick
	isStuck   bool
	isSteady  bool    // it never gets stuck by itself
	lostShare float64 // of requests without an answer
	isLying   bool    // the count is any smaller number

	length        int       // the queue's true one
	lengths       []int     // at every tick
	foreignTotals []int     // of messages of others, up to every tick
	next          time.Time // when the next message may leave
	underWay      []request
	askedAt       time.Time
	answer        *QueueCount // under way
	answerAt      time.Time

	roomSince time.Time // the queue has had room, and nothing was under way or in doubt
	worst     time.Duration
	excess    int // of the queue's length, when a card of ours was taken, over what others explain
}

// request is a card under way.
type request struct {
	madeAt, acceptedAt, answeredAt time.Time // madeAt is zero if the answer is lost
	isQueued                       bool
}

func newHistory(seed uint64) *queueHistory {
	rng := rand.New(rand.NewPCG(seed, 1))
	h := &queueHistory{rng: rng, now: start, next: start,
		depth:     1 + rng.IntN(200),
		delay:     time.Duration(rng.IntN(200)) * tick,
		answers:   time.Duration(1+rng.IntN(30)) * tick,
		rate:      []float64{0.02, 0.5, 3}[rng.IntN(3)],
		foreign:   []float64{0, 0, 0.01, 0.2}[rng.IntN(4)],
		lostShare: []float64{0, 0.02}[rng.IntN(2)],
		length:    rng.IntN(50),
	}
	h.roomSince, h.lengths, h.foreignTotals = h.now, []int{h.length}, []int{0}
	return h
}

func (h *queueHistory) soon(most time.Duration) time.Time {
	return h.now.Add(time.Duration(h.rng.Int64N(int64(most/tick)+1)) * tick)
}

func (h *queueHistory) chance(p float64) int {
	n := int(p)
	if h.rng.Float64() < p-float64(n) {
		n++
	}
	return n
}

// step simulates one tick.
func (h *queueHistory) step() {
	h.room.delay = h.delay
	h.now = h.now.Add(tick)
	if !h.isSteady && h.rng.IntN(3000) == 0 {
		h.isStuck = !h.isStuck
	}
	for !h.isStuck && h.length > 0 && !h.now.Before(h.next) {
		h.length--
		h.next = h.now.Add(max(h.delay, tick))
	}
	others := h.chance(h.foreign)
	h.length += others
	h.foreignTotals = append(h.foreignTotals, h.foreignTotals[len(h.foreignTotals)-1]+others)
	h.progress()
	h.count()
	for range h.chance(h.rate) {
		h.send()
	}
	h.lengths = append(h.lengths, h.length)
	if h.length >= h.depth || len(h.underWay) > 0 {
		h.roomSince = h.now
	}
	h.worst = max(h.worst, h.now.Sub(h.roomSince))
}

// progress accepts and answers the requests that are due.
func (h *queueHistory) progress() {
	var left []request
	for _, r := range h.underWay {
		if !r.isQueued && !h.now.Before(r.acceptedAt) {
			r.isQueued = true
			h.length++
			unseen := h.foreignSince(countLifetime + countAge + CountInterval + 2*h.answers)
			h.excess = max(h.excess, h.length-h.depth-unseen)
		}
		if h.now.Before(r.answeredAt) {
			left = append(left, r)
			continue
		}
		h.room.add(h.now, 1)
		if !r.madeAt.IsZero() {
			h.room.enqueue(r.madeAt, 1)
		}
		h.drain.arrived++
	}
	h.underWay = left
}

// count asks for the length, which is up to countAge old, and answers.
func (h *queueHistory) count() {
	if h.answer != nil && !h.now.Before(h.answerAt) {
		h.room.update(*h.answer)
		h.drain.record(h.answer.AskedAt, h.answer.Length, h.room.recentTotal, h.delay)
		h.answer = nil
	}
	if isNeeded := h.room.isStale(h.now) || !h.room.hasRoom(h.now, len(h.underWay), h.depth); !isNeeded || h.room.isClearerSoon(h.now) || h.answer != nil || h.now.Sub(h.askedAt) < CountInterval {
		return
	}
	h.askedAt, h.answerAt = h.now, h.soon(h.answers)
	age := h.rng.IntN(int(countAge / tick))
	h.answer = &QueueCount{AskedAt: h.now, Length: h.lengths[max(0, len(h.lengths)-1-age)]}
	if h.isLying {
		h.answer.Length = h.rng.IntN(h.answer.Length + 1)
	}
}

func (h *queueHistory) send() {
	if !h.room.hasRoom(h.now, len(h.underWay), h.depth) {
		return
	}
	answered := h.soon(h.answers)
	r := request{madeAt: h.now, acceptedAt: answered, answeredAt: answered}
	if h.rng.Float64() < h.lostShare { // accepted at any time before it is given up, or never
		r.madeAt, r.acceptedAt = time.Time{}, h.soon(answered.Sub(h.now))
		if h.rng.IntN(2) == 0 {
			r.acceptedAt = h.now.Add(1000 * time.Hour)
		}
	}
	h.underWay = append(h.underWay, r)
	h.roomSince = h.now
}

// foreignSince returns how many messages others have put into the queue within d.
func (h *queueHistory) foreignSince(d time.Duration) int {
	last := len(h.foreignTotals) - 1
	return h.foreignTotals[last] - h.foreignTotals[max(0, last-int(d/tick))]
}

func TestTheQueueIsNeverTooLongAndItsRoomIsUsed(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprintf("history %d", seed), func(t *testing.T) {
			h := newHistory(seed)
			for range 6000 {
				h.step()
			}
			if h.excess > 0 {
				t.Errorf("a queue of at most %d holds %d more than others explain", h.depth, h.excess)
			}
			// A card a tick is wanted on average, or one in fifty.
			patience := countAge + CountInterval + 2*h.answers + recentSpan + tick
			if h.rate >= 0.5 && h.worst > patience+20*tick {
				t.Errorf("the queue had room for %v and nothing came", h.worst)
			}
		})
	}
}

func TestACountThatCannotBeIsNotBelieved(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("history %d", seed), func(t *testing.T) {
			h := newHistory(seed)
			h.delay = max(h.delay, tick)
			h.isLying, h.isSteady, h.foreign, h.lostShare, h.length = true, true, 0, 0, 0
			for range 6000 {
				h.step()
			}
			// The first card may have left at once, and each was taken between its request
			// and the answer.
			if most := 2 + int(h.answers/h.delay); h.excess > most {
				t.Errorf("a queue of at most %d holds %d more, at most %d can be", h.depth, h.excess, most)
			}
		})
	}
}

func TestHowMuchRoomTheQueueHas(t *testing.T) {
	sec := func(n float64) time.Time { return start.Add(time.Duration(n * float64(time.Second))) }
	away := errors.New("away")
	for _, c := range []struct {
		name string
		do   func(*queueRoom)
		at   time.Time
		room int // cards that may be under way together
	}{
		{"nothing before the queue has been counted", func(*queueRoom) {}, sec(0), 0},
		{"what an empty queue has room for", func(q *queueRoom) { q.update(QueueCount{AskedAt: sec(0)}) }, sec(0), 5},
		{"less what waits", func(q *queueRoom) { q.update(QueueCount{AskedAt: sec(0), Length: 3}) }, sec(0), 2},
		{"nothing when more wait than there should", func(q *queueRoom) { q.update(QueueCount{AskedAt: sec(0), Length: 9}) }, sec(0), 0},
		{"less what was taken since the count", func(q *queueRoom) {
			q.update(QueueCount{AskedAt: sec(0), Length: 1})
			q.add(sec(1), 1)
			q.add(sec(2), 1)
		}, sec(3), 2},
		{"less what was taken up to ten seconds before the question", func(q *queueRoom) {
			q.add(sec(1), 1)
			q.add(sec(3), 1)
			q.update(QueueCount{AskedAt: sec(12)})
		}, sec(12), 4},
		{"less what a count so old may not have seen, ten seconds to the dot", func(q *queueRoom) { q.add(sec(2), 1); q.update(QueueCount{AskedAt: sec(12)}) }, sec(12), 4},
		{"less what may still be taken", func(q *queueRoom) { q.add(sec(120), 1); q.update(QueueCount{AskedAt: sec(60)}) }, sec(60), 4},
		{"on an old count, while a question fails", func(q *queueRoom) {
			q.update(QueueCount{AskedAt: sec(0)})
			q.update(QueueCount{AskedAt: sec(40), Err: away})
		}, sec(99), 5},
		{"nothing when questions have failed for a minute", func(q *queueRoom) {
			q.update(QueueCount{AskedAt: sec(0)})
			q.update(QueueCount{AskedAt: sec(40), Err: away})
		}, sec(100), 0},
		{"again after an answer", func(q *queueRoom) {
			q.update(QueueCount{AskedAt: sec(0)})
			q.update(QueueCount{AskedAt: sec(40), Err: away})
			q.update(QueueCount{AskedAt: sec(100)})
		}, sec(101), 5},
		{"not more than can have left, whatever the count", func(q *queueRoom) {
			q.enqueue(sec(1), 4)
			q.update(QueueCount{AskedAt: sec(15)})
		}, sec(5), 3},
		{"not more than can have left since an earlier run, whatever the count", func(q *queueRoom) {
			q.past = Past{Sent: []Sent{{sec(-60), 10}, {sec(2), 4}}, Delay: Delay{3 * time.Second, sec(-100)}}
			q.update(QueueCount{AskedAt: sec(15)})
		}, sec(5), 3},
		{"what the count says, where the delay was another one in an earlier run", func(q *queueRoom) {
			q.past = Past{Sent: []Sent{{sec(2), 4}}, Delay: Delay{time.Second, sec(-100)}}
			q.update(QueueCount{AskedAt: sec(15)})
		}, sec(5), 5},
		{"what the count says, where the delay was another one before that run", func(q *queueRoom) {
			q.past = Past{Sent: []Sent{{sec(2), 4}}, Delay: Delay{3 * time.Second, sec(2)}}
			q.update(QueueCount{AskedAt: sec(15)})
		}, sec(5), 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := &queueRoom{delay: 3 * time.Second}
			c.do(q)
			room := 0
			for room < 100 && q.hasRoom(c.at, room, 5) {
				room++
			}
			if room != c.room {
				t.Errorf("room for %d, want %d", room, c.room)
			}
		})
	}
}
