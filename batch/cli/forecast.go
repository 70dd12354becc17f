package cli

import (
	"log/slog"
	"time"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// logForecast logs what a run is about to do, before the first request.
func logForecast(log *slog.Logger, l msg.Language, f batch.Forecast, s batch.Settings) {
	log.Info("log.reason", "Reason", forecastText(l, f, s))
	if f.Requests == 0 || f.DepthRate == 0 {
		return
	}
	advice := words(l, "outlook.deeper")
	if f.Delay.Seconds()*f.DepthRate >= 1 {
		advice = words(l, "outlook.slower")
	}
	log.Info("outlook.depth", "Depth", f.Depth, "Rate", f.DepthRate, "Advice", advice)
}

func forecastText(l msg.Language, f batch.Forecast, s batch.Settings) string {
	text := words(l, "outlook.rows", "File", f.Run.Name, "Count", f.Counts.Rows())
	for _, s := range csvmodel.Statuses {
		if n := f.Counts[s]; n > 0 && s != csvmodel.Unsent {
			text += words(l, "outlook.status", "Count", n, "Status", status(l, s))
		}
	}
	switch {
	case f.Counts[csvmodel.Unsent] == 0:
		return text + words(l, "outlook.nothing")
	case !f.Begins:
		return text + words(l, "outlook.status", "Count", f.Counts[csvmodel.Unsent], "Status", status(l, csvmodel.Unsent))
	}
	if f.Duplicates > 0 {
		text += words(l, "outlook.expected", "Count", f.Duplicates, "Status", status(l, csvmodel.Duplicate))
	}
	if f.Requests == 0 {
		return text + words(l, "outlook.nothing")
	}
	text += words(l, "outlook.send", "Count", f.Requests, "Manner", manner(l, f, s))
	if f.Duration >= time.Second {
		text += words(l, "outlook.about")
	}
	return text + words(l, "outlook.leaves", "Takes", f.Duration, "At", momentIn(l, f.LeftAt, s.Window.Location()))
}

// manner is how fast, when and how many cards go.
func manner(l msg.Language, f batch.Forecast, s batch.Settings) string {
	how := words(l, "outlook.rate", "Rate", s.Rate)
	if f.Delay > 0 {
		how += words(l, "outlook.delay", "Delay", f.Delay)
	}
	if hours := s.Window.String(); hours != "" {
		how += words(l, "outlook.hours", "Hours", hours)
	}
	if s.PerDay > 0 {
		how += words(l, "outlook.per-day", "Count", s.PerDay)
	}
	return how
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
