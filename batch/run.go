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
	release, err := j.Ledger.LockFile(in.Content, in.Name)
	if err != nil {
		return Summary{}, err
	}
	defer release()
	lease, err := j.Ledger.TakeLease(j.Instance, j.holder(), time.Now())
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	if lease.Abandoned > 0 {
		j.Log.Warn("log.abandoned", "rows", lease.Abandoned)
	}
	if j.Settings.policy().DependsOnDelay() { // a start by mistake leaves nothing behind
		if err := j.session().monitor.CheckSettings(ctx); err != nil {
			return Summary{}, err
		}
	}
	run, err := j.openRun(ctx, lease, in)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return Summary{Stop: account.Interruption(ctx)}, nil
	}
	if err != nil {
		return Summary{}, err
	}
	summary, err := j.sendRun(ctx, run)
	if refused := (*pacing.SettingsError)(nil); errors.As(err, &refused) {
		return Summary{}, err
	}
	errEnd := j.endRun(run, &summary)
	return summary, errors.Join(err, errEnd)
}

func (j *Job) openRun(ctx context.Context, lease *ledger.Lease, in Input) (ledger.Run, error) {
	run, err := j.runFor(in)
	if err != nil {
		return run, err
	}
	if err := lease.SetRun(run.ID); err != nil {
		return run, err
	}
	if err := j.addNote(run, ledger.NoteStart, msg.Reason{}); err != nil {
		return run, err
	}
	err = j.plan(ctx, &run, in)
	return run, err
}

func (j *Job) sendRun(ctx context.Context, run ledger.Run) (Summary, error) {
	list, err := j.suppress(run)
	if err != nil {
		return Summary{}, err
	}
	counts, err := j.Ledger.Counts(run.ID)
	if err != nil {
		return Summary{}, err
	}
	gate, blocked, err := j.start(ctx, counts)
	if err == nil && blocked.IsClosed() && !j.Settings.NoWait {
		var isSettled bool
		if isSettled, err = j.settleClosed(ctx, run, &blocked); err == nil && isSettled {
			return j.sendRun(ctx, run) // a card that was not taken may have given its room back
		}
	}
	if err != nil {
		return Summary{}, err
	}
	if gate == nil {
		j.Forecast(Forecast{Run: run, Counts: counts})
		return Summary{Counts: counts, Stop: blocked}, nil
	}
	forecast, err := j.forecast(run, counts, gate)
	if err != nil {
		return Summary{}, err
	}
	j.Forecast(forecast)
	if forecast.Requests > 0 {
		if err := j.addNote(run, ledger.NoteForecast, msg.NewReason(msg.Forecast, forecast.LeftAt)); err != nil {
			return Summary{}, err
		}
	}
	s, err := newRounds(j, forecast, gate, list).run(ctx)
	if err != nil || s.Stop.Action() >= msg.ByNextRun || j.session().breaker.HasUnanswered() {
		j.session().monitor.Expire()
	}
	return s, err
}

// settleClosed settles rows while no card may go. It reports whether one of the run was, and
// sets another reason why the run ends.
func (j *Job) settleClosed(ctx context.Context, run ledger.Run, stop *msg.Reason) (bool, error) {
	before, err := j.Ledger.UnknownOf(run.ID)
	if err != nil || decidable(before) == 0 {
		return false, err
	}
	j.Interim(run)
	reason, err := j.settleAll(ctx, false)
	if err != nil || !reason.IsZero() && reason.Code != msg.Unsettled {
		*stop = reason
		return false, err
	}
	after, err := j.Ledger.UnknownOf(run.ID)
	return len(after) < len(before), err
}

// start returns the gate of a run, or nil if it does not begin now, and why; the Reason is zero
// if there is nothing to do. What the settings refuse is an error at any time of the day.
func (j *Job) start(ctx context.Context, counts csvmodel.Counts) (*pacing.Gate, msg.Reason, error) {
	unsent := counts[csvmodel.Unsent]
	switch {
	case unsent+counts[csvmodel.Unknown] == 0:
		return nil, msg.Reason{}, nil
	case j.Settings.Strict && counts[csvmodel.Invalid] > 0:
		return nil, msg.NewReason(msg.Strict), nil
	}
	session := j.session()
	if stop, err := session.account.Suspension(); err != nil || !stop.IsZero() {
		return nil, stop, err
	}
	now := time.Now()
	past, err := j.past(now) // in all runs
	if err != nil {
		return nil, msg.Reason{}, err
	}
	gate := pacing.NewGate(j.Log, j.Settings.policy(), past, now)
	if err := session.startLimiter(j); err != nil {
		return nil, msg.Reason{}, err
	}
	closed := msg.Reason{}
	if unsent > 0 {
		closed = gate.Closed(time.Now())
	}
	if closed.IsZero() || j.Settings.policy().DependsOnDelay() {
		if stop, err := session.monitor.Ready(ctx, func() {}); err != nil || !stop.IsZero() {
			return nil, stop, err
		}
	}
	if !closed.IsZero() {
		return nil, closed, nil
	}
	gate.SetDelay(session.monitor.Delay)
	if unsent > 0 {
		gate.RecordCount(session.poller.Current(ctx))
	}
	return gate, msg.Reason{}, nil
}

// past is of all runs. A request without an answer may be accepted until it can be settled.
func (j *Job) past(now time.Time) (pacing.Past, error) {
	settleAfter := j.Settings.SettleAfter.Duration
	sent, err := j.Ledger.SentSince(j.Instance, now.Add(-pacing.Lookback), settleAfter, j.Settings.policy().Memory())
	if err != nil {
		return pacing.Past{}, err
	}
	past := pacing.Past{}
	if past.Delay, err = j.delay(); err != nil {
		return past, err
	}
	for _, s := range sent {
		past.Sent = append(past.Sent, pacing.Sent(s))
	}
	unknown, err := j.Ledger.Unknown(j.Instance)
	for _, row := range unknown {
		past.Doubtful = append(past.Doubtful, row.Ended.Add(settleAfter))
	}
	return past, err
}

func (j *Job) forecast(run ledger.Run, counts csvmodel.Counts, g *pacing.Gate) (Forecast, error) {
	now := time.Now()
	f := Forecast{Run: run, Counts: counts, Begins: true}
	var err error
	f.Duplicates, err = j.Ledger.CountDuplicates(run.ID, j.Settings.Dedupe.Scope(now, run))
	f.Requests = counts[csvmodel.Unsent] - f.Duplicates
	if f.Forecast = g.Forecast(now, f.Requests); f.Requests > 0 {
		f.Duration = f.LeftAt.Sub(now)
	}
	return f, err
}

func (j *Job) endRun(run ledger.Run, s *Summary) error {
	if !s.LastDeparture.IsZero() {
		if err := j.addNote(run, ledger.NoteDeparture, msg.NewReason(msg.Forecast, s.LastDeparture)); err != nil {
			*s = Summary{}
			return err
		}
	}
	s.Run = run
	if err := s.load(j.Ledger); err != nil {
		return err
	}
	var err error
	if !s.Stop.IsZero() {
		err = j.addNote(run, ledger.NoteStop, s.Stop)
	} else if s.Counts[csvmodel.Unsent] == 0 {
		if run.Finished.IsZero() || !s.LastDeparture.IsZero() { // else nothing was left before, nor now
			s.Run.Finished = time.Now()
		}
		err = errors.Join(j.Ledger.FinishRun(run.ID, s.Run.Finished), j.Ledger.FinishOthers(run.ID, j.Settings.Again, time.Now()))
	}
	return errors.Join(err, j.Ledger.Check())
}

// Cancel records that the file at this path must not be sent any more, and why. Run.ID is 0 if
// nothing was sent; a finished run stays. A *ledger.HeldError: another process sends.
func (j *Job) Cancel(path string, why msg.Code) (Summary, error) {
	run, err := Runs{Ledger: j.Ledger}.PlannedAt(path)
	if err != nil || run.ID == 0 {
		return Summary{}, err
	}
	lease, err := j.Ledger.TakeLease(j.Instance, j.holder(), time.Now())
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	if !run.Finished.IsZero() {
		return Runs{Ledger: j.Ledger}.Summary(run)
	}
	s := Summary{Stop: msg.NewReason(why)}
	err = j.endRun(run, &s)
	return s, err
}

// Interruption returns the Reason why a context is done.
func Interruption(ctx context.Context) msg.Reason { return account.Interruption(ctx) }
