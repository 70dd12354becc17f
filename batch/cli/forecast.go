package cli

import (
	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"log/slog"
	"strconv"
	"time"
)

// tellForecast is what is said before the first request.
func tellForecast(log *slog.Logger, l msg.Language, f batch.Forecast, s batch.Settings) {
	log.Info(forecastText(l, f, s))
	if f.Requests == 0 || f.DepthRate == 0 {
		return
	}
	advice := say(l, "--queue-depth makes it longer")
	if f.Delay.Seconds()*f.DepthRate >= 1 {
		advice = say(l, "with this delay fewer leave it anyway")
	}
	log.Info(say(l, "through a queue of at most %[1]s messages no more than %.1[2]f cards a second can go, since the service says only every ten seconds how many wait in it: %[3]s",
		strconv.Itoa(f.Depth), f.DepthRate, advice))
}

func forecastText(l msg.Language, f batch.Forecast, s batch.Settings) string {
	text := say(l, "%[1]s: %[2]s ${rows(2)}", f.Run.Name, f.Counts.Rows())
	for _, status := range csvmodel.Statuses {
		if n := f.Counts[status]; n > 0 && status != csvmodel.Unsent {
			text += say(l, ", %[1]s %[2]s", n, status)
		}
	}
	switch {
	case f.Counts[csvmodel.Unsent] == 0:
		return text + say(l, "; nothing to send")
	case !f.Begins:
		return text + say(l, ", %[1]s %[2]s", f.Counts[csvmodel.Unsent], csvmodel.Unsent)
	}
	if f.Duplicates > 0 {
		text += say(l, ", %[1]s expected to be %[2]s", f.Duplicates, csvmodel.Duplicate)
	}
	if f.Requests == 0 {
		return text + say(l, "; nothing to send")
	}
	text += say(l, "; %[1]s to send, %[2]s: ", f.Requests, manner(l, f, s))
	if f.Duration >= time.Second {
		text += say(l, "about ")
	}
	return text + say(l, "%[1]s, the last card leaves at %[2]s", about(l, f.Duration), momentIn(l, f.LeftAt, s.Window.Location()))
}

// manner is how fast, when and how many cards go.
func manner(l msg.Language, f batch.Forecast, s batch.Settings) string {
	how := say(l, "at most %[1]s a second", s.Rate)
	if f.Delay > 0 {
		how += say(l, ", of which one leaves the queue each %[1]s", interval(l, f.Delay))
	}
	if hours := s.Window.String(); hours != "" {
		how += say(l, ", within %[1]s", hours)
	}
	if s.PerDay > 0 {
		how += say(l, ", at most %[1]s in 24 hours", s.PerDay)
	}
	return how
}

// interval is a short time between two things.
func interval(l msg.Language, d time.Duration) string {
	if l == msg.Russian {
		return say(l, "%[1]s s", d.Seconds())
	}
	return d.String()
}

// moment is a time by this machine's clock, with the day unless that is today.
func moment(l msg.Language, t time.Time) string {
	t = t.Local()
	if now := time.Now(); t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format(time.TimeOnly)
	}
	if l == msg.Russian {
		return t.Format("02.01.2006 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// momentIn is a time by the clocks of a zone, which is named unless it is this machine's.
func momentIn(l msg.Language, t time.Time, zone *time.Location) string {
	if zone == nil || zone == time.Local {
		return moment(l, t)
	}
	t = t.In(zone)
	layout := "2006-01-02 15:04"
	switch now := time.Now().In(zone); {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		layout = time.TimeOnly
	case l == msg.Russian:
		layout = "02.01.2006 15:04"
	}
	return t.Format(layout) + " " + zone.String()
}

// lastLeaves is a time as a log line has it.
func lastLeaves(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.Format(time.RFC3339)
}
