package csvmodel

import "contact-distributor/csvmodel/msg"

// Status is the outcome of a row. The words are those of the results file, and are never
// translated.
type Status string

const (
	Accepted   Status = "accepted"   // queued by the service with an idMessage, which is not sent: see Delivery
	Duplicate  Status = "duplicate"  // the same card went to the same chat already
	Suppressed Status = "suppressed" // the chat is on the list of those that must not be written to
	Invalid    Status = "invalid"    // the row itself is wrong, and no request was made
	Rejected   Status = "rejected"   // the service refused this row
	Unknown    Status = "unknown"    // requested, and nothing decides (yet) whether the service has the card
	Unsent     Status = "unsent"     // not requested, or not accepted by the service
)

// Statuses are all statuses, in the order in which people are shown them.
var Statuses = []Status{Accepted, Duplicate, Suppressed, Invalid, Rejected, Unknown, Unsent}

// Counts are the numbers of rows by status.
type Counts map[Status]int

// Rows returns the number of all rows.
func (c Counts) Rows() (rows int) {
	for _, n := range c {
		rows += n
	}
	return rows
}

// NeedsPerson reports whether a row belongs into a fixme file: it is wrong, or was
// accepted and did not arrive.
func NeedsPerson(s Status, d Delivery) bool {
	return s == Invalid || s == Rejected || s == Accepted && d.Failed()
}

// NeedPerson returns the number of rows that need a person.
func NeedPerson(c Counts, d DeliveryCounts) int { return c[Invalid] + c[Rejected] + d.Failed() }

// Delivery says how far an accepted card got, as far as is known; the zero value is
// nothing known. The words are those of the results file. Most are the service's own.
// A word that is not here is shown as it is.
type Delivery string

const (
	DeliveryPending    Delivery = "pending"    // it waits in the service's queue
	DeliverySent       Delivery = "sent"       // it has left the queue, on the way to WhatsApp
	DeliveryDelivered  Delivery = "delivered"  // it is on the telephone
	DeliveryRead       Delivery = "read"       // the chat was opened; not every telephone says so
	DeliveryFailed     Delivery = "failed"     // WhatsApp did not take it
	DeliveryNoAccount  Delivery = "noAccount"  // the number has no WhatsApp
	DeliveryNotInGroup Delivery = "notInGroup" // the account is not in the group
	DeliveryYellowCard Delivery = "yellowCard" // the account had a yellow card
	DeliverySuspended  Delivery = "suspended"  // the account was suspended
	// These are words of ours: it waited for 24 hours and was dropped, and nobody knows
	// whether it left the queue, nor can find out any more.
	DeliveryExpired    Delivery = "expired"
	DeliveryUnobserved Delivery = "unobserved"
)

// Deliveries are all of these, in the order in which people are shown them.
var Deliveries = []Delivery{
	DeliveryRead, DeliveryDelivered, DeliverySent, DeliveryPending, DeliveryUnobserved,
	DeliveryFailed, DeliveryNoAccount, DeliveryNotInGroup, DeliveryYellowCard, DeliverySuspended, DeliveryExpired,
}

// Meaning says what it means for people; "" for a word that is the service's alone.
func (d Delivery) Meaning(l msg.Language) string {
	meaning, _ := msg.Lookup(l, "delivered."+string(d), nil)
	return meaning
}

var failures = map[Delivery]msg.Code{
	DeliveryFailed:     msg.NotDelivered,
	DeliveryNoAccount:  msg.NoAccount,
	DeliveryNotInGroup: msg.NotInGroup,
	DeliveryYellowCard: msg.YellowCard,
	DeliverySuspended:  msg.Suspended,
	DeliveryExpired:    msg.Dropped,
}

// Failed reports whether the card did not arrive, so that a person has to do
// something.
func (d Delivery) Failed() bool { return failures[d] != "" }

// Reason is what to do about a card that did not arrive. Of others it is zero.
func (d Delivery) Reason() msg.Reason { return msg.Reason{Code: failures[d]} }

// MayGoAgain reports whether a person may send the same card to the same chat once more.
// A number without WhatsApp, or a group that the account is not in, does not get it with
// every file that names it.
func (d Delivery) MayGoAgain() bool {
	return d.Failed() && d != DeliveryNoAccount && d != DeliveryNotInGroup
}

// DeliveryCounts are the numbers of accepted rows by delivery.
type DeliveryCounts map[Delivery]int

// Known returns the number of rows with a delivery.
func (c DeliveryCounts) Known() (known int) {
	for delivery, n := range c {
		if delivery != "" {
			known += n
		}
	}
	return known
}

// Failed returns the number of rows whose card did not arrive.
func (c DeliveryCounts) Failed() (failed int) {
	for delivery, n := range c {
		if delivery.Failed() {
			failed += n
		}
	}
	return failed
}
