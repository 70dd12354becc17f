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

// Send sends the rows of a file that are not final yet. To call it again is to resume.
//
// When ctx is done, requests under way are seen through and the rest is left for the
// next call. A Summary comes with an error, too, where it says something of the run;
// one with Run.ID 0 does not.
//
// It returns a *ledger.HeldError if another process sends for the instance or sends this
// content, ErrChanged if the file changes while it is planned, and a
// *pacing.SettingsError if the settings cannot be kept with those that the service has
// for the account. Nothing is sent then.
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
	if err := j.checkSettings(ctx); err != nil {
		return Summary{}, err
	}
	run, err := j.openRun(ctx, lease, in)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return Summary{Stop: account.Interruption(ctx)}, nil
	}
	if err != nil {
		return Summary{}, err
	}
	result, err := j.sendRun(ctx, run)
	if refused := (*pacing.SettingsError)(nil); errors.As(err, &refused) {
		return Summary{}, err
	}
	summary, errEnd := j.endRun(run, result)
	return summary, errors.Join(err, errEnd)
}

// checkSettings refuses settings before anything is planned, so that a start by mistake
// leaves nothing behind. Other failures come up again later.
func (j *Job) checkSettings(ctx context.Context) error {
	if !j.Settings.policy().DependsOnDelay() {
		return nil
	}
	return j.session().monitor.CheckSettings(ctx)
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

func (j *Job) sendRun(ctx context.Context, run ledger.Run) (runResult, error) {
	list, err := j.suppress(run)
	if err != nil {
		return runResult{}, err
	}
	counts, err := j.Ledger.Counts(run.ID)
	if err != nil {
		return runResult{}, err
	}
	start, err := j.start(ctx, counts)
	if err != nil {
		return runResult{}, err
	}
	if !start.ok {
		j.Forecast(Forecast{Run: run, Counts: counts})
		return runResult{counts: counts, stop: start.blocked}, nil
	}
	forecast, err := j.forecast(run, counts, start.gate)
	if err != nil {
		return runResult{}, err
	}
	j.Forecast(forecast)
	if err := j.recordForecast(forecast); err != nil {
		return runResult{}, err
	}
	result, err := newRounds(j, forecast, start.gate, list).run(ctx)
	j.session().endFile(result.stop, err)
	return result, err
}

type start struct {
	ok      bool
	gate    *pacing.Gate // where ok
	blocked msg.Reason   // where not ok; zero if there is nothing to do
}

// start returns whether a run with these rows begins now. What the settings refuse is
// an error at any time of the day.
func (j *Job) start(ctx context.Context, counts csvmodel.Counts) (start, error) {
	unsent := counts[csvmodel.Unsent]
	switch {
	case unsent+counts[csvmodel.Unknown] == 0:
		return start{}, nil
	case j.Settings.Strict && counts[csvmodel.Invalid] > 0:
		return start{blocked: msg.NewReason(msg.Strict)}, nil
	}
	session := j.session()
	if stop, err := session.account.Suspension(); err != nil || !stop.IsZero() {
		return start{blocked: stop}, err
	}
	gate, err := j.newGate(time.Now())
	if err != nil {
		return start{}, err
	}
	if err := session.startLimiter(j); err != nil {
		return start{}, err
	}
	closed := msg.Reason{}
	if unsent > 0 {
		closed = gate.Closed(time.Now())
	}
	if closed.IsZero() || j.Settings.policy().DependsOnDelay() {
		if stop, err := session.monitor.Ready(ctx, func() {}); err != nil || !stop.IsZero() {
			return start{blocked: stop}, err
		}
	}
	if !closed.IsZero() {
		return start{blocked: closed}, nil
	}
	gate.SetDelay(session.monitor.Delay())
	if unsent > 0 {
		gate.RecordCount(session.poller.Current(ctx))
	}
	return start{ok: true, gate: gate}, nil
}

// newGate returns a gate that counts what the instance has sent in all runs.
func (j *Job) newGate(now time.Time) (*pacing.Gate, error) {
	past, err := j.past(now)
	return pacing.NewGate(j.Log, j.Settings.policy(), past, now), err
}

// past returns what the instance has sent in all runs. A request without an answer may
// be accepted until it can be settled.
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

func (j *Job) recordForecast(f Forecast) error {
	if f.Requests == 0 {
		return nil
	}
	return j.addNote(f.Run, ledger.NoteForecast, msg.NewReason(msg.Forecast, f.LeftAt))
}

func (j *Job) recordDeparture(run ledger.Run, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	return j.addNote(run, ledger.NoteDeparture, msg.NewReason(msg.Forecast, at))
}

func (j *Job) endRun(run ledger.Run, result runResult) (Summary, error) {
	if err := j.recordDeparture(run, result.lastDeparture); err != nil {
		return Summary{}, err
	}
	s, err := summarize(j.Ledger, run, result.counts)
	s.Stop, s.LastDeparture, s.AfterHours, s.WillExpire = result.stop, result.lastDeparture, result.afterHours, result.willExpire
	if err != nil {
		return s, err
	}
	if !s.Stop.IsZero() {
		err = j.addNote(run, ledger.NoteStop, s.Stop)
	} else if s.Counts[csvmodel.Unsent] == 0 {
		if run.Finished.IsZero() || !result.lastDeparture.IsZero() { // else nothing was left before, nor now
			s.Run.Finished = time.Now()
		}
		err = j.Ledger.FinishRun(run.ID, s.Run.Finished)
	}
	return s, errors.Join(err, j.Ledger.Check())
}

// Cancel records that the file which was at this path must not be sent any more, and
// why. It returns the summary of its run, with Run.ID 0 if nothing was sent. A run that
// is at its end stays as it is.
//
// It returns a *ledger.HeldError if another process sends for the instance.
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
	return j.endRun(run, runResult{stop: msg.NewReason(why)})
}
