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

// deliveryOrder ranks deliveries: of two observations of a card the later here
// counts, whatever order they come in. The service promises no order, and two
// processes may look at once.
//
// Nothing takes back that a card arrived, and it outweighs a failure: the service
// sends a message again by itself at times. Of failures the one counts that says
// more. That a card was dropped is only concluded, from nobody having observed it.
var deliveryOrder = []csvmodel.Delivery{
	"", csvmodel.DeliveryPending, csvmodel.DeliveryExpired, csvmodel.DeliveryUnobserved, csvmodel.DeliverySent, newWord,
	csvmodel.DeliveryFailed, csvmodel.DeliverySuspended, csvmodel.DeliveryYellowCard, csvmodel.DeliveryNotInGroup, csvmodel.DeliveryNoAccount,
	csvmodel.DeliveryDelivered, csvmodel.DeliveryRead,
}

// newWord has the rank of words that the service may come to have. A card of which
// it says one has left the queue.
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

// isOpen reports whether the service may yet know more of a card. Whether one that
// is delivered was read is worth a look into the journal.
func isOpen(d csvmodel.Delivery) bool { return !d.Failed() && d != csvmodel.DeliveryRead }

// isWatched reports whether the journal may yet show another delivery of a card:
// what failed may arrive after all, and what was read may be sent once more.
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

// finalState is the delivery of a card that no journal has shown, once it cannot be
// in the queue any more.
//
// The journal is known to lose messages. So a card was dropped only if it could wait for
// a day at all, which one shows that is still in the queue after half of it, if covered,
// in which the journals show all that left, leaves no time after that at which it can
// have left, and if the service does not find it. Before that nobody knows, and the card
// does not go again. Where the service was asked in vain until it is not asked any more,
// nobody will know.
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

// extend returns newer, which begins where i does if there is no gap between them.
func (i interval) extend(newer interval) interval {
	if !i.To.Before(newer.From) && i.From.Before(newer.From) {
		newer.From = i.From
	}
	return newer
}

// acceptedWithin is when the service may have taken the card. A request without an answer
// may be taken until settleAfter after it was given up.
func acceptedWithin(c ledger.SentCard, settleAfter time.Duration) interval {
	end := c.Accepted
	if c.Ended.After(end) {
		end = c.Ended
	}
	return interval{c.Intended.Add(c.ClockSkew - match.ClockMargin), end.Add(c.ClockSkew + settleAfter + match.ClockMargin)}
}
