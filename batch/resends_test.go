package batch_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel/msg"
)

func TestAMessageThatWasSentTwiceIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name    string
		again   func(*world, sandbox.Message)
		repeats int
	}{
		{"under its own id", func(w *world, m sandbox.Message) { w.instance.Resend(m.ChatID, m.IDMessage, m.IDMessage) }, 1},
		{"under another id", func(w *world, m sandbox.Message) { w.instance.Resend(m.ChatID, m.IDMessage, "REPEATED00000001") }, 1},
		{"at once, by a person whom the service knows under an @lid", func(w *world, m sandbox.Message) {
			w.instance.Configure(func(c *sandbox.Config) { c.ShowLID = true })
			w.instance.Resend(m.ChatID, m.IDMessage, "REPEATED00000001")
		}, 1},
		{"a card of others for the same chat is none", func(w *world, m sandbox.Message) {
			m.Contact.FirstName = "Grace"
			w.instance.Foreign(m.SendContact)
		}, 0},
		{"the same card for another chat is none", func(w *world, m sandbox.Message) {
			m.ChatID = chatOf(9)
			w.instance.Foreign(m.SendContact)
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				s := w.mustSend(w.file("contacts.csv", 1, 2))
				time.Sleep(time.Minute)
				c.again(w, w.instance.Messages()[0])
				time.Sleep(10 * time.Minute)
				for range 3 {
					w.mustTrack()
					time.Sleep(time.Hour)
				}
				w.withLedger(func(records batch.Runs) {
					summary, err := records.Summary(s.Run)
					if err != nil || summary.Resends != c.repeats {
						t.Errorf("%d repeats, %v", summary.Resends, err)
					}
				})
			})
		})
	}
}

func TestAMessageThatWasSentTwiceIsTheCardOfARow(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration // the card
		as    string        // the id of the second message, if it has one of its own
		lid   bool
	}{
		{"seconds later under an id of its own", 5 * time.Second, "REPEATED00000001", false},
		{"the same where the chat comes back as an @lid", 5 * time.Second, "REPEATED00000001", true},
		{"under the same id", 5 * time.Second, "", false},
		{"the same where the chat comes back as an @lid, too", 5 * time.Second, "", true},
		{"under the same id within a second", 0, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.instance.Configure(func(cfg *sandbox.Config) { cfg.ShowLID = c.lid })
				s := w.mustSend(w.file("contacts.csv", 1, 2))
				other := w.mustSend(w.file("other.csv", 3))
				time.Sleep(c.after)
				all := w.instance.Messages()
				m := all[slices.IndexFunc(all, func(m sandbox.Message) bool { return m.ChatID == chatOf(2) })]
				w.instance.Resend(m.ChatID, m.IDMessage, cmp.Or(c.as, m.IDMessage))
				time.Sleep(10 * time.Second)
				w.mustTrack()
				time.Sleep(2 * time.Hour)
				w.mustTrack()
				records := w.records()
				resends := resendsIn(t, records.Ledger, s.Run)
				if len(resends) != 1 {
					t.Fatalf("%+v", resends)
				}
				if r := resends[0].Reason; r.Code != msg.Resent || r.Word("Chat") != m.ChatID || r.Word("File") != "contacts.csv" || r.Args[3] != 3 {
					t.Errorf("got %v", r)
				}
				if resends := resendsIn(t, records.Ledger, other.Run); len(resends) != 0 {
					t.Errorf("another file has it too: %+v", resends)
				}
				for row, want := range map[int]bool{2: false, 3: true} {
					e, err := (timeline.Explainer{Ledger: records.Ledger}).Row(s.Run, row)
					if told := strings.Contains(inShortKinds(e.Steps), string(timeline.StepResent)); err != nil || told != want {
						t.Errorf("line %d: %s, %v", row, inShortKinds(e.Steps), err)
					}
				}
			})
		})
	}
}

// resendsIn are the messages beyond those that the run has asked for.
func resendsIn(t *testing.T, l *ledger.Ledger, run ledger.Run) (all []ledger.LogEntry) {
	t.Helper()
	for entry, err := range l.RunLog(run) {
		if err != nil {
			t.Fatal(err)
		}
		if entry.Kind == ledger.NoteResend {
			all = append(all, entry)
		}
	}
	return all
}

func TestWhatWasTakenForLostMayBeTheSecondMessage(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{Method: "sendContact", If: func(r sandbox.Request) bool { return r.N == 1 }, Do: sandbox.CloseConn})
		s := w.mustSend(w.file("contacts.csv", 1))
		w.wantCounts(s, "1 accepted")
		time.Sleep(time.Minute)
		w.instance.Foreign(w.instance.Messages()[0].SendContact)
		time.Sleep(time.Minute)
		w.mustTrack()
		w.withLedger(func(r batch.Runs) {
			if resends := resendsIn(t, r.Ledger, s.Run); len(resends) != 1 || resends[0].Reason.Code != msg.Resent {
				t.Errorf("%+v", resends)
			}
		})
	})
}

func TestWhatMayHaveBeenAskedForIsNoRepetition(t *testing.T) {
	twice := "chatId,phoneContact,firstName\n" + chatOf(1) + ",447400123123,Ada\n" + chatOf(1) + ",447400123123,Ada\n"
	for _, c := range []struct {
		name string
		do   func(w *world)
	}{
		{"a file that is sent again", func(w *world) {
			w.mustSend(w.file("a.csv", 1))
			w.settings.Again = true
			w.mustSend(w.file("a.csv", 1))
		}},
		{"the same card in two files", func(w *world) {
			w.settings.Dedupe = ledger.Dedupe{File: true}
			w.mustSend(w.file("a.csv", 1))
			w.mustSend(w.file("b.csv", 1, 2))
		}},
		{"the same card twice in one file", func(w *world) { w.mustSend(w.text("a.csv", twice)) }},
		{"a request that is under way", func(w *world) {
			w.settings.Dedupe = ledger.Dedupe{File: true}
			w.mustSend(w.file("a.csv", 1))
			w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.Hang(50 * time.Second)})
			done := make(chan bool)
			in := w.file("b.csv", 1, 2)
			w.settings.NoWait = true
			go func() { w.mustSend(in); close(done) }()
			time.Sleep(20 * time.Second)
			w.mustTrack()
			<-done
			w.instance.Script()
		}},
		{"a row that a person said was sent", func(w *world) {
			w.settings.Dedupe, w.settings.NoWait = ledger.Dedupe{File: true}, true
			w.mustSend(w.file("a.csv", 1))
			w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn})
			s := w.mustSend(w.file("b.csv", 1, 2))
			w.withLedger(func(r batch.Runs) {
				if err := r.SettleByHand(s.Run, 2, true, "ada", time.Now()); err != nil {
					w.t.Fatal(err)
				}
			})
			w.instance.Script()
		}},
		{"a row that a person said was not sent", func(w *world) {
			w.settings.Dedupe, w.settings.NoWait = ledger.Dedupe{File: true}, true
			w.mustSend(w.file("a.csv", 1))
			w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn})
			s := w.mustSend(w.file("b.csv", 1, 2))
			time.Sleep(5 * time.Minute)
			w.withLedger(func(r batch.Runs) {
				if err := r.SettleByHand(s.Run, 2, false, "ada", time.Now()); err != nil {
					w.t.Fatal(err)
				}
			})
			w.instance.Script()
		}},
		{"a message that a person wrote by hand, for another chat", func(w *world) {
			w.mustSend(w.file("a.csv", 1))
			m := w.instance.Messages()[0].SendContact
			m.ChatID = chatOf(2)
			w.instance.Foreign(m)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				c.do(w)
				for range 4 {
					w.track(0)
					time.Sleep(61 * time.Minute)
				}
				w.withLedger(func(r batch.Runs) {
					if notes, err := r.Ledger.InstanceNotes(testInstance); err != nil || len(notes) != 0 {
						t.Errorf("%v, %v", notes, err)
					}
				})
			})
		})
	}
}

func TestWhatIsFinalIsLookedAtForADay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ends := map[int]string{2: "failed"}
		w.reporting(ends)
		s := w.mustSend(w.file("contacts.csv", 1, 2))
		time.Sleep(time.Minute)
		w.mustTrack()
		w.wantDelivered(s, "read failed")
		m := w.instance.Messages()[0]
		w.instance.Resend(m.ChatID, m.IDMessage, "REPEATED00000001")
		delete(ends, 2)
		w.mustTrack()
		w.wantDelivered(s, "read failed") // it was asked a moment ago
		time.Sleep(time.Hour)
		w.mustTrack()
		w.wantDelivered(s, "read read")
		w.withLedger(func(r batch.Runs) {
			if summary, err := r.Summary(s.Run); err != nil || summary.Resends != 1 {
				t.Errorf("%d repeats, %v", summary.Resends, err)
			}
		})
		time.Sleep(26 * time.Hour)
		asked := w.asked()
		w.mustTrack()
		if w.asked() != asked {
			t.Error("it is asked of cards that the journal has forgotten")
		}
	})
}
