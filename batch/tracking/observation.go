package tracking

import (
	"strconv"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
)

// observation is a card and what the service shows of it.
type observation struct {
	ledger.SentCard
	state    csvmodel.Delivery
	isQueued bool
	// isShown: the journal has it, under this chat, as departed at this time of the
	// service's clock.
	isShown     bool
	shownChat   string
	departedAt  time.Time
	isCertain   bool // the entry is this card's
	isAmbiguous bool // the entry may be another card's, or another entry this one's
}

func (o *observation) observe(d csvmodel.Delivery) { o.state = laterState(o.state, d) }

func (o *observation) show(e greenapi.JournalEntry, isCertain bool) {
	o.isShown, o.shownChat, o.departedAt, o.isCertain = true, e.ChatID, e.Time, isCertain
	o.observe(deliveryOf(e))
}

// observations are the cards by what the service shows of them.
type observations struct {
	cards []*observation
	byID  map[string][]*observation
	chats match.Chats
	// phones are the numbers of the cards.
	phones map[string]bool
}

func newObservations(chats match.Chats) *observations {
	return &observations{byID: map[string][]*observation{}, chats: chats, phones: map[string]bool{}}
}

func (s *observations) add(c ledger.SentCard) {
	card := &observation{SentCard: c, state: c.Delivery}
	s.cards = append(s.cards, card)
	s.byID[c.IDMessage] = append(s.byID[c.IDMessage], card)
	s.phones[c.Phone] = true
}

func (s *observations) addQueue(entries []greenapi.QueueEntry) {
	for _, e := range entries {
		for _, card := range s.byID[e.MessageID] {
			if card.Chat == e.Fields.ChatID {
				card.isQueued = true
				card.observe(csvmodel.DeliveryPending)
			}
		}
	}
}

// addJournal takes in an entry. It returns the entry's card if the journal has shown
// that before under this chat: the service has sent it twice.
func (s *observations) addJournal(e greenapi.JournalEntry) (again *observation) {
	card, isCertain := s.find(e)
	if card == nil {
		return nil
	}
	isAgain := card.isShown && card.shownChat == e.ChatID
	switch {
	case isCertain && !card.isCertain: // what else was shown was not this card
		card.state, card.isAmbiguous = card.Delivery, false
	case card.isShown && !isAgain:
		card.isAmbiguous = card.isAmbiguous || !card.isCertain
		return nil
	}
	card.show(e, isCertain)
	if !isAgain {
		return nil
	}
	return card
}

// find returns the card that the entry shows. Ids are unique within a chat only, and
// the journal may name a chat by an @lid; then it is taken for a card if the number
// is the same and no other card has the id, which is not certain.
func (s *observations) find(e greenapi.JournalEntry) (card *observation, isCertain bool) {
	chat := s.chats.Of(e.ChatID)
	var possible []*observation
	for _, card := range s.byID[e.IDMessage] {
		if card.Chat == chat {
			return card, true
		}
		if match.MayBeOneChat(chat, card.Chat) && (e.Phone == 0 || strconv.FormatInt(e.Phone, 10) == card.Phone) {
			possible = append(possible, card)
		}
	}
	if len(possible) == 1 {
		return possible[0], false
	}
	for _, card := range possible {
		card.isAmbiguous = !card.isCertain
	}
	return nil, false
}

// updates are the cards of which something else is known than the ledger has. Skew
// is the service's clock less ours.
func (s *observations) updates(skew time.Duration) []ledger.DeliveryUpdate {
	var updates []ledger.DeliveryUpdate
	for _, card := range s.cards {
		if card.state != card.Delivery {
			updates = append(updates, ledger.DeliveryUpdate{SentCard: card.SentCard, Delivery: card.state, DepartedAt: card.newDeparture(skew)})
		}
	}
	return updates
}

// newDeparture is when the card left the queue, zero where that was known before.
func (o *observation) newDeparture(skew time.Duration) time.Time {
	if !o.isShown || o.isAmbiguous || o.departedAt.IsZero() || !isUndecided(o.Delivery) || isUndecided(o.state) {
		return time.Time{}
	}
	return o.departedAt.Add(-skew)
}
