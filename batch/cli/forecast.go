package cli

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
)

// tellForecast is what is said before the first request.
func tellForecast(log *slog.Logger, f batch.Forecast, s batch.Settings) {
	log.Info(forecastText(f, s))
	if f.Requests == 0 || f.Fastest == 0 {
		return
	}
	advice := "--queue-depth makes it longer"
	if f.Delay.Seconds()*f.Fastest >= 1 {
		advice = "with this delay fewer leave it anyway"
	}
	log.Info(fmt.Sprintf("through a queue of at most %d messages no more than %.1f cards a second can go, since the service says only every ten seconds how many wait in it: %s",
		f.Depth, f.Fastest, advice))
}

func forecastText(f batch.Forecast, s batch.Settings) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Run.Name, count(f.Counts.Rows(), "row", "rows"))
	for _, status := range csvmodel.Statuses {
		if n := f.Counts[status]; n > 0 && status != csvmodel.Unsent {
			fmt.Fprintf(&b, ", %s %s", number(n), status)
		}
	}
	switch {
	case f.Counts[csvmodel.Unsent] == 0:
		return b.String() + "; nothing to send"
	case !f.Begins:
		return b.String() + fmt.Sprintf(", %s %s", number(f.Counts[csvmodel.Unsent]), csvmodel.Unsent)
	}
	if f.Duplicate > 0 {
		fmt.Fprintf(&b, ", %s expected to be %s", number(f.Duplicate), csvmodel.Duplicate)
	}
	if f.Requests == 0 {
		return b.String() + "; nothing to send"
	}
	fmt.Fprintf(&b, "; %s to send, %s: ", number(f.Requests), manner(f, s))
	if f.Takes >= time.Second {
		b.WriteString("about ")
	}
	fmt.Fprintf(&b, "%s, the last card leaves at %s", about(f.Takes), moment(f.Leaves))
	return b.String()
}

// manner is how fast, when and how many cards go.
func manner(f batch.Forecast, s batch.Settings) string {
	how := fmt.Sprintf("at most %v a second", s.Rate)
	if f.Delay > 0 {
		how += fmt.Sprintf(", of which one leaves the queue each %v", f.Delay)
	}
	if hours := s.Window.String(); hours != "" {
		how += ", within " + hours
	}
	if s.PerDay > 0 {
		how += fmt.Sprintf(", at most %s in 24 hours", number(s.PerDay))
	}
	return how
}

// moment is a time by this machine's clock, with the day unless that is today.
func moment(t time.Time) string {
	t = t.Local()
	if now := time.Now(); t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format(time.TimeOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// lastLeaves is a time as a log line has it.
func lastLeaves(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.Format(time.RFC3339)
}
