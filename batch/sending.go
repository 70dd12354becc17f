package batch

import (
	"contact-distributor/batch/account"
	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/reconcile"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

// sending is one start's sending of a run. It takes turns: settle what is due,
// send what can be sent, wait for what is to be settled next.
type sending struct {
	job        *Job
	run        ledger.Run
	reconciler *reconcile.Reconciler
	monitor    *account.Monitor
	gates      *pacing.Gate
	poller     *account.QueuePoller
	meter      *meter
	pace       *pacing.Limiter
	patience   *dispatch.Breaker
	suppress   suppression
	once       sync.Once // for what is told before the first wait
	reckoned   int       // rows that the reconciler has settled, as gates and meter know
}

// newSending is for an account that is ready.
func newSending(ctx context.Context, j *Job, f Forecast, g *pacing.Gate, suppress suppression) (*sending, error) {
	reconciler, err := j.newReconciler(ctx)
	c := j.session()
	s := &sending{job: j, run: f.Run, reconciler: reconciler, monitor: c.monitor, gates: g, poller: c.poller, suppress: suppress,
		pace: c.limiter, patience: &c.breaker}
	s.meter = newMeter(f, j.Settings.policy().EffectiveRate(), j.Progress, g.Forecast)
	return s, err
}

// all sends, and says what came of it.
func (s *sending) all(ctx context.Context) (came, error) {
	stop, err := s.do(ctx)
	if err == nil {
		stop, err = s.monitor.Recheck(ctx, stop)
	}
	c := came{stop: stop}
	if !s.gates.LastDeparture().IsZero() {
		s.lookAtQueue(ctx)
		c.leaves = s.gates.LastDeparture()
		c.late, c.lost = s.gates.Overdue(time.Now())
	}
	return c, errors.Join(err, s.reconciler.Close())
}

// lookAtQueue brings the length of the queue up to date, where there are hours to be kept
// and time to ask.
func (s *sending) lookAtQueue(ctx context.Context) {
	if s.job.Settings.Window.IsZero() {
		return
	}
	if count, ok := s.poller.Refresh(ctx); ok {
		s.gates.RecordCount(count)
	}
}

// do ends when nothing is left that this start can do.
func (s *sending) do(ctx context.Context) (msg.Reason, error) {
	for {
		stop, done, err := s.round(ctx)
		if done || err != nil || !stop.IsZero() {
			return stop, err
		}
	}
}

// round settles what is due, sends what can be sent, and waits for the next
// thing to settle. It is done when nothing is left that this run can do.
func (s *sending) round(ctx context.Context) (stop msg.Reason, done bool, err error) {
	if stop, err := s.reconciler.Step(ctx); err != nil || !stop.IsZero() {
		return stop, false, err
	}
	open, err := s.reconciler.Open()
	if err != nil {
		return msg.Reason{}, false, err
	}
	if err := s.reckon(); err != nil {
		return msg.Reason{}, false, err
	}
	// It may be long since somebody last looked.
	if stop, err := s.monitor.Ready(ctx, func() {}); err != nil || !stop.IsZero() {
		return stop, false, err
	}
	s.gates.SetDelay(s.monitor.Delay())
	stop, drained, err := s.dispatch(ctx, s.reconciler.Next(open), busyChats(open))
	if err != nil || !stop.IsZero() {
		return stop, false, err
	}
	if open, err = s.reconciler.Open(); err != nil {
		return msg.Reason{}, false, err
	}
	ours := ofRun(open, s.run.ID)
	switch next := s.reconciler.Next(open); {
	case drained && ours == 0:
		stop, err = s.undecided()
		return stop, true, err
	case next.IsZero(), !time.Now().Before(next):
		return msg.Reason{}, false, nil
	case s.job.Settings.NoWait:
		stop, err = s.unsettled(ours)
		return stop, false, err
	default:
		s.once.Do(func() { s.job.Interim(s.run) })
		return await(ctx, s.job.Log, next, len(open)), false, nil
	}
}

// reckon lets gates and meter know what was settled: a card that was not taken is no
// card of the day, and is to be sent again.
func (s *sending) reckon() error {
	if s.reckoned == s.reconciler.Settled() {
		return nil
	}
	s.reckoned = s.reconciler.Settled()
	counts, err := s.job.Ledger.Counts(s.run.ID)
	if err != nil {
		return err
	}
	s.meter.recount(counts)
	sent, err := s.job.Ledger.SentSince(s.job.Instance, time.Now().Add(-24*time.Hour))
	s.gates.Recount(sent)
	return err
}

// unsettled is why a run ends that does not stay, with so many unknown rows of its
// own. Without any, what is left waits for chats in which another's is unknown.
func (s *sending) unsettled(ours int) (msg.Reason, error) {
	if ours > 0 {
		return msg.NewReason(msg.Unsettled, ours), nil
	}
	counts, err := s.job.Ledger.Counts(s.run.ID)
	return msg.NewReason(msg.ChatInDoubt, counts[csvmodel.Unsent]), err
}

// await stays until the next step of settling.
func await(ctx context.Context, log *slog.Logger, next time.Time, rows int) msg.Reason {
	log.Info(fmt.Sprintf("%s without an answer: staying until %s to find out what became of it",
		requestCount(rows), next.Format(time.TimeOnly)))
	if !account.Wait(ctx, time.Until(next)) {
		return account.Interruption(ctx)
	}
	return msg.Reason{}
}

// undecided is how the run ends when nothing can be sent or settled now; its rows
// may have been asked for on another instance.
func (s *sending) undecided() (msg.Reason, error) {
	unknown, err := s.job.Ledger.UnknownOf(s.run.ID)
	if err != nil {
		return msg.Reason{}, err
	}
	if n := decidable(unknown); n > 0 {
		return msg.NewReason(msg.Unsettled, n), nil
	}
	counts, err := s.job.Ledger.Counts(s.run.ID)
	if n := counts[csvmodel.Unsent]; n > 0 {
		return msg.NewReason(msg.DoubtElsewhere, n), err
	}
	return msg.Reason{}, err
}

func requestCount(n int) string {
	if n == 1 {
		return "1 request"
	}
	return strconv.Itoa(n) + " requests"
}

func busyChats(open []ledger.Row) map[string]bool {
	busy := map[string]bool{}
	for _, d := range open {
		busy[d.Fields.ChatID] = true
	}
	return busy
}

func ofRun(open []ledger.Row, run int64) (n int) {
	for _, d := range open {
		if d.Run == run {
			n++
		}
	}
	return n
}

// dispatch runs the dispatcher and its workers to their end. It reports whether
// nothing of the run is left to be sent.
func (s *sending) dispatch(ctx context.Context, until time.Time, busy map[string]bool) (msg.Reason, bool, error) {
	j := s.job
	ahead := lookahead(j.Settings.Rate, j.Settings.Workers)
	queue := dispatch.NewQueue(s.planned, j.Settings.Workers+ahead, busy)
	stop, err := dispatch.Run(ctx, dispatch.Options{
		Ledger: j.Ledger, Client: j.Client, Instance: j.Instance, Log: j.Log,
		Gate: s.gates, Limiter: s.pace, Breaker: s.patience, Monitor: s.monitor, Poller: s.poller, Observer: s.meter,
		Requests: j.Settings.Workers, Lookahead: ahead, SettleAfter: j.Settings.SettleAfter.Duration,
		Scope:        func(now time.Time) ledger.Scope { return j.Settings.Dedupe.Scope(now, s.run) },
		IsSuppressed: s.suppress.has, IsCancelled: j.Cancelled,
	}, queue, until)
	return stop, queue.IsEmpty(), err
}

// lookahead returns how many rows may be intended and wait for a token: those of a tenth
// of a second, in which each is long on disk. All of them become unknown if the process
// is killed.
func lookahead(rate float64, requests int) int {
	return min(requests, max(2, int(rate/10)))
}

func (s *sending) planned(after int64, limit int) ([]ledger.Row, error) {
	return s.job.Ledger.NextPlanned(s.run.ID, after, limit)
}
