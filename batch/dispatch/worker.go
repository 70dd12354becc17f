package dispatch

import (
	"context"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// runWorker has requests and writes to the ledger go on when ctx is done.
func (d *dispatcher) runWorker(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for t := range d.work {
		d.results <- d.send(ctx, t)
	}
}

func (d *dispatcher) send(ctx context.Context, t task) result {
	if d.IsSuppressed(t.row.Fields.ChatID) {
		row, err := d.Ledger.Suppress(t.row)
		return result{row: row, err: err}
	}
	now := time.Now()
	skew, _ := d.Client.Skew()
	row, err := d.Ledger.Intend(t.row, d.Instance, d.Scope(now), now, skew)
	if err != nil || row.State != ledger.Intended {
		return result{row: row, err: err}
	}
	contact, _, faults := csvmodel.ParseContact(row.Fields)
	if len(faults) > 0 { // the row was written by a program that accepted more
		return d.end(row, result{}, ledger.Outcome{State: ledger.State(csvmodel.Rejected), Reason: faults[0], At: now})
	}
	t.row = row
	d.intended <- t
	isGranted := <-t.grant
	if !isGranted || d.Ledger.Err() != nil {
		err := d.Ledger.Revoke(row)
		row.State, row.Attempt = ledger.Planned, row.Attempt-1
		return result{row: row, isIntended: true, isGranted: isGranted, err: err}
	}
	madeAt := time.Now()
	answer := d.Client.SendContact(ctx, contact)
	return d.end(row, result{isIntended: true, isGranted: true, madeAt: madeAt, answer: answer}, outcomeOf(answer, time.Now()))
}

func (d *dispatcher) end(row ledger.Row, r result, o ledger.Outcome) result {
	r.err = d.Ledger.RecordOutcome(row, o)
	r.row = row
	r.row.State, r.row.IDMessage, r.row.Ended = o.State, o.IDMessage, o.At
	return r
}

func outcomeOf(a greenapi.Answer, at time.Time) ledger.Outcome {
	o := ledger.Outcome{State: ledger.State(csvmodel.Unknown), Reason: a.Reason, At: at}
	switch a.Meaning {
	case greenapi.Accepted:
		o.State, o.IDMessage = ledger.State(csvmodel.Accepted), a.IDMessage
	case greenapi.Refused:
		o.State = ledger.State(csvmodel.Rejected)
	case greenapi.NotTaken, greenapi.Stop:
		o.State = ledger.Planned
	}
	return o
}
