package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Track finds out what became of the instance's unknown rows, and of the cards that
// were accepted, of all runs. It stays until the former is done, unless
// Settings.NoWait. It returns the runs that had such rows, or in which something
// changed since their newest manifest. Rows that turn out not to be taken wait for the next Send.
//
// Deliveries are not asked for if they were less than sparing ago; 0 asks always.
//
// It may work beside a process that sends for the instance, which then settles the
// unknown rows itself.
func (j *Job) Track(ctx context.Context, sparing time.Duration) ([]ledger.Run, msg.Reason, error) {
	runs, stop, err := j.trackUnknown(ctx)
	if err != nil {
		return nil, stop, err
	}
	if ctx.Err() == nil {
		changed, asked, err := j.trackDelivery(ctx, sparing)
		if err != nil {
			return nil, stop, err
		}
		maps.Copy(runs, changed)
		stop = msg.Worst(stop, asked)
	}
	if err := j.addUnwritten(runs); err != nil {
		return nil, stop, err
	}
	found, err := j.runs(runs)
	return found, stop, err
}

// addUnwritten adds the runs whose files an earlier process was to write again, and
// was killed; but not where somebody has cleared their folder away.
func (j *Job) addUnwritten(runs map[int64]bool) error {
	unproven, err := j.Ledger.RunsToPublish(j.Instance)
	if err != nil {
		return err
	}
	for _, id := range unproven {
		run, err := j.Ledger.Run(id)
		if err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Dir(run.Output)); err == nil {
			runs[id] = true
		}
	}
	return nil
}

// trackUnknown settles, if no other process does, and returns the runs that had
// unknown rows.
func (j *Job) trackUnknown(ctx context.Context) (map[int64]bool, msg.Reason, error) {
	lease, err := j.Ledger.TakeLease(j.Instance, j.holder(), time.Now())
	if held := (*HeldError)(nil); errors.As(err, &held) {
		j.Log.Info(held.Error() + ": only deliveries are asked for")
		return map[int64]bool{}, msg.Reason{}, nil
	}
	if err != nil {
		return nil, msg.Reason{}, err
	}
	defer lease.Release()
	unknown, err := j.Ledger.Unknown(j.Instance)
	runs := runsOf(unknown)
	if err != nil || len(unknown) == 0 {
		return runs, msg.Reason{}, err
	}
	stop, err := j.awaitAuthorized(ctx, false, func() {})
	if err == nil && stop.IsZero() {
		stop, err = j.settleAll(ctx)
	}
	return runs, stop, err
}

func (j *Job) settleAll(ctx context.Context) (msg.Reason, error) {
	s, err := newSettler(ctx, j)
	if err != nil {
		return msg.Reason{}, err
	}
	stop, err := j.settleWith(ctx, s)
	return stop, errors.Join(err, s.close())
}

func (j *Job) settleWith(ctx context.Context, s *settler) (msg.Reason, error) {
	for {
		if stop, err := s.step(ctx); err != nil || !stop.IsZero() {
			return stop, err
		}
		open, err := s.open()
		switch {
		case err != nil:
			return msg.Reason{}, err
		case ctx.Err() != nil:
			return interrupted(ctx), nil
		case len(open) == 0:
			return undecided(s.doubts())
		case j.Settings.NoWait:
			return msg.NewReason(msg.Unsettled, requestCount(len(open))), nil
		}
		if stop := await(ctx, j.Log, s.next(open), len(open)); !stop.IsZero() {
			return stop, nil
		}
	}
}

// runsOf are the numbers of the runs that the rows are of.
func runsOf(rows []ledger.Row) map[int64]bool {
	runs := map[int64]bool{}
	for _, r := range rows {
		runs[r.Run] = true
	}
	return runs
}

// runs are those with these numbers, the first first.
func (j *Job) runs(ids map[int64]bool) ([]ledger.Run, error) {
	var runs []ledger.Run
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		run, err := j.Ledger.Run(id)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// ErrNotUnknown is returned where a person's word is not asked for.
var ErrNotUnknown = errors.New("only an unknown row can be settled by hand")

// SettleByHand records a person's word on an unknown row that the records cannot
// decide: the row of the run that begins on this line of the file.
func (r Records) SettleByHand(run ledger.Run, line int, sent bool, who string, at time.Time) error {
	row, err := r.Ledger.RowAt(run.ID, line)
	if errors.Is(err, ledger.ErrNoRow) {
		return fmt.Errorf("%s has no row that begins on line %d: %w", run.Name, line, ErrNotUnknown)
	}
	if err != nil {
		return err
	}
	if row.State == ledger.Intended { // by a process that has ended, or is at work
		lease, err := r.Ledger.TakeLease(row.Instance, who, at)
		if err != nil {
			return err
		}
		defer lease.Release()
		if row, err = r.Ledger.RowAt(run.ID, line); err != nil {
			return err
		}
	}
	if status := row.State.Status(); status != csvmodel.Unknown {
		return fmt.Errorf("%s:%d is %s: %w", run.Name, line, status, ErrNotUnknown)
	}
	if open := row.Ended.Add(settleAfterOf(run)); !sent && at.Before(open) {
		return fmt.Errorf("%s:%d may still be taken by the service until %s: %w then", run.Name, line, open.Local().Format(time.TimeOnly), ErrNotUnknown)
	}
	code := msg.SaidNot
	if sent {
		code = msg.SaidSent
	}
	err = r.Ledger.Settle(row, ledger.Settlement{
		Taken: sent, ResolvedBy: "person", At: at, Evidence: msg.Reason{Code: code, Args: []string{who, stamp(at)}},
	})
	if errors.Is(err, ledger.ErrConflict) { // it is intended, or was settled this moment
		return fmt.Errorf("%s:%d is being worked on: %w", run.Name, line, ErrNotUnknown)
	}
	return err
}

// settleAfterOf is the S of the run's newest start.
func settleAfterOf(run ledger.Run) time.Duration {
	var settings struct {
		SettleAfter string `json:"settleAfter"`
	}
	json.Unmarshal(run.Settings, &settings) // ours, and what cannot be read is 0
	after, _ := time.ParseDuration(settings.SettleAfter)
	return after
}
