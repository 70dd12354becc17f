package batch_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestEveryRowIsSentOnceAndHasTheServicesID(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.mustSend(w.file("contacts.csv", upTo(200)...))
		w.wantCounts(s, "200 accepted")
		w.checkRecord(s.Run)
		if n := len(w.instance.Messages()); n != 200 {
			t.Errorf("the service took %d cards", n)
		}
	})
}

func TestTheSameCommandTwiceSendsNothingTwice(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(20)...)
		w.mustSend(in)
		s := w.mustSend(in)
		w.wantCounts(s, "20 accepted")
		w.checkRecord(s.Run)
		if s.Run.ID != 1 {
			t.Errorf("the second start made run %d", s.Run.ID)
		}
	})
}

func TestTheSameContentUnderAnotherNameIsTheSameRun(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustSend(w.file("contacts.csv", upTo(5)...))
		s := w.mustSend(w.file("other.csv", upTo(5)...))
		w.wantCounts(s, "5 accepted")
		w.checkRecord(s.Run)
	})
}

func TestAgainSendsAFinishedFileOnceMore(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(5)...)
		w.mustSend(in)
		w.settings.Again = true
		if s := w.mustSend(in); s.Run.ID != 2 || counts(s) != "5 accepted" || len(w.instance.Messages()) != 10 {
			t.Errorf("run %d: %s, the service took %d", s.Run.ID, counts(s), len(w.instance.Messages()))
		}
	})
}

func TestAgainGoesOnWithARunThatIsNotFinished(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(5)...)
		w.mustSend(in)
		w.settings.Again = true
		if s, err := w.send(w.ongoing(250*time.Millisecond), in); err != nil || s.Counts[csvmodel.Unsent] == 0 {
			t.Fatalf("the run was not interrupted: %s %v", counts(s), err)
		}
		if s := w.mustSend(in); s.Run.ID != 2 || len(w.instance.Messages()) != 10 {
			t.Errorf("run %d, the service took %d", s.Run.ID, len(w.instance.Messages()))
		}
	})
}

func TestWhatStopsARun(t *testing.T) {
	answer := func(status int, body string) sandbox.Fault {
		return sandbox.Fault{Do: sandbox.Respond(status, body), If: func(r sandbox.Request) bool { return r.N > 3 }}
	}
	after := sandbox.Fault{When: sandbox.After, Do: sandbox.Respond(200, sandbox.BodyUnauthorized), If: func(r sandbox.Request) bool { return r.N > 3 }}
	cases := []struct {
		name  string
		fault sandbox.Fault
		kind  msg.Action
		code  msg.Code
	}{
		{"a wrong token", answer(401, ""), msg.ByPerson, msg.Unauthorized},
		{"a wrong instance", answer(403, "<html>nginx</html>"), msg.ByPerson, msg.Forbidden},
		{"an account that is not linked", answer(400, sandbox.TextNotAuthorized), msg.ByPerson, msg.NotAuthorized},
		{"an account that is not linked, in the older words", answer(400, sandbox.TextNotAuthorizedOld), msg.ByPerson, msg.NotAuthorized},
		{"an account that is not paid for", answer(400, sandbox.TextExpired), msg.ByPerson, msg.Expired},
		{"an instance that is deleted", answer(400, sandbox.TextDeleted), msg.ByPerson, msg.Deleted},
		{"the plan's quota", sandbox.Fault{Do: sandbox.QuotaExceeded, If: func(r sandbox.Request) bool { return r.N > 3 }}, msg.ByPerson, msg.Quota},
		{"a redirect", answer(302, ""), msg.ByPerson, msg.Protocol},
		{"a wrong method", answer(405, ""), msg.ByPerson, msg.Protocol},
		{"an address that is not found, three times", answer(404, ""), msg.ByPerson, msg.NotFound},
		{"unauthorized inside a 200", after, msg.ByPerson, msg.Unauthorized},
		{"a service that is away", sandbox.Fault{Do: sandbox.CloseConn, If: func(r sandbox.Request) bool { return r.N > 3 }}, msg.ByNextRun, msg.ServiceAway},
		{"one message for twenty rows", answer(400, `{"statusCode":400,"message":"Validation failed. Details: new trouble"}`), msg.ByPerson, msg.SameRefusal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.instance.Script(c.fault)
				in := w.file("contacts.csv", upTo(100)...)
				s := w.mustSend(in)
				if s.Stop.Action() != c.kind || s.Stop.Code != c.code || s.Counts[csvmodel.Accepted] != 3 {
					t.Errorf("%s: stopped with %v %s", counts(s), s.Stop.Action(), s.Stop.Code)
				}
				if n := len(w.instance.Arrivals()); n > 3+20+w.settings.Workers {
					t.Errorf("%d requests were made", n)
				}
			})
		})
	}
}

func TestAnAccountThatMayNotSendGetsNoRequest(t *testing.T) {
	for _, state := range []string{sandbox.NotAuthorized, sandbox.Blocked, sandbox.YellowCard, sandbox.Suspended, "somethingNew"} {
		t.Run(state, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.instance.Configure(func(c *sandbox.Config) { c.State = state })
				s := w.mustSend(w.file("contacts.csv", 1, 2))
				if s.Stop.Action() != msg.ByPerson || s.Stop.Word("State") != state || len(w.instance.Arrivals()) != 0 {
					t.Errorf("%s: %v, %d requests", counts(s), s.Stop, len(w.instance.Arrivals()))
				}
			})
		})
	}
}

func TestAnAccountThatIsStartingIsWaitedFor(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Starting })
		time.AfterFunc(5*time.Minute, func() {
			w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
		})
		w.wantCounts(w.mustSend(w.file("contacts.csv", 1, 2)), "2 accepted")
	})
}

func TestWhatIsNotTakenGoesAgainAfterAPause(t *testing.T) {
	cases := map[string]sandbox.Action{
		"too many requests":         sandbox.Respond(429, ""),
		"starting, bare":            sandbox.Respond(400, sandbox.TextStarting),
		"starting, in the envelope": sandbox.RespondEnvelope(400, sandbox.TextStarting),
		"not found once":            sandbox.Respond(404, ""),
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.instance.Script(sandbox.Fault{Do: do, If: sandbox.Nth(3)})
				s := w.mustSend(w.file("contacts.csv", upTo(8)...))
				w.wantCounts(s, "8 accepted")
				w.checkRecord(s.Run)
				at := w.instance.Arrivals()
				if gap := at[3+int(w.settings.Rate/100)].Sub(at[2]); gap < time.Second {
					t.Errorf("the next request came after %v", gap)
				}
			})
		})
	}
}

func TestAServiceThatTakesNothingIsLeftAfterFifteenMinutes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{Do: sandbox.Respond(429, "")})
		began := time.Now()
		s := w.mustSend(w.file("contacts.csv", upTo(8)...))
		if s.Stop.Code != msg.NothingTaken || s.Stop.Action() != msg.ByNextRun {
			t.Errorf("stopped with %v", s.Stop)
		}
		if elapsed := time.Since(began); elapsed < 15*time.Minute || elapsed > 16*time.Minute {
			t.Errorf("it took %v", elapsed)
		}
		w.wantCounts(s, "8 unsent")
	})
}

func TestRowsForWhichThereIsNoConnectionAreUnsent(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(20)...)
		w.pipe.SetDown(true)
		// The state is asked for first: let that one through.
		w.instance.Script(sandbox.Fault{Method: "getStateInstance", When: sandbox.After, Do: func(x *sandbox.Exchange) bool {
			w.pipe.SetDown(true)
			x.W.Header().Set("Connection", "close")
			return false
		}})
		w.pipe.SetDown(false)
		s := w.mustSend(in)
		w.wantCounts(s, "20 unsent")
		if s.Stop.Code != msg.ServiceAway || !strings.Contains(s.Stop.String(), "no connection") {
			t.Errorf("stopped with %v", s.Stop)
		}
	})
}

func TestFiftyASecondIsNeverPassedAndNearlyReached(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate, w.settings.Workers = 50, 16
		w.instance.Script(sandbox.Fault{Do: sandbox.Delay(200 * time.Millisecond)})
		w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(600)...)), "600 accepted")
		at := w.instance.Arrivals()
		for i := 50; i < len(at); i++ {
			if at[i].Sub(at[i-50]) < time.Second {
				t.Fatalf("requests %d to %d came within %v", i-50, i, at[i].Sub(at[i-50]))
			}
		}
		if rate := float64(len(at)-1) / at[len(at)-1].Sub(at[0]).Seconds(); rate < 0.96*50 {
			t.Errorf("%.2f requests a second", rate)
		}
	})
}

func TestRowsOfOneChatGoInTheFilesOrderOneAtATime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate, w.settings.Workers = 1000, 8
		var under, most int
		w.instance.Script(
			sandbox.Fault{Do: sandbox.Respond(429, ""), If: sandbox.Nth(2, 5)},
			sandbox.Fault{Do: func(*sandbox.Exchange) bool { under++; most = max(most, under); return false }, If: sandbox.ToChat(chatOf(1))},
			sandbox.Fault{Do: sandbox.Delay(50 * time.Millisecond)},
			sandbox.Fault{When: sandbox.After, Do: func(*sandbox.Exchange) bool { under--; return false }, If: sandbox.ToChat(chatOf(1))},
		)
		text := "chatId,phoneContact,firstName\n"
		for _, name := range []string{"A", "B", "C", "D", "E", "F"} {
			text += chatOf(1) + ",447400123123," + name + "\n" + chatOf(2) + ",447400123123," + name + "\n"
		}
		w.wantCounts(w.mustSend(w.text("contacts.csv", text)), "12 accepted")
		var names []string
		for _, m := range w.instance.Messages() {
			if m.ChatID == chatOf(1) {
				names = append(names, m.Contact.FirstName)
			}
		}
		if !slices.IsSorted(names) || most != 1 {
			t.Errorf("order %v, %d at once", names, most)
		}
	})
}

func TestAnInterruptedRunStopsInOrderAndGoesOn(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{Do: sandbox.Delay(300 * time.Millisecond)})
		in := w.file("contacts.csv", upTo(40)...)
		s, err := w.send(w.ongoing(2*time.Second), in)
		if err != nil {
			t.Fatal(err)
		}
		if s.Stop.Action() != msg.ByNextRun || s.Counts[csvmodel.Unknown] != 0 || s.Counts[csvmodel.Accepted]+s.Counts[csvmodel.Unsent] != 40 {
			t.Errorf("%s, stopped: %v", counts(s), s.Stop)
		}
		w.checkRecord(s.Run)
		for _, r := range w.results(s.Run) {
			if r.Status == csvmodel.Unsent && r.Attempts != 0 {
				t.Errorf("row %d is unsent after %d attempts", r.Row, r.Attempts)
			}
		}
		s = w.mustSend(in)
		w.wantCounts(s, "40 accepted")
		w.checkRecord(s.Run)
	})
}

func TestAnInterruptedPlanIsBegunAnew(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(20)...)
		ctx, cancel := context.WithCancel(w.t.Context())
		cancel()
		s, err := w.send(ctx, in)
		if err != nil || s.Stop.Action() != msg.ByNextRun || s.Run.ID != 0 {
			t.Errorf("run %d stopped with %v: %v", s.Run.ID, s.Stop, err)
		}
		s = w.mustSend(in)
		w.wantCounts(s, "20 accepted")
		w.checkRecord(s.Run)
	})
}

func TestStrictSendsNothingIfARowIsInvalid(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Strict = true
		s := w.mustSend(w.text("contacts.csv", "chatId,phoneContact,firstName\n"+chatOf(1)+",447400123123,Ada\n"+chatOf(2)+",12,Ada\n"))
		w.wantCounts(s, "1 invalid 1 unsent")
		if s.Stop.Action() != msg.Withheld || len(w.instance.Arrivals()) != 0 {
			t.Errorf("stopped with %v after %d requests", s.Stop, len(w.instance.Arrivals()))
		}
	})
}

func TestOutputsOfAnotherContentAreNotOverwritten(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		first := w.mustSend(w.file("contacts.csv", 1)).Run.Output
		second := w.mustSend(w.file("contacts.csv", 2)).Run.Output
		if !strings.HasSuffix(first, "/contacts") || !strings.HasSuffix(second, "/contacts-2") {
			t.Errorf("outputs are %s and %s", first, second)
		}
		if again := w.mustSend(w.file("contacts.csv", 1)).Run.Output; again != first {
			t.Errorf("the first content's outputs moved to %s", again)
		}
	})
}

func TestAFullLedgerEndsTheRequests(t *testing.T) {
	aboutAFile(t)
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(400)...)
		w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.NotAuthorized })
		w.mustSend(in) // only plans it
		w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
		planned, err := os.Stat(w.ledger)
		if err != nil {
			t.Fatal(err)
		}
		full := ledger.Options{NoSync: true, MaxPages: int(planned.Size()/4096) + 3}
		if s, err := w.sendWith(w.t.Context(), in, full); err == nil {
			t.Fatalf("the ledger never got full: %s", counts(s))
		}
		if n := len(w.instance.Arrivals()); n == 0 || n == 400 {
			t.Errorf("%d requests before the ledger was full", n)
		}
		s := w.mustSend(in)
		w.checkRecord(s.Run)
		if s.Counts[csvmodel.Unsent] != 0 || s.Counts[csvmodel.Unknown] > w.settings.Workers {
			t.Errorf("when it has room again: %s", counts(s))
		}
	})
}

func TestWhatAFileHasSentDoesNotGoAgainByItself(t *testing.T) {
	const rows = "chatId,phoneContact,firstName\n12025550001@c.us,12025550191,Ada\n12025550002@c.us,12025550191,Ada\n"
	for _, c := range []struct {
		name   string
		second string // content of the file
		path   string
		opts   csvmodel.Options
		again  bool
		want   int // cards that go the second time
	}{
		{"the same file", rows, "a.csv", csvmodel.Options{}, false, 0},
		{"under another name", rows, "b.csv", csvmodel.Options{}, false, 0},
		{"read for a region", rows, "a.csv", csvmodel.Options{Region: "DE"}, false, 0},
		{"read in another encoding", rows, "a.csv", csvmodel.Options{Encoding: "windows-1251"}, false, 0},
		{"with one row corrected", strings.Replace(rows, "Ada", "Eve", 1), "a.csv", csvmodel.Options{}, false, 1},
		{"with a row more, in another order", "chatId,phoneContact,firstName\n12025550003@c.us,12025550191,Ada\n" + rows[30:], "a.csv", csvmodel.Options{}, false, 1},
		{"another file with the same cards", rows + "12025550003@c.us,12025550191,Ada\n", "b.csv", csvmodel.Options{}, false, 3},
		{"again", rows, "a.csv", csvmodel.Options{}, true, 2},
		{"again, read for a region", rows, "a.csv", csvmodel.Options{Region: "DE"}, true, 2},
		{"again, with one row corrected", strings.Replace(rows, "Ada", "Eve", 1), "a.csv", csvmodel.Options{}, true, 2},
	} {
		for _, dedupe := range []ledger.Dedupe{{File: true}, {Within: time.Minute}} {
			t.Run(c.name+", "+dedupe.String(), func(t *testing.T) {
				inWorld(t, func(t *testing.T, w *world) {
					w.settings.Dedupe = dedupe
					w.mustSend(w.text("a.csv", rows))
					time.Sleep(time.Hour)
					w.settings.Again = c.again
					in, err := batch.OpenInput(w.text(c.path, c.second).Path, c.opts)
					if err != nil {
						t.Fatal(err)
					}
					s := w.mustSend(in)
					if n := len(w.instance.Messages()) - 2; n != c.want || !s.Stop.IsZero() {
						t.Errorf("%d went: %s, %v", n, counts(s), s.Stop)
					}
				})
			})
		}
	}
}

func TestAgainThatWasInterruptedIsLeftAloneWithoutIt(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("contacts.csv", upTo(5)...)
		w.mustSend(in)
		w.settings.Again = true
		if s, err := w.send(w.ongoing(250*time.Millisecond), in); err != nil || s.Counts[csvmodel.Unsent] == 0 {
			t.Fatalf("the run was not interrupted: %s %v", counts(s), err)
		}
		gone := len(w.instance.Messages())
		w.settings.Again = false
		for _, name := range []string{"contacts.csv", "other.csv"} {
			w.log.Reset()
			if s := w.mustSend(w.file(name, upTo(5)...)); s.Run.ID != 1 || len(w.instance.Messages()) != gone {
				t.Errorf("%s: run %d, %s, %d cards went", name, s.Run.ID, counts(s), len(w.instance.Messages())-gone)
			}
			if !strings.Contains(w.log.String(), "log.again-left") {
				t.Errorf("it is not said: %s", w.log.String())
			}
		}
		w.settings.Again = true
		if s := w.mustSend(in); s.Run.ID != 2 || counts(s) != "5 accepted" || len(w.instance.Messages()) != 10 {
			t.Errorf("run %d: %s, the service took %d", s.Run.ID, counts(s), len(w.instance.Messages()))
		}
	})
}

func TestAgainSendsAFileThatEndedWithoutASend(t *testing.T) {
	for _, region := range []string{"", "US"} {
		inWorld(t, func(t *testing.T, w *world) {
			w.settings.NoWait = true
			w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(3)})
			in := w.file("contacts.csv", upTo(5)...)
			w.wantCounts(w.mustSend(in), "4 accepted 1 unknown")
			time.Sleep(10 * time.Minute)
			w.settings.NoWait = false
			w.mustTrack()
			again, err := batch.OpenInput(in.Path, csvmodel.Options{Region: region})
			if err != nil {
				t.Fatal(err)
			}
			w.settings.Again = true
			if s := w.mustSend(again); s.Run.ID != 2 || counts(s) != "5 accepted" || len(w.instance.Messages()) != 10 {
				t.Errorf("run %d: %s, the service took %d", s.Run.ID, counts(s), len(w.instance.Messages()))
			}
			w.settings.Again = false
			if s := w.mustSend(in); !s.Stop.IsZero() || len(w.instance.Messages()) != 10 {
				t.Errorf("a plain send: %v, the service took %d", s.Stop, len(w.instance.Messages()))
			}
		})
	}
}
