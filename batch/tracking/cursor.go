package tracking

import (
	"encoding/json"
	"errors"
	"time"

	"contact-distributor/batch/ledger"
)

// cursor is what one process leaves to the next about an instance's deliveries. The
// names in JSON are those of the ledger.
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
