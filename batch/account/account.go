// Package account knows the state of the instance that cards are sent from.
//
// A Monitor and a QueuePoller ask no more often than the service allows, however many files
// are sent. After a warning of the service (yellow card, suspension, block) the instance is
// suspended in the ledger until a person resumes it.
//
// Call New first, then Suspension, then Monitor.Ready.
package account

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

const (
	// stateInterval is what the vendor wants between two questions for the state.
	stateInterval = time.Minute
	// retryDelay is the pause after a question that got no answer.
	retryDelay = 2 * time.Second
	// maxTries questions without an answer end a run before it has begun.
	maxTries = 5
	// stateTimeout is how long a run that has begun goes without an answer; cards go meanwhile.
	stateTimeout = 5 * time.Minute
	// startTimeout is how long a starting account is waited for; it needs about five minutes.
	startTimeout = 10 * time.Minute
)

// Account is an instance of the service.
type Account struct {
	client *greenapi.Client
	ledger *ledger.Ledger
	id     string
	log    *slog.Logger
}

// New returns the account of the instance with this id.
func New(client *greenapi.Client, l *ledger.Ledger, id string, log *slog.Logger) *Account {
	return &Account{client, l, id, log}
}

// AwaitAuthorized returns when the account may send, or why it may not. It calls onWait before
// each wait for a starting account. A run that has begun waits longer for an answer.
func (a *Account) AwaitAuthorized(ctx context.Context, hasBegun bool, onWait func()) (msg.Reason, error) {
	begunAt, unanswered := time.Now(), 0
	for {
		state, err := a.client.State(ctx)
		wait := stateInterval
		switch stop, mayChange := judgeState(state, err, unanswered+1); {
		case err == nil && state == greenapi.Authorized:
			return msg.Reason{}, nil
		case ctx.Err() != nil:
			return Interruption(ctx), nil
		case err == nil && !mayChange:
			return a.blocked(ctx, state)
		case !mayChange:
			return stop, nil
		case err != nil:
			wait = retryDelay
			switch unanswered++; {
			case hasBegun && time.Since(begunAt) < stateTimeout:
				wait = min(retryDelay*time.Duration(unanswered), stateInterval/2)
			case hasBegun || unanswered == maxTries:
				return stop, nil
			}
			if unanswered > 1 { // the first failure may be due to a command just before
				a.log.Warn("log.again", "Err", err)
			}
		case time.Since(begunAt) >= startTimeout:
			return stop, nil
		default:
			unanswered = 0
			onWait()
			a.log.Info("log.not-ready", "state", string(state), "until", begunAt.Add(startTimeout).Format(time.TimeOnly))
		}
		if !Wait(ctx, wait) {
			return Interruption(ctx), nil
		}
	}
}

// judgeState returns why an account may not send, and whether that may change by itself.
func judgeState(state greenapi.State, err error, tries int) (stop msg.Reason, mayChange bool) {
	var failure *greenapi.Error
	switch {
	case errors.As(err, &failure) && failure.StopsSending():
		return failure.Reason, false
	case errors.As(err, &failure) && failure.Reason.Code == msg.NotFound:
		return failure.Reason, true
	case err != nil:
		return msg.NewReason(msg.ServiceAway, tries, msg.ErrorArg(err)), true
	}
	return msg.NewReason(msg.NotReady, string(state)), state.Passes()
}

// warnings suspend an instance: WhatsApp blocks for good a number that goes on at once.
var warnings = map[greenapi.State]bool{
	greenapi.YellowCard: true,
	greenapi.Suspended:  true,
	greenapi.Blocked:    true,
}

// blocked returns why a run stops, and suspends the instance after a warning.
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

// Suspension returns why a suspended instance sends nothing, else the zero Reason.
func (a *Account) Suspension() (msg.Reason, error) {
	s, err := a.ledger.SuspensionOf(a.id)
	if errors.Is(err, ledger.ErrNotSuspended) {
		return msg.Reason{}, nil
	}
	return msg.NewReason(msg.Resting, a.id, s.Since, s.State), err
}

// WatchState asks for the state at an interval until stop is called. That reports whether it
// was authorised each time and the machine did not sleep, as only the wall clock shows.
func (a *Account) WatchState(ctx context.Context, interval time.Duration) (stop func() bool) {
	ctx, cancel := context.WithCancel(ctx)
	interval = min(interval, stateInterval)
	result := make(chan bool, 1)
	go func() {
		isAuthorized, last := true, time.Now().Round(0)
		isWatched := func() bool { return time.Now().Round(0).Sub(last) <= 2*interval }
		for Wait(ctx, interval) {
			state, err := a.client.State(ctx)
			isAuthorized = isAuthorized && isWatched() && (ctx.Err() != nil || err == nil && state == greenapi.Authorized)
			last = time.Now().Round(0)
		}
		result <- isAuthorized && isWatched()
	}()
	return func() bool {
		cancel()
		return <-result
	}
}

// Wait waits, and reports false if ctx was done before.
func Wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Interruption returns the Reason why a context is done.
func Interruption(ctx context.Context) msg.Reason {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return msg.NewReason(msg.TimeLimit)
	}
	return msg.NewReason(msg.Interrupted)
}
