package ledger

import (
	"errors"
	"path/filepath"
	"testing"

	"contact-distributor/csvmodel/msg"
)

// TestARestoredBackupIsNotSentFrom has a ledger that knows less than the machine.
func TestARestoredBackupIsNotSentFrom(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		memory := filepath.Join(t.TempDir(), "epochs")
		l := f.open(t, Options{Memory: memory})
		for range 3 {
			lease := takes(t, l)
			must(t, lease.Release())
		}
		must(t, l.exec("UPDATE leases SET epoch = 2"))
		place := PlaceError{}
		if _, err := l.TakeLease("1101", terms); !errors.As(err, &place) {
			t.Errorf("got %v", err)
		}
		other, err := l.TakeLease("2202", terms)
		must(t, err)
		must(t, other.Release())
		must(t, l.exec("DELETE FROM leases"))
		if _, err := l.TakeLease("1101", terms); !errors.As(err, &place) {
			t.Errorf("without the lease: %v", err)
		}
		elsewhere := f.open(t, Options{Memory: filepath.Join(t.TempDir(), "epochs")}) // which knows nothing
		lease := takes(t, elsewhere)
		must(t, lease.Release())
	})
}

// TestAPromotedStandbyPutsAllInstancesToRest until a person has compared.
func TestAPromotedStandbyPutsAllInstancesToRest(t *testing.T) {
	onEach(t, func(t *testing.T, f fleet) {
		l := f.open(t, Options{})
		timeline, isSafe := "00000001", false
		l.timeline = func() (string, bool, error) { return timeline, isSafe, nil }
		take := func() int {
			t.Helper()
			lease := takes(t, l)
			must(t, lease.Release())
			suspensions, err := l.Suspensions()
			must(t, err)
			for _, s := range suspensions {
				if s.State != Promoted {
					t.Errorf("got %+v", s)
				}
			}
			return len(suspensions)
		}
		other, err := l.TakeLease("2202", terms)
		must(t, err)
		must(t, other.Release())
		if n := take(); n != 0 {
			t.Errorf("%d at rest at first", n)
		}
		if timeline = "00000002"; take() != 2 {
			t.Error("they are not at rest")
		}
		for _, instance := range []string{"1101", "2202"} {
			_, err := l.Resume(instance, "ada", noon)
			must(t, err)
		}
		if n := take(); n != 0 {
			t.Errorf("%d at rest after a person has resumed them", n)
		}
		if timeline, isSafe = "00000003", true; take() != 0 {
			t.Error("at rest although the standby was waited for")
		}
		if timeline, isSafe = "00000003", false; take() != 0 {
			t.Error("at rest on a timeline that is known")
		}
		notes, err := l.Notes(0, 0)
		must(t, err)
		found := 0
		for _, n := range notes {
			if n.Reason.Code == msg.Promoted {
				found++
			}
		}
		if found != 2 {
			t.Errorf("%d notes", found)
		}
	})
}
