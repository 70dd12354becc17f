package pacing

import (
	"slices"
	"time"
)

// Forecast is when cards will go and leave, if everything goes well.
type Forecast struct {
	Delay     time.Duration // from one message that leaves the queue to the next
	Depth     int           // messages that may wait in it
	DepthRate float64       // cards a second that a queue of this depth takes, 0 if that is no limit
	SentAt    time.Time     // when the last card goes, zero if there is none
	LeftAt    time.Time     // when it has left the queue
}

// outlook is what decides when cards leave the service's queue.
type outlook struct {
	rate   float64 // requests a second at the most
	delay  time.Duration
	depth  int
	window Window
	perDay int // 0: any number
	went   []time.Time
}

// unseen is for how long a place in the queue that gets free is not seen at the
// least: until a question is asked so long after that the answer cannot be from
// before.
const unseen = countAge + time.Second

// fastest is how many cards a second go through the queue where its depth limits
// them, however fast it drains; 0 where it does not.
func (o outlook) fastest() float64 {
	if float64(o.depth)/unseen.Seconds() >= o.rate {
		return 0
	}
	turn := max(o.turn(), unseen)
	return float64(o.depth) / turn.Seconds()
}

// leaves is when the last of n cards goes and when it has left, if so many messages
// are in the queue now, everything goes well, and the next run follows when there is
// room again.
func (o outlook) leaves(now time.Time, n, waiting int) (goes, left time.Time) {
	// Times are told as what has passed since now: of a million cards each is
	// looked at.
	cards := course{outlook: o, now: now, left: time.Duration(waiting-1) * o.delay,
		step: time.Duration(float64(time.Second) / (o.rate * headroom)), turn: o.turn()}
	for _, at := range o.went {
		cards.times = append(cards.times, at.Sub(now))
	}
	for range n {
		cards.next()
	}
	return now.Add(cards.goes), now.Add(cards.left)
}

// course is one card after another.
type course struct {
	outlook
	now           time.Time
	step          time.Duration   // from one card to the next at the least
	turn          time.Duration   // to the one that gets its place, if that is a limit
	places        []time.Duration // when the newest ones went, where turn is
	goes, left    time.Duration   // the newest one's
	times         []time.Duration // at which cards went, of the last perDay at least
	opens, closes time.Duration
	begun         bool
}

func (c *course) next() {
	if c.begun {
		c.goes += c.step
	}
	c.begun = true
	for {
		c.goes = max(c.goes, c.left+c.delay-time.Duration(c.depth)*c.delay, c.placeIsFree(), c.dayHasRoom())
		left := max(c.goes, c.left+c.delay)
		if c.within(left) {
			c.left = left
			break
		}
	}
	if c.turn > 0 {
		if len(c.places) >= 4*c.depth {
			c.places = slices.Clone(c.places[len(c.places)-c.depth:])
		}
		c.places = append(c.places, c.goes)
	}
	if c.perDay > 0 {
		if len(c.times) >= 4*c.perDay {
			c.times = slices.Clone(c.times[len(c.times)-c.perDay:])
		}
		c.times = append(c.times, c.goes)
	}
}

// placeIsFree is when one of the places in the queue is seen to be.
func (c *course) placeIsFree() time.Duration {
	if c.turn == 0 || len(c.places) < c.depth {
		return c.goes
	}
	return c.places[len(c.places)-c.depth] + c.turn
}

// dayHasRoom is when the limit of a day allows one more.
func (c *course) dayHasRoom() time.Duration {
	if c.perDay == 0 || len(c.times) < c.perDay {
		return c.goes
	}
	return c.times[len(c.times)-c.perDay] + day
}

// within reports whether a card that goes now and has left then does so within the
// hours, and otherwise has it go when they begin.
func (c *course) within(left time.Duration) bool {
	if c.window.zone == nil {
		return true
	}
	if c.goes >= c.closes {
		opens, closes := c.window.span(c.now.Add(c.goes))
		c.opens, c.closes = opens.Sub(c.now), closes.Sub(c.now)
	}
	switch {
	case c.goes < c.opens:
		c.goes = c.opens
		return false
	case left > c.closes-requestMargin:
		c.goes = c.closes // and so in the next ones
		return false
	}
	return true
}
