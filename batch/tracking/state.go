package tracking

import (
	"cmp"
	"slices"
	"time"

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
