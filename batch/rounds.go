package batch

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/reconcile"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// rounds settle what is due, send what can be sent, and wait until something can be settled. No
// request is under way while rows are settled.
type rounds struct {
	sender     *Sender
	file       *Sending
	session    *session
	gate       *pacing.Gate
	reconciler *reconcile.Reconciler
	meter      *meter
	suppressed suppression
	settled    int    // rows that the gate and the meter know to be settled
	interim    func() // is called before the first wait

	turnEnds  time.Time // when the run may have to yield
	askedAt   time.Time // whether the run is cancelled
	asking    atomic.Bool
	cancelled atomic.Bool
}

func newRounds(s *Sender, file *Sending, f Forecast, g *pacing.Gate, list suppression) *rounds {
	return &rounds{sender: s, file: file, session: s.session(), gate: g, reconciler: s.newReconciler(true), suppressed: list,
		meter:   newMeter(f, func(p Progress) { file.showProgress(s, p) }, g.Forecast),
		interim: sync.OnceFunc(file.showInterim),
	}
}

func (r *rounds) run(ctx context.Context) (s Summary, err error) {
	defer r.reconciler.Close()
	for isLast := false; err == nil && !isLast; {
		isLast, s.Stop, err = r.round(ctx)
	}
	if err == nil {
		s.Stop, err = r.session.monitor.Recheck(ctx, s.Stop)
	}
	if !r.gate.LastDeparture().IsZero() {
		if !r.sender.Settings.Window.IsZero() {
			if count, ok := r.session.poller.Refresh(ctx); ok {
				r.gate.RecordCount(count)
			}
		}
		s.LastDeparture = r.gate.LastDeparture()
		s.AfterHours, s.WillExpire = r.gate.Overdue(time.Now())
	}
	return s, err
}

func (r *rounds) round(ctx context.Context) (isLast bool, stop msg.Reason, err error) {
	if stop, err := r.prepare(ctx); err != nil || !stop.IsZero() {
		return true, stop, err
	}
	isEmpty, stop, err := r.dispatch(ctx)
	if err != nil || !stop.IsZero() && !stop.IsClosed() {
		return true, stop, err
	}
	if !isEmpty && stop.IsZero() && r.isTurnOver() {
		yields, err := r.file.yields()
		return yields, stop, err
	}
	open, err := r.reconciler.Open()
	if err != nil {
		return true, stop, err
	}
	ours := len(slices.DeleteFunc(slices.Clone(open), func(row ledger.Row) bool { return row.Run != r.file.Run.ID }))
	next := r.reconciler.Next(open)
	switch {
	case stop.IsClosed() && (ours == 0 || r.sender.Settings.NoWait):
		return true, stop, nil
	case isEmpty && ours == 0: // the unknown rows may be of another instance
		unknown, err := r.sender.unknownOf(r.file.Run)
		if err != nil {
			return true, stop, err
		}
		stop, err = r.reasonLeft(decidable(unknown), msg.DoubtElsewhere)
		return true, stop, err
	case next.IsZero(), !time.Now().Before(next):
		return false, stop, nil
	case r.sender.Settings.NoWait: // rows may wait for chats in which a row of another run is unknown
		stop, err = r.reasonLeft(ours, msg.ChatInDoubt)
		return true, stop, err
	}
	r.interim()
	stop = await(ctx, r.sender.log(), next, len(open))
	return !stop.IsZero(), stop, nil
}

// prepare also asks for the account: the last question may be long ago.
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
	r.gate.SetDelay(r.session.monitor.Delay)
	return msg.Reason{}, nil
}

// refreshCounts: a card that was not accepted counts for no daily cap and goes again.
func (r *rounds) refreshCounts() error {
	if r.settled == r.reconciler.Settled {
		return nil
	}
	r.settled = r.reconciler.Settled
	counts, err := r.sender.counts(r.file.Run)
	if err != nil {
		return err
	}
	r.meter.recount(counts)
	past, err := r.sender.past(time.Now())
	r.gate.Recount(past)
	return err
}

// dispatch sends what can go before something is to be settled.
func (r *rounds) dispatch(ctx context.Context) (isEmpty bool, stop msg.Reason, err error) {
	open, err := r.reconciler.Open()
	if err != nil {
		return false, msg.Reason{}, err
	}
	fetch := func(after int64, limit int) ([]ledger.Row, error) {
		return r.sender.job.Ledger.NextPlanned(r.file.Run.ID, r.sender.Instance, after, limit)
	}
	waiting := lookahead(r.sender.Settings.Rate, r.sender.Settings.Workers)
	busy := map[string]bool{}
	for _, row := range open {
		busy[phone.Account(row.Fields.ChatID)] = true
	}
	queue := dispatch.NewQueue(fetch, r.sender.Settings.Workers+waiting, busy)
	deadline := r.reconciler.Next(open)
	if r.turnEnds = time.Now().Add(turnTime); r.file.yields != nil && (deadline.IsZero() || deadline.After(r.turnEnds)) {
		deadline = r.turnEnds
	}
	stop, err = dispatch.Run(ctx, dispatch.Options{
		Ledger: r.sender.job.Ledger, Lease: r.sender.lease, Client: r.sender.Client, Log: r.sender.log(),
		Gate: r.gate, Limiter: r.session.limiter, Breaker: &r.session.breaker,
		Monitor: r.session.monitor, Poller: r.session.poller, Observer: r.meter,
		Requests: r.sender.Settings.Workers, Lookahead: waiting, SettleAfter: r.sender.Settings.SettleAfter.Duration,
		Scope:        func(now time.Time) ledger.Scope { return r.sender.Settings.Dedupe.Scope(now, r.file.Run) },
		IsSuppressed: r.suppressed.has, IsCancelled: r.isCancelled,
	}, queue, deadline)
	return queue.IsEmpty(), stop, err
}

// turnTime is how long a round lasts where others may be waiting.
const turnTime = time.Minute

func (r *rounds) isTurnOver() bool { return r.file.yields != nil && !time.Now().Before(r.turnEnds) }

// isCancelled has the ledger asked too, once a second: the folder of the file may be elsewhere.
// It does not wait for the answer, which may take as long as a server is away.
func (r *rounds) isCancelled() bool {
	if now := time.Now(); now.Sub(r.askedAt) >= time.Second && r.asking.CompareAndSwap(false, true) {
		r.askedAt = now
		go func() {
			defer r.asking.Store(false)
			if is, err := r.sender.job.Ledger.IsCancelled(r.file.Run.ID); is && err == nil {
				r.cancelled.Store(true)
			}
		}()
	}
	return r.cancelled.Load() || r.file.isCancelled()
}

// lookahead is the rows of a tenth of a second, in which each is long on disk. All that are
// intended become unknown if the process is killed.
func lookahead(rate float64, requests int) int {
	return min(requests, max(2, int(rate/10)))
}

// reasonLeft says that rows are unknown, else that unsent ones wait for another reason.
func (r *rounds) reasonLeft(unknown int, waiting msg.Code) (msg.Reason, error) {
	if unknown > 0 {
		return msg.NewReason(msg.Unsettled, unknown), nil
	}
	counts, err := r.sender.counts(r.file.Run)
	if n := counts[csvmodel.Unsent]; n > 0 {
		return msg.NewReason(waiting, n), err
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
