package tracking

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
)

// journalLag is how late a message that has left the queue may be in the journal.
const journalLag = 2 * time.Minute

// deliveryOrder ranks deliveries: the later of two here counts, as the service promises no
// order and two processes may look at once. Arrival outweighs failure: the service sends a
// message again at times. Of failures the one counts that says more.
var deliveryOrder = []csvmodel.Delivery{
	"", csvmodel.DeliveryPending, csvmodel.DeliveryExpired, csvmodel.DeliveryUnobserved, csvmodel.DeliverySent, newWord,
	csvmodel.DeliveryFailed, csvmodel.DeliverySuspended, csvmodel.DeliveryYellowCard, csvmodel.DeliveryNotInGroup, csvmodel.DeliveryNoAccount,
	csvmodel.DeliveryDelivered, csvmodel.DeliveryRead,
}

// newWord has the rank of words that the service may come to have: the card has left.
const newWord csvmodel.Delivery = "?"

func laterState(a, b csvmodel.Delivery) csvmodel.Delivery {
	if cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) < 0 {
		return b
	}
	return a
}

func rank(d csvmodel.Delivery) int {
	if i := slices.Index(deliveryOrder, d); i >= 0 {
		return i
	}
	return slices.Index(deliveryOrder, newWord)
}

// isOpen reports whether more may become known: one that was delivered may be read.
func isOpen(d csvmodel.Delivery) bool { return !d.Failed() && d != csvmodel.DeliveryRead }

// isWatched reports whether another delivery may show: what failed may arrive after all.
func isWatched(c ledger.SentCard, now time.Time) bool {
	return isOpen(c.Delivery) || now.Sub(c.Accepted) <= lookupWindow
}

func isUndecided(d csvmodel.Delivery) bool { return d == "" || d == csvmodel.DeliveryPending }

// sight is what was seen of a card that no journal has shown, in the service's clock.
type sight struct {
	delivery   csvmodel.Delivery
	accepted   interval  // when the service may have taken it
	lastQueued time.Time // when it was last in the queue
	isNotFound bool      // as the service says now of its id
}

// finalState is the delivery of a card that no journal has shown, once it cannot wait any more.
//
// The journal is known to lose messages. So a card was dropped only if it was still queued
// after half a day, if the journals cover all of the time after that, and if the service does
// not find it. Before that nobody knows, and the card does not go again. Where the service is
// not asked any more, nobody will know.
func finalState(s sight, covered interval, now time.Time) csvmodel.Delivery {
	last := s.accepted.To.Add(ledger.Retention)
	switch {
	case !isUndecided(s.delivery) || now.Before(last):
		return s.delivery
	case s.lastQueued.Before(s.accepted.From.Add(ledger.Retention / 2)), s.lastQueued.Before(covered.From), covered.To.Before(last):
		return csvmodel.DeliveryUnobserved
	case s.isNotFound:
		return csvmodel.DeliveryExpired
	case now.After(s.accepted.To.Add(lookupWindow)): // its id is not asked for any more
		return csvmodel.DeliveryUnobserved
	}
	return s.delivery
}

// interval is a stretch of time, in the service's clock.
type interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// extend returns newer, back to where i began if there is no gap.
func (i interval) extend(newer interval) interval {
	if !i.To.Before(newer.From) && i.From.Before(newer.From) {
		newer.From = i.From
	}
	return newer
}

// acceptedWithin is when the service may have taken the card.
func acceptedWithin(c ledger.SentCard, settleAfter time.Duration) interval {
	end := c.Accepted
	if c.Ended.After(end) {
		end = c.Ended
	}
	return interval{c.Intended.Add(c.ClockSkew - match.ClockMargin), end.Add(c.ClockSkew + settleAfter + match.ClockMargin)}
}

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
