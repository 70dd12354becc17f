// Package tracking finds out what became of cards after the service accepted them.
//
// Track asks the service's queue, its journal and, for single cards, getMessage, and records
// deliveries in the ledger. It needs no lease: each write names the delivery that it has read.
// StatusOf and Departures tell what is known of a run by now.
package tracking

import (
	"context"
	"errors"
	"log/slog"
	"maps"
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
	// trackingWindow: a card leaves the queue within a day, and is in the journal for another.
	trackingWindow = 2*ledger.Retention + time.Hour
	// idleInterval is the least time between polls while no card is open.
	idleInterval = time.Hour
	quotaPause   = 24 * time.Hour
	// updatesPerCommit are few, so that a run beside never waits long.
	updatesPerCommit = 2000
)

// Options are what Track works with; all are needed.
type Options struct {
	Client   *greenapi.Client
	Ledger   *ledger.Ledger
	Instance string
	Log      *slog.Logger
	// SettleAfter is how long after it was given up a request may still be taken.
	SettleAfter time.Duration
}

type tracker struct {
	Options
	cursor cursor
	runs   map[int64]bool // in which something changed
	cards  []*observation
	byID   map[string][]*observation
	phones map[string]bool // of the cards
	chats  match.Chats

	covered     interval // in which the journal shows all that has left
	queueReadAt time.Time
	isQueueFull bool                    // there may be more in the queue than it shows
	shownTwice  []*observation          // by one journal
	unclaimed   []greenapi.JournalEntry // with no card's id, which may show a card once more
}

// Track records the instance's deliveries, unless no card is open or minInterval has not passed
// since the last time. It returns the runs in which something changed, and why it could not go
// on, if the service or ctx says so: an end of ctx is no error.
func Track(ctx context.Context, o Options, minInterval time.Duration) (runs map[int64]bool, stop msg.Reason, err error) {
	t := &tracker{Options: o, runs: map[int64]bool{}, byID: map[string][]*observation{}, phones: map[string]bool{}}
	if t.cursor, err = readCursor(o.Ledger, o.Instance); err != nil {
		return nil, msg.Reason{}, err
	}
	wanted, err := t.load()
	if err != nil || !wanted || !t.isAllowed(minInterval) {
		return t.runs, msg.Reason{}, errors.Join(err, t.cursor.store(o.Ledger, o.Instance))
	}
	failure := t.poll(ctx)
	skew, _ := o.Client.Skew()
	err = errors.Join(t.record(t.updates(skew)), t.recordResends())
	stop, errPoll := t.reasonFor(ctx, failure)
	return t.runs, stop, errors.Join(err, errPoll, t.cursor.store(o.Ledger, o.Instance))
}

// load reads the cards that are tracked, and makes older ones unobserved. Polling is wanted
// while a card is open, and now and then while another delivery may show.
func (t *tracker) load() (wanted bool, err error) {
	if t.chats, err = t.Ledger.Chats(t.Instance); err != nil {
		return false, err
	}
	var old []ledger.DeliveryUpdate
	now := time.Now()
	over, idle := now.Add(-trackingWindow), now.Sub(t.cursor.PolledAt) >= idleInterval
	for card, err := range t.Ledger.SentCards(t.Instance, t.cursor.SettledBefore, now) {
		switch {
		case err != nil:
			return false, err
		case !card.Intended.Before(over):
			t.add(card)
			wanted = wanted || isOpen(card.Delivery) || idle && isWatched(card, now)
		case isUndecided(card.Delivery):
			if old = append(old, ledger.DeliveryUpdate{SentCard: card, Delivery: csvmodel.DeliveryUnobserved}); len(old) == updatesPerCommit {
				if err := t.record(old); err != nil {
					return false, err
				}
				old = old[:0]
			}
		}
	}
	t.cursor.SettledBefore = over
	return wanted, t.record(old)
}

func (t *tracker) add(c ledger.SentCard) {
	card := &observation{SentCard: c, state: c.Delivery}
	t.cards = append(t.cards, card)
	t.byID[c.IDMessage] = append(t.byID[c.IDMessage], card)
	t.phones[c.Phone] = true
}

func (t *tracker) isAllowed(minInterval time.Duration) bool {
	if until := t.cursor.PausedUntil; time.Now().Before(until) {
		t.Log.Info("log.quota-rests", "Until", until)
		return false
	}
	return time.Since(t.cursor.PolledAt) >= minInterval
}

func (t *tracker) record(updates []ledger.DeliveryUpdate) error {
	for chunk := range slices.Chunk(updates, updatesPerCommit) {
		runs, err := t.Ledger.RecordDeliveries(t.Instance, chunk, time.Now())
		if err != nil {
			return err
		}
		maps.Copy(t.runs, runs)
	}
	return nil
}

func (t *tracker) reasonFor(ctx context.Context, failure error) (msg.Reason, error) {
	refusal := (*greenapi.Error)(nil)
	switch {
	case failure == nil:
		return msg.Reason{}, nil
	case ctx.Err() != nil:
		return account.Interruption(ctx), nil
	case !errors.As(failure, &refusal):
		return msg.Reason{}, failure
	case refusal.Reason.Code == msg.Quota:
		t.cursor.PausedUntil = t.pause(failure)
		return msg.Reason{}, nil
	case refusal.Meaning == greenapi.Stop:
		return refusal.Reason, nil
	}
	return msg.NewReason(msg.Untracked, msg.ErrorArg(failure)), nil
}

func (t *tracker) pause(quota error) (until time.Time) {
	until = time.Now().Add(quotaPause)
	t.Log.Info("log.quota-ended", "Err", quota, "Until", until)
	return until
}
