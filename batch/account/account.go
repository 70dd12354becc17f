// Package account knows the state of the instance that cards are sent from.
//
// An Account asks the service once. A Monitor asks for the state once a minute and for
// the settings once an hour, and a QueuePoller for the length of the queue when it is
// needed; both are goroutines beside the one that sends. They ask no more often than the
// service allows, however many files are sent.
//
// After a warning of the service (yellow card, suspension, block) the instance is
// suspended in the ledger, and stays so until a person resumes it, whatever its state
// is later.
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
	// stateInterval is the time between two questions for the state: the vendor wants
	// about a minute.
	stateInterval = time.Minute
	// retryDelay is the pause after a question that got no answer.
	retryDelay = 2 * time.Second
	// maxTries questions without an answer end a run before it has begun.
	maxTries = 5
	// stateTimeout is how long a run that has begun goes without an answer. Cards go
	// meanwhile: whether they are accepted says more.
	stateTimeout = 5 * time.Minute
	// startTimeout is how long a starting account is waited for. It needs about five
	// minutes.
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

// AwaitAuthorized returns when the account may send, or the Reason why it may not. It
// calls onWait each time before it waits for the account to start. A run that has begun
// waits longer for an answer.
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

// judgeState returns why an account in this state may not send, or why the state is not
// known after so many tries, and whether that may change by itself.
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

// WatchState asks for the state at an interval until stop is called, which reports
// whether it was authorised each time, and nothing kept it from asking: not even a
// machine that slept, which only the clock on the wall shows.
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
