package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// interimInterval is how often the results of a file are written that others send.
const interimInterval = time.Minute

// plan has others send a file, unless they do already.
func (r *run) plan(ctx context.Context, f *spool.File, in batch.Input) error {
	known, err := r.runs.PlannedAt(f.Path())
	isCancelled := false
	if err == nil && known.ID != 0 {
		isCancelled, err = r.job.Ledger.IsCancelled(known.ID)
	}
	if err != nil {
		return err
	}
	summary := batch.Summary{}
	isPlanned := in.IsOf(known) && !isCancelled
	if isPlanned {
		summary, err = r.job.Look(known)
		isPlanned = known.Finished.IsZero() || summary.Counts[csvmodel.Unsent] == 0 // else another run has sent its content
	}
	if err == nil && !isPlanned {
		summary, err = r.job.Plan(ctx, in)
	}
	switch {
	case errors.Is(err, batch.ErrChanged):
		return r.putBack(f)
	case err != nil:
		return err
	case summary.Run.ID == 0:
		return r.keep(f, r.languageOf(in.Layout), summary)
	case summary.Counts[csvmodel.Unsent]+summary.Settling == 0:
		return r.end(f, summary, false)
	}
	settings, err := batch.SettingsOf(summary.Run)
	if settings.Strict && summary.Counts[csvmodel.Invalid] > 0 {
		summary.Stop = msg.NewReason(msg.Strict)
		return errors.Join(err, r.job.Ledger.CancelRun(summary.Run.ID, time.Now()), r.end(f, summary, false))
	}
	if summary.Stop.Action() < msg.ByNextRun {
		summary.Stop = msg.NewReason(msg.Planned)
	}
	proof, errProof := r.job.Ledger.NewestManifestAt(summary.Run.Output)
	counts := fmt.Sprint(summary.Counts)
	isChanged := r.notices.last(countsTopic(f)) != counts && time.Since(proof.At) >= interimInterval
	if isChanged || r.notices.last(topic(f)) != string(summary.Stop.Code) {
		_, errCounts := r.notices.change(countsTopic(f), counts)
		err = errors.Join(err, errCounts, r.publish(summary))
	}
	return errors.Join(err, errProof, r.keep(f, r.languageOf(in.Layout), summary))
}

// countsTopic is what the newest results say that were written on the way.
func countsTopic(f *spool.File) string { return "counts " + topic(f) }

// republishDelivered is for what others have tracked, and looks as often as they do.
func (r *run) republishDelivered() error {
	const topic = "republished"
	start := time.Now()
	last, _ := time.Parse(time.RFC3339, r.notices.last(topic)) // none: zero
	if start.Sub(last) < batch.TrackInterval {
		return nil
	}
	runs, err := r.job.Unwritten()
	if err == nil {
		err = r.republish(runs)
	}
	if err == nil {
		_, err = r.notices.change(topic, start.Format(time.RFC3339))
	}
	return err
}
