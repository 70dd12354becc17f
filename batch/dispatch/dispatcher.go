// Package dispatch sends the rows of a run, each at its time.
//
// One goroutine, the dispatcher, decides which row goes when. Workers wait for it, for
// the disk and for the service:
//
//	            Queue                        ┌─ worker ─┐
//	planned ─────────▶ dispatcher ── task ──▶│ Intend   │─▶ ledger
//	                    ▲  ▲  │              │ intended ┼─▶ dispatcher: waits for a token
//	   returned rows ───┘  │  └── grant ────▶│ POST     │─▶ greenapi
//	                       └──── result ─────│ Record   │─▶ ledger
//	                                         └──────────┘
//
// A row passes the gate before it is intended, and the gate and the limiter before its
// request. Rows of one chat go one at a time and in order. Only a row that the service
// did not accept is returned to the Queue. A Breaker ends the run when several
// answers together say that the account or the service is not as it should be.
//
// Whatever ends Run, a request that was made is seen through and its outcome recorded,
// and a row that was intended in vain is planned again. All goroutines end with Run.
package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// acceptTimeout is how long a run waits for a service that answers and accepts nothing.
const acceptTimeout = 15 * time.Minute

// Options are what Run works with. Only IsCancelled may be nil.
type Options struct {
	Ledger *ledger.Ledger
	Lease  *ledger.Lease
	Client *greenapi.Client
	Log    *slog.Logger

	Gate     *pacing.Gate
	Limiter  *pacing.Limiter
	Breaker  *Breaker
	Monitor  *account.Monitor
	Poller   *account.QueuePoller
	Observer Observer

	Requests  int // under way at once
	Lookahead int // rows that may be intended and wait for a token
	// SettleAfter is how long after an unknown row there may be no request under way.
	SettleAfter time.Duration

	Scope        func(now time.Time) ledger.Scope // in which a card is a duplicate
	IsSuppressed func(chat string) bool           // called by many goroutines
	IsCancelled  func() bool                      // called at least once a second; must be cheap
}

// Observer follows what is sent. Run calls it from one goroutine.
type Observer interface {
	Record(ledger.Row)  // a row has a new state
	Tick(now time.Time) // a second has passed
	Refresh()           // what is forecast has changed
}

// dispatcher alone waits for tokens, so that a pause or a new rate holds at once.
type dispatcher struct {
	Options
	queue    *Queue
	deadline time.Time // when no request may be under way; zero: never

	work     chan task // to the workers
	intended chan task // from the workers, and back through task.grant
	results  chan result
	updates  chan account.Update

	inHand     int    // workers with a task
	inFlight   int    // requests
	pending    []task // intended and waiting for a token, in order
	stop       msg.Reason
	err        error // the first one
	isClosing  bool  // nothing is handed out any more
	isGateShut bool  // the gate does not allow a row that is ready
	needsCount bool  // of the service's queue
}

type task struct {
	row   ledger.Row
	grant chan bool // whether the worker may make the request
}

// result is what a worker has done with a task. It is on disk.
type result struct {
	row        ledger.Row // as it is now
	isIntended bool
	isGranted  bool
	madeAt     time.Time // of the request; zero if there was none
	answer     greenapi.Answer
	err        error // of the ledger
}

// Run sends the rows of the queue until none is ready, a gate closes for this run, the deadline
// comes at which no request may be under way (zero: never), or ctx is done. It returns why
// rows are left, if that is not the deadline.
func Run(ctx context.Context, o Options, queue *Queue, deadline time.Time) (msg.Reason, error) {
	workers := o.Requests + o.Lookahead
	d := &dispatcher{Options: o, queue: queue, deadline: deadline,
		work: make(chan task, workers), intended: make(chan task, workers), results: make(chan result, workers),
		updates: make(chan account.Update)}
	var all sync.WaitGroup
	defer all.Wait()
	for range workers {
		all.Go(func() { d.runWorker(ctx) })
	}
	watching, end := context.WithCancel(ctx)
	defer end()
	all.Go(func() { o.Poller.Run(watching) })
	all.Go(func() { o.Monitor.Run(watching, d.updates) })
	return d.run(ctx)
}

func (d *dispatcher) run(ctx context.Context) (msg.Reason, error) {
	defer close(d.work)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		d.isClosing = d.isClosing || !d.deadline.IsZero() && !time.Now().Before(d.deadline)
		d.handOut(ctx)
		if d.inHand == 0 && (d.isClosing || !d.isGateShut) {
			return d.stop, d.err
		}
		timer.Reset(d.untilGrant())
		select {
		case d.countRequests() <- struct{}{}:
		case c := <-d.Poller.Counts:
			d.onCount(c)
		case u := <-d.updates:
			d.onAccountUpdate(u)
		case t := <-d.intended:
			d.pending = append(d.pending, t)
		case r := <-d.results:
			d.onResult(r)
		case <-timer.C:
			d.grant()
		case now := <-second.C:
			d.Observer.Tick(now)
			d.fail(d.Ledger.Check())
		case <-ctx.Done():
			d.stopFor(account.Interruption(ctx))
			ctx = context.WithoutCancel(ctx)
		}
		if d.isClosing {
			d.withdraw()
		}
	}
}

// handOut does not intend a row that waits for room: that may take hours.
func (d *dispatcher) handOut(ctx context.Context) {
	if ctx.Err() != nil {
		d.stopFor(account.Interruption(ctx))
	}
	d.stopIfEnded()
	d.isGateShut, d.needsCount = false, false
	for !d.isClosing && d.inHand < d.Requests+d.Lookahead && d.inHand-d.inFlight < d.Lookahead {
		isReady, err := d.queue.Ready()
		if d.fail(err); err != nil || !isReady {
			return
		}
		now := time.Now()
		if d.stopFor(d.Gate.Closed(now)); d.isClosing {
			return
		}
		d.needsCount = d.Gate.NeedsCount(now, d.inHand)
		if d.isGateShut = !d.Gate.Allows(now, d.inHand); d.isGateShut {
			return
		}
		d.inHand++
		d.work <- task{d.queue.Next(), make(chan bool, 1)}
	}
}

// countRequests returns nil, which disables its case, when no count is needed.
func (d *dispatcher) countRequests() chan<- struct{} {
	if !d.needsCount {
		return nil
	}
	return d.Poller.Requests
}

func (d *dispatcher) untilGrant() time.Duration {
	if len(d.pending) == 0 || d.inFlight >= d.Requests {
		return time.Hour
	}
	now := time.Now()
	return d.Limiter.Next(now).Sub(now)
}

func (d *dispatcher) grant() {
	if d.untilGrant() > 0 {
		return
	}
	if d.stopIfEnded(); d.isClosing {
		return
	}
	if !d.Gate.StillAllows(time.Now(), d.inHand) {
		d.withdraw()
		return
	}
	d.Limiter.Spend()
	d.inFlight++
	d.pending[0].grant <- true
	d.pending = d.pending[1:]
}

func (d *dispatcher) withdraw() {
	for _, t := range d.pending {
		t.grant <- false
	}
	d.pending = nil
}

func (d *dispatcher) stopIfEnded() {
	d.fail(d.Lease.MayBegin())
	if d.IsCancelled != nil && d.IsCancelled() {
		d.stopFor(msg.NewReason(msg.Cancelled))
	}
}

func (d *dispatcher) stopFor(r msg.Reason) {
	d.stop = msg.Worst(d.stop, r)
	d.isClosing = d.isClosing || !r.IsZero()
}

func (d *dispatcher) fail(err error) {
	switch {
	case errors.Is(err, ledger.ErrLeaseLost):
		d.stopFor(msg.NewReason(msg.LeaseLost))
	case err != nil && d.err == nil:
		d.err, d.isClosing = err, true
	}
}

func (d *dispatcher) onCount(c pacing.QueueCount) {
	d.Gate.RecordCount(c)
	if failure, ok := errors.AsType[*greenapi.Error](c.Err); ok && failure.StopsSending() {
		d.stopFor(failure.Reason)
	}
}

func (d *dispatcher) onAccountUpdate(u account.Update) {
	d.fail(u.Err)
	d.stopFor(u.Stop)
	if d.Gate.Hold(u.IsHeld); u.IsHeld {
		d.withdraw()
		return
	}
	if d.Gate.SetDelay(u.Delay) {
		d.Observer.Refresh()
	}
}

func (d *dispatcher) onResult(r result) {
	d.inHand--
	if r.isGranted {
		d.inFlight--
	}
	d.fail(r.err)
	switch {
	case r.err != nil:
	case r.row.State == ledger.Planned && r.isIntended:
		d.queue.Return(r.row)
	case r.row.State != ledger.State(csvmodel.Unknown):
		d.queue.Done(r.row)
	case d.deadline.IsZero(): // the first unknown row ends this round
		d.deadline = r.row.Ended.Add(d.SettleAfter)
	}
	d.Observer.Record(r.row)
	if !r.madeAt.IsZero() {
		d.onAnswer(r.madeAt, r.answer)
	}
	switch r.row.State.Status() {
	case csvmodel.Accepted:
		if r.isGranted {
			d.Gate.Sent(r.madeAt, r.row.Ended)
		}
	case csvmodel.Unknown:
		d.Gate.InDoubt(r.row.Ended, r.row.Ended.Add(d.SettleAfter))
	}
}

func (d *dispatcher) onAnswer(madeAt time.Time, a greenapi.Answer) {
	now := time.Now()
	switch code := a.Reason.Code; {
	case a.Meaning == greenapi.Accepted:
		d.Limiter.Accepted()
	case code == msg.Throttled || code == msg.Starting:
		if code == msg.Starting {
			d.Monitor.NoteRestart()
		}
		d.logPause(d.Limiter.BackOff(madeAt, now), a)
	case a.Meaning == greenapi.NotTaken:
		d.logPause(d.Limiter.Pause(madeAt, now), a)
	}
	d.stopFor(d.Breaker.Observe(a))
	if d.Limiter.StalledFor(now) > acceptTimeout {
		d.stopFor(msg.NewReason(msg.NothingTaken, acceptTimeout, a.Reason))
	}
}

func (d *dispatcher) logPause(pause time.Duration, a greenapi.Answer) {
	if pause > 0 {
		d.Log.Warn("log.pausing", "Reason", a.Reason, "for", pause.Round(100*time.Millisecond).String())
	}
}

// runWorker has requests and writes to the ledger go on when ctx is done.
func (d *dispatcher) runWorker(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for t := range d.work {
		d.results <- d.send(ctx, t)
	}
}

func (d *dispatcher) send(ctx context.Context, t task) result {
	if d.IsSuppressed(t.row.Fields.ChatID) {
		row, err := d.Lease.Suppress(t.row)
		return result{row: row, err: err}
	}
	now := time.Now()
	skew, _ := d.Client.Skew()
	row, err := d.Lease.Intend(t.row, d.Scope(now), now, skew)
	if err != nil || row.State != ledger.Intended {
		return result{row: row, err: err}
	}
	contact, _, faults := csvmodel.ParseContact(row.Fields)
	if len(faults) > 0 { // the row was written by a program that accepted more
		return d.end(row, result{}, ledger.Outcome{State: ledger.State(csvmodel.Rejected), Reason: faults[0], At: now})
	}
	t.row = row
	d.intended <- t
	isGranted := <-t.grant
	if !isGranted || d.Lease.MayBegin() != nil {
		err := d.Lease.Revoke(row)
		row.State, row.Attempt = ledger.Planned, row.Attempt-1
		return result{row: row, isIntended: true, isGranted: isGranted, err: err}
	}
	madeAt := time.Now()
	answer := d.Client.SendContact(ctx, contact, d.Lease.MayBegin)
	return d.end(row, result{isIntended: true, isGranted: true, madeAt: madeAt, answer: answer}, outcomeOf(answer, time.Now()))
}

func (d *dispatcher) end(row ledger.Row, r result, o ledger.Outcome) result {
	r.err = d.Lease.RecordOutcome(row, o)
	r.row = row
	r.row.State, r.row.IDMessage, r.row.Ended = o.State, o.IDMessage, o.At
	return r
}

func outcomeOf(a greenapi.Answer, at time.Time) ledger.Outcome {
	o := ledger.Outcome{State: ledger.State(csvmodel.Unknown), Reason: a.Reason, At: at}
	switch a.Meaning {
	case greenapi.Accepted:
		o.State, o.IDMessage = ledger.State(csvmodel.Accepted), a.IDMessage
	case greenapi.Refused:
		o.State = ledger.State(csvmodel.Rejected)
	case greenapi.NotTaken, greenapi.Stop:
		o.State = ledger.Planned
	}
	return o
}
