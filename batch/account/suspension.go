package account

import (
	"context"
	"errors"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// warnings are the states after which an instance is suspended, whatever its state is
// later: WhatsApp blocks for good a number that goes on at once.
var warnings = map[greenapi.State]bool{
	greenapi.YellowCard: true,
	greenapi.Suspended:  true,
	greenapi.Blocked:    true,
}

// blocked returns the Reason why a run stops in a state in which the account may not
// send. A warning suspends the instance.
func (a *Account) blocked(ctx context.Context, state greenapi.State) (msg.Reason, error) {
	var queue any = msg.NewReason(msg.NotKnown)
	if n, err := a.client.MessagesCount(ctx); err == nil {
		queue = n
	}
	if !warnings[state] {
		return msg.NewReason(msg.MayNot, string(state), queue), nil
	}
	why := msg.NewReason(msg.Rest, string(state), queue, a.id)
	return why, a.ledger.Suspend(ledger.Suspension{Instance: a.id, State: string(state), Since: time.Now()}, why)
}

// Suspension returns the Reason why nothing is sent if the instance is suspended, else
// the zero Reason.
func (a *Account) Suspension() (msg.Reason, error) {
	s, err := a.ledger.SuspensionOf(a.id)
	if errors.Is(err, ledger.ErrNotSuspended) {
		return msg.Reason{}, nil
	}
	return msg.NewReason(msg.Resting, a.id, s.Since, s.State), err
}
