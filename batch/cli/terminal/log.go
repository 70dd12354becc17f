package terminal

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"unicode"

	"contact-distributor/csvmodel/msg"
)

// NewLog writes log lines for people, or as JSON for machines.
func NewLog(format string, w io.Writer, l msg.Language) (*slog.Logger, error) {
	switch format {
	case "json":
		return slog.New(worded{slog.NewJSONHandler(w, nil), msg.English}), nil
	case "text":
		return slog.New(worded{&lines{w: w, mu: &sync.Mutex{}, language: l}, l}), nil
	}
	return nil, msg.Problem("usage.log-format", msg.Args{"Value": format})
}

// worded makes the texts of log lines. Their messages are keys, whose placeholders
// are the attributes with a capital letter.
type worded struct {
	slog.Handler
	language msg.Language
}

func (h worded) Handle(ctx context.Context, r slog.Record) error {
	var args []any
	var rest []slog.Attr
	r.Attrs(func(a slog.Attr) bool {
		if unicode.IsUpper(rune(a.Key[0])) {
			args = append(args, a.Key, argument(a.Value))
		} else {
			rest = append(rest, a)
		}
		return true
	})
	with := slog.NewRecord(r.Time, r.Level, Words(h.language, r.Message, args...), r.PC)
	with.AddAttrs(rest...)
	return h.Handler.Handle(ctx, with)
}

func argument(v slog.Value) any {
	if v.Kind() == slog.KindInt64 {
		return int(v.Int64())
	}
	return v.Any()
}

func (h worded) WithAttrs(attrs []slog.Attr) slog.Handler {
	return worded{h.Handler.WithAttrs(attrs), h.language}
}

func (h worded) WithGroup(name string) slog.Handler {
	return worded{h.Handler.WithGroup(name), h.language}
}

// lines is a slog.Handler for people: time, text, and what belongs to it. Cron
// mails and journals are read by them first.
type lines struct {
	w        io.Writer
	mu       *sync.Mutex
	language msg.Language
	attrs    string
}

func (l *lines) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (l *lines) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Time.Format("15:04:05 "))
	if r.Level >= slog.LevelWarn {
		b.WriteString(msg.Text(l.language, "log.level."+r.Level.String(), nil) + ": ")
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

func attrText(a slog.Attr) string { return " " + a.Key + "=" + msg.OneLine(a.Value.String()) }

func (l *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *l
	for _, a := range attrs {
		with.attrs += attrText(a)
	}
	return &with
}

func (l *lines) WithGroup(string) slog.Handler { return l }
