package tracking

import (
	"encoding/json"
	"errors"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
)

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
