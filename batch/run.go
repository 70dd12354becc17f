package batch

import (
	"context"
	"errors"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Send sends the rows of a file that are not final yet, and resumes. When ctx is done, requests
// under way are seen through. A Summary with a Run.ID of 0 says nothing, with an error or not.
//
// It sends nothing and returns a *ledger.HeldError if another process sends for the instance
// or this content, ErrChanged for a file that changes while it is planned, and a
// *pacing.SettingsError for settings that the account's do not allow.
func (j *Job) Send(ctx context.Context, in Input) (Summary, error) {
	file, err := j.Ledger.LockFile(in.Content, in.Name, j.terms())
	if err != nil {
		return Summary{}, err
	}
	defer file.Release()
	s := j.Senders[0]
	lease, err := s.takeLease()
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	s.lease = lease
	if lease.Abandoned > 0 {
		s.log().Warn("log.abandoned", "rows", lease.Abandoned)
	}
	if s.Settings.policy().DependsOnDelay() { // a start by mistake leaves nothing behind
		if err := s.session().monitor.CheckSettings(ctx); err != nil {
			return Summary{}, err
		}
	}
	run, err := j.openRun(ctx, s, file, in)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return Summary{Stop: account.Interruption(ctx)}, nil
	}
	if err != nil {
		return Summary{}, err
	}
	summary, err := s.sendRun(ctx, run)
	if refused := (*pacing.SettingsError)(nil); errors.As(err, &refused) {
		return Summary{}, err
	}
	errEnd := s.endRun(run, &summary)
	return summary, errors.Join(err, errEnd)
}

func (j *Job) openRun(ctx context.Context, s *Sender, file *ledger.Lease, in Input) (ledger.Run, error) {
	run, err := j.runFor(file, in)
	if err != nil {
		return run, err
	}
	if err := s.lease.SetRun(run.ID); err != nil {
		return run, err
	}
	if err := s.addNote(run, ledger.NoteStart, msg.Reason{}); err != nil {
		return run, err
	}
	if j.isNamed() {
		if err := j.Ledger.IndexRecipients(); err != nil {
			return run, err
		}
	}
	if err := j.plan(ctx, file, &run, in); err != nil {
		return run, err
	}
	return run, j.reassign(file, run)
}

func (s *Sender) endRun(run ledger.Run, sum *Summary) error {
	if !sum.LastDeparture.IsZero() {
		if err := s.addNote(run, ledger.NoteDeparture, msg.NewReason(msg.Forecast, sum.LastDeparture)); err != nil {
			*sum = Summary{}
			return err
		}
	}
	sum.Run = run
	if err := sum.load(s.job.Ledger); err != nil {
		return err
	}
	var err error
	if !sum.Stop.IsZero() {
		if code := sum.Stop.Code; code == msg.Cancelled || code == msg.Changed {
			err = s.job.Ledger.CancelRun(run.ID, time.Now())
		}
		err = errors.Join(err, s.addNote(run, ledger.NoteStop, sum.Stop))
	} else if sum.Counts[csvmodel.Unsent] == 0 {
		if run.Finished.IsZero() || !sum.LastDeparture.IsZero() { // else nothing was left before, nor now
			sum.Run.Finished = time.Now()
		}
		err = errors.Join(s.job.Ledger.FinishRun(run.ID, sum.Run.Finished), s.job.Ledger.FinishOthers(run.ID, s.job.Settings.Again, time.Now()))
	}
	return errors.Join(err, s.job.Ledger.Check())
}

// Cancel records that the file at this path must not be sent any more, and why. Run.ID is 0 if
// nothing was sent; a finished run stays. A *ledger.HeldError: another process sends.
func (j *Job) Cancel(path string, why msg.Code) (Summary, error) {
	run, err := Runs{Ledger: j.Ledger}.PlannedAt(path)
	if err != nil || run.ID == 0 {
		return Summary{}, err
	}
	s := j.Senders[0]
	lease, err := j.Ledger.TakeLease(s.Instance, j.terms())
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	if !run.Finished.IsZero() {
		return Runs{Ledger: j.Ledger}.Summary(run)
	}
	summary := Summary{Stop: msg.NewReason(why)}
	err = s.endRun(run, &summary)
	return summary, err
}

// Interruption returns the Reason why a context is done.
func Interruption(ctx context.Context) msg.Reason { return account.Interruption(ctx) }
