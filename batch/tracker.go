package batch

import (
	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// observed is how long after a card was asked for something may become known of
	// it: it leaves the queue within a day, and is in the journal for another.
	observed = 2*ledger.Retention + time.Hour
	// watchedEvery is how often it is asked at the most where no card is open.
	watchedEvery = time.Hour
	// quotaRest is how long nothing is asked after the plan's quota is used up.
	quotaRest = 24 * time.Hour
	// deliveredAtOnce is how many rows share a transaction, so that a run beside
	// never waits long.
	deliveredAtOnce = 500
)

// tracker finds out what became of an instance's cards after they were accepted.
// It needs no lease: each of its writes names what it has read.
type tracker struct {
	job  *Job
	kept asking
	runs map[int64]bool // in which something changed
	*sightings
	queueFull bool     // the queue may have more in it than it shows
	repeats   []repeat // messages that may be beyond those that were asked for
}

// trackDelivery asks the service, if there is anything to ask for, and records what
// it says. It returns the runs in which something changed.
func (j *Job) trackDelivery(ctx context.Context, sparing time.Duration) (runs map[int64]bool, stop msg.Reason, err error) {
	t := &tracker{job: j, runs: map[int64]bool{}}
	if t.kept, err = readAsking(j.Ledger, j.Instance); err != nil {
		return nil, msg.Reason{}, err
	}
	if err := t.giveUpOld(); err != nil {
		return t.runs, msg.Reason{}, err
	}
	ask, err := t.load()
	if err != nil || !ask || !t.mayAsk(sparing) {
		return t.runs, msg.Reason{}, errors.Join(err, t.kept.keep(j.Ledger, j.Instance))
	}
	asked := t.ask(ctx)
	skew, _ := j.Client.Skew()
	err = errors.Join(t.record(t.seen(skew)), t.noteRepeats())
	stop, failed := t.stopFor(ctx, asked)
	return t.runs, stop, errors.Join(err, failed, t.kept.keep(j.Ledger, j.Instance))
}

// giveUpOld makes the cards unobserved of which nothing can become known any more.
func (t *tracker) giveUpOld() error {
	before := time.Now().Add(-observed)
	var old []ledger.DeliveryUpdate
	for sent, err := range t.job.Ledger.SentCards(t.job.Instance, t.kept.Settled, before) {
		if err != nil {
			return err
		}
		if isUndecided(sent.Delivery) {
			old = append(old, ledger.DeliveryUpdate{SentCard: sent, Delivery: csvmodel.DeliveryUnobserved})
		}
		if len(old) == deliveredAtOnce {
			if err := t.record(old); err != nil {
				return err
			}
			old = old[:0]
		}
	}
	t.kept.Settled = before
	return t.record(old)
}

// load reads the cards of which something may become known, and reports whether to
// ask: a card is open, or of one that went within a day it may have changed what
// became of it.
func (t *tracker) load() (ask bool, err error) {
	chats, err := t.job.Ledger.Chats(t.job.Instance)
	if err != nil {
		return false, err
	}
	t.sightings = newSightings(chats)
	now := time.Now()
	rested := now.Sub(t.kept.Asked) >= watchedEvery
	for sent, err := range t.job.Ledger.SentCards(t.job.Instance, t.kept.Settled, now) {
		if err != nil {
			return false, err
		}
		t.add(sent)
		ask = ask || isOpen(sent.Delivery) || rested && isWatched(sent, now)
	}
	return ask, nil
}

func (t *tracker) mayAsk(sparing time.Duration) bool {
	if rest := time.Until(t.kept.Resting); rest > 0 {
		t.job.Log.Info("deliveries are not asked for before " + clock(t.kept.Resting) + ": the plan's monthly quota for that is used up")
		return false
	}
	return time.Since(t.kept.Asked) >= sparing
}

func (t *tracker) record(seen []ledger.DeliveryUpdate) error {
	for len(seen) > 0 {
		n := min(len(seen), deliveredAtOnce)
		runs, err := t.job.Ledger.RecordDeliveries(t.job.Instance, seen[:n], time.Now())
		if err != nil {
			return err
		}
		for run := range runs {
			t.runs[run] = true
		}
		seen = seen[n:]
	}
	return nil
}

// stopFor says what follows from how asking ended.
func (t *tracker) stopFor(ctx context.Context, err error) (msg.Reason, error) {
	asked := (*greenapi.Error)(nil)
	switch {
	case err == nil:
		return msg.Reason{}, nil
	case ctx.Err() != nil:
		return account.Interruption(ctx), nil
	case !errors.As(err, &asked):
		return msg.Reason{}, err
	case asked.Reason.Code == msg.Quota:
		t.kept.Resting = t.rest(err)
		return msg.Reason{}, nil
	case asked.Meaning == greenapi.Stop:
		return asked.Reason, nil
	}
	return msg.NewReason(msg.Untracked, msg.ErrorArg(err)), nil
}

// rest is until when not to ask, where the plan's quota is used up.
func (t *tracker) rest(err error) time.Time {
	until := time.Now().Add(quotaRest)
	t.job.Log.Info(fmt.Sprintf("%v: it is asked again at %s", err, clock(until)))
	return until
}

// clock is a moment as people in its zone say it.
func clock(t time.Time) string { return t.Format("2006-01-02 15:04 -07:00") }
