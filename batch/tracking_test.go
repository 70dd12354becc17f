package batch_test

import (
	"encoding/json"
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
		found, stopped, err := job.Senders[0].Track(w.t.Context(), sparing)
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

// changeEntries changes the entries of a journal that is answered, and keeps those of
// which keep says so.
func changeEntries(t *testing.T, keep func(map[string]any) bool) sandbox.Action {
	return func(x *sandbox.Exchange) bool {
		var entries []map[string]any
		if err := json.Unmarshal(x.Answer.Body, &entries); err != nil {
			t.Error(err)
		}
		entries = slices.DeleteFunc(entries, func(e map[string]any) bool { return !keep(e) })
		x.Answer.Body, _ = json.Marshal(entries) // was read as JSON
		return false
	}
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
				if runs, _, err := job.Senders[0].Track(t.Context(), 0); err != nil || len(runs) != want {
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
		// Of the one that was never shown nobody knows that it waited.
		if got := w.delivered(s); strings.Count(got, "expired") != 9 || strings.Count(got, "unobserved") != 1 {
			t.Errorf("got %q", got)
		}
	})
}

// TestACardIsNotDroppedWithoutProof has the journal lose a card that has left.
func TestACardIsNotDroppedWithoutProof(t *testing.T) {
	notFound := sandbox.RespondEnvelope(400, "Message not found by id X")
	for _, c := range []struct {
		name    string
		delay   time.Duration
		answer  sandbox.Action // of getMessage
		want    string         // of a card that was gone at once, and of those that are stuck
		isStuck bool
	}{
		{"which never waited", 0, notFound, "unobserved", false},
		{"which waited for a while", 5 * time.Minute, notFound, "unobserved", false},
		{"which waited, and is not found", 0, notFound, "expired", true},
		{"where the service is asked in vain", 0, sandbox.Respond(502, ""), "pending", true},
		{"where the quota is used up", 0, sandbox.QuotaExceeded, "pending", true},
		{"where the answer has next to nothing in it", 0, sandbox.Respond(200, `{"type":"outgoing","typeMessage":""}`), "pending", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.reporting(nil)
				w.instance.Configure(func(cfg *sandbox.Config) { cfg.Stuck, cfg.Delay = c.isStuck, c.delay })
				w.settings.QueueDepth = pacing.QueueDepth{}
				w.mustSend(w.file("others.csv", upTo(20)...))
				s := w.mustSend(w.file("contacts.csv", 21, 22))
				lose := changeEntries(t, func(e map[string]any) bool { return e["chatId"] != chatOf(21) && e["chatId"] != chatOf(22) })
				w.instance.Script(
					sandbox.Fault{Method: "lastOutgoingMessages", When: sandbox.After, Do: lose},
					sandbox.Fault{Method: "getMessage", Do: c.answer})
				for range 27 {
					w.track(0)
					time.Sleep(time.Hour)
				}
				w.wantDelivered(s, c.want+" "+c.want)
				for range 30 { // from 27 hours on
					w.track(0)
					if c.want == "pending" {
						w.wantDelivered(s, "unobserved unobserved")
					}
					time.Sleep(time.Hour)
				}
			})
		})
	}
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
		if w.asked() != "1 1" { // one that failed could go again
			t.Errorf("%s questions", w.asked())
		}
	})
}

// TestAFailureOfAnotherChatsCardReleasesNoClaim has the service give a card of another
// sender the id of ours.
func TestAFailureOfAnotherChatsCardReleasesNoClaim(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(map[int]string{9: "failed"})
		w.instance.Configure(func(c *sandbox.Config) {
			c.ShowLID, c.NewID = true, func(sandbox.SendContact) string { return "3EB0SAME" }
		})
		s := w.mustSend(w.file("contacts.csv", 1))
		ours := sandbox.LID(chatOf(1))
		w.instance.Script(
			sandbox.Fault{Method: "lastOutgoingMessages", When: sandbox.After, Do: changeEntries(t, func(e map[string]any) bool { return e["chatId"] != ours })},
			sandbox.Fault{Method: "getMessage", Do: sandbox.Respond(502, "")})
		w.instance.Foreign(sandbox.SendContact{ChatID: chatOf(9), Contact: sandbox.Contact{PhoneContact: 447400123123, FirstName: "Ada"}})
		time.Sleep(10 * time.Minute)
		w.track(0)
		w.wantDelivered(s, "unobserved")
		w.wantCounts(w.mustSend(w.file("fixme.csv", 1, 2)), "1 accepted 1 duplicate")
	})
}

func TestAnEntryWithoutAStatusHasLeft(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.mustSend(w.file("contacts.csv", 1))
		w.instance.Script(sandbox.Fault{Method: "lastOutgoingMessages", When: sandbox.After, Do: changeEntries(t, func(e map[string]any) bool { delete(e, "statusMessage"); return true })})
		time.Sleep(10 * time.Minute)
		w.mustTrack()
		w.wantDelivered(s, "sent")
	})
}

func TestOneIncompleteMessageIsNotFoundByItself(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		s := w.mustSend(w.file("contacts.csv", 1, 2, 3))
		time.Sleep(10 * time.Minute)
		first := true
		w.instance.Script(
			sandbox.Fault{Method: "lastOutgoingMessages", Do: sandbox.Respond(200, "[]")},
			sandbox.Fault{Method: "getMessage", Do: sandbox.Respond(200, `{"type":"outgoing","typeMessage":""}`), If: func(sandbox.Request) bool {
				was := first
				first = false
				return was
			}})
		w.mustTrack()
		if got := w.delivered(s); strings.Count(got, "read") != 2 {
			t.Errorf("got %q", got)
		}
	})
}

// TestWhatSettlesARowIsItsDelivery has the journal lose the card later on.
func TestWhatSettlesARowIsItsDelivery(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(2)})
		s := w.mustSend(w.file("contacts.csv", 1, 2))
		w.wantCounts(s, "2 accepted")
		for _, want := range []string{" read", "read "} {
			if got := w.delivered(s); got == want {
				w.instance.Script(
					sandbox.Fault{Method: "lastOutgoingMessages", Do: sandbox.Respond(200, "[]")},
					sandbox.Fault{Method: "getMessage", Do: sandbox.RespondEnvelope(400, "Message not found by id X")})
				for range 30 {
					time.Sleep(time.Hour)
					w.mustTrack()
				}
				if got := w.delivered(s); strings.Contains(got, "expired") || !strings.Contains(got, "read") {
					t.Errorf("got %q", got)
				}
				w.at(func(r batch.Runs) {
					if left, _, err := tracking.Departures(r.Ledger, s.Run); err != nil || len(left) != 1 {
						t.Errorf("left %v, %v", left, err)
					}
				})
				return
			}
		}
		t.Errorf("got %q", w.delivered(s))
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
