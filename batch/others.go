package batch

import (
	"context"
	"maps"
	"slices"
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
	ours     map[string]bool // of what was in the queue when it was last read
	looked   *time.Time
}

func newOthers(j *Job) *others {
	return &others{client: j.Client, ledger: j.Ledger, instance: j.Instance, ids: map[string]bool{}, looked: &j.carry().looked}
}

// look takes note of what is in the queue and no row's.
func (o *others) look(ctx context.Context) error {
	if time.Since(*o.looked) < lookEvery {
		return nil
	}
	*o.looked = time.Now()
	queue, err := o.client.Queue(ctx)
	if err != nil {
		return nil // it was for the summary only
	}
	known, ours := o.ours, map[string]bool{}
	var fresh []string
	for _, q := range queue {
		switch id := q.MessageID; {
		case known[id]:
			ours[id] = true
		case !o.ids[id]:
			o.ids[id] = true
			fresh = append(fresh, id)
		}
	}
	o.ours = ours
	return o.drop(fresh)
}

// drop takes out those that are a row's.
func (o *others) drop(ids []string) error {
	held, err := o.ledger.Holders(o.instance, ids)
	for _, row := range held {
		delete(o.ids, row.IDMessage)
		o.ours[row.IDMessage] = true
	}
	return err
}

// count is how many there were at the least. By now the answers have come of
// which the messages were seen before. Of rows that are unknown nobody can tell
// which message they are.
func (o *others) count() (int, error) {
	if len(o.ids) == 0 {
		return 0, nil
	}
	if err := o.drop(slices.Collect(maps.Keys(o.ids))); err != nil {
		return 0, err
	}
	unknown, err := o.ledger.Unknown(o.instance)
	return max(0, len(o.ids)-len(unknown)), err
}
