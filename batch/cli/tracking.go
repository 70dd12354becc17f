package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"contact-distributor/batch"
)

const (
	// trackEvery is how often it is tried to find out what became of requests in
	// files that are put away.
	trackEvery = time.Hour
	// trackFor is how long one try may take over several runs: the queue is read in
	// one, the journal in a later one.
	trackFor = 15 * time.Minute
)

// track does what there is to be done for files that are put away, and writes their
// results again.
func (w *folderWork) track(ctx context.Context) error {
	name := "tracked " + w.job.Instance
	begun, open := strings.CutPrefix(w.said.Last(name), "open ")
	at, err := time.Parse(time.RFC3339, begun)
	since := time.Since(at)
	if open = open && since < trackFor; err == nil && !open && since < trackEvery {
		return nil
	}
	runs, stop, err := w.job.Track(ctx, trackEvery)
	if err != nil {
		return err
	}
	if err := w.writeAgain(runs); err != nil {
		return err
	}
	if !open {
		begun = time.Now().Format(time.RFC3339)
	}
	if stop.Kind == batch.Later {
		begun = "open " + begun
	}
	_, err = w.said.News(name, begun)
	return errors.Join(err, w.tellAccount(stop))
}

// tellAccount says that nothing can be found out before somebody has looked after
// the account.
func (w *folderWork) tellAccount(stop batch.Stop) error {
	why := ""
	if stop.Kind == batch.Person {
		why = stop.Reason.String()
		w.fail(statusError(exitAccount))
	}
	news, err := w.said.News("account", why)
	if news && why != "" {
		w.say("What became of cards without an answer cannot be found out: %s.\n", why)
	}
	return err
}

// settledMeanwhile writes the results again of the files that are put away whose
// last request without an answer was settled while another file was sent.
func (w *folderWork) settledMeanwhile() error {
	doubtful, err := w.job.Doubtful()
	if err != nil {
		return err
	}
	var now []string
	for _, run := range doubtful {
		now = append(now, fmt.Sprint(run.ID))
	}
	var settled []batch.Run
	for _, id := range strings.Fields(w.said.Last("doubtful")) {
		if slices.Contains(now, id) {
			continue
		}
		run, err := batch.Records{Ledger: w.job.Ledger}.FindRun(id)
		if err != nil {
			return err
		}
		settled = append(settled, run)
	}
	if err := w.writeAgain(settled); err != nil {
		return err
	}
	_, err = w.said.News("doubtful", strings.Join(now, " "))
	return err
}

// writeAgain writes the results of runs, but not those that are in working, nor
// where somebody has cleared them away.
func (w *folderWork) writeAgain(runs []batch.Run) error {
	records := batch.Records{Ledger: w.job.Ledger, Language: w.asked}
	var errs []error
	for _, run := range runs {
		folder := filepath.Dir(run.Output)
		if info, err := os.Stat(folder); err != nil || !info.IsDir() || folder == filepath.Join(w.dir, "working") {
			continue
		}
		_, err := outputs{records: records}.again(run)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
