package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"testing"
	"time"
)

func TestWhatBelongsIntoAFixmeFile(t *testing.T) {
	for _, c := range []struct {
		name     string
		status   Status
		delivery Delivery
		want     bool
		again    bool // the same card may go once more
	}{
		{"a row that is wrong", Invalid, "", true, false},
		{"a row that was refused", Rejected, "", true, false},
		{"a card of which nothing is known", Accepted, "", false, false},
		{"a card that was sent", Accepted, DeliverySent, false, false},
		{"a card that was read", Accepted, DeliveryRead, false, false},
		{"a card that nobody saw leave in time", Accepted, DeliveryUnobserved, false, false},
		{"a card with a word that is not known", Accepted, "played", false, false},
		{"a card that was not delivered", Accepted, DeliveryFailed, true, true},
		{"a card that a yellow card held back", Accepted, DeliveryYellowCard, true, true},
		{"a card that a suspension held back", Accepted, DeliverySuspended, true, true},
		{"a card that was dropped after a day", Accepted, DeliveryExpired, true, true},
		{"a number without WhatsApp is not tried again", Accepted, DeliveryNoAccount, true, false},
		{"nor is a group that the account is not in", Accepted, DeliveryNotInGroup, true, false},
		{"a duplicate", Duplicate, "", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := NeedsPerson(c.status, c.delivery); got != c.want {
				t.Error("needs a person:", got)
			}
			if got := c.delivery.MayGoAgain(); got != c.again {
				t.Error("may go again:", got)
			}
			if wrong := c.delivery.Reason().Code != ""; wrong != c.delivery.Failed() {
				t.Error("something is said of it:", wrong)
			}
		})
	}
}

func TestCardsThatDidNotArriveAreCounted(t *testing.T) {
	deliveries := DeliveryCounts{DeliveryRead: 5, DeliveryFailed: 2, DeliveryNoAccount: 1, "": 3}
	if n := deliveries.Failed(); n != 3 {
		t.Error(n, "failed")
	}
	if n := NeedPerson(Counts{Accepted: 11, Invalid: 4, Rejected: 1, Unknown: 9}, deliveries); n != 8 {
		t.Error(n, "need a person")
	}
}

func TestEachDeliveryIsSaidInWords(t *testing.T) {
	for _, d := range Deliveries {
		if d.Meaning(msg.English) == "" || !hasCyrillic([]byte(d.Meaning(msg.Russian))) {
			t.Errorf("%s: %q, %q", d, d.Meaning(msg.English), d.Meaning(msg.Russian))
		}
	}
	for _, c := range []struct {
		name     string
		language msg.Language
		delivery Delivery
		want     string
		left     []any
	}{
		{"with when it left the queue", msg.English, DeliveryRead, "delivery: the chat was opened (read); left the queue at 2026-03-01 12:00:00 +00:00", []any{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}},
		{"with that in Russian", msg.Russian, DeliveryRead, "доставка: чат открыли (read); вышла из очереди 01.03.2026 12:00:00 (UTC+00:00)", []any{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}},
		{"in English", msg.English, DeliveryNoAccount, "delivery: this number has no WhatsApp (noAccount)", nil},
		{"in Russian", msg.Russian, DeliveryNoAccount, "доставка: по этому номеру нет WhatsApp (noAccount)", nil},
		{"a word that only the service knows", msg.Russian, "teleported", "доставка: teleported", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := msg.NewReason(msg.Delivery, append([]any{string(c.delivery)}, c.left...)...).Text(c.language); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}
