package ledger

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/csvmodel/msg"
)

// TestALostLeaseWritesNothing has a lease taken away whose holder goes on.
func TestALostLeaseWritesNothing(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7, 8, 9)
	rows := planned(t, l, run)
	old := sender(t, l)
	intended := intend(t, l, rows[0], Scope{})
	lease, err := l.TakeLease("1101", Terms{Holder: "bob@desk"})
	must(t, err)
	unknown, err := l.Unknown("1101")
	must(t, err)
	for name, write := range map[string]func(l *Lease) error{
		"an intent":     func(l *Lease) error { _, err := l.Intend(rows[1], Scope{}, noon, 0); return err },
		"an outcome":    func(l *Lease) error { return l.RecordOutcome(intended, Outcome{State: Planned, At: noon}) },
		"a revocation":  func(l *Lease) error { return l.Revoke(intended) },
		"a suppression": func(l *Lease) error { _, err := l.Suppress(rows[1]); return err },
		"all of a list": func(l *Lease) error { return l.SuppressPlanned(run.ID, "", func(string) bool { return true }) },
		"a settlement": func(l *Lease) error {
			return l.Settle(unknown[0], Settlement{Evidence: msg.NewReason(msg.Free), At: noon})
		},
		"a run":          func(l *Lease) error { return l.CreateRun(&Run{Settings: []byte("{}"), Started: noon}) },
		"another start":  func(l *Lease) error { return l.RestartRun(run) },
		"a plan's end":   func(l *Lease) error { return l.CompletePlan(run.ID, 9, noon) },
		"a plan dropped": func(l *Lease) error { return l.DropPlan(run.ID) },
		"its run":        func(l *Lease) error { return l.SetRun(9) },
	} {
		if err := write(old); !errors.Is(err, ErrLeaseLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := states(t, l, run); !slices.Equal(got, []string{"unknown", "planned", "planned"}) {
		t.Errorf("the rows are %v", got)
	}
	if runs, err := l.Runs(9); len(runs) != 1 || err != nil {
		t.Errorf("%d runs, %v", len(runs), err)
	}
	must(t, lease.Settle(unknown[0], Settlement{Evidence: msg.NewReason(msg.Free, noon, 0, noon), At: noon}))
}

// TestALostLeaseLeavesTheWritesBesideItAlone commits both in one transaction.
func TestALostLeaseLeavesTheWritesBesideItAlone(t *testing.T) {
	l := newLedger(t)
	rows := planned(t, l, newRun(t, l, 1, 7, 8))
	old := leaseOf(t, l, anInstance+"2202")
	lease, err := l.TakeLease("2202", Terms{})
	must(t, err)
	must(t, lease.Release())
	set := func(row Row, lease commit.Lease) commit.Write {
		w := l.write(func(t *tx) {
			t.expect("UPDATE rows SET status = 'suppressed' WHERE run = ? AND seq = ?", row.Run, row.Seq)
		})
		w.Lease = lease
		return w
	}
	results, err := l.committer.Transact([]commit.Write{set(rows[0], old), set(rows[1], sender(t, l)), set(rows[1], nil)})
	must(t, err)
	if !errors.Is(results[0], ErrLeaseLost) || results[1] != nil || results[2] != nil {
		t.Errorf("got %v", results)
	}
	if got := states(t, l, Run{ID: 1}); !slices.Equal(got, []string{"planned", "suppressed"}) {
		t.Errorf("the rows are %v", got)
	}
}

// TestAnOlderLedgerKeepsItsEpochs has leases as an earlier version left them.
func TestAnOlderLedgerKeepsItsEpochs(t *testing.T) {
	aboutAFile(t)
	path := filepath.Join(t.TempDir(), "ledger.db")
	newest := schema
	defer func() { schema = newest }()
	schema = schema[:7]
	l := reopen(t, path)
	must(t, l.exec("INSERT INTO leases VALUES ('1101', 41, 'ada@desk', 7, 1, 2)"))
	must(t, l.Close())
	schema = newest
	l = reopen(t, path)
	lease, err := l.TakeLease("1101", Terms{})
	must(t, err)
	if lease.Epoch != 42 {
		t.Errorf("epoch %d", lease.Epoch)
	}
	must(t, lease.Release())
}
