package batch_test

import (
	"errors"
	"testing"

	"contact-distributor/batch"
)

func TestAFileThatChangesBeforeItIsReadToItsEndIsNotSent(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("c.csv", 1, 2)
		w.file("c.csv", 1, 2, 3)
		s, err := w.send(t.Context(), in)
		if !errors.Is(err, batch.ErrChanged) || s.Run.ID != 0 || len(w.instance.Arrivals()) > 0 {
			t.Errorf("%v, run %d", err, s.Run.ID)
		}
	})
}

func TestOfAFileThatHasGrownGoesWhatWasAdded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.wantCounts(w.mustSend(w.file("c.csv", 1, 2)), "2 accepted")
		w.wantCounts(w.mustSend(w.file("c.csv", 1, 2, 3)), "1 accepted 2 duplicate")
		if taken := len(w.instance.Messages()); taken != 3 {
			t.Errorf("%d cards were taken", taken)
		}
	})
}
