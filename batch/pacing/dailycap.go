package pacing

import (
	"math"
	"slices"
	"time"
)

const day = 24 * time.Hour

// dailyCap limits the cards in any 24 hours.
type dailyCap struct {
	limit  int         // 0: any number
	sentAt []time.Time // the cards of the last 24 hours, oldest first
}

// add counts a card that was sent, or may have been.
func (d *dailyCap) add(at time.Time) {
	if d.limit > 0 {
		d.sentAt = append(d.sentAt, at.Round(0)) // the wall clock: a machine may sleep
	}
}

// room returns how many more cards may go now.
func (d *dailyCap) room(now time.Time) int {
	if d.limit == 0 {
		return math.MaxInt
	}
	expired := slices.IndexFunc(d.sentAt, func(at time.Time) bool { return at.Add(day).After(now) })
	if expired < 0 {
		expired = len(d.sentAt)
	}
	d.sentAt = d.sentAt[expired:]
	return d.limit - len(d.sentAt)
}

// nextRoom returns when there is room for a card, where now there is none.
func (d *dailyCap) nextRoom() time.Time { return d.sentAt[len(d.sentAt)-d.limit].Add(day) }
