package batch_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// plan puts a file into the ledger, as a process beside its folder does.
func (w *world) plan(in batch.Input) (s batch.Summary) {
	w.t.Helper()
	err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
		var err error
		if s, err = job.Plan(w.t.Context(), in); err != nil {
			w.t.Fatal(err)
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// work is one start of the program that sends what is planned.
func (w *world) work(ctx context.Context) (done batch.Work) {
	w.t.Helper()
	err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
		all, err := job.Work(ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		done = all[0]
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

func left(w batch.Work) int { return w.Counts[csvmodel.Unsent] + w.Counts[csvmodel.Unknown] }

func (w *world) summary(run ledger.Run) (s batch.Summary) {
	w.t.Helper()
	w.withLedger(func(r batch.Runs) {
		run, err := r.Ledger.Run(run.ID)
		if err == nil {
			s, err = r.Summary(run)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	})
	return s
}

func TestWhatIsPlannedIsSentTheShortestFirst(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.wantCounts(w.plan(w.file("long.csv", 1, 2, 3)), "3 unsent")
		short := w.plan(w.file("short.csv", 4)).Run
		if n := len(w.instance.Messages()) + w.instance.Requests("getStateInstance"); n > 0 {
			t.Errorf("a plan has asked the service %d times", n)
		}
		done := w.work(t.Context())
		if done.Err != nil || done.Counts[csvmodel.Accepted] != 4 || left(done) != 0 || !done.Stop.IsZero() || len(done.Finished) != 2 || done.Finished[0].Run.ID != short.ID {
			t.Errorf("got %+v", done)
		}
		if first := w.instance.Messages()[0]; first.ChatID != chatOf(4) {
			t.Errorf("the first card went to %s", first.ChatID)
		}
		if s := w.summary(short); s.Run.Finished.IsZero() {
			t.Error("the run has not come to its end")
		}
		if again := w.work(t.Context()); again.Counts[csvmodel.Accepted] != 0 || again.Err != nil {
			t.Errorf("got %+v", again)
		}
		w.checkRecord(short)
	})
}

// TestAShorterFileGoesBetweenTwoRounds has one planned while a long one is sent.
func TestAShorterFileGoesBetweenTwoRounds(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate = 1
		w.plan(w.file("long.csv", upTo(200)...))
		at := time.AfterFunc(10*time.Second, func() { w.plan(w.file("short.csv", 201, 202)) })
		defer at.Stop()
		done := w.work(t.Context())
		if done.Counts[csvmodel.Accepted] != 202 || left(done) != 0 {
			t.Fatalf("got %+v", done)
		}
		for i, m := range w.instance.Messages() {
			if m.ChatID == chatOf(201) && (i < 10 || i > 70) {
				t.Errorf("the short file went after %d cards", i)
			}
		}
	})
}

// TestARequestWithoutAnAnswerKeepsNoOtherRunWaiting settles when all runs had their turn.
func TestARequestWithoutAnAnswerKeepsNoOtherRunWaiting(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.instance.Script(sandbox.Fault{Do: sandbox.CloseConn, If: sandbox.Nth(1)})
		a := w.plan(w.file("a.csv", 1)).Run
		w.plan(w.file("b.csv", 2, 3))
		began := time.Now()
		done := w.work(t.Context())
		if done.Counts[csvmodel.Accepted] != 3 || left(done) != 0 || done.Err != nil {
			t.Errorf("got %+v", done)
		}
		if sent := w.instance.Messages(); len(sent) != 3 || sent[2].ChatID != chatOf(1) || time.Since(began) < 2*time.Minute {
			t.Errorf("after %v: %+v", time.Since(began), sent)
		}
		w.checkRecord(a)
	})
}

func TestARunKeepsTheSettingsOfItsPlan(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.wantCounts(w.mustSend(w.file("a.csv", 1)), "1 accepted")
		w.settings.Dedupe = ledger.Dedupe{File: true}
		within := w.plan(w.file("b.csv", 1, 2)).Run
		w.settings.Dedupe, w.settings.Strict = ledger.Dedupe{}, true
		strict := w.plan(w.text("c.csv", "chatId,phoneContact,firstName\n12025550103,447400123123,Ada\nnobody,447400123123,Ada\n")).Run
		w.settings.Strict = false
		done := w.work(t.Context())
		w.wantCounts(w.summary(within), "2 accepted")
		w.wantCounts(w.summary(strict), "1 invalid 1 unsent")
		if left(done) != 0 || done.Stop.Code != msg.Strict {
			t.Errorf("got %+v", done)
		}
	})
}

func TestWorkThatIsHeldOrCancelledOrPlannedByNobodyYet(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("a.csv", 1)
		run := w.plan(in).Run
		err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
			lease, err := job.Ledger.TakeLease(w.account, ledger.Terms{Holder: "bob@elsewhere"})
			if err != nil {
				t.Fatal(err)
			}
			defer lease.Release()
			if done := w.work(t.Context()); !errors.As(done.Err, new(*ledger.HeldError)) || left(done) != 1 {
				t.Errorf("got %+v", done)
			}
			if err := job.Ledger.CancelRun(run.ID, time.Now()); err != nil {
				t.Fatal(err)
			}
			if done := w.work(t.Context()); done.Err != nil || left(done) != 0 { // there is no work for it
				t.Errorf("got %+v", done)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		w.plan(w.file("b.csv", 2))
		if done := w.work(ended); done.Stop.Code != msg.Interrupted || left(done) != 1 {
			t.Errorf("got %+v", done)
		}
		in = w.file("a.csv", 1) // who drops it again means it
		w.wantCounts(w.plan(in), "1 unsent")
		if done := w.work(t.Context()); done.Counts[csvmodel.Accepted] != 2 {
			t.Errorf("got %+v", done)
		}
	})
}

func TestWhatMustNotBeWrittenToIsNeverPlanned(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("a.csv", 1, 2)
		err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
			opts, err := csvmodel.DetectEncoding(strings.NewReader(chatOf(1)), csvmodel.Options{})
			if err == nil {
				job.Suppress, err = csvmodel.ReadChatList(strings.NewReader(chatOf(1)), opts)
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err := job.Plan(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			w.wantCounts(s, "1 suppressed 1 unsent")
		})
		if err != nil {
			t.Fatal(err)
		}
		w.work(t.Context())
		if sent := w.instance.Messages(); len(sent) != 1 || sent[0].ChatID != chatOf(2) {
			t.Errorf("%+v", sent)
		}
	})
}

// TestALimitOfTheAccountLeavesRowsForLater has the day's cards go, and the rest a day later.
func TestALimitOfTheAccountLeavesRowsForLater(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.PerDay = 2
		run := w.plan(w.file("a.csv", 1, 2, 3)).Run
		if done := w.work(t.Context()); done.Counts[csvmodel.Accepted] != 2 || left(done) != 1 || done.Stop.Code != msg.DayFull {
			t.Errorf("got %+v", done)
		}
		time.Sleep(25 * time.Hour)
		if done := w.work(t.Context()); done.Counts[csvmodel.Accepted] != 1 || len(done.Finished) != 1 {
			t.Errorf("got %+v", done)
		}
		if s := w.summary(run); s.Counts[csvmodel.Accepted] != 3 {
			t.Errorf("got %v", s.Counts)
		}
	})
}

// TestALookThatWasLeftToAnotherProcessIsMadeLater has that process end before it was made.
func TestALookThatWasLeftToAnotherProcessIsMadeLater(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.NoWait = true
		w.instance.Script(sandbox.Fault{Do: sandbox.CloseConn, If: sandbox.Nth(1)})
		run := w.plan(w.file("a.csv", 1)).Run
		if done := w.work(t.Context()); done.Counts[csvmodel.Unknown] != 1 {
			t.Fatalf("got %+v", done)
		}
		time.Sleep(w.settings.SettleAfter.Duration + time.Second)
		w.withLedger(func(r batch.Runs) {
			lease, err := r.Ledger.TakeLease(w.account, ledger.Terms{Holder: "bob@other"})
			if err != nil {
				t.Fatal(err)
			}
			defer lease.Release()
			if done := w.work(t.Context()); done.Counts[csvmodel.Unknown] != 1 || done.Err != nil {
				t.Errorf("beside the other: %+v", done)
			}
		})
		if done := w.work(t.Context()); done.Counts[csvmodel.Accepted] != 1 || left(done) != 0 {
			t.Errorf("got %+v", done)
		}
		w.checkRecord(run)
	})
}
