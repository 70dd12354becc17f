package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"time"
)

// came is what came of a start's sending.
type came struct {
	counts csvmodel.Counts // of a run that did not begin, which are as they were
	stop   msg.Reason
	leaves time.Time // when the last that went has left; zero if none went
	late   int       // messages in the queue that leave only after the hours
	lost   int       // and that will be dropped, since they wait too long
}

// sendRun announces and sends a run that is planned, and settles what is unknown.
func (j *Job) sendRun(ctx context.Context, run ledger.Run) (came, error) {
	suppress, err := j.suppress(run)
	if err != nil {
		return came{}, err
	}
	counts, err := j.Ledger.Counts(run.ID)
	if err != nil {
		return came{}, err
	}
	stop, gates, err := j.mayBegin(ctx, counts)
	if err != nil {
		return came{}, err
	}
	forecast, err := j.forecast(run, counts, gates)
	if err != nil {
		return came{}, err
	}
	j.Forecast(forecast)
	if gates == nil {
		return came{counts: counts, stop: stop}, nil
	}
	if err := j.noteForecast(forecast); err != nil {
		return came{}, err
	}
	sending, err := newSending(ctx, j, forecast, gates, suppress)
	if err != nil {
		return came{}, err
	}
	came, err := sending.all(ctx)
	j.session().endFile(came.stop, err)
	return came, err
}

// mayBegin finds out whether anything is to be done now. If so, it returns the
// gates that cards have to pass.
func (j *Job) mayBegin(ctx context.Context, counts csvmodel.Counts) (msg.Reason, *pacing.Gate, error) {
	unsent := counts[csvmodel.Unsent]
	switch {
	case unsent+counts[csvmodel.Unknown] == 0:
		return msg.Reason{}, nil, nil
	case j.Settings.Strict && counts[csvmodel.Invalid] > 0:
		return msg.NewReason(msg.Strict), nil, nil
	}
	session := j.session()
	if stop, err := session.account.Suspension(); err != nil || !stop.IsZero() {
		return stop, nil, err
	}
	gates, err := j.newGate(time.Now())
	if err != nil {
		return msg.Reason{}, nil, err
	}
	closed := msg.Reason{}
	if unsent > 0 {
		closed = gates.Closed(time.Now())
	}
	// What has to be refused is refused at any time of the day.
	if closed.IsZero() || j.Settings.policy().DependsOnDelay() {
		if stop, err := session.monitor.Ready(ctx, func() {}); err != nil || !stop.IsZero() {
			return stop, nil, err
		}
	}
	if !closed.IsZero() {
		return closed, nil, nil
	}
	gates.SetDelay(session.monitor.Delay())
	if unsent > 0 {
		gates.RecordCount(session.poller.Current(ctx))
	}
	return msg.Reason{}, gates, nil
}

// newGate returns a gate that counts what the instance has sent in all runs. A
// request without an answer may yet be taken until it can be settled.
func (j *Job) newGate(now time.Time) (*pacing.Gate, error) {
	policy, past := j.Settings.policy(), pacing.Past{}
	sent, err := j.Ledger.SentSince(j.Instance, now.Add(-policy.Lookback()))
	if err != nil {
		return nil, err
	}
	past.Sent = sent
	unknown, err := j.Ledger.Unknown(j.Instance)
	for _, r := range unknown {
		past.Doubtful = append(past.Doubtful, r.Ended.Add(j.Settings.SettleAfter.Duration))
	}
	return pacing.NewGate(j.Log, policy, past, now), err
}
