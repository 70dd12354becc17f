package csvmodel_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestWhatBelongsIntoAFixmeFile(t *testing.T) {
	for _, c := range []struct {
		name     string
		status   csvmodel.Status
		delivery csvmodel.Delivery
		want     bool
		again    bool // the same card may go once more
	}{
		{"a row that is wrong", csvmodel.Invalid, "", true, false},
		{"a row that was refused", csvmodel.Rejected, "", true, false},
		{"a card of which nothing is known", csvmodel.Accepted, "", false, false},
		{"a card that was sent", csvmodel.Accepted, csvmodel.DeliverySent, false, false},
		{"a card that was read", csvmodel.Accepted, csvmodel.DeliveryRead, false, false},
		{"a card that nobody saw leave in time", csvmodel.Accepted, csvmodel.DeliveryUnobserved, false, false},
		{"a card with a word that is not known", csvmodel.Accepted, "played", false, false},
		{"a card that was not delivered", csvmodel.Accepted, csvmodel.DeliveryFailed, true, true},
		{"a card that a yellow card held back", csvmodel.Accepted, csvmodel.DeliveryYellowCard, true, true},
		{"a card that a suspension held back", csvmodel.Accepted, csvmodel.DeliverySuspended, true, true},
		{"a card that was dropped after a day", csvmodel.Accepted, csvmodel.DeliveryExpired, true, true},
		{"a number without WhatsApp is not tried again", csvmodel.Accepted, csvmodel.DeliveryNoAccount, true, false},
		{"nor is a group that the account is not in", csvmodel.Accepted, csvmodel.DeliveryNotInGroup, true, false},
		{"a duplicate", csvmodel.Duplicate, "", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := csvmodel.NeedsPerson(c.status, c.delivery); got != c.want {
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
	deliveries := csvmodel.DeliveryCounts{csvmodel.DeliveryRead: 5, csvmodel.DeliveryFailed: 2, csvmodel.DeliveryNoAccount: 1, "": 3}
	if n := deliveries.Failed(); n != 3 {
		t.Error(n, "failed")
	}
	if n := csvmodel.NeedPerson(csvmodel.Counts{csvmodel.Accepted: 11, csvmodel.Invalid: 4, csvmodel.Rejected: 1, csvmodel.Unknown: 9}, deliveries); n != 8 {
		t.Error(n, "need a person")
	}
}

func TestEachDeliveryIsSaidInWords(t *testing.T) {
	for _, d := range csvmodel.Deliveries {
		if d.Meaning(msg.English) == "" || !strings.ContainsFunc(d.Meaning(msg.Russian), func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			t.Errorf("%s: %q, %q", d, d.Meaning(msg.English), d.Meaning(msg.Russian))
		}
	}
	for _, c := range []struct {
		name     string
		language msg.Language
		delivery csvmodel.Delivery
		want     string
		left     []any
	}{
		{"with when it left the queue", msg.English, csvmodel.DeliveryRead, "delivery: the chat was opened (read); left the queue at 2026-03-01 12:00:00 +00:00", []any{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}},
		{"with that in Russian", msg.Russian, csvmodel.DeliveryRead, "доставка: чат открыли (read); вышла из очереди 01.03.2026 12:00:00 (UTC+00:00)", []any{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}},
		{"in English", msg.English, csvmodel.DeliveryNoAccount, "delivery: this number has no WhatsApp (noAccount)", nil},
		{"in Russian", msg.Russian, csvmodel.DeliveryNoAccount, "доставка: по этому номеру нет WhatsApp (noAccount)", nil},
		{"a word that only the service knows", msg.Russian, "teleported", "доставка: teleported", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := msg.NewReason(msg.Delivery, append([]any{string(c.delivery)}, c.left...)...).Text(c.language); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}
