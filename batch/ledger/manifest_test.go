package ledger

import (
	"errors"
	"testing"
)

func TestAManifestGoesBehindTheOneThatItNames(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 1, 2)
	other := newRun(t, l, 2, 3)
	first := prove(t, l, run, seal(t, l, run))
	second := prove(t, l, other, seal(t, l, other))
	if first.ID != 1 || second.ID != 2 {
		t.Fatal(first.ID, second.ID)
	}
	late := Manifest{Run: run.ID, At: noon, Output: run.Output}
	if err := l.AddManifest(&late, seal(t, l, run), first); !errors.Is(err, ErrConflict) {
		t.Error("behind one that is not the last it gives", err)
	}
	if newest, err := l.NewestManifest(); err != nil || newest.ID != 2 {
		t.Error("the end of the chain is", newest.ID, err)
	}
	if of, err := l.NewestManifestOf(run.ID); err != nil || of.ID != 1 || string(of.JSON) != "{}" {
		t.Error("the newest of the first run is", of.ID, err)
	}
	if none, err := l.NewestManifestOf(99); err != nil || none.ID != 0 {
		t.Error("of no run it is", none.ID, err)
	}
	ids := 0
	for m, err := range l.Manifests() {
		must(t, err)
		if ids++; m.ID != int64(ids) {
			t.Error("the chain has", m.ID, "in place", ids)
		}
	}
	if ids != 2 {
		t.Error("the chain has", ids)
	}
}

func TestASealThatIsOldIsOfNoUse(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 1)
	old := seal(t, l, run)
	m := prove(t, l, run, seal(t, l, run))
	late := Manifest{Run: run.ID, At: noon, Output: run.Output}
	if err := l.AddManifest(&late, old, m); !errors.Is(err, ErrConflict) {
		t.Error("got", err)
	}
	if _, err := l.RowChanges(m, func(RowChange) error { return errors.New("departs") }); err != nil {
		t.Error(err)
	}
}

func TestAManifestFollowsItsFiles(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 1)
	prove(t, l, run, seal(t, l, run))
	must(t, l.MoveRun(run, "/done/contacts.csv", "/done/contacts"))
	if m, err := l.NewestManifestAt("/done/contacts"); err != nil || m.ID != 1 {
		t.Error("got", m.ID, err)
	}
	if m, err := l.NewestManifestAt(run.Output); err != nil || m.ID != 0 {
		t.Error("where they were it finds", m.ID, err)
	}
}

func TestWhatIsInAFolderFollowsIt(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 1)
	prove(t, l, run, seal(t, l, run))
	for _, path := range []string{"/in/contacts.results.csv", "/in2/contacts.results.csv"} {
		must(t, l.RecordOutput(path, run.Content, [32]byte{2}, [32]byte{}))
	}
	must(t, l.MoveFolder("/in", "/srv/Привет"))
	moved, err := l.NewestRunAt("/srv/Привет/1/contacts.csv")
	if err != nil || moved.ID != run.ID || moved.Output != "/srv/Привет/contacts" {
		t.Error("got", moved.ID, moved.Output, err)
	}
	if m, err := l.NewestManifestAt("/srv/Привет/contacts"); err != nil || m.ID != 1 {
		t.Error("got manifest", m.ID, err)
	}
	for path, want := range map[string]bool{"/srv/Привет/contacts.results.csv": true, "/in/contacts.results.csv": false, "/in2/contacts.results.csv": true} {
		if is, err := l.OutputUnchanged(path, run.Content, [32]byte{2}); err != nil || is != want {
			t.Errorf("%s: %v, %v", path, is, err)
		}
	}
}

func TestAnOutputThatHasAppearedReplacesNothing(t *testing.T) {
	l := newLedger(t)
	must(t, l.RecordOutput("/in/c", [32]byte{1}, [32]byte{2}, [32]byte{3}))
	if sum, before, err := l.Output("/in/c", [32]byte{1}); err != nil || sum[0] != 2 || before[0] != 3 {
		t.Error(sum[0], before[0], err)
	}
	must(t, l.ConfirmOutput("/in/c"))
	if sum, before, err := l.Output("/in/c", [32]byte{1}); err != nil || sum != before {
		t.Error(sum[0], before[0], err)
	}
	if sum, _, err := l.Output("/in/c", [32]byte{9}); err != nil || sum != [32]byte{} {
		t.Error("for another content it finds", sum[0], err)
	}
}
