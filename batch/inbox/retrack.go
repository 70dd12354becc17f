package inbox

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// trackFree has accounts track that have nothing else to do.
func (r *run) trackFree(ctx context.Context) {
	for _, a := range r.accounts {
		if a.isBusy || a.isTracked || !a.Blocked.IsZero() && !a.Blocked.IsClosed() {
			continue
		}
		a.isTracked = true
		if isDue, err := a.IsTrackDue(); err != nil || !isDue {
			r.addError(err)
			continue
		}
		start := time.Now()
		r.start(a, func() func() {
			runs, stop, err := a.Track(ctx, batch.TrackInterval)
			return func() {
				if err == nil {
					err = r.republish(runs)
				}
				if err == nil {
					err = errors.Join(a.NoteTracked(start), r.noteBlocked(a, stop))
				}
				r.addError(err)
			}
		})
	}
}

func (r *run) noteBlocked(a *account, stop msg.Reason) error {
	text, topic := "", "account"
	if stop.Action() == msg.ByPerson {
		text = stop.String()
	}
	if a.Name != "" {
		topic += " " + a.Instance
	}
	isNew, err := r.notices.change(topic, text)
	if text != "" {
		r.Notify(Notice{Event: Blocked, IsNew: isNew, Account: a.Name, Reasons: []msg.Reason{stop}})
	}
	return err
}

// republishSettled is for files that were put away, and settled while another one was sent.
func (r *run) republishSettled() error {
	doubtful, err := r.job.Doubtful()
	if err != nil {
		return err
	}
	var open []string
	for _, run := range doubtful {
		open = append(open, strconv.FormatInt(run.ID, 10))
	}
	var settled []ledger.Run
	for _, id := range strings.Fields(r.notices.last("doubtful")) {
		if slices.Contains(open, id) {
			continue
		}
		run, err := r.runs.Find(id)
		if err != nil {
			return err
		}
		settled = append(settled, run)
	}
	if err := r.republish(settled); err != nil {
		return err
	}
	_, err = r.notices.change("doubtful", strings.Join(open, " "))
	return err
}

// republish leaves out working, and places that somebody has cleared away.
func (r *run) republish(runs []ledger.Run) error {
	var errs []error
	for _, run := range runs {
		places, err := r.job.Ledger.PlacesOf(run.ID)
		errs = append(errs, err)
		for _, place := range places {
			folder := filepath.Dir(place.Output)
			if place.Output != run.Output && !strings.HasPrefix(folder, r.dir+string(filepath.Separator)) {
				continue // where somebody has sent the same content by hand before
			}
			if batch.IsHere(place) && folder != filepath.Join(r.dir, "working") {
				errs = append(errs, r.republishRun(place))
			}
		}
	}
	return errors.Join(errs...)
}

func (r *run) republishRun(run ledger.Run) error {
	summary, err := r.runs.Summary(run)
	if err != nil {
		return err
	}
	files, err := r.publisher.Publish(summary)
	if err != nil {
		return err
	}
	failed := summary.Deliveries.Failed()
	isNew, err := r.notices.change("undelivered "+strconv.FormatInt(run.ID, 10), strconv.Itoa(failed))
	if err == nil && isNew && failed > 0 {
		r.Notify(Notice{Event: Undelivered, IsNew: true, Language: r.languageOf(run.Layout), File: run.Name, Path: run.Path, Summary: summary, Files: files})
	}
	return err
}
