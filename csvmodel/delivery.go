package csvmodel

import (
	"contact-distributor/csvmodel/msg"
)

// Delivery says how far an accepted card is known to have got; it is empty where
// nothing is known yet. The words are those of the results file. Most are the
// service's own, which may come to have others; they are shown as they are.
type Delivery string

const (
	// DeliveryPending: it waits in the service's queue.
	DeliveryPending Delivery = "pending"
	// DeliverySent: it has left the queue, on the way to WhatsApp.
	DeliverySent Delivery = "sent"
	// DeliveryDelivered: it is on the telephone.
	DeliveryDelivered Delivery = "delivered"
	// DeliveryRead: the chat was opened. Not every telephone says so.
	DeliveryRead Delivery = "read"
	// DeliveryFailed: WhatsApp did not take it.
	DeliveryFailed Delivery = "failed"
	// DeliveryNoAccount: the number has no WhatsApp.
	DeliveryNoAccount Delivery = "noAccount"
	// DeliveryNotInGroup: the account is not in the group.
	DeliveryNotInGroup Delivery = "notInGroup"
	// DeliveryYellowCard: the account had a yellow card.
	DeliveryYellowCard Delivery = "yellowCard"
	// DeliverySuspended: the account was suspended.
	DeliverySuspended Delivery = "suspended"
	// DeliveryExpired: it waited in the queue for 24 hours and was dropped. Our word.
	DeliveryExpired Delivery = "expired"
	// DeliveryUnobserved: whether it left the queue was not seen in time, and cannot
	// be any more. Our word.
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

// failures are the codes of the deliveries after which a person has to do something.
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

// MayGoAgain reports whether the same card may go to the same chat once more, if a
// person asks for that. A number without WhatsApp, or a group that the account is
// not in, is not to be tried again with every file in which it stands.
func (d Delivery) MayGoAgain() bool {
	return d.Failed() && d != DeliveryNoAccount && d != DeliveryNotInGroup
}

// DeliveryCounts is how many accepted rows have each delivery.
type DeliveryCounts map[Delivery]int

// Known is of how many something is known.
func (c DeliveryCounts) Known() int {
	known := 0
	for delivery, n := range c {
		if delivery != "" {
			known += n
		}
	}
	return known
}

// Failed is how many did not arrive.
func (c DeliveryCounts) Failed() int {
	failed := 0
	for delivery, n := range c {
		if delivery.Failed() {
			failed += n
		}
	}
	return failed
}
