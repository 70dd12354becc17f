package batch

import (
	"contact-distributor/batch/greenapi"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// settingsEvery is how often the instance's settings are read.
const settingsEvery = time.Hour

// watcher knows the account: its state, asked for once a minute, and its delay,
// read every hour and after each restart of the instance. While cards go it is one
// goroutine; before and after it may be asked directly, for the next file too.
type watcher struct {
	job   *Job
	asked time.Time // when the state was last found to be right
	read  time.Time // when the settings were last read
	delay time.Duration
	// restarted is set by who hears that the instance is starting.
	restarted atomic.Bool
}

// news is what the watcher tells the dispatcher.
type news struct {
	held  bool // the account is not ready; it is when other news come
	delay time.Duration
	stop  msg.Reason
	err   error
}

// ready returns when the account may send and its delay is known, or why it may
// not. It calls waiting when it has to wait for that.
func (w *watcher) ready(ctx context.Context, waiting func()) (msg.Reason, error) {
	if time.Since(w.asked) >= statePoll {
		stop, err := w.job.awaitAuthorized(ctx, !w.asked.IsZero(), func() { w.restarted.Store(true); waiting() })
		if err != nil || !stop.IsZero() {
			return stop, err
		}
		w.asked = time.Now()
	}
	if w.restarted.Swap(false) || time.Since(w.read) >= settingsEvery {
		return w.readSettings(ctx)
	}
	return msg.Reason{}, nil
}

// readSettings keeps to what is known where the service does not tell.
func (w *watcher) readSettings(ctx context.Context) (msg.Reason, error) {
	var settings greenapi.Settings
	var err error
	for try := 1; ; try++ {
		if settings, err = w.job.Client.Settings(ctx); err == nil {
			break
		}
		asked := (*greenapi.Error)(nil)
		switch {
		case ctx.Err() != nil:
			return interrupted(ctx), nil
		case errors.As(err, &asked) && asked.Meaning == greenapi.Stop && asked.Reason.Code != msg.Quota:
			return asked.Reason, nil
		case !w.read.IsZero():
			w.job.Log.Warn("the settings are taken to be as they were: " + err.Error())
			w.restarted.Store(true) // so that they are read the next time
			return msg.Reason{}, nil
		case try == stateTries:
			return msg.NewReason(msg.ServiceAway, stateTries, msg.ErrorArg(err)), nil
		}
		w.job.Log.Warn("the account's settings could not be read, trying again: " + err.Error())
		if !sleep(ctx, stateRetry) {
			return interrupted(ctx), nil
		}
	}
	if err := w.job.keepReports(settings); err != nil {
		return msg.Reason{}, err
	}
	return msg.Reason{}, w.adopt(settings.Delay)
}

// adopt refuses a delay with which what was asked for cannot be done. One that
// comes in the middle of a run is lived with.
func (w *watcher) adopt(delay time.Duration) error {
	first := w.read.IsZero()
	if !first && delay != w.delay {
		w.job.Log.Warn(fmt.Sprintf("the service's delay has changed: one message leaves the queue each %v now, before it was %v", delay, w.delay))
	}
	if first {
		if err := w.job.Settings.policy().Check(delay); err != nil {
			return err
		}
	}
	w.read, w.delay = time.Now(), delay
	return nil
}

// run looks after the account, and tells what it sees, until ctx is done or the
// account may not send any more.
func (w *watcher) run(ctx context.Context, out chan<- news) {
	tell := func(n news) {
		select {
		case out <- n:
		case <-ctx.Done():
		}
	}
	for sleep(ctx, time.Until(w.asked.Add(statePoll))) {
		stop, err := w.ready(ctx, func() { tell(news{held: true}) })
		if ctx.Err() != nil {
			return
		}
		tell(news{delay: w.delay, stop: stop, err: err})
		if err != nil || !stop.IsZero() {
			return
		}
	}
}
