package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"unicode"

	"contact-distributor/batch"
)

// textOut is where text goes for people; with --json, stdout is for machines.
func textOut(s Streams, json bool) io.Writer {
	if json {
		return s.Err
	}
	return s.Out
}

// harmless is text, names of files among it, that nobody's terminal acts on.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// oneLine is text, such as the name of a file, that takes no line of its own.
func oneLine(text string) string {
	return strings.ReplaceAll(harmless(text), "\n", string(unicode.ReplacementChar))
}

// newsOnly is a log that says only what is a warning and was not said in the run
// before.
type newsOnly struct {
	slog.Handler
	warned *warned
}

func (n newsOnly) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (n newsOnly) Handle(ctx context.Context, r slog.Record) error {
	if news, err := n.warned.news(r.Message); err != nil || !news {
		return err
	}
	return n.Handler.Handle(ctx, r)
}

func (n newsOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return newsOnly{n.Handler.WithAttrs(attrs), n.warned}
}

// warned is what a run was warned of, and the run before it.
type warned struct {
	said   *batch.Said
	mu     sync.Mutex
	before []string
	now    []string
}

func newWarned(said *batch.Said) *warned {
	return &warned{said: said, before: strings.Split(said.Last("warnings"), "\n")}
}

func (w *warned) news(message string) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(w.now, message) {
		return false, nil
	}
	w.now = append(w.now, message)
	return !slices.Contains(w.before, message), w.keep()
}

// end forgets what there was no warning of any more.
func (w *warned) end() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.keep()
}

func (w *warned) keep() error {
	_, err := w.said.News("warnings", strings.Join(w.now, "\n"))
	return err
}

// onlyNews leaves of errors that were told in the run before only their exit
// status.
func onlyNews(said *batch.Said, errs []error) error {
	var text []string
	for _, err := range errs {
		if told := statusError(0); !errors.As(err, &told) {
			text = append(text, err.Error())
		}
	}
	news, err := said.News("errors", strings.Join(text, "\n"))
	if err != nil || news {
		return err
	}
	for i, err := range errs {
		errs[i] = statusError(exitStatus(err))
	}
	return nil
}
