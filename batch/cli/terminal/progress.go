package terminal

import (
	"io"
	"log/slog"
	"math"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// logEvery is how often a log gets a line of progress.
const logEvery = 30 * time.Second

// Progress shows where a run stands.
type Progress interface {
	Show(batch.Progress)
	End()
}

// NewProgress returns a bar for a terminal, a line in the log now and then, or nothing. mode
// is auto, always or never.
func NewProgress(mode string, screen *Screen, log *slog.Logger, l msg.Language) (Progress, error) {
	switch mode {
	case "never":
		return noProgress{}, nil
	case "auto", "always":
		if screen.columns() > 0 {
			return &bar{screen: screen, language: l}, nil
		}
		return &logLines{log: log, last: time.Now()}, nil
	}
	return nil, msg.Problem("usage.progress", msg.Args{"Value": mode})
}

// Screen is what a bar and log lines share: a line takes the bar away, which
// comes again below it.
type Screen struct {
	W   io.Writer
	mu  sync.Mutex
	bar *progressbar.ProgressBar
}

func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		s.bar.Clear()
	}
	return s.W.Write(p)
}

// columns is how wide the terminal is, 0 if it is none.
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

type noProgress struct{}

func (noProgress) Show(batch.Progress) {}
func (noProgress) End()                {}

// logLines writes a line each half minute.
type logLines struct {
	log  *slog.Logger
	last time.Time
}

func (l *logLines) Show(p batch.Progress) {
	if time.Since(l.last) < logEvery {
		return
	}
	l.last = time.Now()
	l.log.Info("log.progress", "done", p.Done, "of", p.Total, "accepted", p.Counts[csvmodel.Accepted],
		"per_second", math.Round(10*p.Rate)/10, "remaining", p.Remaining.String(), "last_leaves", lastLeaves(p.LastDeparture))
}

func (l *logLines) End() {}

// bar draws a bar, a few times a second at the most.
type bar struct {
	screen   *Screen
	language msg.Language
	last     time.Time
}

func (b *bar) Show(p batch.Progress) {
	if p.Total == 0 || time.Since(b.last) < 200*time.Millisecond && p.Done < p.Total {
		return
	}
	b.last = time.Now()
	columns := b.screen.columns()
	b.screen.mu.Lock()
	defer b.screen.mu.Unlock()
	if b.screen.bar == nil {
		b.screen.bar = newBar(b.screen.W, p.Total, columns)
	}
	b.screen.bar.Describe(describe(b.language, p, columns))
	b.screen.bar.Set(p.Done)
}

// newBar leaves room for what stands before and behind it.
func newBar(w io.Writer, total, columns int) *progressbar.ProgressBar {
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetWidth(max(1, min(24, columns-56))),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish())
}

// describe is what stands before the bar, where there is room for it.
func describe(l msg.Language, p batch.Progress, columns int) string {
	text := Words(l, "progress.rate", "Rate", p.Rate)
	if !p.LastDeparture.IsZero() && columns >= 72 {
		text += Words(l, "progress.leaves", "At", moment(l, p.LastDeparture))
	} else if p.Remaining > 0 {
		text += Words(l, "progress.left", "Left", p.Remaining)
	}
	if columns < 60 {
		return ""
	}
	return text
}

// end takes the bar away, so that the summary has the line.
func (b *bar) End() {
	b.screen.mu.Lock()
	defer b.screen.mu.Unlock()
	if b.screen.bar != nil {
		b.screen.bar.Clear()
		b.screen.bar = nil
	}
}
