// Package reconcile finds out what became of an instance's requests that were not answered.
//
// It reads the service's queue and, the delay and twice SettleAfter later, its journal, and
// records what match.Decide makes of both. Nothing that it cannot prove is changed.
//
// Begin with New. While there are Open rows, call Step at the time that Next gives; end with
// Close. The instance's lease is held and no request is under way meanwhile. One process reads
// both, and watches the account in between.
package reconcile

import (
	"context"
	"errors"
	"slices"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const (
	maxTries = 5
	// earlyInterval keeps the journal from being read early: the smallest plan allows 1000
	// readings a month.
	earlyInterval = time.Hour
)

// Options are what a Reconciler works with; all are needed.
type Options struct {
	*account.Account
	Lease *ledger.Lease // of the instance
	// SettleAfter is the S of match.Decide.
	SettleAfter time.Duration
	// ReadAt is when one of the Reconcilers that share it last read the queue, which is not
	// read anew within an hour. Nil: it is read whenever that is due.
	ReadAt *time.Time
}

// Reconciler settles an instance's unknown rows. It is used by one goroutine.
type Reconciler struct {
	Options
	Settled  int         // rows so far
	tries    map[ref]int // in vain
	snapshot *snapshot   // the queue has been read, the journal not yet
	retryAt  time.Time   // after a step that failed, or that another Reconciler took
}

type ref struct {
	run, seq int64
	attempt  int
}

func refOf(r ledger.Row) ref { return ref{r.Run, r.Seq, r.Attempt} }

// New returns a Reconciler that has read nothing.
func New(o Options) *Reconciler {
	r := &Reconciler{Options: o, tries: map[ref]int{}}
	if o.ReadAt != nil && !o.ReadAt.IsZero() {
		r.retryAt = o.ReadAt.Add(earlyInterval)
	}
	return r
}

// IsReading reports whether the queue was read, and the journal not yet.
func (r *Reconciler) IsReading() bool { return r.snapshot != nil }

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
	if r.snapshot != nil && len(open) > 0 {
		return r.journalAt(r.snapshot)
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

// Step takes the step that is due. A service that does not answer settles nothing, which is no
// error; the Reason says that the account needs a person.
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
	case errors.As(err, &refusal) && refusal.StopsSending():
		return refusal.Reason, nil
	case errors.As(err, &refusal), errors.Is(err, errNotAuthorized):
		r.Log.Warn("log.unsettled-now", "Err", err)
		r.retryLater(open)
		return msg.Reason{}, nil
	}
	return msg.Reason{}, err
}

func (r *Reconciler) retryLater(open []ledger.Row) {
	now := time.Now()
	for _, row := range open {
		if r.isDue(row, now) {
			r.tries[refOf(row)]++
		}
	}
	r.retryAt = now.Add(r.SettleAfter)
	r.Close()
}

// isDue reports whether the service takes the row no more.
func (r *Reconciler) isDue(row ledger.Row, now time.Time) bool {
	return !now.Before(row.Ended.Add(r.SettleAfter))
}

// Close gives up what was begun.
func (r *Reconciler) Close() {
	if r.snapshot != nil {
		r.snapshot.stopWatch()
		r.snapshot = nil
	}
}

var errNotAuthorized = msg.Problem("error.not-authorised", nil)

func (r *Reconciler) checkAuthorized(ctx context.Context) error {
	state, err := r.Client.State(ctx)
	if err == nil && state != greenapi.Authorized {
		err = errNotAuthorized
	}
	return err
}

func (r *Reconciler) candidates(rows []ledger.Row, isDue func(ledger.Row) bool) []match.Candidate {
	candidates := make([]match.Candidate, len(rows))
	for i, row := range rows {
		candidates[i] = match.NewCandidate(row, r.SettleAfter, isDue != nil && isDue(row))
	}
	return candidates
}

// decide records what queue and journal say. Without a journal nothing is proven not to be
// taken. A message may also be a row that was given up, or that a person said was sent.
func (r *Reconciler) decide(unknown []ledger.Row, s *snapshot, j journal) error {
	holders, err := r.Ledger.Holders(r.Instance, slices.Concat(idsOf(s.queue), idsOf(j.messages)))
	if err != nil {
		return err
	}
	byHand, err := r.Ledger.SettledByHand(r.Instance, s.takenAt.Add(-2*ledger.Retention-r.SettleAfter))
	if err != nil {
		return err
	}
	sentByHand := slices.DeleteFunc(byHand, func(row ledger.Row) bool { return row.State != ledger.State(csvmodel.Accepted) })
	chats, err := r.Ledger.Chats(r.Instance)
	if err != nil {
		return err
	}
	candidates := slices.Concat(r.candidates(unknown, func(row ledger.Row) bool { return s.due[refOf(row)] }),
		r.candidates(sentByHand, func(row ledger.Row) bool { return r.isDue(row, s.takenAt) }))
	e, learned := match.Gather(s.queue, j.messages, r.candidates(holders, nil), candidates, chats)
	if len(learned) > 0 {
		if err := r.Ledger.LearnChats(r.Instance, learned, time.Now()); err != nil {
			return err
		}
	}
	e.QueueCovers, e.JournalFrom = s.isWhole, j.from
	return r.recordAll(match.Decide(e), e)
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
	r.Settled += found + freed
	if found > 0 {
		r.Log.Info("log.found", "Requests", found)
	}
	if freed > 0 {
		r.Log.Info("log.free", "Requests", freed)
	}
	return nil
}

// record writes a verdict. In between, a person may have settled the row.
func (r *Reconciler) record(v match.Verdict, e match.Evidence) (done bool, err error) {
	if v.State != ledger.State(csvmodel.Unknown) {
		return false, nil
	}
	settlement := ledger.Settlement{At: time.Now()}
	switch {
	case v.Found != nil:
		source := v.Found.Source()
		settlement.Taken, settlement.IDMessage, settlement.ResolvedBy, settlement.Delivery = true, v.Found.ID, source, v.Found.Delivery
		if !v.Found.IsQueued {
			skew, _ := r.Client.Skew()
			settlement.DepartedAt = v.Found.At.Add(-skew)
		}
		settlement.Evidence = msg.NewReason(msg.Found, string(source), v.Found.ID)
	case v.IsFree:
		settlement.Evidence = msg.NewReason(msg.Free, v.Ended, len(e.Messages), e.JournalFrom)
	default:
		return false, nil
	}
	err = r.Lease.Settle(v.Row, settlement)
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
