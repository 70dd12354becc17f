package reconcile

import (
	"context"
	"encoding/json"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
)

// maxUnwatched is how long the account may go unwatched between two looks at it
// that both said authorised, and still count as authorised in between. Runs that
// do not wait settle by this: one reads the queue, a later one the journal.
const maxUnwatched = 15 * time.Minute

// snapshot is the queue as it was read, before the journal.
type snapshot struct {
	takenAt   time.Time
	journalAt time.Time // when the journal may be read
	// skew is the service's clock less ours by which these two were told; it
	// stays, or they would wander from process to process.
	skew      time.Duration
	queue     []match.Message
	isWhole   bool // nothing can be behind what the queue shows
	due       map[ref]bool
	stopWatch func() bool // reports whether the account was authorised all the while
}

// readQueue takes the snapshot. What it shows of the unknown rows was taken.
func (r *Reconciler) readQueue(ctx context.Context, unknown []ledger.Row) error {
	began := time.Now()
	if err := r.checkAuthorized(ctx); err != nil {
		return err
	}
	settings, err := r.Client.Settings(ctx)
	if err != nil {
		return err
	}
	queue, err := r.Client.Queue(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	skew, _ := r.Client.Skew()
	s := &snapshot{takenAt: now, skew: skew, journalAt: now.Add(settings.Delay + 2*r.SettleAfter + r.SettleAfter/60),
		queue: match.FromQueue(queue), isWhole: len(queue) < greenapi.QueueLimit, due: map[ref]bool{}}
	for _, row := range unknown {
		if r.isDue(row, began) {
			s.due[refOf(row)] = true
		}
	}
	s.stopWatch = r.watch(ctx)
	r.snapshot = s
	if err := r.store(s, unknown); err != nil {
		return err
	}
	return r.decide(r.candidates(unknown, nil), s, journal{})
}

// storedSnapshot is one as the ledger keeps it for the next process. Its times are
// the service's: this machine's clock may be put right meanwhile.
type storedSnapshot struct {
	At      time.Time       `json:"at"`
	Ready   time.Time       `json:"ready"`
	Watched time.Time       `json:"watched"` // until when the account was authorised
	Covers  bool            `json:"covers"`
	Due     []ref           `json:"due"`
	Queue   []storedMessage `json:"queue"`
}

type storedMessage struct {
	ID    string          `json:"id"`
	Phone int64           `json:"phone"`
	Body  csvmodel.Fields `json:"body"`
}

// store keeps a snapshot for the journal that is still to be read. Only messages
// that could be one of the rows matter.
func (r *Reconciler) store(s *snapshot, unknown []ledger.Row) error {
	skew, _ := r.Client.Skew()
	stored := storedSnapshot{At: s.takenAt.Add(s.skew), Ready: s.journalAt.Add(s.skew), Watched: time.Now().Add(skew), Covers: s.isWhole}
	for d := range s.due {
		stored.Due = append(stored.Due, d)
	}
	phones := phonesOf(r.candidates(unknown, nil))
	for _, m := range s.queue {
		if phones[m.Phone] {
			stored.Queue = append(stored.Queue, storedMessage{m.ID, m.Phone, *m.Body})
		}
	}
	encoded, err := json.Marshal(stored)
	if err != nil {
		return err
	}
	return r.Ledger.SetMeta(r.metaKey(), encoded)
}

// forget drops the stored snapshot.
func (r *Reconciler) forget() error { return r.Ledger.SetMeta(r.metaKey(), nil) }

func (r *Reconciler) metaKey() string { return "reading " + r.Instance }

// restore takes up the snapshot of another process, unless nobody has looked at the
// account for too long. The account must be authorised now.
func (r *Reconciler) restore(ctx context.Context) error {
	encoded, err := r.Ledger.Meta(r.metaKey())
	if err != nil || len(encoded) == 0 {
		return err
	}
	var stored storedSnapshot
	skew, _ := r.Client.Skew()
	now := time.Now().Add(skew)
	if json.Unmarshal(encoded, &stored) != nil || now.Sub(stored.Watched) > maxUnwatched || now.Add(match.ClockMargin).Before(stored.At) {
		return r.forget()
	}
	s := &snapshot{takenAt: stored.At.Add(-skew), journalAt: stored.Ready.Add(-skew), skew: skew, isWhole: stored.Covers, due: map[ref]bool{}}
	for _, d := range stored.Due {
		s.due[d] = true
	}
	var queue []greenapi.QueueEntry
	for _, m := range stored.Queue {
		queue = append(queue, greenapi.QueueEntry{MessageID: m.ID, Type: "sendContact", Phone: m.Phone, Fields: m.Body})
	}
	s.queue = match.FromQueue(queue)
	s.stopWatch = r.watch(ctx)
	r.snapshot = s
	return nil
}

// phonesOf are the numbers of the candidates, and 0 for cards that cannot be read.
func phonesOf(candidates []match.Candidate) map[int64]bool {
	phones := map[int64]bool{0: true}
	for _, c := range candidates {
		phones[c.Phone()] = true
	}
	return phones
}
