package batch

import (
	"encoding/json"
	"time"

	"contact-distributor/csvmodel"
)

// maxUnwatched is how long the account may go unwatched between two looks at it
// that both said authorised, and still count as authorised in between. Runs that
// do not wait settle by this: one reads the queue, a later one the journal.
const maxUnwatched = 15 * time.Minute

// storedReading is a reading as the ledger keeps it for the next process. Its
// times are the service's: this machine's clock may be put right meanwhile.
type storedReading struct {
	At      time.Time     `json:"at"`
	Ready   time.Time     `json:"ready"`
	Watched time.Time     `json:"watched"` // until when the account was authorised
	Covers  bool          `json:"covers"`
	Due     []storedRef   `json:"due"`
	Queue   []storedEntry `json:"queue"`
}

type storedRef struct {
	Run     int64 `json:"run"`
	Seq     int64 `json:"seq"`
	Attempt int   `json:"attempt"`
}

type storedEntry struct {
	ID    string          `json:"id"`
	Phone int64           `json:"phone"`
	Body  csvmodel.Fields `json:"body"`
}

// keep stores a reading that is still to be completed. Only entries that could
// be one of the rows matter.
func (s *settler) keep(r *reading, doubts []doubt) error {
	skew, _ := s.job.Client.Skew()
	stored := storedReading{At: r.at.Add(r.skew), Ready: r.ready.Add(r.skew), Watched: time.Now().Add(skew), Covers: r.covers}
	for d := range r.due {
		stored.Due = append(stored.Due, storedRef{d.run, d.seq, d.attempt})
	}
	phones := phonesOf(doubts)
	for _, en := range r.queue {
		if phones[en.phone] {
			stored.Queue = append(stored.Queue, storedEntry{en.id, en.phone, *en.body})
		}
	}
	encoded, err := json.Marshal(stored)
	if err != nil {
		return err
	}
	return s.job.Ledger.SetMeta(s.metaName(), encoded)
}

// forget drops the stored reading.
func (s *settler) forget() error { return s.job.Ledger.SetMeta(s.metaName(), nil) }

func (s *settler) metaName() string { return "reading " + s.job.Instance }

// restore takes up what another process has begun. The account must be
// authorised now.
func (s *settler) restore(watch func() func() bool) error {
	encoded, err := s.job.Ledger.Meta(s.metaName())
	if err != nil || len(encoded) == 0 {
		return err
	}
	var stored storedReading
	skew, _ := s.job.Client.Skew()
	now := time.Now().Add(skew)
	if json.Unmarshal(encoded, &stored) != nil || now.Sub(stored.Watched) > maxUnwatched || now.Add(clockMargin).Before(stored.At) {
		return s.forget()
	}
	r := &reading{at: stored.At.Add(-skew), ready: stored.Ready.Add(-skew), skew: skew, covers: stored.Covers, due: map[ref]bool{}}
	for _, d := range stored.Due {
		r.due[ref{d.Run, d.Seq, d.Attempt}] = true
	}
	for _, en := range stored.Queue {
		r.queue = append(r.queue, entry{chat: en.Body.ChatID, id: en.ID, phone: en.Phone, name: displayName(en.Body), body: &en.Body})
	}
	r.allWell = watch()
	s.reading = r
	return nil
}

func phonesOf(doubts []doubt) map[int64]bool {
	phones := map[int64]bool{0: true} // of cards that cannot be read
	for _, d := range doubts {
		phones[d.phone()] = true
	}
	return phones
}
