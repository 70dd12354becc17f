package pacing

import (
	"testing"
	"time"
)

func TestSoManyCardsInAnyDay(t *testing.T) {
	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	for _, c := range []struct {
		name  string
		limit int
		sent  []int // at these hours
		at    int
		room  int
		again int // at this hour
	}{
		{"all of them on the first day", 3, nil, 0, 3, 0},
		{"less those that were sent", 3, []int{0, 1}, 2, 1, 0},
		{"none when all are sent, until the first is a day ago", 3, []int{0, 1, 5}, 6, 0, 24},
		{"one again when the first is a day ago", 3, []int{0, 1, 5}, 24, 1, 0},
		{"all again when the last is a day ago", 3, []int{0, 1, 5}, 29, 3, 0},
		{"when more were sent than are allowed now, until enough of them are a day ago", 2, []int{0, 1, 5, 6}, 7, -2, 29},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := dailyCap{limit: c.limit}
			for _, h := range c.sent {
				d.add(Sent{hour(h), 1})
			}
			room := d.room(hour(c.at))
			if room != c.room {
				t.Errorf("room for %d, want %d", room, c.room)
			}
			if room <= 0 && !d.nextRoom().Equal(hour(c.again)) {
				t.Errorf("again at %v, want %v", d.nextRoom(), hour(c.again))
			}
		})
	}
	if none := (&dailyCap{}); none.room(start) < 1e9 {
		t.Error("no limit is a limit")
	}
}
