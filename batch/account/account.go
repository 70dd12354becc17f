// Package account knows the state of the instance that cards are sent from.
//
// A Monitor and a QueuePoller ask no more often than the service allows, however many files
// are sent. After a warning of the service (yellow card, suspension, block) the instance is
// suspended in the ledger until a person resumes it.
//
// Call Suspension first, then Monitor.Ready.
package account

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
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

// Account is an instance of the service, and what is asked and told of it.
type Account struct {
	Client   *greenapi.Client
	Ledger   *ledger.Ledger
	Instance string
	Log      *slog.Logger
}

// AwaitAuthorized returns when the account may send, or why it may not. It calls onWait before
// each wait for a starting account. A run that has begun waits longer for an answer.
func (a *Account) AwaitAuthorized(ctx context.Context, hasBegun bool, onWait func()) (msg.Reason, error) {
	begunAt, unanswered := time.Now(), 0
	for {
		state, err := a.Client.State(ctx)
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
				a.Log.Warn("log.again", "Err", err)
			}
		case time.Since(begunAt) >= startTimeout:
			return stop, nil
		default:
			unanswered = 0
			onWait()
			a.Log.Info("log.not-ready", "state", string(state), "until", begunAt.Add(startTimeout).Format(time.TimeOnly))
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
	if n, err := a.Client.MessagesCount(ctx); err == nil {
		queue = n
	}
	if !warnings[state] {
		return msg.NewReason(msg.MayNot, string(state), queue), nil
	}
	why := msg.NewReason(msg.Rest, string(state), queue, a.Instance)
	return why, a.Ledger.Suspend(ledger.Suspension{Instance: a.Instance, State: string(state), Since: time.Now()}, why)
}

// Suspension returns why a suspended instance sends nothing, else the zero Reason.
func (a *Account) Suspension() (msg.Reason, error) {
	s, err := a.Ledger.SuspensionOf(a.Instance)
	if errors.Is(err, ledger.ErrNotSuspended) {
		return msg.Reason{}, nil
	}
	if s.State == ledger.Promoted {
		return msg.NewReason(msg.Promoted, a.Instance, s.Since), err
	}
	return msg.NewReason(msg.Resting, a.Instance, s.Since, s.State), err
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
			state, err := a.Client.State(ctx)
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

const (
	settingsInterval = time.Hour
	// freshEnough is how old the state may be at the end of a run.
	freshEnough = 10 * time.Second
)

// Monitor keeps the state and the delay of an account. It reads the delay every hour and after
// each restart. Only NoteRestart may be called while Run runs.
type Monitor struct {
	Delay      time.Duration // from one message that leaves the queue to the next; not to be read while Run runs
	account    *Account
	refuse     func(delay time.Duration) error
	keep       func(greenapi.Settings) error
	checkedAt  time.Time // when the state was last authorised
	readAt     time.Time // when the settings were last read
	hasRestart atomic.Bool
}

// Update is what a Monitor has found out.
type Update struct {
	IsHeld bool // the account is not ready; the next Update says that it is
	Delay  time.Duration
	Stop   msg.Reason // why the account may not send any more
	Err    error
}

// NewMonitor returns a monitor that may refuse the first delay; keep gets all settings read.
func NewMonitor(a *Account, refuse func(delay time.Duration) error, keep func(greenapi.Settings) error) *Monitor {
	return &Monitor{account: a, refuse: refuse, keep: keep}
}

// NoteRestart has the settings read anew. Any goroutine may call it.
func (m *Monitor) NoteRestart() { m.hasRestart.Store(true) }

// Expire has the state asked for anew.
func (m *Monitor) Expire() { m.checkedAt = time.Time{} }

// Ready returns when the account may send and its delay is known, or why it may not. It calls
// onWait before each wait.
func (m *Monitor) Ready(ctx context.Context, onWait func()) (msg.Reason, error) {
	if time.Since(m.checkedAt) >= stateInterval {
		stop, err := m.account.AwaitAuthorized(ctx, !m.checkedAt.IsZero(), func() { m.NoteRestart(); onWait() })
		if err != nil || !stop.IsZero() {
			return stop, err
		}
		m.checkedAt = time.Now()
	}
	if m.hasRestart.Swap(false) || time.Since(m.readAt) >= settingsInterval {
		return m.readSettings(ctx)
	}
	return msg.Reason{}, nil
}

// CheckSettings reads settings that are not known, and returns an error if they are refused.
// A service that does not answer is no error.
func (m *Monitor) CheckSettings(ctx context.Context) error {
	if !m.readAt.IsZero() {
		return nil
	}
	_, err := m.readSettings(ctx)
	return err
}

// readSettings keeps known settings where the service does not answer.
func (m *Monitor) readSettings(ctx context.Context) (msg.Reason, error) {
	for try := 1; ; try++ {
		settings, err := m.account.Client.Settings(ctx)
		if err == nil {
			return msg.Reason{}, m.useSettings(settings)
		}
		failure := (*greenapi.Error)(nil)
		switch {
		case ctx.Err() != nil:
			return Interruption(ctx), nil
		case errors.As(err, &failure) && failure.StopsSending():
			return failure.Reason, nil
		case !m.readAt.IsZero():
			m.account.Log.Warn("log.settings-kept", "Err", err)
			m.NoteRestart()
			return msg.Reason{}, nil
		case try == maxTries:
			return msg.NewReason(msg.ServiceAway, maxTries, msg.ErrorArg(err)), nil
		}
		m.account.Log.Warn("log.settings-again", "Err", err)
		if !Wait(ctx, retryDelay) {
			return Interruption(ctx), nil
		}
	}
}

// useSettings accepts every delay but the first, which the run may refuse.
func (m *Monitor) useSettings(s greenapi.Settings) error {
	if err := m.keep(s); err != nil {
		return err
	}
	if m.readAt.IsZero() {
		if err := m.refuse(s.Delay); err != nil {
			return err
		}
	} else if s.Delay != m.Delay {
		m.account.Log.Warn("log.delay", "Delay", s.Delay, "Before", m.Delay)
	}
	m.readAt, m.Delay = time.Now(), s.Delay
	return nil
}

// Run sends an Update each minute and when the account is held, until ctx is done or the
// account may not send any more.
func (m *Monitor) Run(ctx context.Context, updates chan<- Update) {
	send := func(u Update) {
		select {
		case updates <- u:
		case <-ctx.Done():
		}
	}
	for Wait(ctx, time.Until(m.checkedAt.Add(stateInterval))) {
		stop, err := m.Ready(ctx, func() { send(Update{IsHeld: true}) })
		if ctx.Err() != nil {
			return
		}
		send(Update{Delay: m.Delay, Stop: stop, Err: err})
		if err != nil || !stop.IsZero() {
			return
		}
	}
}

// Recheck asks for the state at the end of sending, and returns the Reason that counts. A card
// gets the same refusal from an account that is not linked and from a blocked one.
func (m *Monitor) Recheck(ctx context.Context, stop msg.Reason) (msg.Reason, error) {
	isDue := stop.IsZero() && time.Since(m.checkedAt) > freshEnough
	if !isDue && stop.Code != msg.NotAuthorized {
		return stop, nil
	}
	state, err := m.account.Client.State(ctx)
	m.Expire()
	switch {
	case err == nil && state == greenapi.Authorized:
		m.checkedAt = time.Now()
	case err == nil && !state.Passes():
		return m.account.blocked(ctx, state)
	case err == nil:
		m.NoteRestart()
	}
	return stop, nil
}

// QueuePoller asks for the length of the queue, every pacing.CountInterval at most.
type QueuePoller struct {
	Requests chan struct{}          // takes a request for a count only when the next question may be asked
	Counts   chan pacing.QueueCount // has the answer to each request

	account *Account
	askedAt time.Time         // of the newest question
	newest  pacing.QueueCount // that was answered; zero before the first
}

// NewQueuePoller returns a poller that has not asked yet.
func NewQueuePoller(a *Account) *QueuePoller {
	return &QueuePoller{account: a, Requests: make(chan struct{}), Counts: make(chan pacing.QueueCount)}
}

// Run answers requests until ctx is done. Nothing else may be called meanwhile.
func (p *QueuePoller) Run(ctx context.Context) {
	for Wait(ctx, time.Until(p.askedAt.Add(pacing.CountInterval))) {
		select {
		case <-p.Requests:
		case <-ctx.Done():
			return
		}
		count := p.poll(ctx)
		if ctx.Err() != nil || errors.Is(count.Err, context.DeadlineExceeded) { // ctx is about to be done
			return
		}
		select {
		case p.Counts <- count:
		case <-ctx.Done():
			return
		}
	}
}

func (p *QueuePoller) poll(ctx context.Context) pacing.QueueCount {
	p.askedAt = time.Now()
	n, err := p.account.Client.MessagesCount(ctx)
	count := pacing.QueueCount{AskedAt: p.askedAt, Length: n, Err: err}
	if err == nil {
		p.newest = count
	}
	return count
}

// Current returns the newest count while it is fresh, else a new one.
func (p *QueuePoller) Current(ctx context.Context) pacing.QueueCount {
	if p.newest.IsFresh(time.Now()) {
		return p.newest
	}
	count := p.poll(ctx)
	if count.Err != nil && Wait(ctx, retryDelay) { // the failure may be due to a command just before
		count = p.poll(ctx)
	}
	return count
}

// Refresh returns a new count, if it is not too early and the service answers.
func (p *QueuePoller) Refresh(ctx context.Context) (pacing.QueueCount, bool) {
	if time.Since(p.askedAt) < pacing.CountInterval || ctx.Err() != nil {
		return pacing.QueueCount{}, false
	}
	count := p.poll(ctx)
	return count, count.Err == nil
}
