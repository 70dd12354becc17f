package batch

import (
	"contact-distributor/csvmodel/msg"
	"errors"
	"strings"
	"testing"
)

func TestAFileThatChangesBeforeItIsReadToItsEndIsNotSent(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		in := w.file("c.csv", 1, 2)
		w.file("c.csv", 1, 2, 3)
		s, err := w.send(t.Context(), in)
		if !errors.Is(err, ErrChanged) || s.Run.ID != 0 || len(w.instance.Arrivals()) > 0 {
			t.Errorf("%v, run %d", err, s.Run.ID)
		}
	})
}

func TestAFileThatHasGrownGoesOnAsAnotherRun(t *testing.T) {
	for _, c := range []struct {
		name   string
		output string
		taken  int // in both runs
		known  int // rows that are known to have gone in the first
	}{
		{"in a place of its own it is the same file", "c", 3, 2},
		{"elsewhere it is another file of that name", "", 5, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.settings.Dedupe = Dedupe{File: true}
				in := w.file("c.csv", 1, 2)
				in.Output = c.output
				w.wantCounts(w.mustSend(in), "2 accepted")
				grown := w.file("c.csv", 1, 2, 3)
				grown.Output = c.output
				s := w.mustSend(grown)
				w.wantCounts(s, "3 accepted")
				known := 0
				for _, r := range w.results(s.Run) {
					if strings.HasPrefix(r.Code, string(msg.EarlierRun)) {
						known++
					}
				}
				if taken := len(w.instance.Messages()); taken != c.taken || known != c.known {
					t.Errorf("%d cards were taken, %d rows were known", taken, known)
				}
			})
		})
	}
}
