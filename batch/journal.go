package batch

import (
	"context"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
)

// journal is one reading of it.
type journal struct {
	from    time.Time // in the service's clock
	entries []entry   // contact messages that could be one of the rows
	ids     []string  // of all
}

// readJournal reads all of the day: also the cards that the ledger holds teach
// whose an @lid is.
func (s *settler) readJournal(ctx context.Context, doubts []doubt) (journal, error) {
	skew, _ := s.job.Client.Skew()
	j := journal{from: time.Now().Add(skew - ledger.Retention)}
	phones := phonesOf(doubts)
	err := s.job.Client.Journal(ctx, int(ledger.Retention.Minutes()), func(m greenapi.JournalEntry) error {
		j.ids = append(j.ids, m.IDMessage)
		if m.TypeMessage == "contactMessage" && phones[m.Phone] && !m.ByHand {
			j.entries = append(j.entries, journalEntry(m))
		}
		return nil
	})
	j.entries = unique(j.entries)
	return j, err
}

// showsOurs reports whether the journal shows one at least of the cards that the
// ledger knows to have left before the queue was read: else it is of another
// day, or of another account.
func (s *settler) showsOurs(j journal, r *reading) (bool, error) {
	skew, _ := s.job.Client.Skew()
	accepted, err := s.job.Ledger.CountAccepted(s.job.Instance, j.from.Add(-skew), r.at)
	if err != nil || accepted == 0 {
		return err == nil, err
	}
	inQueue, err := s.job.Ledger.Holders(s.job.Instance, idsOf(r.queue))
	if err != nil || accepted <= len(inQueue) {
		return err == nil, err
	}
	shown, err := s.job.Ledger.Holders(s.job.Instance, j.ids)
	return len(shown) > 0, err
}
