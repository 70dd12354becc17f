package batch_test

import (
	"log/slog"
	"testing"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func TestCancel(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(w *world) (path string)
		counts string
		stop   msg.Code
	}{
		{"a file that nobody has begun has no account", func(w *world) string { return w.file("c.csv", 1).Path }, "", ""},
		{"what has not gone is unsent, and why is noted", func(w *world) string {
			w.settings.PerDay = 1
			in := w.file("c.csv", 1, 2)
			w.wantCounts(w.mustSend(in), "1 accepted 1 unsent")
			return in.Path
		}, "1 accepted 1 unsent", msg.Cancelled},
		{"a run that had come to its end stays as it is", func(w *world) string {
			in := w.file("c.csv", 1, 2)
			w.wantCounts(w.mustSend(in), "2 accepted")
			return in.Path
		}, "2 accepted", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				path := c.before(w)
				l, err := w.open(ledger.Options{NoSync: true})
				if err != nil {
					t.Fatal(err)
				}
				defer l.Close()
				job := batch.Job{Ledger: l, Log: slog.New(slog.DiscardHandler)}
				job.Add(&batch.Sender{Instance: w.account})
				s, err := job.Cancel(path, msg.Cancelled)
				if err != nil || counts(s) != c.counts || s.Stop.Code != c.stop {
					t.Errorf("got %s, stopped by %q, %v", counts(s), s.Stop.Code, err)
				}
				if kept, err := (batch.Runs{Ledger: l}).Summary(s.Run); s.Run.ID != 0 && (err != nil || kept.Stop.Code != c.stop) {
					t.Errorf("kept is %v, %v", kept.Stop, err)
				}
			})
		})
	}
}
