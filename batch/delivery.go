package batch

import (
	"cmp"
	"slices"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
)

// journalLate is how late a message that has left the queue may be in the journal.
const journalLate = 2 * time.Minute

// way is what can be seen of a card, the less telling before the more telling.
//
// The service promises no order, and two processes may look at once, so it must
// not matter in which order readings come: of any two, the later here counts. What
// arrived cannot be taken back by anything, and outweighs a failure: the service
// sends a message again by itself at times. Of failures the one counts that says
// more. That a card was dropped is only concluded, from its never having been seen.
var way = []csvmodel.Delivery{
	"", csvmodel.DeliveryPending, csvmodel.DeliveryExpired, csvmodel.DeliveryUnobserved, csvmodel.DeliverySent, unknownWord,
	csvmodel.DeliveryFailed, csvmodel.DeliverySuspended, csvmodel.DeliveryYellowCard, csvmodel.DeliveryNotInGroup, csvmodel.DeliveryNoAccount,
	csvmodel.DeliveryDelivered, csvmodel.DeliveryRead,
}

// unknownWord is the place of words that the service may come to have. They are of
// a card that has left, and nobody can tell how it went on.
const unknownWord csvmodel.Delivery = "?"

// farther returns which of two things that were seen of a card counts.
func farther(a, b csvmodel.Delivery) csvmodel.Delivery {
	if cmp.Or(cmp.Compare(placeOnWay(a), placeOnWay(b)), cmp.Compare(a, b)) < 0 {
		return b
	}
	return a
}

func placeOnWay(d csvmodel.Delivery) int {
	if place := slices.Index(way, d); place >= 0 {
		return place
	}
	return slices.Index(way, unknownWord)
}

// isOpen reports whether the service may yet know more of a card. Whether one that
// is delivered was read is worth a look into the journal.
func isOpen(d csvmodel.Delivery) bool { return !d.Failed() && d != csvmodel.DeliveryRead }

// isWatched reports whether a card may yet be shown otherwise by a journal that has
// not forgotten it: what failed may arrive after all, and what was read may be sent
// once more.
func isWatched(s ledger.SentCard, now time.Time) bool {
	return isOpen(s.Delivery) || now.Sub(s.Accepted) <= askFor
}

// isUndecided reports whether nothing has shown the card to leave.
func isUndecided(d csvmodel.Delivery) bool { return d == "" || d == csvmodel.DeliveryPending }

// wordOf is what an entry of the journal says of its card. One without a word
// keeps the card from being taken for dropped.
func wordOf(m greenapi.JournalEntry) csvmodel.Delivery {
	return cmp.Or(csvmodel.Delivery(m.StatusMessage), csvmodel.DeliveryUnobserved)
}

// span is a stretch of time, in the service's clock.
type span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// with is the span that ends with the other, longer by s if there is no gap.
func (s span) with(other span) span {
	if !s.To.Before(other.From) && s.From.Before(other.From) {
		other.From = s.From
	}
	return other
}

// takenWithin is when the service may have taken the card, in its own clock. What was
// not answered may be taken until settleAfter after it was given up.
func takenWithin(s ledger.SentCard, settleAfter time.Duration) span {
	end := s.Accepted
	if s.Ended.After(end) {
		end = s.Ended
	}
	return span{s.Intended.Add(s.ClockSkew - match.ClockMargin), end.Add(s.ClockSkew + settleAfter + match.ClockMargin)}
}

// fateOf is what becomes of a card that no reading has shown to leave, once it
// cannot be in the queue any more. It was dropped only if the journal's readings
// together, those of shown, leave no time at which it can have left. Now is until
// when the newest reading shows everything.
func fateOf(known csvmodel.Delivery, taken, shown span, now time.Time) csvmodel.Delivery {
	last := taken.To.Add(ledger.Retention)
	switch {
	case !isUndecided(known) || now.Before(last):
		return known
	case !shown.From.After(taken.From) && !shown.To.Before(last):
		return csvmodel.DeliveryExpired
	}
	return csvmodel.DeliveryUnobserved
}
