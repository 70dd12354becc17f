package greenapi

import (
	"context"

	"golang.org/x/time/rate"
)

// perSecond is how many readings of each kind the service takes a second
// (documented; for getMessagesCount inferred from the sister services). More
// would be answered with 429.
var perSecond = map[string]float64{
	methodState:    1,
	methodSettings: 1,
	methodCount:    1,
	methodQueue:    1,
	methodJournal:  1,
	methodMessage:  10,
}

func newLimits() map[string]*rate.Limiter {
	limits := map[string]*rate.Limiter{}
	for method, n := range perSecond {
		// A little less: requests made in time may arrive closer together.
		limits[method] = rate.NewLimiter(rate.Limit(0.95*n), 1)
	}
	return limits
}

// wait returns when a reading of this kind may be made.
func (c *Client) wait(ctx context.Context, method string) error {
	if err := c.limits[method].Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return context.DeadlineExceeded // it would be over before the turn comes
	}
	return nil
}
