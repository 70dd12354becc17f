package batch

import (
	"context"
	"errors"
	"sync"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Send sends the rows of a file that are not final yet, and resumes. When ctx is done, requests
// under way are seen through. A Summary with a Run.ID of 0 says nothing, with an error or not.
//
// Several accounts send side by side. One that cannot send, or stops, leaves its rows for
// another run, and the others go on; its error comes with the Summary of all.
//
// One account alone sends nothing and returns a *ledger.HeldError if another process sends for
// the instance or this content, ErrChanged for a file that changes while it is planned, and a
// *pacing.SettingsError for settings that the account's do not allow.
func (j *Job) Send(ctx context.Context, in Input) (Summary, error) {
	f, s, err := j.Open(ctx, in)
	if f == nil {
		return s, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	senders, err := f.Senders()
	errs := make([]error, len(senders))
	var all sync.WaitGroup
	for i, s := range senders {
		all.Go(func() {
			if _, errs[i] = f.Send(ctx, s); j.Ledger.Err() != nil { // all end with it
				cancel()
			}
		})
	}
	all.Wait()
	s, errEnd := f.Close()
	return s, errors.Join(append(errs, err, errEnd)...)
}

func (j *Job) endRun(run ledger.Run, s *Summary) error {
	s.Run = run
	err := s.load(j.Ledger)
	if err == nil && s.Stop.IsZero() && s.Counts[csvmodel.Unsent]+s.Settling == 0 {
		if run.Finished.IsZero() || !s.LastDeparture.IsZero() { // else nothing was left before, nor now
			s.Run.Finished = time.Now()
		}
		start, _ := SettingsOf(run) // an --again that is not finished goes on only with another one
		err = errors.Join(j.Ledger.FinishRun(run.ID, s.Run.Finished), j.Ledger.FinishOthers(run.ID, start.Again, time.Now()))
	}
	if err != nil {
		return err
	}
	return j.Ledger.Check()
}

// Look sums a run up that others send, and ends it where nothing is left of it.
func (j *Job) Look(run ledger.Run) (Summary, error) {
	s, err := Runs{Ledger: j.Ledger}.Summary(run)
	if err != nil || s.Counts[csvmodel.Unsent]+s.Settling > 0 {
		return s, err
	}
	s.Stop = msg.Reason{}
	err = j.endRun(run, &s)
	return s, err
}

// Cancel records that the file at this path must not be sent any more, and why. Run.ID is 0 if
// nothing was sent; a finished run stays. A *ledger.HeldError: another process sends, and stops.
func (j *Job) Cancel(path string, why msg.Code) (Summary, error) {
	run, err := Runs{Ledger: j.Ledger}.PlannedAt(path)
	if err != nil || run.ID == 0 {
		return Summary{}, err
	}
	if !run.Finished.IsZero() {
		return Runs{Ledger: j.Ledger}.Summary(run)
	}
	if err := j.Ledger.CancelRun(run.ID, time.Now()); err != nil { // whoever sends it stops
		return Summary{}, err
	}
	file, err := j.Ledger.LockFile(run.Content, run.Name, j.terms())
	if err != nil {
		return Summary{}, err
	}
	defer file.Release()
	summary := Summary{Stop: msg.NewReason(why)}
	for _, s := range j.Senders {
		err = errors.Join(err, s.noteEnd(run, summary))
	}
	return summary, errors.Join(err, j.endRun(run, &summary))
}

// Interruption returns the Reason why a context is done.
func Interruption(ctx context.Context) msg.Reason { return account.Interruption(ctx) }
