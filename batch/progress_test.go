package batch_test

import (
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
)

func TestTheProgressOfCardsThatWaitForRoom(t *testing.T) {
	notOnServer(t)
	for _, c := range []struct {
		name  string
		delay time.Duration
		depth string
	}{
		{"with a long delay", 5 * time.Second, "auto"},
		{"with a short queue", 500 * time.Millisecond, "20"},
		{"without a delay", 0, "auto"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(c.delay)
				w.settings.QueueDepth = mustDepth(t, c.depth)
				type shown struct{ at, sentAt, leftAt time.Time }
				var all []shown
				w.progress = func(p batch.Progress) {
					if now := time.Now(); p.Remaining > 0 && p.Total-p.Done > 20 {
						all = append(all, shown{now, now.Add(p.Remaining), p.LastDeparture})
					}
				}
				began := time.Now()
				w.mustSend(w.file("contacts.csv", upTo(600)...))
				arrivals := w.instance.Arrivals()
				sentAt := arrivals[len(arrivals)-1]
				for _, s := range all {
					if off, remaining := s.sentAt.Sub(sentAt).Abs(), sentAt.Sub(s.at); off > remaining/5+12500*time.Millisecond {
						t.Fatalf("%v after the beginning the last card was to go in %v, it went after %v", s.at.Sub(began), s.sentAt.Sub(s.at), remaining)
					}
					if s.leftAt.Before(s.sentAt.Add(-time.Second)) {
						t.Fatalf("%v after the beginning the last card was to leave %v before it went", s.at.Sub(began), s.sentAt.Sub(s.leftAt))
					}
				}
			})
		})
	}
}

func TestTheProgressOfARunWhoseAnswersAreLost(t *testing.T) {
	for _, c := range []struct {
		name string
		when sandbox.When
	}{
		{"cards that were taken", sandbox.After},
		{"cards that were not taken", sandbox.Before},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.instance.Script(sandbox.Fault{When: c.when, Do: sandbox.CloseConn, If: sandbox.Every(7)})
				var newest batch.Progress
				w.progress = func(p batch.Progress) {
					if p.Done < newest.Done || p.Done > p.Total || p.Remaining < 0 || p.Counts.Rows() != 50 {
						t.Errorf("after %d of %d: %d of %d, %v", newest.Done, newest.Total, p.Done, p.Total, p.Counts)
					}
					newest = p
				}
				w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(50)...)), "50 accepted")
				if newest.Done < 40 || newest.Counts[csvmodel.Invalid] > 0 {
					t.Errorf("in the end: %d of %d, %v", newest.Done, newest.Total, newest.Counts)
				}
			})
		})
	}
}
