package pacing

import (
	"log/slog"
	"testing"
	"time"
)

func TestWhenTheLastCardWillHaveLeft(t *testing.T) {
	began := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	hours, twenty := Window{9 * 60, 20 * 60, time.UTC}, QueueDepth{true, 20}
	var yesterday []Sent
	for i := range 100 {
		yesterday = append(yesterday, Sent{began.Add(-20*time.Hour + time.Duration(i)*time.Minute), 1})
	}
	for _, c := range []struct {
		name    string
		policy  Policy
		delay   time.Duration
		past    []Sent
		cards   int
		waiting int
		want    time.Duration // since began
	}{
		{"as the rate has it, without a delay", Policy{Rate: 10}, 0, nil, 1001, 0, 102564 * time.Millisecond},
		{"as the delay has it", Policy{Rate: 10, QueueDepth: twenty}, 5 * time.Second, nil, 101, 0, 500 * time.Second},
		{"behind what waits already", Policy{Rate: 10, QueueDepth: twenty}, 5 * time.Second, nil, 100, 10, 545 * time.Second},
		{"as the rate has it, where that is slower", Policy{Rate: 0.1, QueueDepth: twenty}, 5 * time.Second, nil, 101, 0, 1025641 * time.Millisecond},
		{"as a short queue has it, since what leaves is seen late", Policy{Rate: 10, QueueDepth: QueueDepth{true, 5}}, 500 * time.Millisecond, nil, 101, 0, 224 * time.Second},
		{"one card, at once", Policy{Rate: 10, QueueDepth: twenty}, 5 * time.Minute, nil, 1, 0, 0},
		{"within the hours of one day", Policy{Rate: 10, QueueDepth: twenty, Window: hours}, 10 * time.Second, nil, 3595, 0, 10*time.Hour - time.Minute},
		{"within the hours of the next day too", Policy{Rate: 10, QueueDepth: twenty, Window: hours}, 10 * time.Second, nil, 3596, 0, 23 * time.Hour},
		{"when the hours begin", Policy{Rate: 10, QueueDepth: twenty, Window: Window{12 * 60, 13 * 60, time.UTC}}, 10 * time.Second, nil, 1, 0, 2 * time.Hour},
		{"so many a day", Policy{Rate: 10, QueueDepth: twenty, PerDay: 100}, 10 * time.Second, nil, 201, 0, 48 * time.Hour},
		{"so many a day, within the hours", Policy{Rate: 10, QueueDepth: twenty, PerDay: 100, Window: hours}, 10 * time.Second, nil, 201, 0, 48 * time.Hour},
		{"less those that went yesterday", Policy{Rate: 10, QueueDepth: twenty, PerDay: 100}, 10 * time.Second, yesterday, 2, 0, 4*time.Hour + time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewGate(slog.New(slog.DiscardHandler), c.policy, Past{Sent: c.past}, began)
			g.SetDelay(c.delay)
			g.queue.count, g.queue.asOf = c.waiting, began
			got := g.Forecast(began, c.cards).LeftAt.Sub(began)
			if diff := (got - c.want).Abs(); diff > max(time.Second, c.want/200) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func BenchmarkForecastOfAMillionCards(b *testing.B) {
	policy := Policy{Rate: 10, QueueDepth: QueueDepth{true, 20}, PerDay: 3000, Window: Window{9 * 60, 20 * 60, time.UTC}}
	g := NewGate(slog.New(slog.DiscardHandler), policy, Past{}, start)
	g.SetDelay(5 * time.Second)
	for b.Loop() {
		g.Forecast(start, 1e6)
	}
}
