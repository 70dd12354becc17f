package reconcile

import (
	"context"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
)

// snapshot is the queue, read before the journal.
type snapshot struct {
	takenAt   time.Time
	delay     time.Duration // the longest that the account was seen to have
	queue     []match.Message
	isWhole   bool         // nothing can be behind what the queue shows
	due       map[ref]bool // the rows that the service took before it was read, or never
	stopWatch func() bool  // reports whether the account was authorised all the while
}

func (r *Reconciler) journalAt(s *snapshot) time.Time {
	return s.takenAt.Add(s.delay + 2*r.SettleAfter + r.SettleAfter/60)
}

// readQueue takes the snapshot. What it shows, and the journal by now, was taken.
func (r *Reconciler) readQueue(ctx context.Context, unknown []ledger.Row) error {
	began := time.Now()
	if r.ReadAt != nil {
		*r.ReadAt = began
	}
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
	skew, _ := r.Client.Skew()
	s := &snapshot{takenAt: time.Now(), delay: settings.Delay, isWhole: len(queue) < greenapi.QueueLimit, due: map[ref]bool{}}
	s.queue = match.FromQueue(queue, s.takenAt.Add(skew))
	for _, row := range unknown {
		s.due[refOf(row)] = r.isDue(row, began)
	}
	s.stopWatch = r.WatchState(ctx, max(time.Second, r.SettleAfter/2))
	r.snapshot = s
	if err := r.decide(unknown, s, journal{}); err != nil {
		return err
	}
	return r.readJournalEarly(ctx, s)
}

// readJournalEarly finds what has left by now, so that nobody needs to wait.
func (r *Reconciler) readJournalEarly(ctx context.Context, s *snapshot) error {
	unknown, err := r.Ledger.Unknown(r.Instance)
	if err != nil || len(r.open(unknown)) == 0 {
		return err
	}
	last, err := r.Ledger.Meta(r.metaKey())
	if err != nil {
		return err
	}
	if at, err := time.Parse(time.RFC3339, string(last)); err == nil && time.Since(at) < earlyInterval {
		return nil
	}
	j, err := r.fetchJournal(ctx, unknown)
	if err != nil {
		return err
	}
	j.from = time.Time{}
	return r.decide(unknown, s, j)
}

type journal struct {
	from     time.Time       // shows everything since then, in the service's clock; zero if it does not
	messages []match.Message // that could be one of the rows, or show whose an @lid is
	ids      []string        // of all messages
}

func (r *Reconciler) readJournal(ctx context.Context, unknown []ledger.Row) error {
	s := r.snapshot
	settings, err := r.Client.Settings(ctx)
	if err != nil {
		return err
	}
	if s.delay = max(s.delay, settings.Delay); time.Now().Before(r.journalAt(s)) {
		return nil // what is hidden needs longer than was known
	}
	r.snapshot = nil
	if !s.stopWatch() {
		return errNotAuthorized
	}
	if err := r.checkAuthorized(ctx); err != nil {
		return err
	}
	j, err := r.fetchJournal(ctx, unknown)
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
	for d, isDue := range s.due {
		if isDue {
			r.tries[d]++ // nobody asks of those that are settled
		}
	}
	return r.decide(unknown, s, j)
}

// fetchJournal keeps also the cards that the ledger holds: they teach whose an @lid is.
func (r *Reconciler) fetchJournal(ctx context.Context, unknown []ledger.Row) (journal, error) {
	skew, _ := r.Client.Skew()
	j := journal{from: time.Now().Add(skew - ledger.Retention)}
	phones := map[int64]bool{0: true}
	for _, c := range r.candidates(unknown, nil) {
		phones[c.Phone()] = true
	}
	var entries []greenapi.JournalEntry
	err := r.Client.Journal(ctx, int(ledger.Retention.Minutes()), func(e greenapi.JournalEntry) error {
		j.ids = append(j.ids, e.IDMessage)
		isCard := e.TypeMessage == "contactMessage" || e.TypeMessage == ""
		if isCard && !e.ByHand && (phones[e.Phone] || match.IsLID(e.ChatID)) {
			entries = append(entries, e)
		}
		return nil
	})
	if err != nil {
		return j, err
	}
	j.messages = match.FromJournal(entries)
	return j, r.Ledger.SetMeta(r.metaKey(), []byte(time.Now().Format(time.RFC3339)))
}

func (r *Reconciler) metaKey() string { return "reading " + r.Instance }

// showsOurs reports whether the journal shows a card that must have left before the queue was
// read: else it is of another day, or of another account.
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
