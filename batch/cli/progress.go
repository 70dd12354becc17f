package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
)

// logEvery is how often a log gets a line of progress.
const logEvery = 30 * time.Second

// progress shows where a run stands: a bar on a terminal, a line now and then
// in a log, or nothing.
type progress interface {
	show(batch.Progress)
	end()
}

func newProgress(mode string, w io.Writer, log *slog.Logger) (progress, error) {
	switch mode {
	case "never":
		return noProgress{}, nil
	case "auto", "always":
		if isTerminal(w) {
			return &bar{w: w}, nil
		}
		return &logLines{log: log, last: time.Now()}, nil
	}
	return nil, usageError{fmt.Errorf("--progress %q is none of auto, always, never", mode)}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

type noProgress struct{}

func (noProgress) show(batch.Progress) {}
func (noProgress) end()                {}

// logLines writes a line each half minute.
type logLines struct {
	log  *slog.Logger
	last time.Time
}

func (l *logLines) show(p batch.Progress) {
	if time.Since(l.last) < logEvery {
		return
	}
	l.last = time.Now()
	l.log.Info("progress", "done", p.Done, "of", p.Total, "accepted", p.Counts[csvmodel.Accepted],
		"per_second", fmt.Sprintf("%.1f", p.Rate), "left", p.Left)
}

func (l *logLines) end() {}

// bar draws a bar, a few times a second at the most.
type bar struct {
	w    io.Writer
	bar  *progressbar.ProgressBar
	last time.Time
}

func (b *bar) show(p batch.Progress) {
	if p.Total == 0 || time.Since(b.last) < 200*time.Millisecond && p.Done < p.Total {
		return
	}
	b.last = time.Now()
	if b.bar == nil {
		b.bar = progressbar.NewOptions(p.Total, progressbar.OptionSetWriter(b.w), progressbar.OptionSetWidth(24),
			progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish())
	}
	text := fmt.Sprintf("%.1f/s", p.Rate)
	if p.Left > 0 {
		text += ", " + about(p.Left) + " left"
	}
	b.bar.Describe(text)
	b.bar.Set(p.Done)
}

// end takes the bar away, so that the summary has the line.
func (b *bar) end() {
	if b.bar != nil {
		b.bar.Clear()
	}
}
