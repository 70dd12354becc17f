// Package tracking finds out what became of cards after the service accepted them.
//
// Track asks the service's queue, its journal and, for single cards, getMessage, and records
// deliveries in the ledger. It needs no lease: each write names the delivery that it has read.
// StatusOf and Departures tell what is known of a run by now.
package tracking

import (
	"context"
	"encoding/json"
	"errors"
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
	*account.Account
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

// cursor is what one process leaves to the next. JSON names are those of the ledger.
type cursor struct {
	PolledAt      time.Time `json:"asked,omitzero"`   // when the journal was last read
	PausedUntil   time.Time `json:"resting,omitzero"` // the plan's quota is used up
	SettledBefore time.Time `json:"settled,omitzero"` // nothing more can become known of cards that were asked for before
	Covered       interval  `json:"shown,omitzero"`   // in which the journals together show all that left the queue
	// Looking cards up by their ids has a quota of its own.
	LookedUpAt         time.Time `json:"each,omitzero"`
	LookupsPausedUntil time.Time `json:"eachRests,omitzero"`
}

func cursorKey(instance string) string { return "delivery " + instance }

func readCursor(l *ledger.Ledger, instance string) (c cursor, err error) {
	text, err := l.Meta(cursorKey(instance))
	if err != nil || len(text) == 0 {
		return c, err
	}
	return c, json.Unmarshal(text, &c)
}

func (c cursor) store(l *ledger.Ledger, instance string) error {
	text, err := json.Marshal(c)
	return errors.Join(err, l.SetMeta(cursorKey(instance), text))
}

func webhookKey(instance string) string { return "reports deliveries " + instance }

// NoteSettings remembers whether the account reports deliveries.
func NoteSettings(l *ledger.Ledger, instance string, s greenapi.Settings) error {
	word := "no"
	if s.OutgoingWebhook {
		word = "yes"
	}
	if before, err := l.Meta(webhookKey(instance)); err != nil || string(before) == word {
		return err
	}
	return l.SetMeta(webhookKey(instance), []byte(word))
}

// Status says what the deliveries of a run's rows are worth.
type Status struct {
	// PolledAt is when the service was last asked for them; zero: never.
	PolledAt time.Time
	// PausedUntil is when the plan's quota allows to ask again; zero: now.
	PausedUntil time.Time
	// IsOn: the accounts are set so that deliveries become known. IsOff: one is not.
	// Neither: nobody has looked.
	IsOn, IsOff bool
}

// StatusOf returns the status of a run; of several instances the least known counts.
func StatusOf(l *ledger.Ledger, run ledger.Run) (Status, error) {
	instances, err := l.InstancesOf(run.ID)
	if err != nil {
		return Status{}, err
	}
	s := Status{IsOn: len(instances) > 0}
	for i, instance := range instances {
		c, err := readCursor(l, instance)
		if err != nil {
			return Status{}, err
		}
		webhook, err := l.Meta(webhookKey(instance))
		if err != nil {
			return Status{}, err
		}
		s.IsOn, s.IsOff = s.IsOn && string(webhook) == "yes", s.IsOff || string(webhook) == "no"
		if until := c.PausedUntil; until.After(time.Now()) && until.After(s.PausedUntil) {
			s.PausedUntil = until
		}
		if i == 0 || c.PolledAt.Before(s.PolledAt) {
			s.PolledAt = c.PolledAt
		}
	}
	if s.PolledAt.Before(run.Started) { // that was about other runs
		s.PolledAt = time.Time{}
	}
	return s, nil
}

// Departures counts the run's cards that have left the service's queue by quarters of an hour,
// nil if none has, and returns when the last of them did.
func Departures(l *ledger.Ledger, run ledger.Run) (counts map[time.Time]int, last time.Time, err error) {
	for at, err := range l.Departures(run.ID) {
		if err != nil {
			return nil, last, err
		}
		if counts == nil {
			counts = map[time.Time]int{}
		}
		counts[at.Truncate(15*time.Minute)]++
		if at.After(last) {
			last = at
		}
	}
	return counts, last, nil
}
