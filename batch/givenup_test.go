package batch_test

import (
	"testing"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel/msg"
)

func TestARowThatIsNeverAnsweredNeedsAPersonAfterFiveAttempts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		isBroken := func(r sandbox.Request) bool { return r.Send.ChatID == chatOf(2) }
		w.instance.Script(sandbox.Fault{Do: sandbox.Respond(502, "Bad Gateway"), If: isBroken})
		in := w.file("contacts.csv", upTo(5)...)
		s := w.mustSend(in)
		for range 12 {
			if s.Stop.IsZero() {
				break
			}
			time.Sleep(5 * time.Minute)
			s = w.mustSend(in)
		}
		w.wantCounts(s, "4 accepted 1 rejected")
		w.checkRecord(s.Run)
		if got := w.results(s.Run)[2]; got.Attempts != 5 || got.Reasons[0].Code != msg.GivenUp || s.Run.Finished.IsZero() {
			t.Errorf("after %d attempts: %v, stopped with %v", got.Attempts, got.Reasons, s.Stop)
		}
		w.instance.Script()
		w.wantAllOnce(w.mustSend(in))
	})
}

func TestARowThatWasGivenUpWithoutASendLetsItsFileEnd(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{Do: sandbox.Respond(502, "Bad Gateway")})
		in := w.file("contacts.csv", 1)
		for range 5 {
			w.settings.NoWait = true
			if s := w.mustSend(in); s.Stop.Code != msg.Unsettled {
				t.Fatalf("stopped with %v", s.Stop)
			}
			w.settings.NoWait = false
			w.mustTrack()
		}
		if s := w.mustSend(in); counts(s) != "1 rejected" || !s.Stop.IsZero() || len(w.instance.Arrivals()) != 5 {
			t.Errorf("%s after %d requests, stopped with %v", counts(s), len(w.instance.Arrivals()), s.Stop)
		}
	})
}

func TestARowWhoseProcessIsKilledIsNotGivenUp(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", 1)
		w.instance.Script(sandbox.Fault{Do: sandbox.CloseConn})
		for range 8 {
			before := len(w.instance.Arrivals())
			fail := func(bool) error {
				if len(w.instance.Arrivals()) > before {
					return errChaos
				}
				return nil
			}
			w.sendWith(w.t.Context(), in, ledger.Options{NoSync: true, Fail: fail})
			if len(w.instance.Arrivals()) == before {
				t.Fatal("the row was not asked for again")
			}
			time.Sleep(10 * time.Minute)
		}
		w.instance.Script()
		w.wantAllOnce(w.mustSend(in))
	})
}
