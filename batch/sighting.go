package batch

import (
	"strconv"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
)

// sighting is a card and what was seen of it.
type sighting struct {
	ledger.SentCard
	seen    csvmodel.Delivery
	queued  bool
	entry   *greenapi.JournalEntry // that shows it, without what is on it
	certain bool                   // it does
	blurred bool                   // another one may show it, or another card
}

func (s *sighting) see(d csvmodel.Delivery) { s.seen = farther(s.seen, d) }

// sightings finds the cards that messages of the service are.
type sightings struct {
	cards []*sighting
	byID  map[string][]*sighting
	chats match.Chats // of @lids that are known
	// byCard has the ids by chat and number; nil until it is needed, as phones, the
	// numbers alone.
	byCard map[string][]string
	phones map[string]bool
}

func newSightings(chats match.Chats) *sightings {
	return &sightings{byID: map[string][]*sighting{}, chats: chats}
}

func (s *sightings) add(sent ledger.SentCard) {
	card := &sighting{SentCard: sent, seen: sent.Delivery}
	s.cards = append(s.cards, card)
	s.byID[sent.IDMessage] = append(s.byID[sent.IDMessage], card)
}

// queue takes in the service's queue.
func (s *sightings) queue(entries []greenapi.QueueEntry) {
	for _, en := range entries {
		for _, card := range s.byID[en.MessageID] {
			if card.Chat == en.Fields.ChatID {
				card.queued = true
				card.see(csvmodel.DeliveryPending)
			}
		}
	}
}

// journal takes in an entry of the journal. It returns the card that the entry is
// if it was shown before, and whether that was at another time: the service has sent
// it twice.
func (s *sightings) journal(m greenapi.JournalEntry) (again *sighting, later bool) {
	card, certain := s.find(m)
	if card == nil {
		return nil, false
	}
	m.VCard, m.DisplayName = "", ""
	before := card.entry
	switch {
	case certain && !card.certain: // what else was shown was not this card
		card.seen, card.blurred = card.Delivery, false
	case before != nil && before.ChatID != m.ChatID:
		card.blurred = card.blurred || !card.certain
		return nil, false
	}
	card.entry, card.certain = &m, certain
	card.see(wordOf(m))
	if before == nil || before.ChatID != m.ChatID {
		return nil, false
	}
	return card, !before.Time.Equal(m.Time)
}

// find returns the card that the entry is. Ids are unique within a chat only, and
// the journal may name a chat by an @lid; then it is taken for a card if the number
// is the same and no other card has the id, which is not certain.
func (s *sightings) find(m greenapi.JournalEntry) (card *sighting, certain bool) {
	chat := s.chats.Of(m.ChatID)
	var near []*sighting
	for _, card := range s.byID[m.IDMessage] {
		if card.Chat == chat {
			return card, true
		}
		if match.MayBeOneChat(chat, card.Chat) && (m.Phone == 0 || strconv.FormatInt(m.Phone, 10) == card.Phone) {
			near = append(near, card)
		}
	}
	if len(near) == 1 {
		return near[0], false
	}
	for _, card := range near {
		card.blurred = !card.certain
	}
	return nil, false
}

// left is when the card left the queue, where that was not known before.
func (s *sighting) left(skew time.Duration) time.Time {
	if s.entry == nil || s.blurred || s.entry.Time.IsZero() || !isUndecided(s.Delivery) || isUndecided(s.seen) {
		return time.Time{}
	}
	return s.entry.Time.Add(-skew)
}

// seen are the cards of which something else is known than the ledger has.
// Skew is the service's clock less ours.
func (s *sightings) seen(skew time.Duration) []ledger.DeliveryUpdate {
	var all []ledger.DeliveryUpdate
	for _, card := range s.cards {
		if card.seen != card.Delivery {
			all = append(all, ledger.DeliveryUpdate{SentCard: card.SentCard, Delivery: card.seen, DepartedAt: card.left(skew)})
		}
	}
	return all
}
