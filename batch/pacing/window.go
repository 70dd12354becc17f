package pacing

import (
	"fmt"
	"math"
	"strings"
	"time"
	_ "time/tzdata" // every machine knows every zone

	"contact-distributor/csvmodel/msg"
)

// requestMargin is kept free before the hours end, for the request itself.
const requestMargin = time.Minute

// Window is the hours of a day in which cards may leave the queue; zero: all day.
type Window struct {
	from, to int // minutes after midnight by the clocks of zone
	zone     *time.Location
}

// ParseWindow parses hours such as "09:00-20:00" or "22:00-06:00" in a zone. No hours, and
// 00:00-24:00, are the whole day.
func ParseWindow(hours, zone string) (Window, error) {
	if hours == "" {
		return Window{}, nil
	}
	from, to, dash := strings.Cut(hours, "-")
	begin, errFrom := parseMinute(from)
	end, errTo := parseMinute(to)
	switch {
	case !dash, errFrom != nil, errTo != nil:
		return Window{}, msg.Problem("usage.window", msg.Args{"Value": hours})
	case begin == end:
		return Window{}, msg.Problem("usage.window-empty", msg.Args{"Value": hours})
	case strings.TrimSpace(zone) == "":
		return Window{}, msg.Problem("usage.window-zone", nil)
	}
	if end-begin == 24*60 {
		return Window{}, nil
	}
	location, err := ParseZone(zone)
	return Window{begin, end, location}, err
}

// ParseZone parses a zone such as "Europe/Moscow"; no name is the zone of the machine.
func ParseZone(zone string) (*time.Location, error) {
	zone = strings.TrimSpace(zone)
	if zone == "" {
		return time.Local, nil
	}
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return nil, msg.Problem("usage.zone", msg.Args{"Value": zone})
	}
	return location, nil
}

// parseMinute parses a time of the day as minutes after midnight; 24:00 is its end.
func parseMinute(s string) (int, error) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err
}

// IsZero reports whether the window is the whole day.
func (w Window) IsZero() bool { return w.zone == nil }

func (w Window) String() string {
	if w.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d %s", w.from/60, w.from%60, w.to/60, w.to%60, w.zone)
}

// MarshalText writes what UnmarshalText reads: hours and zone, or nothing.
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads hours and zone with a space between.
func (w *Window) UnmarshalText(text []byte) (err error) {
	hours, zone, _ := strings.Cut(string(text), " ")
	*w, err = ParseWindow(hours, zone)
	return err
}

// Location returns the zone of the window, or that of the machine.
func (w Window) Location() *time.Location {
	if w.IsZero() {
		return time.Local
	}
	return w.zone
}

// CheckTimeout refuses a request timeout that lets a card leave after the hours.
func (w Window) CheckTimeout(timeout time.Duration) error {
	if w.IsZero() || timeout <= requestMargin {
		return nil
	}
	return msg.Problem("usage.window-timeout", msg.Args{"Value": timeout, "Most": requestMargin})
}

func (w Window) check(delay time.Duration) error {
	open := time.Duration((w.to-w.from+24*60)%(24*60)) * time.Minute
	least := requestMargin + delay
	if w.IsZero() || open >= least {
		return nil
	}
	return &SettingsError{msg.Problem("usage.window-short", msg.Args{"Value": w.String(), "Open": open, "Delay": delay, "Least": least})}
}

// room returns how many messages may wait at t so that the last one leaves in time.
func (w Window) room(t time.Time, delay time.Duration) int {
	if w.IsZero() {
		return math.MaxInt
	}
	opens, closes := w.span(t)
	remaining := closes.Sub(t) - requestMargin
	switch {
	case t.Before(opens), remaining < delay, remaining <= 0:
		return 0
	case delay <= 0:
		return math.MaxInt
	}
	return int(remaining / delay)
}

func (w Window) closed(t time.Time) msg.Reason {
	opens, closes := w.span(t)
	if !t.Before(opens) {
		opens, _ = w.span(closes)
	}
	return msg.NewReason(msg.Window, w.String(), opens)
}

const wholeTime = 100 * 365 * day

// span returns the hours that t is in, or the next ones.
func (w Window) span(t time.Time) (opens, closes time.Time) {
	if w.IsZero() {
		return t, t.Add(wholeTime)
	}
	t = t.In(w.zone)
	for days := -1; ; days++ {
		_, opens = w.moments(t, days, w.from)
		end := days
		if w.to < w.from {
			end++
		}
		closes, _ = w.moments(t, end, w.to)
		// A short window may not exist on a day on which the clocks change.
		if opens.Before(closes) && t.Before(closes) {
			return opens, closes
		}
	}
}

// moments are the first and last at which clocks show a minute of the day: two where clocks are
// put back. Where clocks skip the minute, both are the change.
func (w Window) moments(t time.Time, days, minute int) (first, last time.Time) {
	wall := time.Date(t.Year(), t.Month(), t.Day()+days, 0, minute, 0, 0, time.UTC)
	var shown []time.Time
	for _, nearby := range []time.Time{wall.Add(-day), wall.Add(day)} { // the clocks as they are set before and after
		_, offset := nearby.In(w.zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(w.zone)
		if at.Format(time.DateTime) == wall.Format(time.DateTime) {
			shown = append(shown, at)
		} else if first.IsZero() {
			first, _ = at.ZoneBounds() // of clocks that were put forward
		}
	}
	if len(shown) == 0 {
		return first, first
	}
	return shown[0], shown[len(shown)-1]
}
