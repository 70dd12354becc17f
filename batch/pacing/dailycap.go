package pacing

import (
	"math"
	"slices"
	"time"
)

const day = 24 * time.Hour

// dailyCap limits the cards in any 24 hours. The zero value has no limit.
type dailyCap struct {
	limit int
	total int    // the cards in sent
	sent  []Sent // within 24 hours, oldest first
}

// add counts cards that the service has accepted by then, or may have.
func (d *dailyCap) add(s Sent) {
	if d.limit == 0 {
		return
	}
	s.At = s.At.Round(0) // the wall clock: a machine may sleep
	i := len(d.sent)
	for i > 0 && d.sent[i-1].At.After(s.At) {
		i--
	}
	d.sent = slices.Insert(d.sent, i, s)
	d.total += s.Cards
}

// byMinute returns a copy with an entry a minute: a forecast takes a step for each.
func (d dailyCap) byMinute() dailyCap {
	minutes := d.sent[:0:0]
	for _, s := range d.sent {
		if last := len(minutes) - 1; last >= 0 && s.At.Truncate(time.Minute).Equal(minutes[last].At.Truncate(time.Minute)) {
			minutes[last] = Sent{s.At, minutes[last].Cards + s.Cards}
		} else {
			minutes = append(minutes, s)
		}
	}
	d.sent = minutes
	return d
}

func (d *dailyCap) room(now time.Time) int {
	if d.limit == 0 {
		return math.MaxInt
	}
	for len(d.sent) > 0 && !d.sent[0].At.Add(day).After(now) {
		d.total -= d.sent[0].Cards
		d.sent = d.sent[1:]
	}
	return d.limit - d.total
}

func (d *dailyCap) nextRoom() time.Time {
	excess := d.total - d.limit
	i := slices.IndexFunc(d.sent, func(s Sent) bool {
		excess -= s.Cards
		return excess < 0
	})
	return d.sent[i].At.Add(day)
}
