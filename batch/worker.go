package batch

import (
	"context"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// worker does with one row after another what waits for the disk and for the
// service.
type worker struct {
	ledger   *ledger.Ledger
	client   *greenapi.Client
	instance string
	scope    func(now time.Time) ledger.Scope
	suppress suppression
	work     <-chan task
	asking   chan<- task
	done     chan<- settled
}

// run ends when there is no more work. Neither requests nor writes to the
// ledger see that ctx is done: what was begun is seen through.
func (w *worker) run(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for t := range w.work {
		w.done <- w.do(ctx, t)
	}
}

func (w *worker) do(ctx context.Context, t task) settled {
	if w.suppress.has(t.row.Fields.ChatID) {
		row, err := w.ledger.Suppress(t.row)
		return settled{row: row, err: err}
	}
	now := time.Now()
	skew, _ := w.client.Skew()
	row, err := w.ledger.Intend(t.row, w.instance, w.scope(now), now, skew)
	if err != nil || row.State != ledger.Intended {
		return settled{row: row, err: err}
	}
	contact, _, faults := csvmodel.ParseContact(row.Fields)
	if len(faults) > 0 { // written by a program that took more than this one
		return w.end(row, settled{}, ledger.Outcome{State: ledger.State(csvmodel.Rejected), Reason: faults[0], At: now})
	}
	t.row = row
	w.asking <- t
	granted := <-t.granted
	if !granted || w.ledger.Err() != nil {
		err := w.ledger.Revoke(row)
		row.State, row.Attempt = ledger.Planned, row.Attempt-1
		return settled{row: row, asked: true, granted: granted, err: err}
	}
	begun := time.Now()
	answer := w.client.SendContact(ctx, contact)
	return w.end(row, settled{asked: true, granted: true, begun: begun, answer: answer}, outcomeOf(answer, time.Now()))
}

func (w *worker) end(row ledger.Row, s settled, o ledger.Outcome) settled {
	s.err = w.ledger.RecordOutcome(row, o)
	s.row = row
	s.row.State, s.row.IDMessage, s.row.Ended = o.State, o.IDMessage, o.At
	return s
}

// outcomeOf is what an answer makes of the row.
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
