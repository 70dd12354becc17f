package publish

import (
	"iter"
	"path/filepath"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// plannedRun is a ledger with a run of which nothing is written yet.
func plannedRun(t *testing.T) (*ledger.Ledger, ledger.Run) {
	t.Helper()
	dir := t.TempDir()
	l, err := ledger.Open(filepath.Join(dir, "ledger.db"), ledger.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	columns := []string{"chatId", "phoneContact", "firstName"}
	run := ledger.Run{Content: [32]byte{1}, Name: "c.csv", Path: filepath.Join(dir, "c.csv"), Output: filepath.Join(dir, "c"), Settings: []byte("{}"),
		Started: time.Now(), Layout: csvmodel.Layout{Encoding: csvmodel.UTF8, Delimiter: ",", Header: columns, Columns: columns}}
	contact, fields, _ := csvmodel.ParseContact(csvmodel.Fields{ChatID: "12025550101", PhoneContact: "12025550191", FirstName: "Ada"})
	rows := []csvmodel.Row{
		{Number: 2, Line: 2, Source: "12025550101,12025550191,Ada", Fields: fields, Contact: contact},
		{Number: 3, Line: 3, Source: "12025550102,1,Ada", Faults: []msg.Reason{msg.Fault(msg.Phone, "phoneContact", "1")}},
	}
	file, err := l.LockFile(run.Content, run.Name, ledger.Terms{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Release() })
	for _, err := range []error{file.CreateRun(&run), file.PrepareRows(run.ID, 1, rows)(), file.CompletePlan(run.ID, len(rows), time.Now())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	run, err = l.Run(run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return l, run
}

// TestAProgramKilledWhileItWritesIsNotTakenForTampering goes through the steps of
// writing, for the first time and again in another language, and verifies after each.
func TestAProgramKilledWhileItWritesIsNotTakenForTampering(t *testing.T) {
	l, run := plannedRun(t)
	verify := func(step string, isComplete bool) {
		t.Helper()
		v, err := audit.Verify(l, run, nil, nil, func(language msg.Language) iter.Seq2[csvmodel.Result, error] { return Rows(l, run, language) })
		if err != nil {
			t.Fatal(err)
		}
		interrupted := 0
		for _, f := range v.Findings {
			if f.Verdict == audit.Differs {
				t.Errorf("%s: %s", step, f.Reason)
			}
			if f.Reason.Code == "proof.interrupted" {
				interrupted++
			}
		}
		if isComplete != (interrupted == 0) {
			t.Errorf("%s: %d are taken for interrupted", step, interrupted)
		}
	}
	for _, language := range []msg.Language{msg.English, msg.Russian} {
		summary, err := batch.Runs{Ledger: l}.Summary(run)
		if err != nil {
			t.Fatal(err)
		}
		d := Publisher{Ledger: l, Language: language}.drafts(summary)
		defer d.discard()
		if err := d.make(); err != nil {
			t.Fatal(err)
		}
		verify("before the manifest is recorded", true)
		proof, err := audit.Prove(l, run, d.seal, d.manifest)
		if err != nil {
			t.Fatal(err)
		}
		verify("before the first file appears", false)
		steps := d.appearing(proof)
		for i, step := range steps {
			if err := step(); err != nil {
				t.Fatal(err)
			}
			verify("after step "+string(rune('1'+i)), i == len(steps)-1)
		}
	}
}

func TestNothingAppearsWhereOneFileCannotBeMade(t *testing.T) {
	l, run := plannedRun(t)
	run.Settings = []byte("none") // of which the report cannot be made
	summary, err := (batch.Runs{Ledger: l}).Summary(run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Publisher{Ledger: l}).Publish(summary); err == nil {
		t.Fatal("the report is made")
	}
	if found, err := filepath.Glob(filepath.Join(filepath.Dir(run.Output), "*c.*")); len(found) > 0 || err != nil {
		t.Error("left", found, err)
	}
}
