package ledger

import (
	"slices"
	"testing"
	"time"

	"contact-distributor/csvmodel"
)

// sent returns the one row of the ledger that was accepted.
func sent(t testing.TB, l *Ledger) SentCard {
	t.Helper()
	for s, err := range l.SentCards("1101", time.Time{}, noon.Add(time.Hour)) {
		must(t, err)
		return s
	}
	t.Fatal("nothing was sent")
	return SentCard{}
}

func deliver(t testing.TB, l *Ledger, s SentCard, delivery csvmodel.Delivery) (runs map[int64]bool) {
	t.Helper()
	runs, err := l.RecordDeliveries("1101", []DeliveryUpdate{{SentCard: s, Delivery: delivery}}, noon.Add(time.Hour))
	must(t, err)
	return runs
}

func deliveries(t testing.TB, l *Ledger, run Run) (all []csvmodel.Delivery) {
	t.Helper()
	for r, err := range l.Rows(run.ID) {
		must(t, err)
		all = append(all, r.Delivery)
	}
	return all
}

func TestWhatWasSeenOfACardIsKeptAndNoted(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7, 8)
	accept(t, l, intend(t, l, planned(t, l, run)[0], Scope{}), "ID1")
	first := sent(t, l)
	if first.Chat != "79000000007@c.us" || first.IDMessage != "ID1" || !first.Intended.Equal(noon) || !first.Accepted.Equal(noon.Add(time.Second)) || first.Delivery != "" {
		t.Errorf("%+v", first)
	}
	if runs := deliver(t, l, first, csvmodel.DeliverySent); !runs[run.ID] || len(runs) != 1 {
		t.Error("changed", runs)
	}
	deliver(t, l, sent(t, l), csvmodel.DeliveryRead)
	if got := deliveries(t, l, run); !slices.Equal(got, []csvmodel.Delivery{"read", ""}) {
		t.Errorf("got %q", got)
	}
	notes, err := l.Notes(run.ID, 1)
	must(t, err)
	if len(notes) != 2 || notes[0].Kind != NoteDelivery || notes[0].Reason.Args[0] != "sent" || notes[1].Reason.Args[0] != "read" {
		t.Errorf("notes %+v", notes)
	}
	counts, err := l.DeliveryCounts(run.ID)
	must(t, err)
	if len(counts) != 1 || counts[csvmodel.DeliveryRead] != 1 {
		t.Errorf("counted %v", counts)
	}
}

func TestWhatHasChangedMeanwhileIsLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*SentCard)
	}{
		{"somebody else has seen more", func(s *SentCard) { s.Delivery = csvmodel.DeliveryPending }},
		{"another id", func(s *SentCard) { s.IDMessage = "ID2" }},
		{"no id", func(s *SentCard) { s.IDMessage = "" }},
		{"the same id in another chat", func(s *SentCard) { s.Chat = "79000000008@c.us" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			run := newRun(t, l, 1, 7)
			accept(t, l, intend(t, l, planned(t, l, run)[0], Scope{}), "ID1")
			s := sent(t, l)
			c.change(&s)
			if runs := deliver(t, l, s, csvmodel.DeliveryFailed); len(runs) != 0 {
				t.Error("changed", runs)
			}
			if got := deliveries(t, l, run); got[0] != "" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestTheSameLineInALaterRunKnowsWhatWasSeen(t *testing.T) {
	l := newLedger(t)
	first := newRun(t, l, 1, 7)
	accept(t, l, intend(t, l, planned(t, l, first)[0], Scope{}), "ID1")
	deliver(t, l, sent(t, l), csvmodel.DeliverySent)
	second := newRun(t, l, 1, 7)
	intend(t, l, planned(t, l, second)[0], Scope{})
	if got := deliveries(t, l, second); got[0] != csvmodel.DeliverySent {
		t.Errorf("before: %q", got)
	}
	if runs := deliver(t, l, sent(t, l), csvmodel.DeliveryRead); !runs[first.ID] || !runs[second.ID] {
		t.Error("changed", runs)
	}
	if got := deliveries(t, l, second); got[0] != csvmodel.DeliveryRead {
		t.Errorf("after: %q", got)
	}
}

func TestTheClaimOnACardThatDidNotArrive(t *testing.T) {
	for _, c := range []struct {
		name string
		seen []csvmodel.Delivery
		want State // of a row of another file with the same card
	}{
		{"is kept while it is on its way", []csvmodel.Delivery{"sent"}, "duplicate"},
		{"is given back when it failed", []csvmodel.Delivery{"sent", "failed"}, Intended},
		{"is given back under a yellow card", []csvmodel.Delivery{"yellowCard"}, Intended},
		{"is given back under a suspension", []csvmodel.Delivery{"suspended"}, Intended},
		{"is given back when it was dropped", []csvmodel.Delivery{"pending", "expired"}, Intended},
		{"stays given back when more is said of why", []csvmodel.Delivery{"failed", "yellowCard"}, Intended},
		{"is kept where the number has no WhatsApp", []csvmodel.Delivery{"noAccount"}, "duplicate"},
		{"is kept where the account is not in the group", []csvmodel.Delivery{"notInGroup"}, "duplicate"},
		{"is taken again when it arrived after all", []csvmodel.Delivery{"failed", "delivered"}, "duplicate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			accept(t, l, intend(t, l, planned(t, l, newRun(t, l, 1, 7))[0], Scope{}), "ID1")
			for _, delivery := range c.seen {
				deliver(t, l, sent(t, l), delivery)
			}
			if got := intend(t, l, planned(t, l, newRun(t, l, 2, 7))[0], Scope{}); got.State != c.want {
				t.Errorf("got %s", got.State)
			}
		})
	}
}

func TestAClaimThatSomebodyElseHasIsNotTakenAgain(t *testing.T) {
	l := newLedger(t)
	accept(t, l, intend(t, l, planned(t, l, newRun(t, l, 1, 7))[0], Scope{}), "ID1")
	first := sent(t, l)
	deliver(t, l, first, csvmodel.DeliveryFailed)
	accept(t, l, intend(t, l, planned(t, l, newRun(t, l, 2, 7))[0], Scope{}), "ID2")
	first.Delivery = csvmodel.DeliveryFailed
	deliver(t, l, first, csvmodel.DeliveryDelivered)
	got := intend(t, l, planned(t, l, newRun(t, l, 3, 7))[0], Scope{})
	if args := got.Reasons[0].Args; got.State != "duplicate" || args[len(args)-1] != "ID2" {
		t.Errorf("got %s, %v", got.State, got.Reasons)
	}
}

func TestAClaimDoesNotGoBackToACardThatDidNotArriveEither(t *testing.T) {
	l := newLedger(t)
	sendOnce(t, l, newRun(t, l, 1, 7))
	first := sent(t, l)
	accept(t, l, intend(t, l, planned(t, l, newRun(t, l, 1, 7))[0], Scope{Again: true}), "ID2")
	second := first
	second.IDMessage = "ID2"
	deliver(t, l, first, csvmodel.DeliveryFailed)
	deliver(t, l, second, csvmodel.DeliveryFailed)
	if got := intend(t, l, planned(t, l, newRun(t, l, 2, 7))[0], Scope{}); got.State != Intended {
		t.Errorf("got %s, %v", got.State, got.Reasons)
	}
}

func TestADeliveryThatNoNoteSaysIsFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		alter string
		want  []UnexplainedDelivery
	}{
		{"nothing was altered", "", nil},
		{"one that is not known was made up", "UPDATE rows SET delivery = 'read' WHERE seq = 2", []UnexplainedDelivery{{2, 3, 3, "accepted", "", "read"}}},
		{"one that is known was altered", "UPDATE rows SET delivery = 'read' WHERE seq = 1 AND run = 1", []UnexplainedDelivery{{1, 2, 2, "accepted", "failed", "read"}}},
		{"one was taken away", "UPDATE rows SET delivery = ''", []UnexplainedDelivery{{1, 2, 2, "accepted", "failed", ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(t)
			run := newRun(t, l, 1, 7, 8)
			for i, row := range planned(t, l, run) {
				accept(t, l, intend(t, l, row, Scope{}), []string{"ID1", "ID2"}[i])
			}
			first := sent(t, l)
			deliver(t, l, first, csvmodel.DeliverySent)
			first.Delivery = csvmodel.DeliverySent
			deliver(t, l, first, csvmodel.DeliveryFailed)
			if c.alter != "" {
				must(t, l.exec(c.alter))
			}
			var got []UnexplainedDelivery
			for u, err := range l.UnexplainedDeliveries(run.ID) {
				must(t, err)
				got = append(got, u)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestWhenACardLeftIsKeptOnce(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7, 8, 9)
	for i, row := range planned(t, l, run) {
		accept(t, l, intend(t, l, row, Scope{}), []string{"ID1", "ID2", "ID3"}[i])
	}
	first := sent(t, l)
	for _, seen := range []DeliveryUpdate{
		{SentCard: first, Delivery: csvmodel.DeliveryPending},
		{SentCard: SentCard{Chat: first.Chat, IDMessage: "ID1", Delivery: csvmodel.DeliveryPending}, Delivery: csvmodel.DeliverySent, DepartedAt: noon.Add(time.Minute)},
		{SentCard: SentCard{Chat: first.Chat, IDMessage: "ID1", Delivery: csvmodel.DeliverySent}, Delivery: csvmodel.DeliveryRead},
		{SentCard: SentCard{Chat: "79000000008@c.us", IDMessage: "ID2"}, Delivery: csvmodel.DeliveryRead, DepartedAt: noon.Add(time.Hour)},
		{SentCard: SentCard{Chat: "79000000009@c.us", IDMessage: "ID3"}, Delivery: csvmodel.DeliveryPending},
	} {
		_, err := l.RecordDeliveries("1101", []DeliveryUpdate{seen}, noon)
		must(t, err)
	}
	var got []time.Time
	for at, err := range l.Departures(run.ID) {
		must(t, err)
		got = append(got, at)
	}
	if len(got) != 2 || !got[0].Equal(noon.Add(time.Minute)) || !got[1].Equal(noon.Add(time.Hour)) {
		t.Errorf("got %v", got)
	}
}

func TestADeliveryOfAnEarlierRunIsNotedInTheLaterOne(t *testing.T) {
	l := newLedger(t)
	accept(t, l, intend(t, l, planned(t, l, newRun(t, l, 1, 7))[0], Scope{}), "ID1")
	deliver(t, l, sent(t, l), csvmodel.DeliveryRead)
	before, err := l.Seal(1)
	must(t, err)
	second := newRun(t, l, 1, 7)
	intend(t, l, planned(t, l, second)[0], Scope{})
	for u, err := range l.UnexplainedDeliveries(second.ID) {
		t.Errorf("%+v, %v", u, err)
	}
	for run, want := range map[int64]int{1: 0, second.ID: 1} {
		if n, err := l.CountDeliveryChanges(run, before.Note); err != nil || n != want {
			t.Errorf("run %d: %d, %v", run, n, err)
		}
	}
}
