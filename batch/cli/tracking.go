package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// trackEvery is how often it is tried to find out what became of requests in
	// files that are put away, and asked what was delivered.
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
	if stop.Action() == msg.ByNextRun {
		begun = "open " + begun
	}
	_, err = w.said.News(name, begun)
	return errors.Join(err, w.tellAccount(stop))
}

// tellAccount says that nothing can be found out before somebody has looked after
// the account.
func (w *folderWork) tellAccount(stop msg.Reason) error {
	why := ""
	if stop.Action() == msg.ByPerson {
		why = stop.String()
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
	var errs []error
	for _, run := range runs {
		folder := filepath.Dir(run.Output)
		if info, err := os.Stat(folder); err != nil || !info.IsDir() || folder == filepath.Join(w.dir, "working") {
			continue
		}
		errs = append(errs, w.tracked(run))
	}
	return errors.Join(errs...)
}

// tracked writes the results of a run again, and says if cards were found not to
// have arrived.
func (w *folderWork) tracked(run batch.Run) error {
	records, l := batch.Records{Ledger: w.job.Ledger, Language: w.asked}, cmp.Or(w.asked, run.Form.Language())
	summary, err := records.Summary(run)
	if err != nil {
		return err
	}
	written, err := publish.Publisher{Version: version(), Records: records}.Publish(summary)
	if err != nil {
		return err
	}
	failed := summary.Deliveries.Failed()
	news, err := w.said.News("undelivered "+strconv.FormatInt(run.ID, 10), strconv.Itoa(failed))
	if err != nil || !news || failed == 0 {
		return err
	}
	w.fail(statusError(exitRows))
	if w.json {
		return closing{summary: summary, files: written, ledger: w.job.Ledger.Path()}.write(w.streams.Out, true)
	}
	w.say("%s", say(l, "%[1]s: cards that did not arrive: %[2]s\n", run.Name, failed))
	w.say("%s", say(l, "  %[1]s ${rowsNeed(1)} a person: %[2]s\n", summary.NeedPerson(), written.Fixme))
	return nil
}
