// Package terminal is what people see of a run: its log, its forecast, its progress, and
// what it has come to, in the language of their terminal.
//
// It writes what it is given and decides nothing. All of it is safe to show: what a terminal
// would act on, in the name of a file say, is replaced. NewLog comes first, then a Progress
// for the run and a Summary at its end.
package terminal

import (
	"cmp"
	"log/slog"
	"os"
	"strings"
	"time"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Language is that of the terminal: what was asked for, else the environment's, else English.
func Language(flag msg.Language) msg.Language { return cmp.Or(flag, locale(), msg.English) }

func locale() msg.Language {
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(variable); value != "" {
			name, _, _ := strings.Cut(value, "_")
			name, _, _ = strings.Cut(name, ".")
			l, err := msg.ParseLanguage(name)
			if err != nil {
				return ""
			}
			return l
		}
	}
	return ""
}

// Words returns a text in a language, with arguments as names and values.
func Words(l msg.Language, key string, args ...any) string {
	named := msg.Args{}
	for i := 1; i < len(args); i += 2 {
		named[args[i-1].(string)] = args[i]
	}
	return msg.Text(l, key, named)
}

// WordsIf is Words where something holds, else "".
func WordsIf(holds bool, l msg.Language, key string, args ...any) string {
	if !holds {
		return ""
	}
	return Words(l, key, args...)
}

// Status is how people read a status: its word, and what that is in their language.
func Status(l msg.Language, s csvmodel.Status) string { return msg.Text(l, "status."+string(s), nil) }

// LogForecast logs what a run is about to do, before the first request.
func LogForecast(log *slog.Logger, l msg.Language, f batch.Forecast, s batch.Settings) {
	log.Info("log.reason", "Reason", Forecast(l, f, s))
	if f.Requests == 0 || f.DepthRate == 0 {
		return
	}
	advice := Words(l, "outlook.deeper")
	if f.Delay.Seconds()*f.DepthRate >= 1 {
		advice = Words(l, "outlook.slower")
	}
	log.Info("outlook.depth", "Depth", f.Depth, "Rate", f.DepthRate, "Advice", advice)
}

// Forecast says in one line what a run is about to do.
func Forecast(l msg.Language, f batch.Forecast, s batch.Settings) string {
	text := Words(l, "outlook.rows", "File", f.Run.Name, "Count", f.Counts.Rows())
	for _, s := range csvmodel.Statuses {
		if n := f.Counts[s]; n > 0 && s != csvmodel.Unsent {
			text += Words(l, "outlook.status", "Count", n, "Status", Status(l, s))
		}
	}
	switch {
	case f.Counts[csvmodel.Unsent] == 0:
		return text + Words(l, "outlook.nothing")
	case !f.Begins:
		return text + Words(l, "outlook.status", "Count", f.Counts[csvmodel.Unsent], "Status", Status(l, csvmodel.Unsent))
	}
	text += WordsIf(f.Duplicates > 0, l, "outlook.expected", "Count", f.Duplicates, "Status", Status(l, csvmodel.Duplicate))
	if f.Requests == 0 {
		return text + Words(l, "outlook.nothing")
	}
	text += Words(l, "outlook.send", "Count", f.Requests, "Manner", manner(l, f, s))
	text += WordsIf(f.Duration >= time.Second, l, "outlook.about")
	return text + Words(l, "outlook.leaves", "Takes", f.Duration, "At", moment(l, f.LeftAt, s.Window.Location()))
}

func manner(l msg.Language, f batch.Forecast, s batch.Settings) string {
	how := Words(l, "outlook.rate", "Rate", s.Rate)
	how += WordsIf(f.Delay > 0, l, "outlook.delay", "Delay", f.Delay)
	if hours := s.Window.String(); hours != "" {
		how += Words(l, "outlook.hours", "Hours", hours)
	}
	how += WordsIf(s.PerDay > 0, l, "outlook.per-day", "Count", s.PerDay)
	return how
}

// moment has the day unless that is today, and names a zone that is not this machine's (nil).
func moment(l msg.Language, t time.Time, zone *time.Location) string {
	name := ""
	if zone = cmp.Or(zone, time.Local); zone != time.Local {
		name = " " + zone.String()
	}
	layout, now := "2006-01-02 15:04", time.Now().In(zone)
	switch t = t.In(zone); {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		layout = time.TimeOnly
	case l.Tag() == string(msg.Russian):
		layout = "02.01.2006 15:04"
	}
	return t.Format(layout) + name
}
