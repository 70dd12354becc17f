package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

// BenchmarkSendContact is what the imitation itself costs, without HTTP.
func BenchmarkSendContact(b *testing.B) {
	for name, delay := range map[string]time.Duration{"leaving at once": 0, "all waiting": time.Hour} {
		b.Run(name, func(b *testing.B) {
			s := sandbox.New(sandbox.Options{})
			s.AddInstance(id, token).Configure(func(c *sandbox.Config) { c.Limits, c.Delay = nil, delay })
			body := card(alice)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest(http.MethodPost, path("sendContact"), strings.NewReader(body))
					r.Header.Set("Content-Type", "application/json")
					s.ServeHTTP(httptest.NewRecorder(), r)
				}
			})
		})
	}
}

// BenchmarkOverSockets is the whole way, with a client on the same cores.
func BenchmarkOverSockets(b *testing.B) {
	s := sandbox.New(sandbox.Options{})
	s.AddInstance(id, token).Configure(func(c *sandbox.Config) { c.Limits, c.Delay = nil, 0 })
	h := httptest.NewServer(s)
	defer h.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			res, err := client.Post(h.URL+path("sendContact"), "application/json", strings.NewReader(card(alice)))
			if err != nil {
				b.Error(err)
				return
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
