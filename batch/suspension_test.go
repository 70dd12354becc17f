package batch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// after changes the state of the account so long from now.
func (w *world) after(d time.Duration, state string) {
	time.AfterFunc(d, func() { w.instance.Configure(func(c *sandbox.Config) { c.State = state }) })
}

func TestAnAccountThatMayNotSendAnyMoreIsNoticedWithinAMinute(t *testing.T) {
	for _, state := range []string{sandbox.NotAuthorized, sandbox.Blocked, sandbox.YellowCard, sandbox.Suspended, "somethingNew"} {
		t.Run(state, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(5 * time.Second)
				w.after(5*time.Minute, state)
				began := time.Now()
				s := w.mustSend(w.file("contacts.csv", upTo(500)...))
				if elapsed := time.Since(began); elapsed < 5*time.Minute || elapsed > 6*time.Minute+10*time.Second {
					t.Errorf("it took %v", elapsed)
				}
				if state == sandbox.NotAuthorized && s.Stop.Code == msg.NotAuthorized {
					return // a card was answered so before the state was asked for
				}
				if s.Stop.Action() != msg.ByPerson || s.Stop.Word("State") != state || s.Stop.Args[1] == 0 {
					t.Errorf("stopped with %v", s.Stop)
				}
				w.checkRecord(s.Run)
			})
		})
	}
}

func TestAfterAWarningTheInstanceRestsUntilAPersonSaysOtherwise(t *testing.T) {
	for _, state := range []string{sandbox.Blocked, sandbox.YellowCard, sandbox.Suspended} {
		t.Run(state, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				in := w.file("contacts.csv", upTo(10)...)
				w.instance.Configure(func(c *sandbox.Config) { c.State = state })
				if s := w.mustSend(in); s.Stop.Action() != msg.ByPerson || s.Stop.Code != msg.Rest {
					t.Errorf("stopped with %v", s.Stop)
				}
				w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
				time.Sleep(48 * time.Hour)
				for range 2 {
					s := w.mustSend(in)
					if s.Stop.Action() != msg.ByPerson || s.Stop.Code != msg.Resting || s.Stop.Word("State") != state {
						t.Errorf("stopped with %v", s.Stop)
					}
				}
				if n := len(w.instance.Arrivals()); n > 0 {
					t.Errorf("%d cards were asked for", n)
				}
				w.resume()
				w.wantCounts(w.mustSend(in), "10 accepted")
			})
		})
	}
}

// resume is a person's word.
func (w *world) resume() {
	w.t.Helper()
	l, err := w.open(ledger.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	defer l.Close()
	if rests, err := l.Suspensions(); err != nil || len(rests) != 1 || rests[0].Instance != w.account {
		w.t.Errorf("at rest: %v %v", rests, err)
	}
	if _, err := l.Resume(w.account, "ada@host", time.Now()); err != nil {
		w.t.Error(err)
	}
	if _, err := l.Resume(w.account, "ada@host", time.Now()); !errors.Is(err, ledger.ErrNotSuspended) {
		w.t.Errorf("resumed twice: %v", err)
	}
}

func TestAnAccountThatIsOnlyNotLinkedDoesNotRest(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(10)...)
		w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.NotAuthorized })
		w.mustSend(in)
		w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
		w.wantCounts(w.mustSend(in), "10 accepted")
	})
}

func TestARefusalBehindWhichThereIsABlockPutsTheInstanceToRest(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.after(5*time.Second, sandbox.Blocked)
		w.instance.Script(sandbox.Fault{Do: func(x *sandbox.Exchange) bool {
			return w.instance.Config().State == sandbox.Blocked && sandbox.RespondEnvelope(400, sandbox.TextNotAuthorized)(x)
		}})
		if s := w.mustSend(w.file("contacts.csv", upTo(100)...)); s.Stop.Code != msg.Rest {
			t.Errorf("stopped with %v", s.Stop)
		}
	})
}

func TestAWarningIsNoticedAtTheEndToo(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate = 2
		w.after(15*time.Second, sandbox.YellowCard)
		s := w.mustSend(w.file("contacts.csv", upTo(60)...))
		if s.Counts[csvmodel.Accepted] != 60 || s.Stop.Code != msg.Rest {
			t.Errorf("%s, stopped with %v", counts(s), s.Stop)
		}
	})
}

func TestAnAccountThatRestartsIsWaitedForAndItsDelayReadAgain(t *testing.T) {
	for _, state := range []string{sandbox.Starting, sandbox.SleepMode} {
		t.Run(state, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(2 * time.Second)
				w.instance.Script(sandbox.Fault{Method: "sendContact", Do: func(*sandbox.Exchange) bool { return false }})
				w.after(2*time.Minute, state)
				time.AfterFunc(6*time.Minute, func() {
					w.instance.Configure(func(c *sandbox.Config) { c.State, c.Delay = sandbox.Authorized, 10*time.Second })
				})
				s := w.mustSend(w.file("contacts.csv", upTo(200)...))
				w.wantCounts(s, "200 accepted")
				w.checkRecord(s.Run)
				if !strings.Contains(w.log.String(), "msg=log.not-ready") || !strings.Contains(w.log.String(), "msg=log.delay Delay=10s") {
					t.Errorf("it was not said aloud:\n%s", w.log.String())
				}
			})
		})
	}
}

func TestAStateThatIsNotToBeHadForAWhileEndsNoRun(t *testing.T) {
	for _, c := range []struct {
		name string
		away time.Duration
		want string
	}{
		{"two minutes", 2 * time.Minute, "200 accepted"},
		{"ten minutes, after five of which it is left", 10 * time.Minute, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(5 * time.Second)
				began := time.Now()
				away := func(sandbox.Request) bool {
					since := time.Since(began)
					return since > 90*time.Second && since < 90*time.Second+c.away
				}
				w.instance.Script(sandbox.Fault{Method: "getStateInstance", Do: sandbox.Respond(500, ""), If: away})
				s := w.mustSend(w.file("contacts.csv", upTo(200)...))
				if c.want != "" {
					w.wantCounts(s, c.want)
				} else if s.Stop.Code != msg.ServiceAway || time.Since(began) > 8*time.Minute {
					t.Errorf("after %v stopped with %v", time.Since(began), s.Stop)
				}
			})
		})
	}
}

func TestAnAccountThatDoesNotGetReadyIsLeftAfterTenMinutes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(2 * time.Second)
		w.after(2*time.Minute, sandbox.SleepMode)
		began := time.Now()
		s := w.mustSend(w.file("contacts.csv", upTo(200)...))
		if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.NotReady {
			t.Errorf("stopped with %v", s.Stop)
		}
		if elapsed := time.Since(began); elapsed < 12*time.Minute || elapsed > 15*time.Minute {
			t.Errorf("after %v", elapsed)
		}
	})
}

func TestTheAccountIsAskedAfterOnceAMinute(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(20 * time.Second)
		began := time.Now()
		w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(400)...)), "400 accepted")
		minutes, hours := int(time.Since(began).Minutes()), int(time.Since(began).Hours())
		if n := w.instance.Requests("getStateInstance"); n < minutes || n > minutes+2 {
			t.Errorf("%d questions after the state in %d minutes", n, minutes)
		}
		if n := w.instance.Requests("getSettings"); n < hours || n > hours+1 {
			t.Errorf("%d questions after the settings in %d hours", n, hours)
		}
	})
}

func TestSettingsThatAreNotToBeHadSendNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{Method: "getSettings", Do: sandbox.Respond(500, "")})
		s := w.mustSend(w.file("contacts.csv", upTo(3)...))
		w.wantCounts(s, "3 unsent")
		if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.ServiceAway {
			t.Errorf("stopped with %v", s.Stop)
		}
	})
}
