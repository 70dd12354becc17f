package batch

import (
	"context"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
)

// lookEvery is how often the queue is read for messages of others at the most.
const lookEvery = 20 * time.Second

// others is what was seen of the messages that other senders have put into the
// account's queue.
type others struct {
	client   *greenapi.Client
	ledger   *ledger.Ledger
	instance string
	ids      map[string]bool // of what may be theirs
	looked   time.Time
}

func newOthers(j *Job) *others {
	return &others{client: j.Client, ledger: j.Ledger, instance: j.Instance, ids: map[string]bool{}}
}

// look takes note of what is in the queue and no row's.
func (o *others) look(ctx context.Context) error {
	if time.Since(o.looked) < lookEvery {
		return nil
	}
	o.looked = time.Now()
	queue, err := o.client.Queue(ctx)
	if err != nil {
		return nil // it was for the summary only
	}
	for _, q := range queue {
		o.ids[q.MessageID] = true
	}
	return o.drop()
}

// drop takes out what is a row's: an answer may have come after the queue was read.
func (o *others) drop() error {
	ids := make([]string, 0, len(o.ids))
	for id := range o.ids {
		ids = append(ids, id)
	}
	held, err := o.ledger.Holders(o.instance, ids)
	for _, row := range held {
		delete(o.ids, row.IDMessage)
	}
	return err
}

// count is how many there were at the least. Of rows that are unknown nobody can
// tell which message they are.
func (o *others) count() (int, error) {
	if err := o.drop(); err != nil || len(o.ids) == 0 {
		return 0, err
	}
	unknown, err := o.ledger.Unknown(o.instance)
	return max(0, len(o.ids)-len(unknown)), err
}
