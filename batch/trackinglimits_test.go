package batch_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/sandbox"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel/msg"
)

func TestQuestionsKeepToTheLimitsAndTheQuota(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		quota := sandbox.Fault{Method: "getMessage", If: func(r sandbox.Request) bool { return r.N > 60 }, Do: sandbox.QuotaExceeded}
		s := w.mustSend(w.file("contacts.csv", upTo(80)...))
		time.Sleep(10 * time.Minute)
		w.instance.Script(quota, sandbox.Fault{Method: "lastOutgoingMessages", Do: sandbox.Respond(200, "[]")})
		began := time.Now()
		w.mustTrack()
		if took := time.Since(began); took < 6*time.Second {
			t.Errorf("60 questions in %v", took)
		}
		if got := strings.Count(w.delivered(s), "read"); got != 60 || w.asked() != "1 61" {
			t.Errorf("%d are known after %s questions", got, w.asked())
		}
		time.Sleep(20 * time.Hour)
		w.mustTrack()
		if w.asked() != "2 61" {
			t.Errorf("%s questions within a day after the quota was used up, which the journal's is not", w.asked())
		}
		w.instance.Script(sandbox.Fault{Method: "lastOutgoingMessages", Do: sandbox.QuotaExceeded})
		w.mustTrack()
		time.Sleep(23 * time.Hour)
		w.mustTrack()
		if w.asked() != "3 61" {
			t.Errorf("%s questions within a day after the journal's quota was used up", w.asked())
		}
		w.instance.Script()
		time.Sleep(2 * time.Hour)
		w.mustTrack()
		if w.asked() == "3 61" {
			t.Error("nothing was asked the day after")
		}
	})
}

func TestACardThatNothingShowsIsNotAskedForAgainAndAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.reporting(nil)
		w.mustSend(w.file("contacts.csv", 1, 2))
		w.instance.Script(
			sandbox.Fault{Method: "lastOutgoingMessages", Do: sandbox.Respond(200, "[]")},
			sandbox.Fault{Method: "getMessage", Do: sandbox.RespondEnvelope(400, "Message not found by id X")})
		time.Sleep(10 * time.Minute)
		for range 26 {
			w.mustTrack()
			time.Sleep(time.Hour)
		}
		if n := w.instance.Requests("getMessage"); n < 2*4 || n > 2*6 {
			t.Errorf("%d questions for two cards in a day", n)
		}
	})
}

func TestDeliveriesAreAskedForHourlyAtTheMost(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustSend(w.file("contacts.csv", 1))
		for range 24 {
			w.track(time.Hour)
			time.Sleep(10 * time.Minute)
		}
		if w.asked() != "4 0" {
			t.Errorf("%s questions in 4 hours", w.asked())
		}
	})
}

func TestNobodyAsksForeverWhatCannotBecomeKnown(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.mustSend(w.file("contacts.csv", 1))
		for range 96 {
			w.mustTrack()
			time.Sleep(time.Hour)
		}
		w.wantDelivered(s, "sent")
		if n := w.instance.Requests("lastOutgoingMessages"); n > 50 {
			t.Errorf("the journal was read %d times", n)
		}
	})
}

func TestHowAskingEnds(t *testing.T) {
	for _, c := range []struct {
		name string
		do   sandbox.Action
		want msg.Action
		code msg.Code
	}{
		{"a token that is refused needs a person", sandbox.Respond(http.StatusUnauthorized, ""), msg.ByPerson, msg.Unauthorized},
		{"a service that is away is asked the next time", sandbox.Respond(http.StatusBadGateway, ""), msg.ByNextRun, msg.Untracked},
		{"a journal that is cut short too", sandbox.Respond(http.StatusOK, `[{"idMessage":"3EB0"},`), msg.ByNextRun, msg.Untracked},
		{"a quota that is used up is waited for quietly", sandbox.QuotaExceeded, msg.None, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				s := w.mustSend(w.file("contacts.csv", 1))
				w.instance.Script(sandbox.Fault{Method: "lastOutgoingMessages", Do: c.do})
				if _, stop := w.track(0); stop.Action() != c.want || stop.Code != c.code {
					t.Errorf("stopped with %v", stop)
				}
				w.wantDelivered(s, "")
				w.withLedger(func(r batch.Runs) {
					if got, err := tracking.StatusOf(r.Ledger, s.Run); err != nil || got.PausedUntil.IsZero() != (c.name != "a quota that is used up is waited for quietly") {
						t.Errorf("%+v, %v", got, err)
					}
				})
			})
		})
	}
}

func TestWhatDeliveriesAreWorth(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		want := func(s batch.Summary, asked, on, off bool) {
			t.Helper()
			w.withLedger(func(records batch.Runs) {
				got, err := tracking.StatusOf(records.Ledger, s.Run)
				if err != nil || got.PolledAt.IsZero() == asked || got.IsOn != on || got.IsOff != off {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
		s := w.mustSend(w.file("contacts.csv", 1))
		want(s, false, false, true)
		w.reporting(nil)
		time.Sleep(time.Minute)
		w.mustTrack()
		want(s, true, true, false)
		time.Sleep(time.Minute)
		want(w.mustSend(w.file("later.csv", 2)), false, true, false)
	})
}
