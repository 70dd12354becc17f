package pacing

import (
	"slices"
	"time"
)

const (
	// slotSeenLate is the longest that a place that got free in the queue is not seen
	// while the service answers: the count had just been brought up to date when it
	// was asked for, and what was taken before counts for as long again.
	slotSeenLate = 2*countAge + CountInterval

	// How the queue is imitated: so long, in such steps, and so long to an answer.
	imitateFor  = 5 * time.Minute
	imitateTick = 100 * time.Millisecond
	imitateLag  = 2 * imitateTick
)

// turn is how long it takes on average from a card to the one that gets its place
// in the queue, where what is seen of the queue limits the cards; 0 where the rate
// or the delay does so anyway.
//
// It is found by imitation, since it depends on how the times of the cards, of the
// questions and of the service's count fall together.
func (o outlook) turn() time.Duration {
	if o.delay*time.Duration(o.depth) >= slotSeenLate || float64(o.depth) >= o.rate*slotSeenLate.Seconds() {
		return 0
	}
	const phases = 5
	turn := time.Duration(0)
	for i := range time.Duration(phases) {
		q := imitation{outlook: o, phase: countAge * i / phases}
		turn += q.run()
	}
	return turn / phases
}

// imitation is a gate before a queue that does what it should.
type imitation struct {
	outlook
	gate       queueRoom
	phase      time.Duration   // of the count, which is brought up to date each countAge
	taken      []time.Duration // when each card was, and when it has left
	left       []time.Duration
	ask        time.Duration // when the next question may be asked
	answer     QueueCount    // to the newest one
	answeredAt time.Duration // zero if it was read
}

// run returns how many cards go in imitateFor.
func (q *imitation) run() time.Duration {
	step, due := time.Duration(float64(time.Second)/(q.rate*headroom)), time.Duration(0)
	for now := imitateTick; now < imitateFor; now += imitateTick {
		at, sent := time.Time{}.Add(day+now), false
		if q.answeredAt > 0 && now >= q.answeredAt {
			q.gate.update(q.answer)
			q.answeredAt = 0
		}
		for due = max(due, now-imitateTick); due <= now && q.gate.hasRoom(at, 0, q.depth); due += step {
			q.send(at, now)
			sent = true
		}
		if q.answeredAt == 0 && now >= q.ask && (now%time.Second == 0 || sent) && !q.gate.hasRoom(at, 0, q.depth) && !q.gate.isClearerSoon(at) {
			q.answer = QueueCount{AskedAt: at, Length: q.waits((now - q.phase).Truncate(countAge) + q.phase)}
			q.ask, q.answeredAt = now+CountInterval, now+imitateLag
		}
	}
	n := len(q.taken)
	return (q.taken[n-1] - q.taken[q.depth-1]) * time.Duration(q.depth) / time.Duration(n-q.depth)
}

func (q *imitation) send(at time.Time, now time.Duration) {
	left := now
	if n := len(q.left); n > 0 {
		left = max(left, q.left[n-1]+q.delay)
	}
	q.taken, q.left = append(q.taken, now), append(q.left, left)
	q.gate.add(at)
}

// waits is how many cards are in the queue at a time.
func (q *imitation) waits(at time.Duration) int {
	taken, _ := slices.BinarySearch(q.taken, at+1)
	left, _ := slices.BinarySearch(q.left, at+1)
	return taken - left
}
