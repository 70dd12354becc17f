package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// newLog writes log lines for people, or as JSON for machines.
func newLog(format string, w io.Writer) (*slog.Logger, error) {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	case "text":
		return slog.New(&lines{w: w, mu: &sync.Mutex{}}), nil
	}
	return nil, usageError{fmt.Errorf("--log-format %q is neither text nor json", format)}
}

// lines is a slog.Handler for people: time, text, and what belongs to it. Cron
// mails and journals are read by them first.
type lines struct {
	w     io.Writer
	mu    *sync.Mutex
	attrs string
}

func (l *lines) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (l *lines) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Time.Format("15:04:05 "))
	if r.Level >= slog.LevelWarn {
		b.WriteString(strings.ToLower(r.Level.String()) + ": ")
	}
	b.WriteString(r.Message + l.attrs)
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(attrText(a))
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := io.WriteString(l.w, b.String()+"\n")
	return err
}

func attrText(a slog.Attr) string { return fmt.Sprintf(" %s=%v", a.Key, a.Value) }

func (l *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *l
	for _, a := range attrs {
		with.attrs += attrText(a)
	}
	return &with
}

func (l *lines) WithGroup(string) slog.Handler { return l }
