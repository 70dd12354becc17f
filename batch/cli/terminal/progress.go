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

// How often progress shows at the most.
const (
	lineInterval = 30 * time.Second
	barInterval  = 200 * time.Millisecond
)

// Progress is a bar on a terminal, a line in the log now and then, or nothing: its zero value.
type Progress struct {
	screen   *Screen      // of the bar
	log      *slog.Logger // of the lines
	language msg.Language
	shownAt  time.Time
}

// NewProgress returns the one for a mode: auto, always or never.
func NewProgress(mode string, screen *Screen, log *slog.Logger, l msg.Language) (*Progress, error) {
	switch {
	case mode == "never":
		return &Progress{}, nil
	case mode != "auto" && mode != "always":
		return nil, msg.Problem("usage.progress", msg.Args{"Value": mode})
	case screen.columns() > 0:
		return &Progress{screen: screen, language: l}, nil
	}
	return &Progress{log: log, shownAt: time.Now()}, nil
}

// Show shows p, unless the one before was shown just now.
func (g *Progress) Show(p batch.Progress) {
	past := time.Since(g.shownAt)
	switch {
	case g.log != nil && past >= lineInterval:
		g.shownAt = time.Now()
		g.log.Info("log.progress", "done", p.Done, "of", p.Total, "accepted", p.Counts[csvmodel.Accepted],
			"per_second", math.Round(10*p.Rate)/10, "remaining", p.Remaining.String(), "last_leaves", lastLeaves(p.LastDeparture))
	case g.screen != nil && p.Total > 0 && (past >= barInterval || p.Done >= p.Total):
		g.shownAt = time.Now()
		g.screen.draw(p, g.language)
	}
}

// End takes a bar away, so that the summary has the line.
func (g *Progress) End() {
	if g.screen != nil {
		g.screen.mu.Lock()
		defer g.screen.mu.Unlock()
		g.screen.clear()
		g.screen.bar = nil
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
	if p.Remaining > 0 {
		text += Words(l, "progress.left", "Left", p.Remaining)
	}
	return text
}
