package report

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"
)

func TestSpansOfTime(t *testing.T) {
	zone := func(name string) *time.Location {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return loc
	}
	for _, c := range []struct {
		name, zone   string
		first        string
		lasts        time.Duration
		hours, spans int
		begins       string
	}{
		{"a minute is in one hour", "UTC", "2026-11-22T09:02:00Z", time.Minute, 1, 1, "2026-11-22T09:00:00Z"},
		{"a day is in hours", "UTC", "2026-11-22T09:02:00Z", 24 * time.Hour, 1, 25, "2026-11-22T09:00:00Z"},
		{"three days are in spans of three hours", "UTC", "2026-11-22T09:02:00Z", 72 * time.Hour, 3, 25, "2026-11-22T09:00:00Z"},
		{"a week is in spans of six", "UTC", "2026-11-22T09:02:00Z", 7 * 24 * time.Hour, 6, 29, "2026-11-22T06:00:00Z"},
		{"a month is in days", "UTC", "2026-11-22T09:02:00Z", 30 * 24 * time.Hour, 24, 31, "2026-11-22T00:00:00Z"},
		{"ten years are not too many", "UTC", "2026-11-22T09:02:00Z", 3650 * 24 * time.Hour, 3072, 29, "2026-11-22T00:00:00Z"},
		{"hours begin as the clock's do", "Asia/Kolkata", "2026-11-22T09:02:00Z", time.Minute, 1, 1, "2026-11-22T08:30:00Z"},
		{"days begin at midnight there", "Europe/Berlin", "2026-10-20T09:02:00Z", 20 * 24 * time.Hour, 24, 21, "2026-10-19T22:00:00Z"},
		{"a day on which the clock goes back has an hour more", "Europe/Berlin", "2026-10-24T22:00:00Z", 25*time.Hour - time.Minute, 1, 25, "2026-10-24T22:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, err := time.Parse(time.RFC3339, c.first)
			if err != nil {
				t.Fatal(err)
			}
			s := newSlots(zone(c.zone), first, first.Add(c.lasts))
			if begins := s.starts[0].UTC().Format(time.RFC3339); s.hours != c.hours || len(s.starts) != c.spans || begins != c.begins {
				t.Errorf("got %d spans of %d hours from %s", len(s.starts), s.hours, begins)
			}
			counts := map[time.Time]int{first: 1, first.Add(c.lasts): 2, first.Add(c.lasts / 2): 4}
			total := 0
			for _, n := range s.sum(counts) {
				total += n
			}
			if total < 7 && c.lasts > 0 {
				t.Errorf("of 7 cards %d are shown", total)
			}
		})
	}
}

func TestLinesAreRoundNumbers(t *testing.T) {
	for _, c := range []struct {
		name               string
		highest, step, top int
	}{
		{"of nothing there is one", 0, 1, 1},
		{"of one there is one", 1, 1, 1},
		{"of few they are single", 4, 1, 4},
		{"then by twos", 5, 2, 6},
		{"then by fives", 11, 5, 15},
		{"and so on by tens", 9999, 5000, 10000},
	} {
		t.Run(c.name, func(t *testing.T) {
			if step, top := gridStep(c.highest); step != c.step || top != c.top {
				t.Errorf("got %d up to %d", step, top)
			}
		})
	}
}

func TestTheChartOverTime(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	v := &view{words: testWords(t, "en", nil), summary: &summary{accepted: map[time.Time]int{at: 3, at.Add(2 * time.Hour): 1}}}
	v.Departures = map[time.Time]int{at.Add(40 * time.Minute): 2}
	chart := v.Hours()
	var got []string
	for _, table := range chart.Tables() {
		for _, s := range table {
			got = append(got, s.From+" "+s.Accepted+" "+s.Departed)
		}
	}
	want := []string{"22 Nov 2026 09:00 3 2", "22 Nov 2026 11:00 1 0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	v.accepted, v.Departures = nil, nil
	if empty := v.Hours(); len(empty.Slots) != 0 {
		t.Error("there are bars for nothing")
	}
}

func TestASegmentIsNeverTooThinToSee(t *testing.T) {
	counts := map[string]int{"accepted": 1_000_000, "invalid": 1}
	got := widths(counted(statusKinds, counts), counts)
	if len(got) != 2 || got[1] < 0.7 || got[0]+got[1] < 99.99 || got[0]+got[1] > 100.01 {
		t.Error("got", got)
	}
}
