package batch_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// bigFile writes a file of this many rows of a realistic width.
func bigFile(tb testing.TB, rows int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "contacts.csv")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "chatId,phoneContact,firstName,middleName,lastName,company,quotedMessageId,campaign")
	for i := range rows {
		fmt.Fprintf(w, "%d@c.us,%d,Anna,,Surname%d,Acme Ltd,,spring\n", 79000000000+i, 447400123000+i%1000, i)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// BenchmarkPlan puts a file into a ledger whose writes are durable.
func BenchmarkPlan(b *testing.B) {
	const rows = 200_000
	in, err := batch.OpenInput(bigFile(b, rows), csvmodel.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		l, err := ledger.Open(filepath.Join(b.TempDir(), "ledger.db"), ledger.Options{})
		if err != nil {
			b.Fatal(err)
		}
		job := batch.Job{Ledger: l, Settings: batch.Settings{Rate: 10, Workers: 16}}
		job.Add(&batch.Sender{Instance: testInstance, Settings: job.Settings})
		s, err := job.Plan(b.Context(), in)
		if err == nil {
			err = job.CountDuplicates(s.Run)
		}
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
