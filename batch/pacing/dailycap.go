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
	sent  []sent // within 24 hours, oldest first
}

// sent is n cards, the first of which was sent at a time.
type sent struct {
	at time.Time
	n  int
}

// add counts n cards that were sent, or may have been.
func (d *dailyCap) add(at time.Time, n int) {
	if d.limit > 0 {
		d.sent = append(d.sent, sent{at.Round(0), n}) // the wall clock: a machine may sleep
		d.total += n
	}
}

// byMinute returns a copy that counts the cards of a minute together, as of the last of
// them. A forecast of days takes as many steps as it has entries.
func (d dailyCap) byMinute() dailyCap {
	var minutes []sent
	for _, s := range d.sent {
		if last := len(minutes) - 1; last >= 0 && s.at.Truncate(time.Minute).Equal(minutes[last].at.Truncate(time.Minute)) {
			minutes[last] = sent{s.at, minutes[last].n + s.n}
			continue
		}
		minutes = append(minutes, s)
	}
	d.sent = minutes
	return d
}

// room returns how many more cards may go now.
func (d *dailyCap) room(now time.Time) int {
	if d.limit == 0 {
		return math.MaxInt
	}
	for len(d.sent) > 0 && !d.sent[0].at.Add(day).After(now) {
		d.total -= d.sent[0].n
		d.sent = d.sent[1:]
	}
	return d.limit - d.total
}

// nextRoom returns when there is room for a card, where now there is none.
func (d *dailyCap) nextRoom() time.Time {
	excess := d.total - d.limit
	i := slices.IndexFunc(d.sent, func(s sent) bool {
		excess -= s.n
		return excess < 0
	})
	return d.sent[i].at.Add(day)
}
