package inbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel/msg"
)

// scanInterval is how often an account that waits for others looks for another file.
const scanInterval = time.Minute

// account goes through the open files on its own, in their order: a slow one keeps no other
// waiting.
type account struct {
	*batch.Sender
	open      []*openFile // with rows for it, that it has not come to
	isBusy    bool        // a goroutine works for it
	isOut     bool        // nothing can go from it in this run
	isTracked bool        // there was nothing else to do
}

// openFile is a file that some account has not done with.
type openFile struct {
	*batch.Sending
	file     *spool.File
	left     int  // accounts
	isFailed bool // an account had an error, and its rows are left
}

// blocked is why none of the accounts can send any more.
func (r *run) blocked() (worst msg.Reason) {
	for _, a := range r.accounts {
		if a.Blocked.IsZero() && !a.isOut {
			return msg.Reason{}
		}
		worst = msg.Worst(worst, a.Blocked)
	}
	return worst
}

// wantsFile reports whether an account has done with all open files.
func (r *run) wantsFile() bool {
	isBlocked := !r.blocked().IsZero() // then a file gets a note
	return !r.isOver && (r.PlanOnly || slices.ContainsFunc(r.accounts, func(a *account) bool {
		return !a.isBusy && !a.isOut && !a.isTracked && (isBlocked || a.Blocked.IsZero())
	}))
}

func (r *run) isBusy() bool {
	return slices.ContainsFunc(r.accounts, func(a *account) bool { return a.isBusy })
}

// feed has each free account go on with the next open file.
func (r *run) feed(ctx context.Context) {
	for _, a := range r.accounts {
		for !a.isBusy && len(a.open) > 0 {
			file := a.open[0]
			if a.open = a.open[1:]; a.isOut {
				file.isFailed = true
				r.done(file)
				continue
			}
			r.start(a, func() func() {
				stop, err := file.Send(ctx, a.Sender)
				return func() { r.sent(a, file, stop, err) }
			})
		}
	}
}

// start has a goroutine work for an account, and the main one do what that returns.
func (r *run) start(a *account, work func() (after func())) {
	a.isBusy = true
	go func() {
		after := work()
		r.events <- func() {
			a.isBusy = false
			after()
		}
	}()
}

// ask has the main goroutine do something, and waits for that.
func (r *run) ask(do func()) {
	done := make(chan struct{})
	r.events <- func() {
		defer close(done)
		do()
	}
	<-done
}

// await returns when there is news of an account, or one may look for a file again.
func (r *run) await() {
	var tick <-chan time.Time
	if slices.ContainsFunc(r.accounts, func(a *account) bool { return !a.isBusy }) {
		tick = time.After(scanInterval)
	}
	select {
	case do := <-r.events:
		do()
	case <-tick:
		for _, a := range r.accounts {
			a.isTracked = false
		}
	}
}

// share gives an open file to the accounts with rows of it.
func (r *run) share(o *openFile) error {
	senders, err := o.Senders()
	for _, a := range r.accounts {
		if slices.Contains(senders, a.Sender) {
			a.open = append(a.open, o)
		}
	}
	o.left = len(senders) + 1
	r.done(o) // for all, where nobody has rows of it
	return err
}

func (r *run) sent(a *account, o *openFile, stop msg.Reason, err error) {
	if !stop.IsFileOnly() {
		a.Blocked = stop
	}
	o.isFailed = o.isFailed || err != nil
	r.fail(err, a)
	r.done(o)
}

// done ends the work on a file when the last account has done with it.
func (r *run) done(o *openFile) {
	if o.left--; o.left > 0 {
		return
	}
	summary, err := o.Close()
	if summary.Run.ID != 0 {
		err = errors.Join(err, r.end(o.file, summary, o.isFailed))
	}
	r.fail(err, nil)
}

// fail takes an account out that had an error which it has with any other file, too. A ledger
// that is broken ends all.
func (r *run) fail(err error, a *account) {
	r.addError(err)
	if a != nil && (isHeld(err) || errors.As(err, new(*pacing.SettingsError))) {
		a.isOut = true
	}
	if r.job.Ledger.Err() != nil {
		r.stopAll()
		r.isOver = true
	}
}
