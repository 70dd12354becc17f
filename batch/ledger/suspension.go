package ledger

import (
	"contact-distributor/csvmodel/msg"
	"errors"
	"time"
)

// Suspension says that an instance is not to send until a person says otherwise.
type Suspension struct {
	Instance string
	State    string // the service's word for why
	Since    time.Time
}

// ErrNotSuspended is returned where there is no rest to end.
var ErrNotSuspended = msg.Problem("ledger.not-suspended", nil)

// Suspend puts an instance to rest. One that is at rest already stays so since
// it first was.
func (l *Ledger) Suspend(r Suspension, why msg.Reason) error {
	return l.commit(func(t *tx) error {
		n, err := t.exec("INSERT INTO rests VALUES (?, ?, ?) ON CONFLICT DO NOTHING", r.Instance, r.State, millis(r.Since))
		if err != nil || n == 0 {
			return err
		}
		return t.note(Note{At: r.Since, Instance: r.Instance, Kind: NoteSuspension, Reason: why})
	})
}

// Resume ends the rest of an instance, by a person's word; ErrNotAtRest if there
// is none.
func (l *Ledger) Resume(instance string, at time.Time, word msg.Reason) (Suspension, error) {
	rest, err := l.SuspensionOf(instance)
	if err != nil {
		return rest, err
	}
	err = l.commit(func(t *tx) error {
		if err := t.expect("DELETE FROM rests WHERE instance = ?", instance); err != nil {
			return err
		}
		return t.note(Note{At: at, Instance: instance, Kind: NoteResume, Reason: word})
	})
	if errors.Is(err, ErrConflict) { // somebody was quicker
		err = ErrNotSuspended
	}
	return rest, err
}

// SuspensionOf returns the suspension of an instance; ErrNotSuspended if there is none.
func (l *Ledger) SuspensionOf(instance string) (Suspension, error) {
	return first(l.reader, ErrNotSuspended, scanSuspension, "SELECT instance, state, since FROM rests WHERE instance = ?", instance)
}

// Suspensions returns those of all instances, oldest first.
func (l *Ledger) Suspensions() ([]Suspension, error) {
	return all(l.reader, scanSuspension, "SELECT instance, state, since FROM rests ORDER BY since, instance")
}

func scanSuspension(s scanner) (r Suspension, err error) {
	err = s.Scan(&r.Instance, &r.State, asTime(&r.Since))
	return r, err
}
