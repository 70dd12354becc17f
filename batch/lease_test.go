package batch_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// TestARunStopsWhenAnotherHasTakenItsInstance leaves what was under way unknown, and the
// next run finds it.
func TestARunStopsWhenAnotherHasTakenItsInstance(t *testing.T) {
	aboutAFile(t)
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("a.csv", upTo(40)...)
		db, err := sql.Open("sqlite", w.ledger)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		began := time.Now()
		var s batch.Summary
		if err := w.withJob(ledger.Options{NoSync: true}, func(job *batch.Job) {
			job.Cancelled = func() bool {
				if time.Since(began) > 2*time.Second {
					began = began.Add(time.Hour)
					if _, err := db.Exec("UPDATE leases SET epoch = epoch + 1 WHERE resource LIKE 'instance %'"); err != nil {
						t.Error(err)
					}
				}
				return false
			}
			s, err = job.Send(context.Background(), in)
		}); err != nil {
			t.Fatal(err)
		}
		if err != nil || s.Stop.Code != msg.LeaseLost || s.Counts[csvmodel.Unsent] < 10 {
			t.Errorf("stopped with %v, %v: %v", s.Stop, err, s.Counts)
		}
		sent := len(w.instance.Messages())
		if s = w.mustSend(in); s.Counts[csvmodel.Accepted] != 40 || len(w.instance.Messages()) != 40 {
			t.Errorf("%v, and %d requests after %d", s.Counts, len(w.instance.Messages()), sent)
		}
	})
}
