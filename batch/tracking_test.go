package batch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel/msg"
)

// track asks for deliveries, and returns how many runs it was about. It proves them,
// as one who writes their files does.
func (w *world) track(sparing time.Duration) (runs int, stop msg.Reason) {
	w.t.Helper()
	err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
		found, stopped, err := job.Track(w.t.Context(), sparing)
		if err != nil {
			w.t.Fatal(err)
		}
		runs, stop = len(found), stopped
		for _, run := range found {
			w.prove(job.Ledger, run)
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return runs, stop
}

// mustTrack is a tracking that asks for all there is to ask for.
func (w *world) mustTrack() (runs int) {
	w.t.Helper()
	runs, stop := w.track(0)
	if !stop.IsZero() {
		w.t.Errorf("stopped with %v", stop)
	}
	return runs
}

// delivered is the deliveries of a run's rows, in order.
func (w *world) delivered(s batch.Summary) string {
	var all []string
	for _, r := range w.results(s.Run) {
		all = append(all, string(r.Delivery))
	}
	return strings.Join(all, " ")
}

func (w *world) wantDelivered(s batch.Summary, want string) {
	w.t.Helper()
	if got := w.delivered(s); got != want {
		w.t.Errorf("got %q, want %q\n%s", got, want, w.log.String())
	}
}

// reporting is an account with its webhook, whose chats have these ends.
func (w *world) reporting(ends map[int]string) {
	w.instance.Configure(func(c *sandbox.Config) {
		c.OutgoingWebhook, c.Limits = true, sandbox.DocumentedLimits()
		c.Outcome = func(s sandbox.SendContact) string {
			for chat, end := range ends {
				if s.ChatID == chatOf(chat) {
					return end
				}
			}
			return ""
		}
	})
}

func (w *world) asked() string {
	return fmt.Sprint(w.instance.Requests("lastOutgoingMessages"), " ", w.instance.Requests("getMessage"))
}

func TestDeliveriesGoForward(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(map[int]string{3: "noAccount", 4: "failed"})
		s := w.mustSend(w.file("contacts.csv", 1, 2, 3, 4))
		w.wantDelivered(s, "   ")
		time.Sleep(5 * time.Second)
		w.mustTrack()
		w.wantDelivered(s, "delivered delivered noAccount failed")
		time.Sleep(time.Minute)
		if runs := w.mustTrack(); runs != 1 {
			t.Errorf("%d runs changed", runs)
		}
		w.wantDelivered(s, "read read noAccount failed")
		if runs := w.mustTrack(); runs != 0 || w.asked() != "2 0" {
			t.Errorf("%d runs changed though all is known, %s questions", runs, w.asked())
		}
	})
}

func TestFilesThatWereNotWrittenAgainAreTheNextTime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		w.mustSend(w.file("contacts.csv", 1))
		time.Sleep(10 * time.Minute)
		for _, want := range []int{1, 1} { // nobody has written anything
			err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
				if runs, _, err := job.Track(t.Context(), 0); err != nil || len(runs) != want {
					t.Errorf("%d runs, %v", len(runs), err)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if runs := w.mustTrack(); runs != 1 {
			t.Errorf("%d runs", runs)
		}
		if runs := w.mustTrack(); runs != 0 {
			t.Errorf("%d runs after their files were written", runs)
		}
	})
}

func TestWhenCardsLeftIsKnownOfWhatWasSeen(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		w.instance.Configure(func(c *sandbox.Config) { c.Delay = 5 * time.Minute })
		s := w.mustSend(w.file("contacts.csv", upTo(6)...))
		began := time.Now()
		time.Sleep(16 * time.Minute)
		w.mustTrack()
		time.Sleep(time.Hour)
		w.mustTrack()
		w.at(func(r batch.Runs) {
			left, _, err := tracking.Departures(r.Ledger, s.Run)
			total := 0
			for at, n := range left {
				total += n
				if at.Before(began.Add(-30*time.Minute)) || at.After(began.Add(time.Hour)) {
					t.Errorf("%d left at %v, sent at %v", n, at, began)
				}
			}
			if err != nil || total != 6 || len(left) < 2 {
				t.Errorf("got %v, %v", left, err)
			}
		})
	})
}

func TestWhatDidNotArriveSaysSoAndMayBeSentAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(map[int]string{2: "failed", 3: "noAccount"})
		s := w.mustSend(w.file("contacts.csv", 1, 2, 3))
		w.mustTrack()
		results := w.results(s.Run)
		if results[0].Delivery.Failed() || results[1].Delivery.Reason().Code != msg.NotDelivered || results[2].Delivery.Reason().Code != msg.NoAccount {
			t.Errorf("%q, %q, %q", results[0].Delivery, results[1].Delivery, results[2].Delivery)
		}
		w.wantCounts(w.mustSend(w.file("fixme.csv", 2, 3)), "1 accepted 1 duplicate")
	})
}

func TestAQueueThatStandsStillIsTold(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		w.settings.QueueDepth = pacing.QueueDepth{}
		w.instance.Configure(func(c *sandbox.Config) { c.Stuck = true })
		s := w.mustSend(w.file("contacts.csv", upTo(10)...))
		time.Sleep(12 * time.Hour)
		w.mustTrack()
		// The message that is being sent is not shown.
		if n := strings.Count(w.delivered(s), "pending"); n != 9 || w.asked() != "1 1" {
			t.Errorf("%d are pending after %s questions", n, w.asked())
		}
		time.Sleep(12*time.Hour + 10*time.Minute)
		w.mustTrack()
		w.wantDelivered(s, strings.Repeat("expired ", 9)+"expired")
	})
}

func TestDroppedIsNotConcludedOfOneReading(t *testing.T) {
	for _, c := range []struct {
		name    string
		looks   []time.Duration // after the cards were accepted
		deliver string
	}{
		{"two that cover the day", []time.Duration{20 * time.Hour, 25 * time.Hour}, "expired"},
		{"one after it", []time.Duration{25 * time.Hour}, "unobserved"},
		{"two with a gap", []time.Duration{time.Hour, 26 * time.Hour}, "unobserved"},
		{"none in time", []time.Duration{72 * time.Hour}, "unobserved"},
		{"one within it", []time.Duration{23 * time.Hour}, "pending"},
		{"one within it and none in time", []time.Duration{23 * time.Hour, 72 * time.Hour}, "unobserved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.reporting(nil)
				w.instance.Configure(func(c *sandbox.Config) { c.Stuck = true })
				w.mustSend(w.file("others.csv", 1)) // hides at the head of the queue
				s := w.mustSend(w.file("contacts.csv", 2, 3))
				began := time.Now()
				for _, after := range c.looks {
					time.Sleep(time.Until(began.Add(after)))
					w.mustTrack()
				}
				w.wantDelivered(s, c.deliver+" "+c.deliver)
			})
		})
	}
}

func TestAJournalThatShowsNothingProvesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		s := w.mustSend(w.file("contacts.csv", 1, 2, 3))
		w.instance.Script(
			sandbox.Fault{Method: "lastOutgoingMessages", Do: sandbox.Respond(200, "[]")},
			sandbox.Fault{Method: "getMessage", Do: sandbox.RespondEnvelope(400, "Message not found by id X")})
		for range 6 {
			time.Sleep(5 * time.Hour)
			w.mustTrack()
		}
		w.wantDelivered(s, "unobserved unobserved unobserved")
	})
}

func TestWhatTheJournalDoesNotShowIsAskedFor(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		s := w.mustSend(w.file("contacts.csv", 1, 2, 3))
		time.Sleep(10 * time.Minute)
		w.instance.Script(sandbox.Fault{Method: "lastOutgoingMessages", Do: sandbox.Respond(200, "[]")})
		w.mustTrack()
		w.wantDelivered(s, "read read read")
		if w.asked() != "1 3" {
			t.Errorf("%s questions", w.asked())
		}
	})
}

func TestAJournalThatNamesChatsByLIDsTellsOfDeliveries(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(map[int]string{2: "failed"})
		w.instance.Configure(func(c *sandbox.Config) { c.ShowLID = true })
		s := w.mustSend(w.file("contacts.csv", 1, 2, 3))
		time.Sleep(time.Minute)
		w.mustTrack()
		w.wantDelivered(s, "read failed read")
		if w.asked() != "1 0" {
			t.Errorf("%s questions", w.asked())
		}
	})
}

func TestCardsOfOneIDAreToldApart(t *testing.T) {
	for _, lid := range []bool{false, true} {
		t.Run(fmt.Sprint("by lids: ", lid), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.reporting(map[int]string{2: "failed"})
				w.instance.Configure(func(c *sandbox.Config) {
					c.ShowLID, c.NewID = lid, func(sandbox.SendContact) string { return "3EB0SAME" }
				})
				s := w.mustSend(w.file("contacts.csv", 1, 2, 3))
				time.Sleep(10 * time.Minute)
				w.mustTrack()
				w.wantDelivered(s, "read failed read")
			})
		})
	}
}

func TestDeliveriesAreFetchedBesideARunThatSends(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		w.settings.Rate = 1
		in := w.file("contacts.csv", upTo(60)...)
		done := make(chan batch.Summary)
		go func() { done <- w.mustSend(in) }()
		time.Sleep(30 * time.Second)
		if runs := w.mustTrack(); runs != 1 {
			t.Errorf("%d runs changed", runs)
		}
		s := <-done
		w.wantAllOnce(s)
		if n := strings.Count(w.delivered(s), "read"); n < 10 || n > 30 {
			t.Errorf("%d are known to be read", n)
		}
	})
}

func TestEveryCardsDeliveryIsThatOfTheServicesRecord(t *testing.T) {
	ends := []string{"", "failed", "noAccount", "notInGroup", "yellowCard", "suspended", "", ""}
	for _, lid := range []bool{false, true} {
		inWorld(t, func(t *testing.T, w *world) {
			outcome := map[int]string{}
			for i := range 60 {
				outcome[i] = ends[i*7%len(ends)]
			}
			w.reporting(outcome)
			w.instance.Configure(func(c *sandbox.Config) { c.ShowLID, c.Delay, c.JournalLag = lid, 2*time.Second, 2*time.Minute })
			s := w.mustSend(w.file("contacts.csv", upTo(60)...))
			for range 10 {
				w.mustTrack()
				time.Sleep(3 * time.Minute)
			}
			var recorded []string
			for _, r := range w.results(s.Run) {
				i := slices.IndexFunc(w.instance.Messages(), func(m sandbox.Message) bool { return m.ChatID == r.ChatID })
				recorded = append(recorded, w.instance.Messages()[i].Status)
			}
			w.wantDelivered(s, strings.Join(recorded, " "))
		})
	}
}
