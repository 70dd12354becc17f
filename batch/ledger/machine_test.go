package ledger

import (
	"maps"
	"testing"
	"time"

	"contact-distributor/batch/ledger/pgtest"
)

// onMachine opens a ledger as a process of a machine does.
func onMachine(t *testing.T, place, machine string) *Ledger {
	t.Helper()
	l, err := Open(place, Options{NoSync: true, Machine: machine, Clock: func() time.Time { return noon }})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// TestAPathIsThatOfItsMachine has two machines with the same paths share a ledger.
func TestAPathIsThatOfItsMachine(t *testing.T) {
	place := pgtest.Place(t)
	a, b := onMachine(t, place, "a"), onMachine(t, place, "b")
	run := newRun(t, a, 1, 1)
	run.Path, run.Output = "/in/working/c.csv", "/in/working/c"
	must(t, fileOf(t, a).RestartRun(run))
	must(t, a.SetFolder("x", "/in"))
	must(t, b.SetFolder("y", "/in"))
	must(t, a.RecordOutput("/in/working/c.results.csv", run.Content, [32]byte{1}, [32]byte{}))

	at := func(l *Ledger, path string, want ...int64) {
		t.Helper()
		runs, err := l.RunsAt(path)
		must(t, err)
		if len(runs) != len(want) || len(want) > 0 && runs[0].ID != want[0] {
			t.Errorf("at %s are %v", path, runs)
		}
	}
	at(a, "/in/working/c.csv", run.ID)
	at(b, "/in/working/c.csv")
	at(b, "a:/in/working/c.csv", run.ID)
	for l, want := range map[*Ledger]string{a: "/in/working/c", b: "a:/in/working/c"} {
		is, err := l.Run(run.ID)
		must(t, err)
		newest, err := l.NewestRunFor(is.Output)
		must(t, err)
		if is.Output != want || is.Path != want+".csv" || newest.ID != run.ID {
			t.Errorf("it is at %s, with outputs at %s", is.Path, is.Output)
		}
	}
	if taken, ours, err := b.OutputTaken("/in/working/c", run.Content); err != nil || taken || ours {
		t.Errorf("the same stem is taken elsewhere: %v, %v, %v", taken, ours, err)
	}
	if sum, _, err := b.Output("/in/working/c.results.csv", run.Content); err != nil || sum != [32]byte{} {
		t.Errorf("an output is on another machine: %x, %v", sum, err)
	}
	folders, err := b.Folders()
	must(t, err)
	if !maps.Equal(folders, map[string]string{"x": "a:/in", "y": "/in"}) {
		t.Errorf("folders are %v", folders)
	}

	// A folder is moved from one machine to the other.
	must(t, b.MoveFolder("a:/in", "/out"))
	at(b, "/out/working/c.csv", run.ID)
	at(a, "/in/working/c.csv")
	if sum, _, err := b.Output("/out/working/c.results.csv", run.Content); err != nil || sum != [32]byte{1} {
		t.Errorf("its output has not moved: %x, %v", sum, err)
	}
}
