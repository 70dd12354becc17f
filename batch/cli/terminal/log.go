package terminal

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// NewLog returns a log of lines for people, or with the format json for machines, in English.
// Messages are keys of texts, whose placeholders are the attributes with a capital letter.
func NewLog(format string, w io.Writer, l msg.Language) (*slog.Logger, error) {
	switch format {
	case "json":
		return slog.New(handler{language: msg.English, write: slog.NewJSONHandler(escaping{w}, nil).Handle}), nil
	case "text":
		return slog.New(handler{language: l, write: lineWriter(w, l)}), nil
	}
	return nil, msg.Problem("usage.log-format", msg.Args{"Value": format})
}

type handler struct {
	language msg.Language
	attrs    []slog.Attr
	write    func(context.Context, slog.Record) error
}

func (h handler) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	line, args := slog.NewRecord(r.Time, r.Level, "", r.PC), msg.Args{}
	line.AddAttrs(h.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		switch {
		case !unicode.IsUpper(rune(a.Key[0])):
			line.AddAttrs(a)
		case a.Value.Kind() == slog.KindInt64:
			args[a.Key] = int(a.Value.Int64())
		default:
			args[a.Key] = a.Value.Any()
		}
		return true
	})
	line.Message = msg.Text(h.language, r.Message, args)
	return h.write(ctx, line)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.attrs = slices.Concat(h.attrs, attrs)
	return h
}

func (h handler) WithGroup(string) slog.Handler { return h }

func lineWriter(w io.Writer, l msg.Language) func(context.Context, slog.Record) error {
	var mu sync.Mutex
	return func(_ context.Context, r slog.Record) error {
		line := r.Time.Format("15:04:05 ")
		if r.Level >= slog.LevelWarn {
			line += msg.Text(l, "log.level."+r.Level.String(), nil) + ": "
		}
		line += r.Message
		r.Attrs(func(a slog.Attr) bool {
			line += " " + a.Key + "=" + msg.OneLine(a.Value.String())
			return true
		})
		mu.Lock()
		defer mu.Unlock()
		_, err := io.WriteString(w, line+"\n")
		return err
	}
}

// LogLayout says how a file was understood.
func LogLayout(log *slog.Logger, l msg.Language, in batch.Input) {
	log.Info("log.form", "File", in.Name, "Form", Layout(l, in.Layout))
	for _, note := range in.Layout.Notes {
		log.Warn("log.note", "File", in.Name, "Note", note)
	}
}

var delimiters = map[string]string{",": "reading.comma", ";": "reading.semicolon", "\t": "reading.tab", "|": "reading.bar"}

// Layout is the form of a file in one line.
func Layout(l msg.Language, form csvmodel.Layout) string {
	text := Words(l, "reading.form", "Encoding", form.Encoding, "Delimiter", Words(l, delimiters[form.Delimiter]))
	if form.Sheet != "" {
		text = Words(l, "reading.sheet", "Sheet", form.Sheet)
	}
	var fields, others []string
	instance := form.InstanceColumn()
	for i, column := range form.Columns {
		if i == instance {
			column = "idInstance"
		}
		name := strings.TrimSpace(form.Header[i])
		switch {
		case csvmodel.IsField(column) && strings.EqualFold(name, column):
			fields = append(fields, column)
		case csvmodel.IsField(column):
			fields = append(fields, fmt.Sprintf("%s = %q", column, name))
		case column == "" && name != "":
			others = append(others, name)
		}
	}
	text += Words(l, "reading.columns", "Columns", strings.Join(fields, ", "))
	text += WordsIf(len(others) > 0, l, "reading.others", "Columns", msg.Shorten(strings.Join(others, ", "), 200))
	switch form.Region {
	case "":
	case csvmodel.RegionNone:
		text += Words(l, "reading.international")
	default:
		text += Words(l, "reading.region", "Region", form.Region)
	}
	text += WordsIf(form.ShortNumbers, l, "reading.short-numbers")
	return text
}

const lineInterval, barInterval = 30 * time.Second, 200 * time.Millisecond // progress, at the most

// NewProgress returns what shows progress in a mode, auto, always or never: as a bar on a
// terminal, else as a line in the log now and then. It may be called concurrently.
func NewProgress(mode string, screen *Screen, log *slog.Logger, l msg.Language) (func(batch.Progress), error) {
	switch {
	case mode == "never":
		return func(batch.Progress) {}, nil
	case mode != "auto" && mode != "always":
		return nil, msg.Problem("usage.progress", msg.Args{"Value": mode})
	case screen.columns() > 0:
		return atIntervals(barInterval, time.Time{}, func(p batch.Progress) { screen.draw(p, l) }), nil
	}
	return atIntervals(lineInterval, time.Now(), func(p batch.Progress) {
		log.Info("log.progress", "done", p.Done, "of", p.Total, "accepted", p.Counts[csvmodel.Accepted],
			"per_second", math.Round(10*p.Rate)/10, "remaining", p.Remaining.String(), "last_leaves", lastLeaves(p.LastDeparture))
	}), nil
}

// atIntervals leaves out what comes too soon after what was shown.
func atIntervals(interval time.Duration, shownAt time.Time, show func(batch.Progress)) func(batch.Progress) {
	var mu sync.Mutex // several files may be sent at once
	return func(p batch.Progress) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(shownAt) >= interval {
			shownAt = time.Now()
			show(p)
		}
	}
}

func lastLeaves(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.Format(time.RFC3339)
}

// Screen is what a bar and log lines share, which may come concurrently.
type Screen struct {
	W   io.Writer
	mu  sync.Mutex
	bar *progressbar.ProgressBar
}

func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	return s.W.Write(p)
}

// EndProgress takes a bar away, so that the summary has the line.
func (s *Screen) EndProgress() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.bar = nil
}

func (s *Screen) clear() {
	if s.bar != nil {
		s.bar.Clear()
	}
}

func (s *Screen) columns() int {
	f, ok := s.W.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns <= 0 {
		return 80
	}
	return columns
}

func (s *Screen) draw(p batch.Progress, l msg.Language) {
	columns := s.columns()
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.Total == 0 {
		return
	}
	if s.bar == nil {
		s.bar = progressbar.NewOptions(p.Total, progressbar.OptionSetWriter(s.W), progressbar.OptionSetWidth(max(1, min(24, columns-56))),
			progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish())
	}
	s.bar.Describe(describe(l, p, columns))
	s.bar.Set(p.Done)
}

func describe(l msg.Language, p batch.Progress, columns int) string {
	if columns < 60 {
		return ""
	}
	text := Words(l, "progress.rate", "Rate", p.Rate)
	if !p.LastDeparture.IsZero() && columns >= 72 {
		return text + Words(l, "progress.leaves", "At", moment(l, p.LastDeparture, nil))
	}
	text += WordsIf(p.Remaining > 0, l, "progress.left", "Left", p.Remaining)
	return text
}
