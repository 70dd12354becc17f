package batch

import (
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"fmt"
	"time"
)

// Rest says that an instance is not to send until a person says otherwise.
type Rest = ledger.Suspension

// ErrNotAtRest is what errors.Is finds where there is no rest to end.
var ErrNotAtRest = ledger.ErrNotSuspended

// warnings are the states after which an instance is at rest, whatever its state
// is later: WhatsApp takes a number that goes on at once away for good.
var warnings = map[greenapi.State]bool{
	greenapi.YellowCard: true,
	greenapi.Suspended:  true,
	greenapi.Blocked:    true,
}

// mayNotSend is why the run stops when the account is in this state. After a
// warning the instance is at rest from now on.
func (j *Job) mayNotSend(ctx context.Context, state greenapi.State) (msg.Reason, error) {
	var queue any = msg.NewReason(msg.NotKnown)
	if n, err := j.Client.MessagesCount(ctx); err == nil {
		queue = n
	}
	if !warnings[state] {
		return msg.NewReason(msg.MayNot, string(state), queue), nil
	}
	why := msg.NewReason(msg.Rest, string(state), queue, j.Instance)
	return why, j.Ledger.Suspend(Rest{Instance: j.Instance, State: string(state), Since: time.Now()}, why)
}

// resting is why nothing is sent for an instance that is at rest.
func (j *Job) resting() (msg.Reason, error) {
	rest, err := j.Ledger.SuspensionOf(j.Instance)
	if errors.Is(err, ledger.ErrNotSuspended) {
		return msg.Reason{}, nil
	}
	return msg.NewReason(msg.Resting, j.Instance, rest.Since, rest.State), err
}

// soonEnough is how long ago the state may have been seen when a run is at its end.
const soonEnough = 10 * time.Second

// lookBack asks for the state once more at the end of sending: it may have changed
// since it was last seen, and then what is queued does not leave. A card is refused
// with the same words when an account is not linked and when it has been blocked.
func (w *watcher) lookBack(ctx context.Context, stop msg.Reason) (msg.Reason, error) {
	ended := stop.IsZero() && time.Since(w.asked) > soonEnough
	if !ended && stop.Code != msg.NotAuthorized {
		return stop, nil
	}
	state, err := w.job.Client.State(ctx)
	w.asked = time.Time{}
	switch {
	case err == nil && state == greenapi.Authorized:
		w.asked = time.Now()
	case err == nil && !state.Passes():
		return w.job.mayNotSend(ctx, state)
	case err == nil:
		w.restarted.Store(true)
	}
	return stop, nil
}

// Resume lets an instance send again that is at rest, by the word of a person. It
// returns the rest that is over.
func (r Records) Resume(instance, who string, at time.Time) (Rest, error) {
	rest, err := r.Ledger.SuspensionOf(instance)
	if err != nil {
		return rest, fmt.Errorf("instance %s: %w", instance, err)
	}
	return r.Ledger.Resume(instance, at, msg.NewReason(msg.Resumed, who, rest.Since))
}

// AtRest are the instances that are at rest, longest first.
func (r Records) AtRest() ([]Rest, error) { return r.Ledger.Suspensions() }

// clock is a moment as people in its zone say it.
func clock(t time.Time) string { return t.Format("2006-01-02 15:04 -07:00") }
