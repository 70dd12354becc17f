package batch_test

import (
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
)

func (w *world) inRegion(in batch.Input, region string) batch.Input {
	w.t.Helper()
	other, err := batch.OpenInput(in.Path, csvmodel.Options{Region: region})
	if err != nil {
		w.t.Fatal(err)
	}
	return other
}

// interrupted is a start that is cut off within the file.
func (w *world) interrupted(in batch.Input) batch.Summary {
	w.t.Helper()
	s, err := w.send(w.ongoing(1500*time.Millisecond), in)
	if err != nil || s.Counts[csvmodel.Unsent] == 0 {
		w.t.Fatalf("%s, %v", counts(s), err)
	}
	return s
}

func TestTheEndOfAFileEndsItsOtherRuns(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate = 2
		in := w.file("contacts.csv", upTo(8)...)
		w.interrupted(in)
		time.Sleep(time.Second)
		other := w.interrupted(w.inRegion(in, "GB"))
		time.Sleep(time.Second)
		s := w.mustSend(in)
		w.wantAllOnce(s)
		w.withLedger(func(r batch.Runs) {
			if run, err := r.Ledger.Run(other.Run.ID); err != nil || run.Finished.IsZero() {
				t.Errorf("the other run goes on: %v", err)
			}
		})
		err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
			runs, stop, err := job.Senders[0].Track(t.Context(), 0)
			if err != nil || len(runs) != 1 || runs[0].ID != s.Run.ID {
				t.Errorf("runs %v are to be written, want run %d (%v, %v)", runs, s.Run.ID, stop, err)
			}
		})
		if err != nil {
			t.Error(err)
		}
		w.wantAllOnce(w.mustSend(w.inRegion(in, "GB")))
	})
}

func TestAgainTakesUpNoRunThatAnotherHasEnded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate = 2
		in := w.file("contacts.csv", upTo(6)...)
		w.mustSend(in)
		w.settings.Again = true
		w.interrupted(in)
		for times, reading := range []batch.Input{w.inRegion(in, "GB"), in} {
			w.mustSend(reading)
			if n := len(w.instance.Messages()); n != 6*(times+2) {
				t.Errorf("the service has %d cards, want each %d times", n, times+2)
			}
		}
	})
}

func TestARowInDoubtForGoodNeedsAPersonHoweverTheFileIsReadNext(t *testing.T) {
	for _, sent := range []bool{true, false} {
		inWorld(t, func(t *testing.T, w *world) {
			w.instance.Script(sandbox.Fault{Do: sandbox.CloseConn, If: func(r sandbox.Request) bool { return r.Send.ChatID == chatOf(1) }})
			w.settings.NoWait = true
			in := w.file("contacts.csv", upTo(3)...)
			w.mustSend(in)
			w.instance.Script()
			time.Sleep(ledger.Retention + time.Hour)
			other := w.inRegion(in, "GB")
			for range 2 {
				w.wantCounts(w.mustSend(other), "2 accepted 1 unknown")
			}
			w.withLedger(func(r batch.Runs) {
				run, err := r.Find(in.Path)
				if err != nil {
					t.Fatal(err)
				}
				line := w.results(run)[1].Line
				if run, err = r.Doubtful(run, line); err == nil {
					err = r.SettleByHand(run, line, sent, "ada", time.Now())
				}
				if err != nil {
					t.Fatal(err)
				}
			})
			w.wantCounts(w.mustSend(other), "3 accepted")
			if got, want := len(w.instance.Messages()), map[bool]int{true: 2, false: 3}[sent]; got != want {
				t.Errorf("the service has %d cards, want %d", got, want)
			}
		})
	}
}
