package batch_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// quickService takes every card at once.
func quickService() *httptest.Server {
	var n atomic.Int64
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		switch path := r.URL.Path; {
		case strings.Contains(path, "getStateInstance"):
			io.WriteString(w, `{"stateInstance":"authorized"}`)
		case strings.Contains(path, "getSettings"):
			io.WriteString(w, `{"delaySendMessagesMilliseconds":0}`)
		case strings.Contains(path, "getMessagesCount"):
			io.WriteString(w, `{"count":0}`)
		default:
			fmt.Fprintf(w, `{"idMessage":"3EB0%016X"}`, n.Add(1))
		}
	}))
}

// BenchmarkWholeWay sends a file to a server in the same process, 64 requests
// at once and with both writes durable: planned, sent, and all results read.
func BenchmarkWholeWay(b *testing.B) {
	const rows = 40_000
	server := quickService()
	defer server.Close()
	in, err := batch.OpenInput(bigFile(b, rows), csvmodel.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		l, err := ledger.Open(filepath.Join(b.TempDir(), "ledger.db"), ledger.Options{})
		if err != nil {
			b.Fatal(err)
		}
		client, err := greenapi.New(greenapi.Account{APIURL: server.URL, IDInstance: testInstance, Token: greenapi.NewToken(testToken)}, greenapi.Options{Workers: 64})
		if err != nil {
			b.Fatal(err)
		}
		settings := batch.Settings{Rate: 1e6, Workers: 64, SettleAfter: batch.Duration{time.Minute}}
		job := batch.Job{Ledger: l, Settings: settings, Log: slog.New(slog.DiscardHandler),
			Forecast: func(batch.Forecast) {}, Progress: func(batch.Progress) {}, Interim: func(ledger.Run) {}}
		job.Add(&batch.Sender{Instance: testInstance, Client: client, Settings: settings})
		s, err := job.Send(b.Context(), in)
		if err != nil || s.Counts[csvmodel.Accepted] != rows {
			b.Fatalf("%s: %v", counts(s), err)
		}
		for _, err := range l.Rows(s.Run.ID) {
			if err != nil {
				b.Fatal(err)
			}
		}
		client.Close()
		l.Close()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
