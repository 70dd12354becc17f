package report

import (
	"sort"
	"time"
)

// maxSlots is how many bars a chart over time has at the most.
const maxSlots = 36

// slots are equal spans of time that follow each other.
type slots struct {
	hours  int         // of each; whole days from 24 on
	starts []time.Time // in the page's zone
}

// newSlots covers all the times with the shortest spans that are not too many.
func newSlots(zone *time.Location, first, last time.Time) slots {
	for _, hours := range []int{1, 2, 3, 6, 12} {
		if s := (slots{hours: hours}); s.cover(zone, first, last) {
			return s
		}
	}
	for hours := 24; ; hours *= 2 {
		if s := (slots{hours: hours}); s.cover(zone, first, last) {
			return s
		}
	}
}

// cover makes the spans, and reports whether they are not too many. They begin
// as the day does, so that they are hours that people know.
func (s *slots) cover(zone *time.Location, first, last time.Time) bool {
	y, m, d := first.In(zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, zone)
	for i := 0; len(s.starts) <= maxSlots; i++ {
		from, to := s.at(day, i), s.at(day, i+1)
		if from.After(last) {
			return true
		}
		if to.After(first) {
			s.starts = append(s.starts, from)
		}
	}
	return false
}

func (s *slots) at(day time.Time, i int) time.Time {
	if s.hours < 24 {
		return day.Add(time.Duration(i*s.hours) * time.Hour)
	}
	return day.AddDate(0, 0, i*s.hours/24)
}

func (s *slots) sum(counts map[time.Time]int) []int {
	sums := make([]int, len(s.starts))
	for at, n := range counts {
		i := sort.Search(len(s.starts), func(i int) bool { return s.starts[i].After(at) }) - 1
		sums[i] += n
	}
	return sums
}

// extent is the first and the last time at which anything was counted.
func extent(counts ...map[time.Time]int) (first, last time.Time) {
	for _, c := range counts {
		for at, n := range c {
			if n == 0 {
				continue
			}
			if first.IsZero() || at.Before(first) {
				first = at
			}
			if at.After(last) {
				last = at
			}
		}
	}
	return first, last
}
