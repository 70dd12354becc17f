package batch

import (
	"contact-distributor/batch/pacing"
	"context"
	"errors"
	"time"
)

// counter is one goroutine that asks how long the queue is.
type counter struct {
	job    *Job
	ask    chan struct{}
	answer chan pacing.QueueCount
}

func newCounter(j *Job) *counter {
	return &counter{j, make(chan struct{}), make(chan pacing.QueueCount)}
}

// run asks once for each time that somebody wants to know, countEvery apart at the
// least, until ctx is done.
func (c *counter) run(ctx context.Context) {
	if !sleep(ctx, time.Until(c.job.carry().count.AskedAt.Add(pacing.CountInterval))) {
		return
	}
	for {
		select {
		case <-c.ask:
		case <-ctx.Done():
			return
		}
		got := c.job.count(ctx)
		if ctx.Err() != nil || errors.Is(got.Err, context.DeadlineExceeded) { // it is about to end
			return
		}
		select {
		case c.answer <- got:
		case <-ctx.Done():
			return
		}
		if !sleep(ctx, time.Until(got.AskedAt.Add(pacing.CountInterval))) {
			return
		}
	}
}

// count asks how long the service's queue is.
func (j *Job) count(ctx context.Context) pacing.QueueCount {
	asked := time.Now()
	n, err := j.Client.MessagesCount(ctx)
	got := pacing.QueueCount{AskedAt: asked, Length: n, Err: err}
	if err == nil {
		j.carry().count = got
	}
	return got
}
