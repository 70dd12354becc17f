package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
	"strings"
	"testing"
	"time"
)

// records is the read side of the world's ledger, while the test goes on.
func (w *world) records() Records {
	w.t.Helper()
	l, err := ledger.Open(w.ledger, ledger.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { l.Close() })
	return Records{Ledger: l}
}

// wantRows compares rows by file, line and status, those that were not asked for
// in brackets.
func wantRows(t *testing.T, e Explanation, want string) {
	t.Helper()
	var all []string
	for _, k := range e.Rows {
		text := k.Run.Name + " " + string(rune('0'+k.Row.Line)) + " " + string(k.Row.State.Status())
		if !k.Asked {
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

		e, err := records.ExplainRow(first.Run, 2)
		if err != nil {
			t.Fatal(err)
		}
		wantRows(t, e, "a.csv 2 accepted, (b.csv 3 duplicate)")
		if got := inShortKinds(e.Steps); got != "read asked attempt settled read decided" {
			t.Errorf("got steps %s", got)
		}
		id := e.Rows[0].Row.IDMessage
		if e, err = records.ExplainMessage(id); err != nil {
			t.Fatal(err)
		}
		wantRows(t, e, "a.csv 2 accepted, (b.csv 3 duplicate)")
		if e, err = records.ExplainChat(chatOf(1)); err != nil {
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

func inShortKinds(steps []Step) string {
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
		repeated := msg.Reason{Code: msg.Repeated, Args: []string{chatOf(1), "3EB0AGAIN"}}
		err := errors.Join(
			records.Ledger.LearnChats(testInstance, map[string]string{"555@lid": chatOf(1)}, time.Now()),
			records.Ledger.AddNote(ledger.Note{At: time.Now().Add(time.Second), Instance: testInstance, Kind: ledger.NoteResend, Reason: repeated}))
		if err != nil {
			t.Fatal(err)
		}
		for _, chat := range []string{chatOf(1), "555@lid"} {
			e, err := records.ExplainChat(chat)
			if err != nil {
				t.Fatal(err)
			}
			wantRows(t, e, "a.csv 2 accepted")
			if len(e.Aliases) != 1 || inShortKinds(e.Steps) != "read asked accepted repeated" {
				t.Errorf("%s: got %+v, %s", chat, e.Aliases, inShortKinds(e.Steps))
			}
		}
		e, err := records.ExplainMessage("3EB0AGAIN")
		if err != nil || inShortKinds(e.Steps) != "repeated" {
			t.Errorf("a message of the service's own: %s, %v", inShortKinds(e.Steps), err)
		}
		if e, _ := records.ExplainChat(chatOf(2)); len(e.Aliases) != 0 || inShortKinds(e.Steps) != "read asked accepted" {
			t.Errorf("another chat: got %+v, %s", e.Aliases, inShortKinds(e.Steps))
		}
	})
}

func TestARowOfAFileThatIsSentAgainGoesOnceItMay(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*Settings)
		file string
		want Prospect // of the row that waits
		gone Prospect // of the one that went
	}{
		{"with --again", func(s *Settings) { s.Again = true }, "a.csv", Goes, MayGo},
		{"duplicates only within a file", func(s *Settings) { s.Dedupe.File = true }, "b.csv", Goes, MayGo},
		{"duplicates within a time that has passed", func(s *Settings) { s.Dedupe.Within = time.Minute }, "b.csv", Goes, MayGo},
		{"duplicates within a time that has not", func(s *Settings) { s.Dedupe.Within = 48 * time.Hour }, "b.csv", Yields, Gone},
		{"duplicates for ever", func(*Settings) {}, "b.csv", Yields, Gone},
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
				e, err := w.records().ExplainRow(s.Run, 2)
				if err != nil || len(e.Rows) != 2 {
					t.Fatalf("%+v, %v", e.Rows, err)
				}
				if e.Rows[0].Prospect != c.want || e.Rows[1].Prospect != c.gone {
					t.Errorf("got %s and %s", e.Rows[0].Prospect, e.Rows[1].Prospect)
				}
				w.settings.Window, w.settings.Again = pacing.Window{}, false
				went := w.mustSend(w.file(c.file, chats...)).Counts[csvmodel.Accepted] == len(chats)
				if went != (c.want == Goes) {
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
		contact, fields, _ := csvmodel.ParseContact(csvmodel.Fields{ChatID: chatOf(2), PhoneContact: "447700900123", FirstName: "Ada"})
		if err := records.Ledger.CreateRun(&planning); err != nil {
			t.Fatal(err)
		}
		if err := records.Ledger.AddRows(planning.ID, 1, []csvmodel.Row{{Number: 2, Line: 2, Fields: fields, Contact: contact}}); err != nil {
			t.Fatal(err)
		}
		for name, ask := range map[string]func() (Explanation, error){
			"a line on which no row begins":              func() (Explanation, error) { return records.ExplainRow(run, 3) },
			"an idMessage of others":                     func() (Explanation, error) { return records.ExplainMessage("3EB0OTHER") },
			"no idMessage":                               func() (Explanation, error) { return records.ExplainMessage("") },
			"a chat that got nothing":                    func() (Explanation, error) { return records.ExplainChat(chatOf(3)) },
			"a row of a file that is only just read now": func() (Explanation, error) { return records.ExplainChat(chatOf(2)) },
		} {
			if e, err := ask(); !errors.Is(err, ErrNothingKnown) {
				t.Errorf("%s: got %+v, %v", name, e, err)
			}
		}
	})
}
