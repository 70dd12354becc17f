package tracking

import (
	"strconv"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
)

type observation struct {
	ledger.SentCard
	state    csvmodel.Delivery
	isQueued bool
	// isNotFound: the service answered that it has no message with this id.
	isNotFound bool
	// isShown: the journal has it under this chat, departed at this time of its clock.
	isShown     bool
	shownChat   string
	departedAt  time.Time
	isCertain   bool // the entry is this card's
	isAmbiguous bool // the entry may be another card's, or another entry this one's
}

// isUnconfirmed reports whether another card's entry could make this one go again.
func (o *observation) isUnconfirmed() bool {
	return o.isShown && !o.isCertain && o.state.MayGoAgain() && o.state != o.Delivery
}

func (o *observation) observe(d csvmodel.Delivery) { o.state = laterState(o.state, d) }

func (o *observation) show(e greenapi.JournalEntry, isCertain bool) {
	o.isShown, o.shownChat, o.departedAt, o.isCertain = true, e.ChatID, e.Time, isCertain
	o.observe(match.DeliveryOf(e))
}

func (t *tracker) addQueue(entries []greenapi.QueueEntry) {
	for _, e := range entries {
		for _, card := range t.byID[e.MessageID] {
			if card.Chat == e.Fields.ChatID {
				card.isQueued = true
				card.observe(csvmodel.DeliveryPending)
			}
		}
	}
}

// addJournal returns the card that this entry shows a second time under one chat: a resend.
func (t *tracker) addJournal(e greenapi.JournalEntry) (again *observation) {
	card, isCertain := t.find(e)
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

// find returns the card that the entry shows. Ids are unique within a chat only; an @lid may be
// any, so that only one card with its number counts, which is not certain.
func (t *tracker) find(e greenapi.JournalEntry) (card *observation, isCertain bool) {
	chat := t.chats.Of(e.ChatID)
	var possible []*observation
	for _, card := range t.byID[e.IDMessage] {
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

// updates are what the ledger does not have. Skew is the service's clock less ours.
func (t *tracker) updates(skew time.Duration) (updates []ledger.DeliveryUpdate) {
	for _, card := range t.cards {
		u := ledger.DeliveryUpdate{SentCard: card.SentCard, Delivery: card.state}
		if isWaiting := card.isQueued && card.state == csvmodel.DeliveryPending; isWaiting {
			u.SeenAt = t.queueReadAt
		} else if card.state == card.Delivery {
			continue
		}
		leaves := isUndecided(card.Delivery) && !isUndecided(card.state) // now, as far as is known
		if leaves && card.isShown && !card.isAmbiguous && !card.departedAt.IsZero() {
			u.DepartedAt = card.departedAt.Add(-skew)
		}
		updates = append(updates, u)
	}
	return updates
}
