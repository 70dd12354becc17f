package pacing

import (
	"testing"
	"time"
)

func TestWhenTheLastCardWillHaveLeft(t *testing.T) {
	began := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	hours := Window{9 * 60, 20 * 60, time.UTC}
	var yesterday []time.Time
	for i := range 100 {
		yesterday = append(yesterday, began.Add(-20*time.Hour+time.Duration(i)*time.Minute))
	}
	for _, c := range []struct {
		name    string
		with    outlook
		cards   int
		waiting int
		want    time.Duration // since began
	}{
		{"as the rate has it, without a delay", outlook{rate: 10, depth: safeDepth(0)}, 1001, 0, 102564 * time.Millisecond},
		{"as the delay has it", outlook{rate: 10, delay: 5 * time.Second, depth: 20}, 101, 0, 500 * time.Second},
		{"behind what waits already", outlook{rate: 10, delay: 5 * time.Second, depth: 20}, 100, 10, 545 * time.Second},
		{"as the rate has it, where that is slower", outlook{rate: 0.1, delay: 5 * time.Second, depth: 20}, 101, 0, 1025641 * time.Millisecond},
		{"as a short queue has it, since what leaves is seen late", outlook{rate: 10, delay: 500 * time.Millisecond, depth: 5}, 101, 0, 224 * time.Second},
		{"one card, at once", outlook{rate: 10, delay: 5 * time.Minute, depth: 20}, 1, 0, 0},
		{"within the hours of one day", outlook{rate: 10, delay: 10 * time.Second, depth: 20, window: hours}, 3595, 0, 10*time.Hour - time.Minute},
		{"within the hours of the next day too", outlook{rate: 10, delay: 10 * time.Second, depth: 20, window: hours}, 3596, 0, 23 * time.Hour},
		{"when the hours begin", outlook{rate: 10, delay: 10 * time.Second, depth: 20, window: Window{12 * 60, 13 * 60, time.UTC}}, 1, 0, 2 * time.Hour},
		{"so many a day", outlook{rate: 10, delay: 10 * time.Second, depth: 20, perDay: 100}, 201, 0, 48 * time.Hour},
		{"so many a day, within the hours", outlook{rate: 10, delay: 10 * time.Second, depth: 20, perDay: 100, window: hours}, 201, 0, 48 * time.Hour},
		{"less those that went yesterday", outlook{rate: 10, delay: 10 * time.Second, depth: 20, perDay: 100, went: yesterday}, 2, 0, 4*time.Hour + time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, left := c.with.leaves(began, c.cards, c.waiting)
			got := left.Sub(began)
			if diff := (got - c.want).Abs(); diff > max(time.Second, c.want/200) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func BenchmarkForecastOfAMillionCards(b *testing.B) {
	o := outlook{rate: 10, delay: 5 * time.Second, depth: 20, perDay: 3000, window: Window{9 * 60, 20 * 60, time.UTC}}
	for b.Loop() {
		o.leaves(start, 1e6, 0)
	}
}
