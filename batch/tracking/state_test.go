package tracking

import (
	"slices"
	"testing"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

func TestOfTwoThingsSeenOfACardOneCounts(t *testing.T) {
	for _, c := range []struct {
		name       string
		known, now csvmodel.Delivery
		want       csvmodel.Delivery
	}{
		{"the first reading", "", "sent", "sent"},
		{"a reading that says nothing", "sent", "", "sent"},
		{"pending after nothing", "", "pending", "pending"},
		{"sent after pending", "pending", "sent", "sent"},
		{"delivered after sent", "sent", "delivered", "delivered"},
		{"read after delivered", "delivered", "read", "read"},
		{"read after sent, since steps may be missed", "sent", "read", "read"},
		{"an older reading takes nothing back", "read", "sent", "read"},
		{"nor does one from the queue", "delivered", "pending", "delivered"},
		{"a failure after sent", "sent", "failed", "failed"},
		{"sent after a failure is the older reading", "failed", "sent", "failed"},
		{"delivered after a failure: it arrived after all", "failed", "delivered", "delivered"},
		{"read after no account", "noAccount", "read", "read"},
		{"a failure after delivered: it arrived nevertheless", "delivered", "failed", "delivered"},
		{"a failure that says more", "failed", "noAccount", "noAccount"},
		{"a failure that says less", "yellowCard", "failed", "yellowCard"},
		{"seen to leave after it was taken for dropped", "expired", "sent", "sent"},
		{"failed after it was taken for dropped", "expired", "failed", "failed"},
		{"seen after it was not observed", "unobserved", "read", "read"},
		{"dropped is not concluded of what may have been seen", "unobserved", "expired", "unobserved"},
		{"a word that is new", "sent", "played", "played"},
		{"a word that is new does not undo a delivery", "delivered", "played", "delivered"},
		{"nor a failure", "failed", "played", "failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := laterState(c.known, c.now); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestItDoesNotMatterInWhichOrderReadingsCome(t *testing.T) {
	words := append(slices.Clone(csvmodel.Deliveries), "", "played", "deleted")
	for _, a := range words {
		if got := laterState(a, a); got != a {
			t.Errorf("%q twice is %q", a, got)
		}
		for _, b := range words {
			if laterState(a, b) != laterState(b, a) {
				t.Errorf("%q and %q", a, b)
			}
			for _, c := range words {
				if laterState(laterState(a, b), c) != laterState(a, laterState(b, c)) {
					t.Errorf("%q, %q and %q", a, b, c)
				}
			}
		}
	}
}

func TestEveryWordHasItsPlace(t *testing.T) {
	for _, d := range csvmodel.Deliveries {
		if !slices.Contains(deliveryOrder, d) {
			t.Errorf("%q has none", d)
		}
	}
}

func TestACardThatNobodySawLeave(t *testing.T) {
	taken := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	at := func(hours float64) time.Time { return taken.Add(time.Duration(hours * float64(time.Hour))) }
	never := -1e5
	for _, c := range []struct {
		name   string
		known  csvmodel.Delivery
		seen   float64    // in the queue, hours after it was taken
		shown  []interval // of the readings, the newest last
		answer bool       // of getMessage, that there is none
		want   csvmodel.Delivery
	}{
		{"may yet leave within a day", "pending", 20, []interval{{at(-1), at(23)}}, true, "pending"},
		{"is dropped from the queue in which it was seen late", "pending", 20, []interval{{at(-4), at(20)}, {at(2), at(26)}}, true, "expired"},
		{"is dropped where many readings show nothing after that", "pending", 17, []interval{{at(-1), at(5)}, {at(5), at(11)}, {at(11), at(17)}, {at(1.5), at(25)}}, true, "expired"},
		{"is dropped whatever was read before it was seen", "pending", 20, []interval{{at(-4), at(20)}, {at(19), at(26)}}, true, "expired"},
		{"is not dropped if it was in the queue for hours only", "pending", 11, []interval{{at(-12), at(12)}, {at(2), at(26)}}, true, "unobserved"},
		{"nor if it never was", "", never, []interval{{at(-12), at(12)}, {at(2), at(26)}}, true, "unobserved"},
		{"nor if nobody has answered whether there is one", "pending", 20, []interval{{at(-4), at(20)}, {at(2), at(26)}}, false, "pending"},
		{"nor once nobody asks any more", "pending", 20, []interval{{at(-4), at(20)}, {at(2), at(26)}, {at(3), at(27)}}, false, "unobserved"},
		{"one reading covers no day", "", never, []interval{{at(1), at(25)}}, true, "unobserved"},
		{"nor do two with a gap after it was seen", "pending", 13, []interval{{at(-11), at(13)}, {at(13.5), at(25)}}, true, "unobserved"},
		{"nor those that end too early", "pending", 13, []interval{{at(-11), at(13)}, {at(1), at(24)}}, true, "pending"},
		{"nor none, long after", "pending", 20, []interval{{at(60), at(84)}}, true, "unobserved"},
		{"what was seen to leave stays as it is", "sent", never, []interval{{at(-12), at(12)}, {at(2), at(26)}}, true, "sent"},
		{"and so does what may have been seen", "unobserved", 20, []interval{{at(-12), at(12)}, {at(2), at(26)}}, true, "unobserved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var shown interval
			for _, s := range c.shown {
				shown = shown.extend(s)
			}
			window := acceptedWithin(ledger.SentCard{Intended: taken, Accepted: taken.Add(time.Second), Ended: taken.Add(time.Second)}, 2*time.Minute)
			card := sight{c.known, window, at(c.seen), c.answer}
			if got := finalState(card, shown, c.shown[len(c.shown)-1].To); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhenACardMayHaveBeenTaken(t *testing.T) {
	began := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		card     ledger.SentCard
		from, to time.Duration // from when it was intended
	}{
		{"one that was answered", ledger.SentCard{Accepted: began.Add(time.Second), Ended: began.Add(time.Second)}, -2 * time.Second, 2*time.Minute + 3*time.Second},
		{"one that was found later", ledger.SentCard{Accepted: began, Ended: began.Add(time.Minute)}, -2 * time.Second, 3*time.Minute + 2*time.Second},
		{"a service whose clock is ahead", ledger.SentCard{Accepted: began, Ended: began, ClockSkew: time.Hour}, time.Hour - 2*time.Second, time.Hour + 2*time.Minute + 2*time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.card.Intended = began
			got := acceptedWithin(c.card, 2*time.Minute)
			if got.From.Sub(began) != c.from || got.To.Sub(began) != c.to {
				t.Errorf("from %v to %v", got.From.Sub(began), got.To.Sub(began))
			}
		})
	}
}
