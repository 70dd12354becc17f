package batch

import (
	"contact-distributor/csvmodel/msg"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	_ "time/tzdata"
)

// so that a zone is known on every machine

// windowMargin is for the request itself: it is over some time after it was let
// through, and the card is in the queue only then.
const windowMargin = time.Minute

// Window is the hours of a day in which cards may leave the service's queue. The
// zero value is all of them.
type Window struct {
	from, to int // minutes after midnight by the clocks of zone
	zone     *time.Location
}

// ParseWindow understands "09:00-20:00", also over midnight ("22:00-06:00"), in a
// zone such as "Europe/Moscow". No hours, and 00:00-24:00, are all hours.
func ParseWindow(hours, zone string) (Window, error) {
	if hours == "" && zone != "" {
		return Window{}, fmt.Errorf("--timezone %q: is that of --window, which is not given", zone)
	}
	if hours == "" {
		return Window{}, nil
	}
	zone = strings.TrimSpace(zone)
	from, to, dash := strings.Cut(hours, "-")
	begin, errFrom := minutes(from)
	end, errTo := minutes(to)
	switch {
	case !dash, errFrom != nil, errTo != nil:
		return Window{}, fmt.Errorf("--window %q: needs two times of the day, such as 09:00-20:00", hours)
	case begin == end:
		return Window{}, fmt.Errorf("--window %q: begins when it ends, so no card could leave; for the whole day leave it away", hours)
	case zone == "":
		return Window{}, errors.New("--window needs a --timezone, such as Europe/Moscow: the hours are those of who gets the cards")
	}
	if end-begin == 24*60 {
		return Window{}, nil
	}
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return Window{}, fmt.Errorf("--timezone %q: no such zone is known: needs a name such as Europe/Moscow or UTC", zone)
	}
	return Window{begin, end, location}, nil
}

// minutes reads a time of the day; 24:00 is its end.
func minutes(s string) (int, error) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err
}

func (w Window) String() string {
	if w.zone == nil {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d %s", w.from/60, w.from%60, w.to/60, w.to%60, w.zone)
}

// MarshalText writes it as people read it.
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// CheckTimeout refuses a time to wait for an answer that is longer than what is
// kept free at the end of the window for a request.
func (w Window) CheckTimeout(timeout time.Duration) error {
	if w.zone == nil || timeout <= windowMargin {
		return nil
	}
	return fmt.Errorf("--request-timeout %v: with --window it may be %v at the most, since a card whose request takes longer could leave after the hours", timeout, windowMargin)
}

// length is how long it is open on most days.
func (w Window) length() time.Duration {
	m := w.to - w.from
	if m < 0 {
		m += 24 * 60
	}
	return time.Duration(m) * time.Minute
}

// span returns the hours that t is in, or the next ones. It is not for the zero
// Window.
func (w Window) span(t time.Time) (opens, closes time.Time) {
	t = t.In(w.zone)
	for day := -1; ; day++ {
		_, opens = w.when(t, day, w.from)
		end := day
		if w.to < w.from {
			end++
		}
		closes, _ = w.when(t, end, w.to)
		// On a day on which the clocks change there may be nothing of a short one.
		if opens.Before(closes) && t.Before(closes) {
			return opens, closes
		}
	}
}

// when returns the first and the last moment at which clocks show this minute of
// the day, so many days from t. They differ where clocks are put back in between.
// Where they are put forward over it, it is the moment at which that is done.
func (w Window) when(t time.Time, days, minute int) (first, last time.Time) {
	wall := time.Date(t.Year(), t.Month(), t.Day()+days, 0, minute, 0, 0, time.UTC)
	before, after := w.moment(wall, -24*time.Hour), w.moment(wall, 24*time.Hour)
	switch shownBefore, shownAfter := shows(before, wall), shows(after, wall); {
	case shownBefore && shownAfter:
		return before, after
	case shownBefore:
		return before, before
	case shownAfter:
		return after, after
	}
	change, _ := before.ZoneBounds()
	return change, change
}

// moment is when clocks would show wall, were they set as they are so long after
// it.
func (w Window) moment(wall time.Time, then time.Duration) time.Time {
	_, offset := wall.Add(then).In(w.zone).Zone()
	return wall.Add(-time.Duration(offset) * time.Second).In(w.zone)
}

func shows(t, wall time.Time) bool {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).Equal(wall)
}

// outside reports whether no card may leave at t, and when that changes.
func (w Window) outside(t time.Time) (opens time.Time, outside bool) {
	if w.zone == nil {
		return t, false
	}
	opens, _ = w.span(t)
	return opens, t.Before(opens)
}

// room is how many messages may wait at t so that the last of them leaves before
// the window closes; none outside of it.
func (w Window) room(t time.Time, delay time.Duration) int {
	opens, closes := w.span(t)
	left := closes.Sub(t) - windowMargin
	switch {
	case t.Before(opens), left < delay, left <= 0:
		return 0
	case delay <= 0:
		return math.MaxInt
	}
	return int(left / delay)
}

// reopens is when the hours after those that t is in begin, or the next ones.
func (w Window) reopens(t time.Time) time.Time {
	opens, closes := w.span(t)
	if t.Before(opens) {
		return opens
	}
	opens, _ = w.span(closes)
	return opens
}

// stop is why nothing is sent at t, though there is something to be sent.
func (w Window) stop(t time.Time) msg.Reason {
	return msg.NewReason(msg.Window, w.String(), clock(w.reopens(t)))
}

// Location is the zone in which people are told times.
func (w Window) Location() *time.Location {
	if w.zone == nil {
		return time.Local
	}
	return w.zone
}

// check refuses a window in which not one card could leave.
func (w Window) check(delay time.Duration) error {
	least := windowMargin + delay
	if w.zone == nil || w.length() >= least {
		return nil
	}
	return &RefusedError{fmt.Sprintf("--window %s: is open for %v, which is too short for one card: its request may take a minute and one message leaves the queue each %v, so it needs %v at the least",
		w, w.length(), delay, least)}
}

// clock is a moment as people in its zone say it.
func clock(t time.Time) string { return t.Format("2006-01-02 15:04 -07:00") }
