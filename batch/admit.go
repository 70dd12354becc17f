package batch

import (
	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel/msg"
	"errors"
	"time"
)

// admits reports whether a row that waits may be intended now. What waits for room
// is not intended: it may take hours.
func (d *dispatcher) admits(now time.Time) bool {
	if d.halt(d.gates.Closed(now)); d.closing {
		return false
	}
	d.counts = d.gates.NeedsCount(now, d.busy)
	d.barred = !d.gates.Allows(now, d.busy)
	return !d.barred
}

// asks is where to ask for the length of the queue, nil if nobody wants to know.
func (d *dispatcher) asks() chan<- struct{} {
	if !d.counts {
		return nil
	}
	return d.requests
}

// counted takes note of how long the queue is.
func (d *dispatcher) counted(c pacing.QueueCount) {
	d.gates.RecordCount(c)
	asked := (*greenapi.Error)(nil)
	if errors.As(c.Err, &asked) && asked.Meaning == greenapi.Stop && asked.Reason.Code != msg.Quota {
		d.halt(asked.Reason)
	}
}

// hear takes note of what has become of the account.
func (d *dispatcher) hear(u account.Update) {
	d.fail(u.Err)
	d.halt(u.Stop)
	if d.gates.Hold(u.IsHeld); u.IsHeld {
		d.takeBack()
		return
	}
	if d.gates.SetDelay(u.Delay) {
		d.watch.again()
	}
}
