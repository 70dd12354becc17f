package batch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// records is the read side of the world's ledger, while the test goes on.
func (w *world) records() batch.Runs {
	w.t.Helper()
	l, err := w.open(ledger.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { l.Close() })
	return batch.Runs{Ledger: l}
}

// wantRows compares rows by file, line and status, those that were not asked for
// in brackets.
func wantRows(t *testing.T, e timeline.Explanation, want string) {
	t.Helper()
	var all []string
	for _, k := range e.Rows {
		text := k.FileName + " " + string(rune('0'+k.Line)) + " " + string(k.Status)
		if !k.IsRequested {
			text = "(" + text + ")"
		}
		all = append(all, text)
	}
	if got := strings.Join(all, ", "); got != want {
		t.Errorf("got rows %s, want %s", got, want)
	}
}

func TestARowAMessageAndAChatAreExplained(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.ToChat(chatOf(1))})
		first := w.mustSend(w.file("a.csv", 1, 2))
		w.mustSend(w.file("b.csv", 2, 1))
		records := w.records()

		e, err := (timeline.Explainer{Ledger: records.Ledger}).Row(first.Run, 2)
		if err != nil {
			t.Fatal(err)
		}
		wantRows(t, e, "a.csv 2 accepted, (b.csv 3 duplicate)")
		if got := inShortKinds(e.Steps); got != "read asked attempt settled delivery read decided" {
			t.Errorf("got steps %s", got)
		}
		id := e.Rows[0].IDMessage
		if e, err = (timeline.Explainer{Ledger: records.Ledger}).Message(id); err != nil {
			t.Fatal(err)
		}
		wantRows(t, e, "a.csv 2 accepted, (b.csv 3 duplicate)")
		if e, err = (timeline.Explainer{Ledger: records.Ledger}).Chat(chatOf(1)); err != nil {
			t.Fatal(err)
		}
		wantRows(t, e, "a.csv 2 accepted, b.csv 3 duplicate")
		for i, s := range e.Steps[1:] {
			if s.At.Before(e.Steps[i].At) {
				t.Errorf("%s before %s", s.Kind, e.Steps[i].Kind)
			}
		}
	})
}

func inShortKinds(steps []timeline.Step) string {
	var kinds []string
	for _, s := range steps {
		kinds = append(kinds, string(s.Kind))
	}
	return strings.Join(kinds, " ")
}

func TestAChatIsFoundByItsOtherIDs(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustSend(w.file("a.csv", 1, 2))
		records := w.records()
		repeated := msg.NewReason(msg.Repeated, chatOf(1), "3EB0AGAIN")
		err := errors.Join(
			records.Ledger.LearnChats(testInstance, map[string]string{"555@lid": chatOf(1)}, time.Now()),
			records.Ledger.AddNote(ledger.Note{At: time.Now().Add(time.Second), Instance: testInstance, Kind: ledger.NoteResend, Reason: repeated}))
		if err != nil {
			t.Fatal(err)
		}
		for _, chat := range []string{chatOf(1), "555@lid"} {
			e, err := (timeline.Explainer{Ledger: records.Ledger}).Chat(chat)
			if err != nil {
				t.Fatal(err)
			}
			wantRows(t, e, "a.csv 2 accepted")
			if len(e.Aliases) != 1 || inShortKinds(e.Steps) != "read asked accepted repeated" {
				t.Errorf("%s: got %+v, %s", chat, e.Aliases, inShortKinds(e.Steps))
			}
		}
		e, err := (timeline.Explainer{Ledger: records.Ledger}).Message("3EB0AGAIN")
		if err != nil || inShortKinds(e.Steps) != "repeated" {
			t.Errorf("a message of the service's own: %s, %v", inShortKinds(e.Steps), err)
		}
		if e, _ := (timeline.Explainer{Ledger: records.Ledger}).Chat(chatOf(2)); len(e.Aliases) != 0 || inShortKinds(e.Steps) != "read asked accepted" {
			t.Errorf("another chat: got %+v, %s", e.Aliases, inShortKinds(e.Steps))
		}
	})
}

func TestARowOfAFileThatIsSentAgainGoesOnceItMay(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*batch.Settings)
		file string
		want timeline.Outlook // of the row that waits
		gone timeline.Outlook // of the one that went
	}{
		{"with --again", func(s *batch.Settings) { s.Again = true }, "a.csv", timeline.WillSend, timeline.MayResend},
		{"duplicates only within a file", func(s *batch.Settings) { s.Dedupe.File = true }, "b.csv", timeline.WillSend, timeline.MayResend},
		{"duplicates within a time that has passed", func(s *batch.Settings) { s.Dedupe.Within = time.Minute }, "b.csv", timeline.WillSend, timeline.MayResend},
		{"duplicates within a time that has not", func(s *batch.Settings) { s.Dedupe.Within = 48 * time.Hour }, "b.csv", timeline.WaitsForDuplicate, timeline.Sent},
		{"duplicates for ever", func(*batch.Settings) {}, "b.csv", timeline.WaitsForDuplicate, timeline.Sent},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.mustSend(w.file("a.csv", 1))
				time.Sleep(time.Hour)
				c.set(&w.settings)
				w.settings.Window = mustHours(t, "03:00-03:01", "UTC")
				chats := []int{1}
				if c.file != "a.csv" {
					chats = []int{1, 2}
				}
				s := w.mustSend(w.file(c.file, chats...))
				e, err := (timeline.Explainer{Ledger: w.records().Ledger}).Row(s.Run, 2)
				if err != nil || len(e.Rows) != 2 {
					t.Fatalf("%+v, %v", e.Rows, err)
				}
				if e.Rows[0].Outlook != c.want || e.Rows[1].Outlook != c.gone {
					t.Errorf("got %s and %s", e.Rows[0].Outlook, e.Rows[1].Outlook)
				}
				w.settings.Window = pacing.Window{}
				went := w.mustSend(w.file(c.file, chats...)).Counts[csvmodel.Accepted] == len(chats)
				if went != (c.want == timeline.WillSend) {
					t.Errorf("it went: %v", went)
				}
			})
		})
	}
}

func TestWhatNobodyKnowsIsNotExplained(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		run := w.mustSend(w.file("a.csv", 1)).Run
		records := w.records()
		planning := ledger.Run{Content: [32]byte{9}, Name: "b.csv", Started: time.Now(), Settings: []byte("{}")}
		contact, fields, _ := csvmodel.ParseContact(csvmodel.Fields{ChatID: chatOf(2), PhoneContact: "447400123123", FirstName: "Ada"})
		file, err := records.Ledger.LockFile(planning.Content, planning.Name, ledger.Terms{})
		if err != nil {
			t.Fatal(err)
		}
		defer file.Release()
		if err := file.CreateRun(&planning); err != nil {
			t.Fatal(err)
		}
		if err := file.PrepareRows(planning.ID, 1, []csvmodel.Row{{Number: 2, Line: 2, Fields: fields, Contact: contact}})(); err != nil {
			t.Fatal(err)
		}
		for name, ask := range map[string]func() (timeline.Explanation, error){
			"a line on which no row begins": func() (timeline.Explanation, error) { return (timeline.Explainer{Ledger: records.Ledger}).Row(run, 3) },
			"an idMessage of others": func() (timeline.Explanation, error) {
				return (timeline.Explainer{Ledger: records.Ledger}).Message("3EB0OTHER")
			},
			"no idMessage": func() (timeline.Explanation, error) { return (timeline.Explainer{Ledger: records.Ledger}).Message("") },
			"a chat that got nothing": func() (timeline.Explanation, error) {
				return (timeline.Explainer{Ledger: records.Ledger}).Chat(chatOf(3))
			},
			"a row of a file that is only just read now": func() (timeline.Explanation, error) {
				return (timeline.Explainer{Ledger: records.Ledger}).Chat(chatOf(2))
			},
		} {
			if e, err := ask(); !errors.Is(err, timeline.ErrNotFound) {
				t.Errorf("%s: got %+v, %v", name, e, err)
			}
		}
	})
}
