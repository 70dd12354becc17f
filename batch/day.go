package batch

import (
	"math"
	"slices"
	"time"
)

const day = 24 * time.Hour

// dayLimit keeps to so many cards in any 24 hours. It is the dispatcher's alone.
type dayLimit struct {
	most int         // 0: any number
	went []time.Time // when those of the last 24 hours went, oldest first
}

// add takes note of a card that went, or may have gone.
func (d *dayLimit) add(at time.Time) {
	if d.most > 0 {
		d.went = append(d.went, at.Round(0)) // by the clock on the wall: a machine may sleep
	}
}

// room is how many more may go now.
func (d *dayLimit) room(now time.Time) int {
	if d.most == 0 {
		return math.MaxInt
	}
	past := slices.IndexFunc(d.went, func(at time.Time) bool { return at.Add(day).After(now) })
	if past < 0 {
		past = len(d.went)
	}
	d.went = d.went[past:]
	return d.most - len(d.went)
}

// again is when there is room for one, where now there is none.
func (d *dayLimit) again() time.Time { return d.went[len(d.went)-d.most].Add(day) }
