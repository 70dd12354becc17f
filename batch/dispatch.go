package batch

import (
	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"log/slog"
	"time"
)

// maxStuck is how long a run waits for a service that answers and takes nothing.
const maxStuck = 15 * time.Minute

// dispatcher is one goroutine that decides which row goes when. It alone waits
// for tokens, so that a pause or another rate is obeyed at once; the workers do
// what waits for the disk and for the service.
type dispatcher struct {
	source      *source
	gates       *pacing.Gate
	pace        *pacing.Limiter
	patience    *patience
	requests    chan<- struct{} // for a count of the queue
	queueCounts <-chan pacing.QueueCount
	updates     chan account.Update // of the account
	restarted   func()              // is called when the instance says that it is starting
	watch       *meter
	check       func() error // once a second: is the ledger still there?
	unwanted    func() bool  // before each card: is the file cancelled?
	log         *slog.Logger

	// settleAfter is how long after a row has become unknown there is to be
	// quiet, so that it can be settled; until is when there is to be.
	settleAfter time.Duration
	until       time.Time

	limit   int          // requests under way at once
	ahead   int          // rows that may be intended and wait for a token
	busy    int          // workers with a task
	under   int          // requests under way
	waiting []task       // intended, waiting for a token, in order
	work    chan task    // for the workers
	asking  chan task    // a worker's row is intended
	done    chan settled // a worker's row has its outcome
	err     error        // the first failure of the ledger
	stop    msg.Reason
	closing bool
	barred  bool // rows could go, were it not for a gate
	counts  bool // the length of the queue is to be asked for
}

// task is one row in a worker's hands. The worker sends it to asking when its
// row is intended, and goes on when granted says whether it may ask the service.
type task struct {
	row     ledger.Row
	granted chan bool
}

// settled is what a worker reports of a task when its outcome is on disk.
type settled struct {
	row     ledger.Row // as it is now
	asked   bool       // it was intended
	granted bool
	begun   time.Time // when its request began, zero if none did
	answer  greenapi.Answer
	err     error
}

// run sends what the source has until that has nothing more, the time comes at
// which no request may be under way, a gate closes for this run, or ctx is done.
// Whatever ends it, requests under way are seen through, and what was intended and
// not begun is planned again. A zero time never comes.
func (d *dispatcher) run(ctx context.Context, until time.Time) (msg.Reason, error) {
	defer close(d.work)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	d.until = until
	for {
		d.closing = d.closing || !d.until.IsZero() && !time.Now().Before(d.until)
		d.handOut(ctx)
		if d.busy == 0 && (d.closing || !d.barred) {
			return d.stop, d.err
		}
		timer.Reset(d.untilGrant())
		select {
		case d.asks() <- struct{}{}:
		case c := <-d.queueCounts:
			d.counted(c)
		case n := <-d.updates:
			d.hear(n)
		case t := <-d.asking:
			d.waiting = append(d.waiting, t)
		case s := <-d.done:
			d.settle(s)
		case <-timer.C:
			d.grant()
		case now := <-second.C:
			d.watch.tick(now)
			d.fail(d.check())
		case <-ctx.Done():
			d.halt(account.Interruption(ctx))
			ctx = context.WithoutCancel(ctx)
		}
		if d.closing {
			d.takeBack()
		}
	}
}

// handOut gives idle workers the next rows.
func (d *dispatcher) handOut(ctx context.Context) {
	if ctx.Err() != nil {
		d.halt(account.Interruption(ctx))
	}
	d.heed()
	d.barred, d.counts = false, false
	for !d.closing && d.busy < d.limit+d.ahead && d.busy-d.under < d.ahead {
		waits, err := d.source.waits()
		if err != nil {
			d.fail(err)
		}
		if err != nil || !waits || !d.admits(time.Now()) {
			return
		}
		row := d.source.next()
		d.busy++
		d.work <- task{row, make(chan bool, 1)}
	}
}

// untilGrant is how long the first of the waiting has to wait.
func (d *dispatcher) untilGrant() time.Duration {
	if len(d.waiting) == 0 || d.under >= d.limit {
		return time.Hour
	}
	now := time.Now()
	return d.pace.Next(now).Sub(now)
}

func (d *dispatcher) grant() {
	if d.untilGrant() > 0 {
		return
	}
	if d.heed(); d.closing {
		return
	}
	if !d.gates.StillAllows(time.Now(), d.busy) {
		d.takeBack()
		return
	}
	d.pace.Spend()
	d.under++
	d.waiting[0].granted <- true
	d.waiting = d.waiting[1:]
}

// heed ends the handing out when the file is cancelled.
func (d *dispatcher) heed() {
	if d.unwanted != nil && d.unwanted() {
		d.halt(msg.NewReason(msg.Cancelled))
	}
}

// takeBack tells the waiting that they may not begin any more.
func (d *dispatcher) takeBack() {
	for _, t := range d.waiting {
		t.granted <- false
	}
	d.waiting = nil
}

// settle takes note of a row's outcome.
func (d *dispatcher) settle(s settled) {
	d.busy--
	if s.granted {
		d.under--
	}
	d.fail(s.err)
	switch {
	case s.err != nil:
	case s.row.State == ledger.Planned && s.asked:
		d.source.putBack(s.row)
	case s.row.State != ledger.State(csvmodel.Unknown):
		d.source.finish(s.row)
	case d.until.IsZero(): // it keeps its chat
		d.until = s.row.Ended.Add(d.settleAfter)
	}
	d.watch.count(s)
	if !s.begun.IsZero() {
		d.weigh(s)
	}
	switch s.row.State.Status() {
	case csvmodel.Accepted:
		if s.granted {
			d.gates.Sent(s.row.Ended)
		}
	case csvmodel.Unknown:
		d.gates.MaybeSent(s.row.Ended, s.row.Ended.Add(d.settleAfter))
	}
}

// weigh draws from an answer what it means for the requests to come.
func (d *dispatcher) weigh(s settled) {
	now := time.Now()
	switch code := s.answer.Reason.Code; {
	case s.answer.Meaning == greenapi.Accepted:
		d.pace.Accepted()
	case code == msg.Throttled || code == msg.Starting:
		if code == msg.Starting {
			d.restarted()
		}
		d.pauses(d.pace.BackOff(s.begun, now), s.answer)
	case s.answer.Meaning == greenapi.NotTaken:
		d.pauses(d.pace.Pause(s.begun, now), s.answer)
	}
	d.halt(d.patience.judge(s.answer))
	if d.pace.StalledFor(now) > maxStuck {
		d.halt(msg.NewReason(msg.NothingTaken, maxStuck, s.answer.Reason))
	}
}

// pauses says aloud that all wait.
func (d *dispatcher) pauses(wait time.Duration, a greenapi.Answer) {
	if wait > 0 {
		d.log.Warn("pausing: "+a.Reason.String(), "for", wait.Round(100*time.Millisecond).String())
	}
}

// halt ends the handing out; the weightiest reason to do so is kept.
func (d *dispatcher) halt(s msg.Reason) {
	d.stop = msg.Worst(d.stop, s)
	d.closing = d.closing || !s.IsZero()
}

func (d *dispatcher) fail(err error) {
	if err != nil && d.err == nil {
		d.err = err
		d.closing = true
	}
}
