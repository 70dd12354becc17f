package csvmodel

import "time"

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

// meaningsOfDelivery say what each means, in English and in Russian.
var meaningsOfDelivery = map[Delivery][2]string{
	DeliveryRead:       {"the chat was opened", "чат открыли"},
	DeliveryDelivered:  {"the card is on the telephone", "карточка на телефоне"},
	DeliverySent:       {"it left the service's queue; whether it arrived is not known", "вышла из очереди сервиса; дошла ли, неизвестно"},
	DeliveryPending:    {"it waits in the service's queue", "ждёт в очереди сервиса"},
	DeliveryUnobserved: {"it was not seen in time whether it left the service's queue", "вовремя не увидели, вышла ли из очереди сервиса"},
	DeliveryFailed:     {"WhatsApp did not deliver the card", "WhatsApp не доставил карточку"},
	DeliveryNoAccount:  {"this number has no WhatsApp", "по этому номеру нет WhatsApp"},
	DeliveryNotInGroup: {"the account is not in this group", "аккаунта нет в этой группе"},
	DeliveryYellowCard: {"held back, since the account had a yellow card", "не пропущена: у аккаунта была жёлтая карточка"},
	DeliverySuspended:  {"held back, since the account was suspended", "не пропущена: аккаунт был приостановлен"},
	DeliveryExpired:    {"it waited in the service's queue for 24 hours and was dropped", "сутки ждала в очереди сервиса и была удалена"},
}

// Meaning says what it means for people; "" for a word that is the service's alone.
func (d Delivery) Meaning(l Language) string {
	meaning := meaningsOfDelivery[d]
	return inLanguage(l, meaning[0], meaning[1])
}

// deliverySeen is a delivery as the sentence of a note has it, and when the card left
// the queue.
func deliverySeen(l Language, args []string) string {
	text := args[0]
	if meaning := Delivery(args[0]).Meaning(l); meaning != "" {
		text = meaning + " (" + args[0] + ")"
	}
	if len(args) == 1 {
		return text
	}
	left := args[1]
	if at, err := time.Parse(time.RFC3339, left); err == nil {
		left = at.Format(inLanguage(l, "2006-01-02 15:04:05 -07:00", "02.01.2006 15:04:05 (UTC-07:00)"))
	}
	return text + inLanguage(l, "; left the queue at ", "; вышла из очереди ") + left
}

// failures are the codes of the deliveries after which a person has to do something.
var failures = map[Delivery]Code{
	DeliveryFailed:     CodeNotDelivered,
	DeliveryNoAccount:  CodeNoAccount,
	DeliveryNotInGroup: CodeNotInGroup,
	DeliveryYellowCard: CodeYellowCard,
	DeliverySuspended:  CodeSuspended,
	DeliveryExpired:    CodeDropped,
}

// Failed reports whether the card did not arrive, so that a person has to do
// something.
func (d Delivery) Failed() bool { return failures[d] != "" }

// Reason is what to do about a card that did not arrive. Of others it is zero.
func (d Delivery) Reason() Reason { return Reason{Code: failures[d]} }

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
