package batch

import (
	"slices"
	"time"
)

const (
	// countAge is how old the service's count of its queue may be when it is told.
	countAge = 10 * time.Second
	// countEvery is how often it is asked for at the most.
	countEvery = 5 * time.Second
	// countGood is how long a count is relied on: others may fill the queue.
	countGood = 30 * time.Second
	// maxUncounted is how long cards go while the count is not to be had.
	maxUncounted = time.Minute
	// maxCountless is how long a run waits for the count.
	maxCountless = 10 * time.Minute
)

// gate says whether the service's queue has room for one more card. It is the
// dispatcher's alone, and knows no time but what it is told.
//
// A count may be of any time from countAge before its question to its answer. What
// may have come since the earliest of them is added to it: the cards that the
// service took or may have taken, and those under way. What left since is not
// taken off: the delay is the fastest at which a queue drains, and one that is
// stuck drains nothing.
//
// Hence, above: when a card is let through there is room for it and for all that
// were let through before. The queue is longer than its depth by no more than
// what others put into it since the time of the count, which is at most
// countGood + countAge and a question ago, and maxUncounted longer while questions
// fail. And below: a queue that has had room for countAge + countEvery and two
// questions, with nothing of ours under way or in doubt, lets a card through.
type gate struct {
	depth   int // messages in the queue at the most
	known   bool
	count   int
	asOf    time.Time // the earliest that the count may be of
	lots    []lot     // what may not be in the count
	sum     int       // of lots
	failing time.Time // since when questions get no answer, zero if the newest got one
	why     error     // the newest one got none
}

// lot is some cards, taken about the same time, that are in every count of a time
// after until.
type lot struct {
	from, until time.Time
	n           int
}

// lotOver keeps lots few, and none of their cards counted for much too long.
const lotOver = 100 * time.Millisecond

// counted is an answer to the question how long the queue is.
type counted struct {
	asked  time.Time
	n      int
	others int   // messages of other senders that were ever seen in it
	err    error // there was no answer
	fatal  error // the ledger's
}

// put adds a card that the service has taken by then, if it takes it at all.
func (g *gate) put(until time.Time) {
	g.sum++
	if n := len(g.lots); n > 0 {
		if l := &g.lots[n-1]; !until.Before(l.until) && until.Sub(l.from) < lotOver {
			l.until = until
			l.n++
			return
		}
	}
	g.lots = append(g.lots, lot{until, until, 1})
}

// read takes note of a count, or of a question without an answer.
func (g *gate) read(c counted) {
	if c.err != nil {
		g.why = c.err
		if g.failing.IsZero() {
			g.failing = c.asked
		}
		return
	}
	g.known, g.count, g.asOf, g.failing = true, c.n, c.asked.Add(-countAge), time.Time{}
	g.lots = slices.DeleteFunc(g.lots, func(l lot) bool {
		past := l.until.Before(g.asOf)
		if past {
			g.sum -= l.n
		}
		return past
	})
}

// waiting is how many messages the queue holds at the most, when so many cards
// are under way.
func (g *gate) waiting(under int) int { return g.count + g.sum + under }

// likely is how many messages the queue holds now as far as can be guessed, which
// is for forecasts only: those of which nobody knows whether they are in the count
// are so half the time, and one has left each delay since.
func (g *gate) likely(now time.Time, delay time.Duration) int {
	asked, sure, doubtful := g.asOf.Add(countAge), 0, 0
	for _, l := range g.lots {
		if l.until.After(asked) {
			sure += l.n
		} else {
			doubtful += l.n
		}
	}
	left := 0
	if age := now.Sub(g.asOf.Add(countAge / 2)); delay > 0 && age > 0 {
		left = int(age / delay)
	}
	return max(sure, g.count+sure+doubtful/2-left)
}

// lets reports whether one more may go while so many are under way.
func (g *gate) lets(now time.Time, under, depth int) bool {
	return g.known && !g.blind(now) && g.waiting(under) < depth
}

// blind reports whether the count has not been to be had for too long.
func (g *gate) blind(now time.Time) bool { return g.countless(now) >= maxUncounted }

// countless is how long questions have had no answer.
func (g *gate) countless(now time.Time) time.Duration {
	if g.failing.IsZero() {
		return 0
	}
	return now.Sub(g.failing)
}

// stale reports whether the count is to be asked for whether there is room or not.
func (g *gate) stale(now time.Time) bool {
	return !g.known || now.Sub(g.asOf) > countGood+countAge
}

// soon reports whether to ask a little later says more: the oldest of what is
// counted for safety is in the count for sure then.
func (g *gate) soon(now time.Time) bool {
	if !g.known || len(g.lots) == 0 {
		return false
	}
	wait := g.lots[0].until.Add(countAge).Sub(now)
	return wait >= 0 && wait <= countEvery
}
