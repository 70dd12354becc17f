package batch

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/reconcile"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel/msg"
)

// Track fetches deliveries, if that was done minInterval ago, and settles the instance's unknown
// rows. It waits for that, unless Settings.NoWait is set; a positive minInterval sees a reading
// through even so. It returns the runs that had unknown rows or changed since their manifest.
//
// It may run beside a process that sends for the instance, and that settles rows then.
func (s *Sender) Track(ctx context.Context, minInterval time.Duration) ([]ledger.Run, msg.Reason, error) {
	runs, stop, err := tracking.Track(ctx, tracking.Options{Account: s.session().account, SettleAfter: s.Settings.SettleAfter.Duration}, minInterval)
	if err != nil {
		return nil, stop, err
	}
	if ctx.Err() == nil {
		reason, err := s.trackUnknown(ctx, runs, minInterval > 0)
		if err != nil {
			return nil, stop, err
		}
		stop = msg.Worst(stop, reason)
	}
	if err := s.addUnwritten(runs); err != nil {
		return nil, stop, err
	}
	found, err := s.job.runs(runs)
	return found, stop, err
}

// Unwritten returns the runs of the job's instances whose files do not have the newest deliveries.
func (j *Job) Unwritten() ([]ledger.Run, error) { return j.runsOf((*Sender).addUnwritten) }

// Doubtful returns the runs with unknown rows of the job's instances.
func (j *Job) Doubtful() ([]ledger.Run, error) { return j.runsOf((*Sender).addUnknown) }

func (j *Job) runsOf(add func(*Sender, map[int64]bool) error) ([]ledger.Run, error) {
	ids := map[int64]bool{}
	for _, s := range j.Senders {
		if err := add(s, ids); err != nil {
			return nil, err
		}
	}
	return j.runs(ids)
}

func (s *Sender) addUnknown(runs map[int64]bool) error {
	unknown, err := s.job.Ledger.Unanswered(s.Instance) // another process may be at work, or have ended
	for _, row := range unknown {
		runs[row.Run] = true
	}
	return err
}

// addUnwritten adds the runs whose files a killed process did not write, unless their folder is
// gone.
func (s *Sender) addUnwritten(runs map[int64]bool) error {
	unproven, err := s.job.Ledger.RunsToPublish(s.Instance)
	if err != nil {
		return err
	}
	for _, id := range unproven {
		run, err := s.job.Ledger.Run(id)
		if err != nil {
			return err
		}
		newest, err := s.job.newest(run)
		if err != nil {
			return err
		}
		if IsHere(run) && newest.ID == id {
			runs[id] = true
		}
	}
	return nil
}

// trackUnknown adds the runs that have unknown rows, before it settles them.
func (s *Sender) trackUnknown(ctx context.Context, runs map[int64]bool, seeThrough bool) (msg.Reason, error) {
	if s.lease == nil {
		lease, err := s.takeLease()
		if held := (*ledger.HeldError)(nil); errors.As(err, &held) {
			s.log().Info("log.deliveries-only", "Err", held)
			return msg.Reason{}, nil
		}
		if err != nil {
			return msg.Reason{}, err
		}
		s.lease = lease
		defer s.end()
	}
	unknown := map[int64]bool{}
	if err := s.addUnknown(unknown); err != nil || len(unknown) == 0 {
		return msg.Reason{}, err
	}
	maps.Copy(runs, unknown)
	return s.settleAll(ctx, seeThrough)
}

func (s *Sender) newReconciler(ofFile bool) *reconcile.Reconciler {
	o := reconcile.Options{Account: s.session().account, Lease: s.lease, SettleAfter: s.Settings.SettleAfter.Duration}
	if ofFile && s.Settings.NoWait { // else each file asked the service anew
		o.ReadAt = &s.session().readAt
	}
	return reconcile.New(o)
}

func (s *Sender) settleAll(ctx context.Context, seeThrough bool) (msg.Reason, error) {
	if stop, err := s.session().account.AwaitAuthorized(ctx, false, func() {}); err != nil || !stop.IsZero() {
		return stop, err
	}
	r := s.newReconciler(false)
	defer r.Close()
	for {
		if stop, err := r.Step(ctx); err != nil || !stop.IsZero() {
			return stop, err
		}
		open, err := r.Open()
		switch {
		case err != nil:
			return msg.Reason{}, err
		case ctx.Err() != nil:
			return account.Interruption(ctx), nil
		case len(open) == 0:
			unknown, err := s.job.Ledger.Unknown(s.Instance)
			if n := decidable(unknown); n > 0 {
				return msg.NewReason(msg.Unsettled, n), err
			}
			return msg.Reason{}, err
		case s.Settings.NoWait && !(seeThrough && r.IsReading()):
			return msg.NewReason(msg.Unsettled, len(open)), nil
		}
		if stop := await(ctx, s.log(), r.Next(open), len(open)); !stop.IsZero() {
			return stop, nil
		}
	}
}

const (
	// TrackInterval is the least time between two looks at the delivery of one card.
	TrackInterval   = time.Hour
	settleIntervals = 30 // of SettleAfter, between two looks at what is unknown
)

// IsTrackDue reports whether it is time to Track again, or a request has become due to be settled
// since the last time that NoteTracked was told, by any process. That may take minutes: only who
// watches the account while the delay passes can prove that a request was not taken.
func (s *Sender) IsTrackDue() (bool, error) {
	noted, err := s.job.Ledger.Meta("tracked " + s.Instance)
	if err != nil {
		return false, err
	}
	last, _ := time.Parse(time.RFC3339, string(noted)) // none: zero
	if time.Since(last) >= min(TrackInterval, settleIntervals*s.Settings.SettleAfter.Duration) {
		return true, nil
	}
	unknown, err := s.job.Ledger.Unknown(s.Instance)
	return slices.ContainsFunc(unknown, func(row ledger.Row) bool {
		due := row.Ended.Add(s.Settings.SettleAfter.Duration)
		return due.After(last) && !due.After(time.Now())
	}), err
}

// NoteTracked records when Track was begun, once what it found is written.
func (s *Sender) NoteTracked(start time.Time) error {
	return s.job.Ledger.SetMeta("tracked "+s.Instance, start.AppendFormat(nil, time.RFC3339))
}

// runs returns in place of a run that which was started last in the same place.
func (j *Job) runs(ids map[int64]bool) ([]ledger.Run, error) {
	var runs []ledger.Run
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		run, err := j.Ledger.Run(id)
		if err != nil {
			return nil, err
		}
		if run, err = j.newest(run); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(runs, func(r ledger.Run) bool { return r.ID == run.ID }) {
			runs = append(runs, run)
		}
	}
	return runs, nil
}

func (j *Job) newest(run ledger.Run) (ledger.Run, error) {
	newest, err := j.Ledger.NewestRunFor(run.Output)
	if errors.Is(err, ledger.ErrNoRun) || err == nil && newest.Planned.IsZero() {
		return run, nil
	}
	return newest, err
}

// Track is Sender.Track for all accounts side by side. The Reason is the worst.
func (j *Job) Track(ctx context.Context, minInterval time.Duration) (runs []ledger.Run, stop msg.Reason, err error) {
	var all sync.WaitGroup
	var mu sync.Mutex
	for _, s := range j.Senders {
		all.Go(func() {
			own, reason, errOwn := s.Track(ctx, minInterval)
			mu.Lock()
			defer mu.Unlock()
			runs, stop, err = append(runs, own...), msg.Worst(stop, reason), errors.Join(err, s.named(errOwn))
		})
	}
	all.Wait()
	return runs, stop, err
}
