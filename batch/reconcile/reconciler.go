// Package reconcile finds out what became of an instance's requests that were not
// answered.
//
// It reads the service's queue and, the delay and S later, its journal, and records
// in the ledger what match.Decide makes of both: a row was taken, or goes again, or
// stays unknown. Nothing that it cannot prove is changed.
//
// Begin with New. While there are Open rows, call Step at the time that Next gives;
// end with Close. All of it happens while the instance's lease is held and no
// request is under way. A queue that was read is kept in the ledger, so that the
// next process may go on with the journal.
package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel/msg"
)

// maxTries is how often one process tries to settle a row.
const maxTries = 5

// Options are what a Reconciler works with; all are needed.
type Options struct {
	Client   *greenapi.Client
	Ledger   *ledger.Ledger
	Instance string
	Log      *slog.Logger
	// SettleAfter is the S of match.Decide.
	SettleAfter time.Duration
	// Watch asks for the account's state so often, until the func that it returns is
	// called, which reports whether it was authorised each time.
	Watch func(ctx context.Context, every time.Duration) (stop func() bool)
}

// Reconciler settles an instance's unknown rows. It is used by one goroutine.
type Reconciler struct {
	Options
	tries    map[ref]int // in vain
	snapshot *snapshot   // the queue has been read, the journal not yet
	retryAt  time.Time   // after a step that failed
	settled  int
}

// ref names one attempt of a row.
type ref struct {
	Run     int64 `json:"run"`
	Seq     int64 `json:"seq"`
	Attempt int   `json:"attempt"`
}

func refOf(r ledger.Row) ref { return ref{r.Run, r.Seq, r.Attempt} }

// New takes up what an earlier process has begun. The account must be authorised.
func New(ctx context.Context, o Options) (*Reconciler, error) {
	r := &Reconciler{Options: o, tries: map[ref]int{}}
	return r, r.restore(func() func() bool { return r.watch(ctx) })
}

func (r *Reconciler) watch(ctx context.Context) (stop func() bool) {
	return r.Watch(ctx, max(time.Second, r.SettleAfter/2))
}

// Settled is how many rows this Reconciler has settled so far.
func (r *Reconciler) Settled() int { return r.settled }

// Unknown returns all unknown rows of the instance. Also those that nobody tries to
// settle any more may be what a message is.
func (r *Reconciler) Unknown() ([]ledger.Row, error) { return r.Ledger.Unknown(r.Instance) }

// Open returns the unknown rows that may still be settled.
func (r *Reconciler) Open() ([]ledger.Row, error) {
	rows, err := r.Unknown()
	return slices.DeleteFunc(rows, func(row ledger.Row) bool {
		return r.tries[refOf(row)] >= maxTries || time.Since(row.Intended) >= ledger.Retention
	}), err
}

// Next returns when to take the next step, zero if there is none.
func (r *Reconciler) Next(open []ledger.Row) time.Time {
	if r.snapshot != nil {
		return r.snapshot.journalAt
	}
	var next time.Time
	for _, row := range open {
		if due := row.Ended.Add(r.SettleAfter); next.IsZero() || due.Before(next) {
			next = due
		}
	}
	if !next.IsZero() && next.Before(r.retryAt) {
		next = r.retryAt
	}
	return next
}

// Step takes the step that is due, if one is. A service that does not answer as it
// should settles nothing, which is no error; where it says that the account needs a
// person, that is the Reason.
func (r *Reconciler) Step(ctx context.Context) (msg.Reason, error) {
	open, err := r.Open()
	if err != nil {
		return msg.Reason{}, err
	}
	if next := r.Next(open); next.IsZero() || time.Now().Before(next) {
		return msg.Reason{}, nil
	}
	unknown, err := r.Unknown()
	if err != nil {
		return msg.Reason{}, err
	}
	if r.snapshot == nil {
		err = r.readQueue(ctx, unknown)
	} else {
		err = r.readJournal(ctx, unknown)
	}
	refusal := (*greenapi.Error)(nil)
	switch {
	case errors.As(err, &refusal) && refusal.Meaning == greenapi.Stop && refusal.Reason.Code != msg.Quota:
		return refusal.Reason, nil
	case errors.As(err, &refusal), errors.Is(err, errNotAuthorized):
		r.Log.Warn("what became of requests without an answer cannot be found out now: " + err.Error())
		return msg.Reason{}, r.retryLater(open)
	}
	return msg.Reason{}, err
}

// retryLater counts a try for the rows that it was about, and waits S for the next.
func (r *Reconciler) retryLater(open []ledger.Row) error {
	now := time.Now()
	for _, row := range open {
		if r.isDue(row, now) {
			r.tries[refOf(row)]++
		}
	}
	r.retryAt = now.Add(r.SettleAfter)
	return r.abandon()
}

// isDue reports whether the row was given up so long ago that the service takes it
// no more.
func (r *Reconciler) isDue(row ledger.Row, now time.Time) bool {
	return !now.Before(row.Ended.Add(r.SettleAfter))
}

// Close leaves what was begun to the next process, if all was well so far.
func (r *Reconciler) Close() error {
	s := r.snapshot
	r.snapshot = nil
	if s == nil {
		return nil
	}
	if !s.stopWatch() {
		return r.forget()
	}
	unknown, err := r.Unknown()
	if err != nil {
		return err
	}
	return r.store(s, unknown)
}

// abandon gives up what was begun.
func (r *Reconciler) abandon() error {
	if r.snapshot != nil {
		r.snapshot.stopWatch()
		r.snapshot = nil
	}
	return r.forget()
}

var errNotAuthorized = errors.New("the account was not authorised all the while")

// checkAuthorized is an error unless the account is authorised now.
func (r *Reconciler) checkAuthorized(ctx context.Context) error {
	state, err := r.Client.State(ctx)
	if err == nil && state != greenapi.Authorized {
		err = errNotAuthorized
	}
	return err
}

// candidates are the rows as match compares them; isDue may be nil.
func (r *Reconciler) candidates(rows []ledger.Row, isDue map[ref]bool) []match.Candidate {
	candidates := make([]match.Candidate, len(rows))
	for i, row := range rows {
		candidates[i] = match.NewCandidate(row, r.SettleAfter, isDue[refOf(row)])
	}
	return candidates
}
