package batch

import (
	"contact-distributor/batch/greenapi"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"time"
)

const (
	// statePoll is how often the account's state is asked for: the vendor wants
	// it asked no more than about once a minute.
	statePoll = time.Minute
	// stateRetry is the pause after a question that was not answered.
	stateRetry = 2 * time.Second
	// stateTries questions without an answer end a run before it has begun.
	stateTries = 5
	// stateAway is how long a run that has begun goes without an answer. Cards are
	// let through meanwhile: whether they are taken says more.
	stateAway = 5 * time.Minute
	// maxStarting is how long an account that is starting is waited for; it
	// takes about five minutes.
	maxStarting = 10 * time.Minute
)

// awaitAuthorized returns when the account may send, or why it may not. It calls
// waiting when it has to wait for that, and may do so again. Once a run has begun,
// it has more patience.
func (j *Job) awaitAuthorized(ctx context.Context, begun bool, waiting func()) (msg.Reason, error) {
	began, unanswered := time.Now(), 0
	for {
		state, err := j.Client.State(ctx)
		wait := statePoll
		switch stop, again := judgeState(state, err, unanswered+1); {
		case err == nil && state == greenapi.Authorized:
			return msg.Reason{}, nil
		case ctx.Err() != nil:
			return interrupted(ctx), nil
		case err == nil && !again:
			return j.mayNotSend(ctx, state)
		case !again:
			return stop, nil
		case err != nil:
			wait = stateRetry
			switch unanswered++; {
			case begun && time.Since(began) < stateAway:
				wait = min(stateRetry*time.Duration(unanswered), statePoll/2)
			case begun || unanswered == stateTries:
				return stop, nil
			}
			if unanswered > 1 { // the first may be the trace of a command just before
				j.Log.Warn("trying again: " + err.Error())
			}
		case time.Since(began) >= maxStarting:
			return stop, nil
		default:
			unanswered = 0
			waiting()
			j.Log.Info("the account is not ready yet, waiting", "state", string(state), "until", began.Add(maxStarting).Format(time.TimeOnly))
		}
		if !sleep(ctx, wait) {
			return interrupted(ctx), nil
		}
	}
}

// judgeState says what an account's state means for the run, or that it could not be
// asked for so many times in a row, and whether it is worth asking again.
func judgeState(state greenapi.State, err error, times int) (stop msg.Reason, again bool) {
	var asked *greenapi.Error
	switch {
	case errors.As(err, &asked) && asked.Meaning == greenapi.Stop:
		return asked.Reason, false
	case errors.As(err, &asked) && asked.Reason.Code == msg.NotFound:
		return asked.Reason, true
	case err != nil:
		return msg.NewReason(msg.ServiceAway, times, msg.ErrorArg(err)), true
	}
	return msg.NewReason(msg.NotReady, string(state)), state.Passes()
}

// sleep returns false if ctx was done before the time was over.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// watchState asks for the account's state now and again until the func that it
// returns is called, which reports whether it was authorised each time.
func (j *Job) watchState(ctx context.Context, every time.Duration) func() bool {
	ctx, cancel := context.WithCancel(ctx)
	well := make(chan bool, 1)
	go func() {
		ok := true
		for sleep(ctx, every) {
			state, err := j.Client.State(ctx)
			ok = ok && (ctx.Err() != nil || err == nil && state == greenapi.Authorized)
		}
		well <- ok
	}()
	return func() bool {
		cancel()
		return <-well
	}
}
