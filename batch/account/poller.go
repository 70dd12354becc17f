package account

import (
	"context"
	"errors"
	"time"

	"contact-distributor/batch/pacing"
)

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
	n, err := p.account.client.MessagesCount(ctx)
	count := pacing.QueueCount{AskedAt: p.askedAt, Length: n, Err: err}
	if count.Err == nil {
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
