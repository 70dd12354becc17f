package reconcile

import (
	"context"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
)

// journal is one reading of the service's journal.
type journal struct {
	from     time.Time       // shows everything since then, in the service's clock; zero if it does not
	messages []match.Message // that could be one of the rows
	ids      []string        // of all messages
}

// readJournal ends what a snapshot began.
func (r *Reconciler) readJournal(ctx context.Context, unknown []ledger.Row) error {
	s := r.snapshot
	r.snapshot = nil
	if !s.stopWatch() {
		return errNotAuthorized
	}
	if err := r.checkAuthorized(ctx); err != nil {
		return err
	}
	candidates := r.candidates(unknown, s.due)
	j, err := r.fetchJournal(ctx, phonesOf(candidates))
	if err != nil {
		return err
	}
	switch isOurs, err := r.showsOurs(j, s); {
	case err != nil:
		return err
	case !isOurs:
		r.Log.Warn("error.journal-empty")
		j.from = time.Time{}
	}
	if err := r.decide(candidates, s, j); err != nil {
		return err
	}
	for d := range s.due {
		r.tries[d]++ // nobody asks of those that are settled
	}
	return r.forget()
}

// fetchJournal reads all of the day: also the cards that the ledger holds teach
// whose an @lid is.
func (r *Reconciler) fetchJournal(ctx context.Context, phones map[int64]bool) (journal, error) {
	skew, _ := r.Client.Skew()
	j := journal{from: time.Now().Add(skew - ledger.Retention)}
	var entries []greenapi.JournalEntry
	err := r.Client.Journal(ctx, int(ledger.Retention.Minutes()), func(e greenapi.JournalEntry) error {
		j.ids = append(j.ids, e.IDMessage)
		if e.TypeMessage == "contactMessage" && phones[e.Phone] && !e.ByHand {
			entries = append(entries, e)
		}
		return nil
	})
	j.messages = match.FromJournal(entries)
	return j, err
}

// showsOurs reports whether the journal shows one at least of the cards that the
// ledger knows to have left before the queue was read: else it is of another day,
// or of another account.
func (r *Reconciler) showsOurs(j journal, s *snapshot) (bool, error) {
	skew, _ := r.Client.Skew()
	accepted, err := r.Ledger.CountAccepted(r.Instance, j.from.Add(-skew), s.takenAt)
	if err != nil || accepted == 0 {
		return err == nil, err
	}
	queued, err := r.Ledger.CountHolders(r.Instance, idsOf(s.queue))
	if err != nil || accepted <= queued {
		return err == nil, err
	}
	shown, err := r.Ledger.CountHolders(r.Instance, j.ids)
	return shown > 0, err
}

func idsOf(messages []match.Message) []string {
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	return ids
}
