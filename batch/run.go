package batch

import (
	"context"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

type runResult struct {
	counts        csvmodel.Counts // of a start that did nothing; nil if they may have changed
	stop          msg.Reason      // why rows are left; zero at the end of the file
	lastDeparture time.Time       // of the cards that were sent; zero if none was
	afterHours    int             // messages in the queue that leave only after the hours
	willExpire    int             // messages in the queue that wait too long and are dropped
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
	for _, s := range sent {
		past.Sent = append(past.Sent, pacing.Sent(s))
	}
	unknown, err := j.Ledger.Unknown(j.Instance)
	for _, row := range unknown {
		past.Doubtful = append(past.Doubtful, row.Ended.Add(settleAfter))
	}
	return past, err
}

// Forecast is what a run is about to do.
type Forecast struct {
	Run    ledger.Run
	Counts csvmodel.Counts // as planned

	Begins     bool // cards may go now; else the rest is zero
	Duplicates int  // unsent rows that are expected to be duplicates
	Requests   int
	pacing.Forecast
	Duration time.Duration // until the last card has left the service's queue
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
