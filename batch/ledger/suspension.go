package ledger

import (
	"time"

	"contact-distributor/csvmodel/msg"
)

// Suspension keeps an instance from sending until a person resumes it.
type Suspension struct {
	Instance string    `json:"instance"`
	State    string    `json:"state"` // the service's word for the reason
	Since    time.Time `json:"since"`
}

// ErrNotSuspended is returned where there is no suspension. It wraps ErrConflict.
var ErrNotSuspended = msg.Problem("ledger.not-suspended", msg.Args{"Err": ErrConflict})

const suspensionColumns = "instance, state, since"

func scanSuspension(r scanner) (s Suspension, err error) {
	err = r.Scan(&s.Instance, &s.State, asTime(&s.Since))
	return s, err
}

// Suspend suspends an instance and notes why. It leaves an earlier suspension as it
// is.
func (l *Ledger) Suspend(s Suspension, why msg.Reason) error {
	return l.commit(func(t *tx) error {
		if t.exec("INSERT INTO rests VALUES (?, ?, ?) ON CONFLICT DO NOTHING", s.Instance, s.State, millis(s.Since)) > 0 {
			t.note(Note{At: s.Since, Instance: s.Instance, Kind: NoteSuspension, Reason: why})
		}
		return t.err
	})
}

// Resume ends the suspension of an instance by the word of a person, which is noted. It
// returns the suspension; ErrNotSuspended if there is none.
func (l *Ledger) Resume(instance, who string, at time.Time) (ended Suspension, err error) {
	err = l.commit(func(t *tx) (err error) {
		if ended, err = first(t, ErrNotSuspended, scanSuspension, "DELETE FROM rests WHERE instance = ? RETURNING "+suspensionColumns, instance); err != nil {
			return err
		}
		t.note(Note{At: at, Instance: instance, Kind: NoteResume, Reason: msg.NewReason(msg.Resumed, who, ended.Since)})
		return t.err
	})
	return ended, err
}

// SuspensionOf returns the suspension of an instance; ErrNotSuspended if there is none.
func (l *Ledger) SuspensionOf(instance string) (Suspension, error) {
	return first(l.reader, ErrNotSuspended, scanSuspension, "SELECT "+suspensionColumns+" FROM rests WHERE instance = ?", instance)
}

// Suspensions returns those of all instances, oldest first.
func (l *Ledger) Suspensions() ([]Suspension, error) {
	return all(l.reader, scanSuspension, "SELECT "+suspensionColumns+" FROM rests ORDER BY since, instance")
}
