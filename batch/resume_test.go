package batch_test

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// halfDone plans a file and has half of its rows accepted, as a run would.
func halfDone(b *testing.B, in batch.Input, rows int) (path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "ledger.db")
	l, err := ledger.Open(path, ledger.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	job := batch.Job{Ledger: l, Settings: batch.Settings{Rate: 10, Workers: 16}}
	if _, err := job.Plan(b.Context(), in); err != nil {
		b.Fatal(err)
	}
	l.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	yesterday := time.Now().Add(-24 * time.Hour).UnixMilli()
	for _, statement := range []string{
		"UPDATE rows SET status = 'accepted', learned = 'answer', attempt = 1, instance = '" + testInstance +
			"', intended = ?1 + seq, ended = ?1 + seq, accepted = ?1 + seq, message = printf('3EB0%016X', seq) WHERE seq <= ?2",
		"INSERT INTO claims SELECT card, run, seq, ?1 + seq, 0, 0, 0 FROM rows WHERE seq <= ?2",
	} {
		if _, err := db.Exec(statement, yesterday, rows/2); err != nil {
			b.Fatal(err)
		}
	}
	return path
}

// BenchmarkResume starts a run of a million rows that is half done, and ends it with
// the first request.
func BenchmarkResume(b *testing.B) {
	const rows = 1_000_000
	name := bigFile(b, rows)
	in, err := batch.OpenInput(name, csvmodel.Options{})
	if err != nil {
		b.Fatal(err)
	}
	path := halfDone(b, in, rows)
	var total time.Duration
	for b.Loop() {
		begin := time.Now()
		ctx, cancel := context.WithCancel(b.Context())
		var first sync.Once
		quick := quickService()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "sendContact") {
				first.Do(func() { total += time.Since(begin); cancel() })
			}
			quick.Config.Handler.ServeHTTP(w, r)
		}))
		l, err := ledger.Open(path, ledger.Options{})
		if err != nil {
			b.Fatal(err)
		}
		client, err := greenapi.New(greenapi.Account{APIURL: server.URL, IDInstance: testInstance, Token: greenapi.NewToken(testToken)}, greenapi.Options{Workers: 16})
		if err != nil {
			b.Fatal(err)
		}
		settings := batch.Settings{Rate: 10, Workers: 16, SettleAfter: batch.Duration{time.Minute}}
		job := batch.Job{Ledger: l, Settings: settings, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Forecast: func(batch.Forecast) {}, Progress: func(batch.Progress) {}, Interim: func(ledger.Run) {}}
		job.Add(&batch.Sender{Instance: testInstance, Client: client, Settings: settings})
		in, err := batch.OpenInput(name, csvmodel.Options{})
		if err == nil {
			_, err = job.Send(ctx, in)
		}
		if err != nil || ctx.Err() == nil {
			b.Fatal(err)
		}
		client.Close()
		l.Close()
		server.Close()
		quick.Close()
	}
	b.ReportMetric(total.Seconds()/float64(b.N), "s/first-request")
}
