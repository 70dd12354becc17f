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
	"contact-distributor/csvmodel"
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
	// Watch asks for the account's state at an interval until stop is called, which
	// reports whether it was authorised each time.
	Watch func(ctx context.Context, interval time.Duration) (stop func() bool)
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
	return r, r.restore(ctx)
}

func (r *Reconciler) watch(ctx context.Context) (stop func() bool) {
	return r.Watch(ctx, max(time.Second, r.SettleAfter/2))
}

// Settled is how many rows this Reconciler has settled so far.
func (r *Reconciler) Settled() int { return r.settled }

// Open returns the unknown rows that may still be settled.
func (r *Reconciler) Open() ([]ledger.Row, error) {
	unknown, err := r.Ledger.Unknown(r.Instance)
	return r.open(unknown), err
}

func (r *Reconciler) open(unknown []ledger.Row) (open []ledger.Row) {
	for _, row := range unknown {
		if r.tries[refOf(row)] < maxTries && time.Since(row.Intended) < ledger.Retention {
			open = append(open, row)
		}
	}
	return open
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
	unknown, err := r.Ledger.Unknown(r.Instance)
	if err != nil {
		return msg.Reason{}, err
	}
	open := r.open(unknown)
	if next := r.Next(open); next.IsZero() || time.Now().Before(next) {
		return msg.Reason{}, nil
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
		r.Log.Warn("log.unsettled-now", "Err", err)
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
	unknown, err := r.Ledger.Unknown(r.Instance)
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

var errNotAuthorized = msg.Problem("error.not-authorised", nil)

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

// decide records what the queue and the journal say of the candidates. Without a
// journal nothing is proven not to be taken. Also unknown rows that nobody tries to
// settle any more may be what a message is.
func (r *Reconciler) decide(candidates []match.Candidate, s *snapshot, j journal) error {
	holders, err := r.Ledger.Holders(r.Instance, slices.Concat(idsOf(s.queue), idsOf(j.messages)))
	if err != nil {
		return err
	}
	rest := match.Unclaimed(s.queue, j.messages, r.candidates(holders, nil))
	chats, err := r.learnChats(rest.Learned)
	if err != nil {
		return err
	}
	// A row that a person said was sent has no id: which message it is, nobody knows.
	byHand, err := r.Ledger.AcceptedByHand(r.Instance, time.Now().Add(-ledger.Retention))
	if err != nil {
		return err
	}
	e := match.Evidence{
		Candidates: slices.Concat(candidates, r.candidates(byHand, nil)), Messages: rest.Messages, Ambiguous: rest.Ambiguous, Chats: chats,
		QueueCovers: s.isWhole, JournalFrom: j.from,
	}
	return r.recordAll(match.Decide(e), e)
}

// learnChats remembers whose the @lids are, and returns all that are known.
func (r *Reconciler) learnChats(learned match.Chats) (match.Chats, error) {
	if len(learned) > 0 {
		if err := r.Ledger.LearnChats(r.Instance, learned, time.Now()); err != nil {
			return nil, err
		}
	}
	return r.Ledger.Chats(r.Instance)
}

func (r *Reconciler) recordAll(verdicts []match.Verdict, e match.Evidence) error {
	found, freed := 0, 0
	for _, v := range verdicts {
		done, err := r.record(v, e)
		switch {
		case err != nil:
			return err
		case done && v.IsFree:
			freed++
		case done:
			found++
		}
		if err := r.recordResends(v); err != nil {
			return err
		}
	}
	r.settled += found + freed
	if found > 0 {
		r.Log.Info("log.found", "Requests", found)
	}
	if freed > 0 {
		r.Log.Info("log.free", "Requests", freed)
	}
	return nil
}

// record writes a verdict that settles its row. A row that is not unknown any more
// was settled by a person.
func (r *Reconciler) record(v match.Verdict, e match.Evidence) (done bool, err error) {
	if v.State != ledger.State(csvmodel.Unknown) {
		return false, nil
	}
	settlement := ledger.Settlement{At: time.Now()}
	switch {
	case v.Found != nil:
		settlement.Taken, settlement.IDMessage, settlement.ResolvedBy = true, v.Found.ID, v.ResolvedBy
		settlement.Evidence = msg.NewReason(msg.Found, v.ResolvedBy, v.Found.ID)
	case v.IsFree:
		settlement.Evidence = msg.NewReason(msg.Free, v.Ended, len(e.Messages), e.JournalFrom)
	default:
		return false, nil
	}
	err = r.Ledger.Settle(v.Row, settlement)
	if errors.Is(err, ledger.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

func (r *Reconciler) recordResends(v match.Verdict) error {
	for _, m := range v.Resends {
		noted, err := r.Ledger.AddResend(r.Instance, v.Run, v.Seq, m.ID, time.Now())
		if err != nil {
			return err
		}
		if !noted.IsZero() {
			r.Log.Warn("log.reason", "Reason", noted)
		}
	}
	return nil
}
