package batch

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/reconcile"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// rounds sends a run. Each round settles what is due, sends what can be sent, and waits
// until something can be settled. No request is under way while rows are settled.
type rounds struct {
	job        *Job
	planned    ledger.Run
	counts     csvmodel.Counts // as planned
	session    *session
	gate       *pacing.Gate
	reconciler *reconcile.Reconciler
	meter      *meter
	suppressed suppression
	settled    int    // rows that the gate and the meter know to be settled
	interim    func() // is called before the first wait
}

func newRounds(j *Job, f Forecast, g *pacing.Gate, list suppression) *rounds {
	return &rounds{job: j, planned: f.Run, counts: f.Counts, session: j.session(), gate: g, reconciler: j.newReconciler(), suppressed: list,
		meter:   newMeter(f, j.Progress, g.Forecast),
		interim: sync.OnceFunc(func() { j.Interim(f.Run) }),
	}
}

func (r *rounds) run(ctx context.Context) (runResult, error) {
	defer r.reconciler.Close()
	stop, err := r.loop(ctx)
	if err == nil {
		stop, err = r.session.monitor.Recheck(ctx, stop)
	}
	result := runResult{stop: stop}
	if err == nil && r.settled == r.reconciler.Settled() && maps.Equal(r.meter.progress.Counts, r.counts) {
		result.counts = r.counts
	}
	if !r.gate.LastDeparture().IsZero() {
		if !r.job.Settings.Window.IsZero() {
			if count, ok := r.session.poller.Refresh(ctx); ok {
				r.gate.RecordCount(count)
			}
		}
		result.lastDeparture = r.gate.LastDeparture()
		result.afterHours, result.willExpire = r.gate.Overdue(time.Now())
	}
	return result, err
}

func (r *rounds) loop(ctx context.Context) (msg.Reason, error) {
	for {
		end, err := r.round(ctx)
		if err != nil || end.isLast {
			return end.stop, err
		}
	}
}

// roundEnd says how a round has ended. The zero value asks for another one.
type roundEnd struct {
	isLast bool
	stop   msg.Reason // of the last round: why rows are left
}

func lastRound(stop msg.Reason) roundEnd { return roundEnd{true, stop} }

func (r *rounds) round(ctx context.Context) (roundEnd, error) {
	if stop, err := r.prepare(ctx); err != nil || !stop.IsZero() {
		return lastRound(stop), err
	}
	isEmpty, stop, err := r.dispatch(ctx)
	if err != nil || !stop.IsZero() {
		return lastRound(stop), err
	}
	open, err := r.reconciler.Open()
	if err != nil {
		return roundEnd{}, err
	}
	ours, next := countOf(open, r.planned.ID), r.reconciler.Next(open)
	switch {
	case isEmpty && ours == 0:
		stop, err := r.undecided()
		return lastRound(stop), err
	case next.IsZero(), !time.Now().Before(next):
		return roundEnd{}, nil
	case r.job.Settings.NoWait:
		stop, err := r.unsettled(ours)
		return lastRound(stop), err
	}
	r.interim()
	stop = await(ctx, r.job.Log, next, len(open))
	return roundEnd{!stop.IsZero(), stop}, nil
}

// prepare settles what is due and makes sure that the account may send: the last
// question may be long ago.
func (r *rounds) prepare(ctx context.Context) (msg.Reason, error) {
	if stop, err := r.reconciler.Step(ctx); err != nil || !stop.IsZero() {
		return stop, err
	}
	if err := r.refreshCounts(); err != nil {
		return msg.Reason{}, err
	}
	if stop, err := r.session.monitor.Ready(ctx, func() {}); err != nil || !stop.IsZero() {
		return stop, err
	}
	r.gate.SetDelay(r.session.monitor.Delay())
	return msg.Reason{}, nil
}

// refreshCounts tells the gate and the meter what was settled: a card that was not
// accepted counts for no daily cap and is sent again.
func (r *rounds) refreshCounts() error {
	if r.settled == r.reconciler.Settled() {
		return nil
	}
	r.settled = r.reconciler.Settled()
	counts, err := r.job.Ledger.Counts(r.planned.ID)
	if err != nil {
		return err
	}
	r.meter.recount(counts)
	past, err := r.job.past(time.Now())
	r.gate.Recount(past)
	return err
}

// dispatch sends what can be sent before something is to be settled. It reports whether
// no row of the run is left to be sent.
func (r *rounds) dispatch(ctx context.Context) (isEmpty bool, stop msg.Reason, err error) {
	open, err := r.reconciler.Open()
	if err != nil {
		return false, msg.Reason{}, err
	}
	fetch := func(after int64, limit int) ([]ledger.Row, error) {
		return r.job.Ledger.NextPlanned(r.planned.ID, after, limit)
	}
	ahead := lookahead(r.job.Settings.Rate, r.job.Settings.Workers)
	queue := dispatch.NewQueue(fetch, r.job.Settings.Workers+ahead, chatsOf(open))
	stop, err = dispatch.Run(ctx, dispatch.Options{
		Ledger: r.job.Ledger, Client: r.job.Client, Instance: r.job.Instance, Log: r.job.Log,
		Gate: r.gate, Limiter: r.session.limiter, Breaker: &r.session.breaker,
		Monitor: r.session.monitor, Poller: r.session.poller, Observer: r.meter,
		Requests: r.job.Settings.Workers, Lookahead: ahead, SettleAfter: r.job.Settings.SettleAfter.Duration,
		Scope:        func(now time.Time) ledger.Scope { return r.job.Settings.Dedupe.Scope(now, r.planned) },
		IsSuppressed: r.suppressed.has, IsCancelled: r.job.Cancelled,
	}, queue, r.reconciler.Next(open))
	return queue.IsEmpty(), stop, err
}

// lookahead returns how many rows may be intended and wait for a token: those of a tenth
// of a second, in which each is long on disk. All of them become unknown if the process
// is killed.
func lookahead(rate float64, requests int) int {
	return min(requests, max(2, int(rate/10)))
}

// unsettled returns why a run ends that does not wait, with this many unknown rows of
// its own. Without any, rows wait for chats in which a row of another run is unknown.
func (r *rounds) unsettled(ours int) (msg.Reason, error) {
	if ours > 0 {
		return msg.NewReason(msg.Unsettled, ours), nil
	}
	counts, err := r.job.Ledger.Counts(r.planned.ID)
	return msg.NewReason(msg.ChatInDoubt, counts[csvmodel.Unsent]), err
}

// undecided returns why rows are left when nothing can be sent or settled now. The
// unknown rows may be of another instance.
func (r *rounds) undecided() (msg.Reason, error) {
	unknown, err := r.job.Ledger.UnknownOf(r.planned.ID)
	if err != nil {
		return msg.Reason{}, err
	}
	if n := decidable(unknown); n > 0 {
		return msg.NewReason(msg.Unsettled, n), nil
	}
	counts, err := r.job.Ledger.Counts(r.planned.ID)
	if n := counts[csvmodel.Unsent]; n > 0 {
		return msg.NewReason(msg.DoubtElsewhere, n), err
	}
	return msg.Reason{}, err
}

func await(ctx context.Context, log *slog.Logger, next time.Time, rows int) msg.Reason {
	log.Info("log.staying", "Requests", rows, "Until", next.Format(time.TimeOnly))
	if !account.Wait(ctx, time.Until(next)) {
		return account.Interruption(ctx)
	}
	return msg.Reason{}
}

func chatsOf(rows []ledger.Row) map[string]bool {
	chats := map[string]bool{}
	for _, row := range rows {
		chats[row.Fields.ChatID] = true
	}
	return chats
}

func countOf(rows []ledger.Row, run int64) (n int) {
	for _, row := range rows {
		if row.Run == run {
			n++
		}
	}
	return n
}

type runResult struct {
	counts        csvmodel.Counts // of a start that did nothing; nil if they may have changed
	stop          msg.Reason      // why rows are left; zero at the end of the file
	lastDeparture time.Time       // of the cards that were sent; zero if none was
	afterHours    int             // messages in the queue that leave only after the hours
	willExpire    int             // messages in the queue that wait too long and are dropped
}
