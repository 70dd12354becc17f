package batch_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// wantAllOnce makes sure that each row of the file was taken once, and has its id.
func (w *world) wantAllOnce(s batch.Summary) {
	w.t.Helper()
	if s.Counts[csvmodel.Accepted] != s.Run.Rows || len(w.instance.Messages()) != s.Run.Rows {
		w.t.Errorf("%s; the service took %d of %d\n%s", counts(s), len(w.instance.Messages()), s.Run.Rows, w.log.String())
	}
	w.checkRecord(s.Run)
}

func TestLostAnswersAreSettledFromTheRecords(t *testing.T) {
	lost := map[string]sandbox.Action{
		"closed":           sandbox.CloseConn,
		"cut":              sandbox.CutBody(5),
		"a bad gateway":    sandbox.Respond(502, "bad gateway"),
		"an id is missing": sandbox.Respond(200, "{}"),
		"hanging":          sandbox.Hang(0),
		"garbage":          sandbox.Raw("nonsense\r\n"),
	}
	delays := map[string]time.Duration{"no delay": 0, "half a second": 500 * time.Millisecond, "five minutes": 5 * time.Minute}
	for name, do := range lost {
		for when, side := range map[string]sandbox.When{"before it was taken": sandbox.Before, "after it was taken": sandbox.After} {
			for speed, delay := range delays {
				t.Run(name+" "+when+", "+speed, func(t *testing.T) {
					inWorld(t, func(t *testing.T, w *world) {
						w.instance.Configure(func(c *sandbox.Config) {
							c.Delay, c.Limits, c.JournalLag = delay, sandbox.DocumentedLimits(), 2*time.Minute
						})
						w.instance.Script(sandbox.Fault{When: side, Do: do, If: sandbox.Nth(2, 5)})
						w.wantAllOnce(w.mustSend(w.file("contacts.csv", upTo(8)...)))
					})
				})
			}
		}
	}
}

func TestARequestThatIsTakenLateIsFound(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		// The client gives up after a minute; the service takes the card 50 s later.
		w.instance.Script(sandbox.Fault{Do: sandbox.Delay(110 * time.Second), If: sandbox.Nth(3)})
		w.wantAllOnce(w.mustSend(w.file("contacts.csv", upTo(8)...)))
	})
}

func TestAJournalThatNamesChatsByLIDsDecidesWhereTheyAreTied(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Configure(func(c *sandbox.Config) { c.ShowLID = true })
		w.mustSend(w.file("earlier.csv", upTo(9)...))
		time.Sleep(10 * time.Minute)
		w.settings.Dedupe = ledger.Dedupe{File: true}
		w.instance.Script(
			sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(9 + 4)},
			sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(9 + 5)})
		s := w.mustSend(w.file("contacts.csv", upTo(8)...))
		w.wantCounts(s, "8 accepted")
		if n := len(w.instance.Messages()); n != 9+8 {
			t.Errorf("the service took %d", n)
		}
	})
}

// TestSomebodyElsesCardIsNotARowInDoubt has another sender hand the row's card to a
// chat that nobody knows while the row was not taken.
func TestSomebodyElsesCardIsNotARowInDoubt(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Configure(func(c *sandbox.Config) { c.ShowLID = true })
		w.instance.Script(sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(1)})
		time.AfterFunc(10*time.Second, func() {
			w.instance.Foreign(sandbox.SendContact{ChatID: chatOf(9), Contact: sandbox.Contact{PhoneContact: 447400123123, FirstName: "Ada"}})
		})
		w.wantCounts(w.mustSend(w.file("contacts.csv", 1)), "1 unknown")
	})
}

func TestNobodyCanTellSeveralLIDsApart(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Configure(func(c *sandbox.Config) { c.ShowLID = true })
		w.instance.Script(
			sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(4)},
			sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(5)})
		s := w.mustSend(w.file("contacts.csv", upTo(8)...))
		w.wantCounts(s, "6 accepted 2 unknown")
		if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.Unsettled {
			t.Errorf("stopped with %v", s.Stop)
		}
		if n := len(w.instance.Messages()); n != 7 {
			t.Errorf("the service took %d", n)
		}
	})
}

func TestTheRestGoesOnWhileARowIsSettled(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate = 1
		w.instance.Script(sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(3)})
		began := time.Now()
		w.wantAllOnce(w.mustSend(w.file("contacts.csv", upTo(400)...)))
		if took := time.Since(began); took > 8*time.Minute {
			t.Errorf("it took %v\n%s", took, w.log.String())
		}
	})
}

func TestAChatWaitsWhileItsRowIsSettled(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		first := true
		w.instance.Script(sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: func(r sandbox.Request) bool {
			mine := first && r.Send.ChatID == chatOf(1)
			first = first && !mine
			return mine
		}})
		text := "chatId,phoneContact,firstName\n" + chatOf(1) + ",447400123123,First\n" + chatOf(1) + ",447400123123,Second\n" + chatOf(2) + ",447400123123,Other\n"
		w.wantCounts(w.mustSend(w.text("contacts.csv", text)), "3 accepted")
		var names []string
		for _, m := range w.instance.Messages() {
			names = append(names, m.Contact.FirstName)
		}
		if len(names) != 3 || names[0] != "Other" || names[1] != "First" || names[2] != "Second" {
			t.Errorf("sent in the order %v", names)
		}
	})
}

// TestRunsThatDoNotWaitFindWhatWasTaken has them free nothing: between two of them
// nobody watches the account.
func TestRunsThatDoNotWaitFindWhatWasTaken(t *testing.T) {
	for name, side := range map[string]sandbox.When{"what was taken": sandbox.After, "what was not": sandbox.Before} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.settings.NoWait = true
				w.instance.Script(sandbox.Fault{When: side, Do: sandbox.CloseConn, If: sandbox.Nth(3)})
				in := w.file("contacts.csv", upTo(8)...)
				s := w.mustSend(in)
				w.wantCounts(s, "7 accepted 1 unknown")
				for range 4 {
					if s.Stop.Action() != msg.ByNextRun {
						t.Errorf("stopped with %v", s.Stop)
					}
					time.Sleep(5 * time.Minute)
					began := time.Now()
					s = w.mustSend(in)
					if took := time.Since(began); took > 20*time.Second {
						t.Errorf("a run waited %v", took)
					}
					if side == sandbox.After {
						break
					}
					w.wantCounts(s, "7 accepted 1 unknown")
				}
				if n := w.instance.Requests("lastOutgoingMessages"); n != 1 {
					t.Errorf("the journal was read %d times within an hour", n)
				}
				w.settings.NoWait = false
				w.wantAllOnce(w.mustSend(in))
			})
		})
	}
}

// TestAnAccountThatIsAwayWhileNobodyLooksFreesNothing has a card that the queue hides
// stay there while the account is away between the runs: it needs longer to leave than
// one of them is at work.
func TestAnAccountThatIsAwayWhileNobodyLooksFreesNothing(t *testing.T) {
	for _, gap := range []time.Duration{20 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute, time.Hour} {
		t.Run(gap.String(), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.settings.NoWait = true
				w.instance.Configure(func(c *sandbox.Config) { c.Delay = 30 * time.Second })
				w.mustSend(w.file("before.csv", 1)) // the next card has to wait
				w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(2)})
				in := w.file("contacts.csv", 2)
				s := w.mustSend(in)
				w.instance.Configure(func(c *sandbox.Config) { c.State, c.Stuck = sandbox.SleepMode, true })
				for began := time.Now(); time.Since(began) < 20*time.Minute || time.Since(began) < 3*gap; {
					time.Sleep(gap)
					w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
					s = w.mustSend(in)
					w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.SleepMode })
				}
				w.instance.Configure(func(c *sandbox.Config) { c.State, c.Stuck = sandbox.Authorized, false })
				w.settings.NoWait = false
				s = w.mustSend(in)
				if n := len(w.instance.Messages()); s.Counts[csvmodel.Accepted] != 1 || n != 2 {
					t.Errorf("%s, the service took %d", counts(s), n)
				}
				w.checkRecord(s.Run)
			})
		})
	}
}

// TestAnAccountThatIsBackBeforeTheJournalIsReadWasAwayNevertheless has the card that the
// queue hid leave so late that the journal does not show it yet.
func TestAnAccountThatIsBackBeforeTheJournalIsReadWasAwayNevertheless(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Configure(func(c *sandbox.Config) { c.Delay, c.JournalLag = 20*time.Second, 2*time.Minute })
		w.mustSend(w.file("before.csv", upTo(7)...)) // the last leaves after two minutes
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(8)})
		for after, state := range map[time.Duration]string{125 * time.Second: sandbox.SleepMode, 350 * time.Second: sandbox.Authorized} {
			time.AfterFunc(after, func() { w.instance.Configure(func(c *sandbox.Config) { c.State = state }) })
		}
		s := w.mustSend(w.file("contacts.csv", 11))
		w.wantCounts(s, "1 accepted")
		if n := len(w.instance.Messages()); n != 8 {
			t.Errorf("the service took %d", n)
		}
		w.checkRecord(s.Run)
	})
}

// TestADelayThatIsRaisedBetweenQueueAndJournalIsWaitedFor has the queue hide the card
// until after the journal would have been read.
func TestADelayThatIsRaisedBetweenQueueAndJournalIsWaitedFor(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Configure(func(c *sandbox.Config) { c.Delay, c.JournalLag = 20*time.Second, 2*time.Minute })
		w.mustSend(w.file("before.csv", upTo(7)...)) // the last leaves after two minutes
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(8)})
		time.AfterFunc(125*time.Second, func() {
			w.instance.Configure(func(c *sandbox.Config) { c.Delay = 5 * time.Minute })
		})
		s := w.mustSend(w.file("contacts.csv", 11))
		w.wantCounts(s, "1 accepted")
		if n := len(w.instance.Messages()); n != 8 {
			t.Errorf("the service took %d", n)
		}
		w.checkRecord(s.Run)
	})
}

func TestAfterADayNobodyAsksTheJournalAnyMore(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.NoWait = true
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(3)})
		in := w.file("contacts.csv", upTo(8)...)
		w.mustSend(in)
		time.Sleep(25 * time.Hour)
		w.settings.NoWait = false
		s := w.mustSend(in)
		w.wantCounts(s, "7 accepted 1 unknown")
		if !s.Stop.IsZero() || w.instance.Requests("lastOutgoingMessages") != 0 {
			t.Errorf("stopped with %v after %d looks at the journal", s.Stop, w.instance.Requests("lastOutgoingMessages"))
		}
	})
}

// TestAnOldRowInDoubtTakesNothingOfANewAttempt has the same card asked for on Monday
// and on Wednesday.
func TestAnOldRowInDoubtTakesNothingOfANewAttempt(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.NoWait, w.settings.Dedupe = true, ledger.Dedupe{File: true}
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.ToChat(chatOf(1))})
		monday := w.mustSend(w.file("monday.csv", 1))
		time.Sleep(48 * time.Hour)
		w.settings.NoWait = false
		w.wantCounts(w.mustSend(w.file("wednesday.csv", 1, 2)), "2 accepted")
		if status := w.results(monday.Run)[0].Status; status != csvmodel.Unknown || len(w.instance.Messages()) != 3 {
			t.Errorf("Monday's is %s, the service took %d", status, len(w.instance.Messages()))
		}
	})
}

func TestAnAccountThatIsNotAuthorisedInBetweenFreesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(8)})
		time.AfterFunc(150*time.Second, func() {
			w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.SleepMode })
		})
		time.AfterFunc(230*time.Second, func() {
			w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
		})
		began := time.Now()
		w.wantAllOnce(w.mustSend(w.file("contacts.csv", upTo(8)...)))
		if took := time.Since(began); took < 6*time.Minute {
			t.Errorf("settled after %v, in spite of it", took)
		}
	})
}

func TestAnyTimeToSettleIsSafe(t *testing.T) {
	for _, after := range []time.Duration{10 * time.Millisecond, 300 * time.Millisecond, time.Second, 5 * time.Second} {
		if onServer && after < 100*time.Millisecond { // a lease for a quarter of it ends before it is renewed
			continue
		}
		for phase := 50 * time.Millisecond; phase < time.Second; phase += 100 * time.Millisecond {
			t.Run(fmt.Sprintf("%v, begun %v into a second", after, phase), func(t *testing.T) {
				inWorld(t, func(t *testing.T, w *world) {
					time.Sleep(phase) // stamps show the second's beginning
					w.settings.SettleAfter.Duration = after
					w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(1, 2, 3, 4)})
					w.wantAllOnce(w.mustSend(w.file("contacts.csv", upTo(4)...)))
				})
			})
		}
	}
}

func TestARepeatOfAnEarlierCardIsNotTakenForTheRowInDoubt(t *testing.T) {
	for name, as := range map[string]string{"under its own id": "", "under another id": "REPEATED00000001"} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.instance.Configure(func(c *sandbox.Config) { c.ShowLID = true })
				w.mustSend(w.file("first.csv", 1, 2))
				time.Sleep(10 * time.Minute)
				w.instance.Script(sandbox.Fault{Do: sandbox.CloseConn, If: sandbox.Nth(3)})
				time.AfterFunc(30*time.Second, func() {
					m := w.instance.Messages()[0]
					if as == "" {
						as = m.IDMessage
					}
					w.instance.Resend(m.ChatID, m.IDMessage, as)
				})
				s := w.mustSend(w.file("second.csv", 3))
				w.wantCounts(s, "1 accepted")
				if last := w.instance.Messages(); last[len(last)-1].ChatID != chatOf(3) {
					t.Errorf("the card of the row in doubt never went\n%s", w.log.String())
				}
			})
		})
	}
}

func TestAPersonsWordHoldsItsEntry(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Configure(func(c *sandbox.Config) { c.ShowLID = true })
		w.settings.NoWait, w.settings.Workers = true, 1
		w.instance.Script(
			sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(1)},
			sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(2)})
		in := w.file("contacts.csv", 1, 2)
		s := w.mustSend(in)
		w.wantCounts(s, "2 unknown")
		l, err := w.open(ledger.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		records := batch.Runs{Ledger: l}
		if err := records.SettleByHand(s.Run, 3, false, "ada", time.Now()); !errors.Is(err, batch.ErrNotUnknown) {
			t.Errorf("a row that may still be taken was given free: %v", err)
		}
		if err := errors.Join(records.SettleByHand(s.Run, 2, true, "ada", time.Now()), l.Close()); err != nil {
			t.Fatal(err)
		}
		w.settings.NoWait = false
		w.wantCounts(w.mustSend(in), "1 accepted 1 unknown")
	})
}

func TestARowInDoubtOnAnotherInstanceKeepsTheRunOpen(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.NoWait = true
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(2)})
		in := w.file("contacts.csv", 1, 2, 3)
		w.mustSend(in)
		second := "1101000002"
		w.server.AddInstance(second, testToken)
		w.account = second
		s := w.mustSend(in)
		w.wantCounts(s, "2 accepted 1 unknown")
		if s.Stop.Action() != msg.ByNextRun {
			t.Errorf("stopped with %v", s.Stop)
		}
		w.settings.Again = true
		if s := w.mustSend(in); s.Run.ID != 1 {
			t.Errorf("--again began run %d while a row is in doubt", s.Run.ID)
		}
		w.account, w.settings.NoWait, w.settings.Again = testInstance, false, false
		w.wantAllOnce(w.mustSend(in))
	})
}

func TestATokenThatIsRefusedWhileSettlingNeedsAPerson(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(
			sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(2)},
			sandbox.Fault{Method: "showMessagesQueue", Do: sandbox.Respond(401, "")})
		if s := w.mustSend(w.file("contacts.csv", 1, 2, 3)); s.Stop.Action() != msg.ByPerson || s.Stop.Code != msg.Unauthorized {
			t.Errorf("stopped with %v", s.Stop)
		}
	})
}

func TestAMessageThatTheServiceRepeatsIsReported(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(1)})
		time.AfterFunc(30*time.Second, func() {
			m := w.instance.Messages()[0]
			w.instance.Resend(m.ChatID, m.IDMessage, "REPEATED00000001")
		})
		s := w.mustSend(w.file("contacts.csv", 1))
		if id := w.results(s.Run)[0].IDMessage; s.Resends != 1 || id != w.instance.Messages()[0].IDMessage {
			t.Errorf("%d repeats, the row has %s\n%s", s.Resends, id, w.log.String())
		}
	})
}

// TestWhatIsProvenNotTakenSaysWhatWasCounted has a row go again while the journal
// shows seven cards that are all known: none of another sender's is in it.
func TestWhatIsProvenNotTakenSaysWhatWasCounted(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(4)})
		s := w.mustSend(w.file("contacts.csv", upTo(8)...))
		w.at(func(r batch.Runs) {
			for seq := range int64(s.Run.Rows) {
				notes, err := r.Ledger.Notes(s.Run.ID, seq+1)
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range notes {
					if n.Kind != ledger.NoteSettled {
						continue
					}
					english, russian := n.Reason.Text(msg.English), n.Reason.Text(msg.Russian)
					if !strings.Contains(english, "(entries there that are of no known card: 0)") || !strings.Contains(russian, "(записей, которые не относятся к известным карточкам: 0)") {
						t.Errorf("%s\n%s", english, russian)
					}
					return
				}
			}
			t.Error("no row was settled")
		})
	})
}
