package pacing

import (
	"math"
	"strings"
	"testing"
	"time"
)

func mustWindow(t testing.TB, hours, zone string) Window {
	t.Helper()
	w, err := ParseWindow(hours, zone)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTheHoursOfAWindow(t *testing.T) {
	for _, c := range []struct {
		name, hours, zone string
		at, opens, closes string
	}{
		{"before it opens", "09:00-20:00", "Europe/Moscow", "2026-03-02T05:59:59Z", "2026-03-02T09:00:00+03:00", "2026-03-02T20:00:00+03:00"},
		{"as it opens", "09:00-20:00", "Europe/Moscow", "2026-03-02T06:00:00Z", "2026-03-02T09:00:00+03:00", "2026-03-02T20:00:00+03:00"},
		{"as it closes the next day's count", "09:00-20:00", "Europe/Moscow", "2026-03-02T17:00:00Z", "2026-03-03T09:00:00+03:00", "2026-03-03T20:00:00+03:00"},
		{"over midnight, in the evening", "22:00-06:00", "Europe/Moscow", "2026-03-02T23:00:00+03:00", "2026-03-02T22:00:00+03:00", "2026-03-03T06:00:00+03:00"},
		{"over midnight, in the morning", "22:00-06:00", "Europe/Moscow", "2026-03-03T05:00:00+03:00", "2026-03-02T22:00:00+03:00", "2026-03-03T06:00:00+03:00"},
		{"over midnight, at start", "22:00-06:00", "Europe/Moscow", "2026-03-03T12:00:00+03:00", "2026-03-03T22:00:00+03:00", "2026-03-04T06:00:00+03:00"},
		{"to the end of the day", "18:00-24:00", "UTC", "2026-03-03T23:59:00Z", "2026-03-03T18:00:00Z", "2026-03-04T00:00:00Z"},
		{"on a day of 23 hours", "01:00-05:00", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00+01:00", "2026-03-29T05:00:00+02:00"},
		{"on a day of 25 hours", "01:00-05:00", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00+02:00", "2026-10-25T05:00:00+01:00"},
		{"opening at a time that is left out", "02:30-05:00", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T03:00:00+02:00", "2026-03-29T05:00:00+02:00"},
		{"closing at a time that is left out", "01:00-02:30", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"opening at a time that comes twice, the second time", "02:30-05:00", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T02:30:00+01:00", "2026-10-25T05:00:00+01:00"},
		{"closing at a time that comes twice, the first time", "01:00-02:30", "Europe/Berlin", "2026-10-24T23:30:00Z", "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00"},
		{"wholly within the hour that is left out, not on that day", "02:10-02:50", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-30T02:10:00+02:00", "2026-03-30T02:50:00+02:00"},
		{"wholly within the hour that comes twice, not on that day", "02:10-02:50", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-26T02:10:00+01:00", "2026-10-26T02:50:00+01:00"},
		{"in a zone of half an hour", "09:00-20:00", "Asia/Kolkata", "2026-03-02T04:00:00Z", "2026-03-02T09:00:00+05:30", "2026-03-02T20:00:00+05:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			opens, closes := mustWindow(t, c.hours, c.zone).span(moment(t, c.at))
			if !opens.Equal(moment(t, c.opens)) || !closes.Equal(moment(t, c.closes)) {
				t.Errorf("%v to %v", opens, closes)
			}
		})
	}
}

// Whatever the clocks do, within the hours they show a time that is within them.
func TestWithinTheHoursClocksAlwaysShowATimeThatIs(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu"} {
		for _, hours := range []string{"09:00-20:00", "22:00-06:00", "02:15-02:45", "02:30-02:15", "00:00-01:00", "23:30-24:00"} {
			w := mustWindow(t, hours, zone)
			for at := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2019; at = at.Add(23 * time.Minute) {
				if opens, _ := w.span(at); at.Before(opens) {
					continue
				}
				local := at.In(w.zone)
				m := local.Hour()*60 + local.Minute()
				if in := w.from < w.to && w.from <= m && m < w.to || w.to < w.from && (m >= w.from || m < w.to); !in {
					t.Fatalf("%s %s: %v counts as within", zone, hours, local)
				}
			}
		}
	}
}

func TestTheWholeDayIsNoWindow(t *testing.T) {
	for _, c := range [][2]string{{"", ""}, {"00:00-24:00", "UTC"}, {"", "UTC"}} {
		if w := mustWindow(t, c[0], c[1]); w != (Window{}) {
			t.Errorf("%q is %v", c, w)
		}
	}
}

func TestWhatIsNoWindow(t *testing.T) {
	for _, c := range []struct{ name, hours, zone, says string }{
		{"one time", "09:00", "UTC", "two times of the day"},
		{"no times", "day-night", "UTC", "two times of the day"},
		{"a time that no day has", "09:00-25:00", "UTC", "two times of the day"},
		{"no zone", "09:00-20:00", "", "needs a --timezone"},
		{"a zone that nobody knows", "09:00-20:00", "Europe/Nowhere", "no such zone"},
		{"the machine's zone, which another machine has not", "09:00-20:00", "Local", "no such zone"},
		{"no time at all", "09:00-09:00", "UTC", "begins when it ends"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ParseWindow(c.hours, c.zone); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAWindowHasRoomForWhatLeavesBeforeItCloses(t *testing.T) {
	w := mustWindow(t, "09:00-20:00", "UTC")
	for _, c := range []struct {
		name  string
		at    string
		delay time.Duration
		want  int
	}{
		{"nothing before it opens", "2026-03-02T08:59:59Z", time.Second, 0},
		{"what an hour less a minute takes", "2026-03-02T19:00:00Z", 5 * time.Second, 708},
		{"one as long as there is time for one", "2026-03-02T19:54:00Z", 5 * time.Minute, 1},
		{"nothing when there is not", "2026-03-02T19:54:01Z", 5 * time.Minute, 0},
		{"any number without a delay", "2026-03-02T19:58:59Z", 0, math.MaxInt},
		{"nothing without a delay when it is about to close", "2026-03-02T19:59:00Z", 0, 0},
		{"nothing when it has closed", "2026-03-02T20:00:00Z", time.Second, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.room(moment(t, c.at), c.delay); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

func TestAWindowTooShortForOneCardIsRefused(t *testing.T) {
	w := mustWindow(t, "09:00-09:06", "UTC")
	if err := w.check(5 * time.Minute); err != nil {
		t.Error(err)
	}
	if err := w.check(5*time.Minute + 1); err == nil || !strings.Contains(err.Error(), "too short for one card") {
		t.Errorf("got %v", err)
	}
	if err := (Window{}).check(time.Hour); err != nil {
		t.Error(err)
	}
}
