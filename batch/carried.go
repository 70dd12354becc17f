package batch

import (
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel/msg"
	"context"
	"time"
)

// carried is what a Job knows of the account from one file to the next: a file more
// is no reason to ask the service again, nor to go faster or to be more patient than
// within one. It is used by one sending at a time.
type carried struct {
	watcher  *watcher
	pace     *pacing.Limiter
	patience patience
	count    pacing.QueueCount // the newest answer, zero if there was none
}

func (j *Job) carry() *carried {
	if j.carried == nil {
		j.carried = &carried{watcher: &watcher{job: j}, pace: pacing.NewLimiter(j.Settings.Rate, time.Now())}
	}
	return j.carried
}

// leave is called at the end of a file. Where something was not as it should be,
// the account's state is asked for before the next one.
func (c *carried) leave(stop msg.Reason, err error) {
	if err != nil || stop.Action() >= msg.ByNextRun || c.patience.doubtful > 0 {
		c.watcher.asked = time.Time{}
	}
}

// newestCount is the length of the queue as it was told for the file before, while
// that may be relied on, or else as it is told now.
func (j *Job) newestCount(ctx context.Context) pacing.QueueCount {
	if c := j.carry().count; c.IsFresh(time.Now()) {
		return c
	}
	c := j.count(ctx)
	if c.Err != nil && sleep(ctx, stateRetry) { // it may be the trace of a command just before
		c = j.count(ctx)
	}
	return c
}
