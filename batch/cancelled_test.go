package batch_test

import (
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// TestARunThatIsCancelledElsewhereStops has another process, at the folder of the file,
// cancel a run that this one is at work on.
func TestARunThatIsCancelledElsewhereStops(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Rate = 1
		in := w.file("c.csv", upTo(20)...)
		at := time.AfterFunc(5*time.Second+time.Second/2, func() {
			w.withLedger(func(r batch.Runs) {
				run, err := r.Find(in.Path)
				if err == nil {
					err = r.Ledger.CancelRun(run.ID, time.Now())
				}
				if err != nil {
					t.Error(err)
				}
			})
		})
		defer at.Stop()
		s := w.mustSend(in)
		if sent := len(w.instance.Messages()); s.Stop.Code != msg.Cancelled || sent < 5 || sent > 8 {
			t.Errorf("%d cards went, and it stopped with %v", sent, s.Stop)
		}
		// Whoever starts it again means it.
		s = w.mustSend(w.file("c.csv", upTo(20)...))
		w.wantCounts(s, "20 accepted")
		w.checkRecord(s.Run)
	})
}

// TestAFileThatIsTakenAwayIsCancelledForAll has a later process see that.
func TestAFileThatIsTakenAwayIsCancelledForAll(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("c.csv", 1, 2)
		err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
			job.Cancelled = func() bool { return true }
			s, err := job.Send(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			w.wantCounts(s, "2 unsent")
			if cancelled, err := job.Ledger.IsCancelled(s.Run.ID); err != nil || !cancelled {
				t.Errorf("cancelled: %v, %v", cancelled, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
