package reconcile

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// coverage is what must be shown of a request that was taken; see match.Evidence.
type coverage struct {
	queueCovers bool
	journalFrom time.Time
}

// decide records what queue and journal say of the candidates.
func (r *Reconciler) decide(candidates []match.Candidate, queue, journal []match.Message, c coverage) error {
	holders, err := r.Ledger.Holders(r.Instance, slices.Concat(idsOf(queue), idsOf(journal)))
	if err != nil {
		return err
	}
	rest := match.Unclaimed(queue, journal, r.candidates(holders, nil))
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
		QueueCovers: c.queueCovers, JournalFrom: c.journalFrom,
	}
	verdicts, resends := match.Decide(e)
	if err := r.recordAll(verdicts, e); err != nil {
		return err
	}
	return r.recordResends(resends)
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
	}
	r.settled += found + freed
	if found > 0 {
		r.Log.Info(requestCount(found) + " without an answer found in the service's records: taken")
	}
	if freed > 0 {
		r.Log.Info(requestCount(freed) + " without an answer surely not taken: going again")
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

// recordResends notes the messages that the service sent once more by itself.
func (r *Reconciler) recordResends(resends []match.Resend) error {
	for _, m := range resends {
		noted, err := r.Ledger.AddResend(r.Instance, m.Row.Run, m.Row.Seq, m.ID, time.Now())
		if err != nil {
			return err
		}
		if !noted.IsZero() {
			r.Log.Warn(noted.String())
		}
	}
	return nil
}

func requestCount(n int) string {
	if n == 1 {
		return "1 request"
	}
	return strconv.Itoa(n) + " requests"
}
