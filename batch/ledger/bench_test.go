package ledger

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"contact-distributor/csvmodel"
)

// BenchmarkSending intends rows and records their outcomes, with so many requests under way
// for one instance.
func BenchmarkSending(b *testing.B) {
	for _, inFlight := range []int{16, 64, 256} {
		b.Run(fmt.Sprintf("%d in flight", inFlight), func(b *testing.B) { benchmarkSending(b, newPlace(b), 1, inFlight) })
	}
	b.Run("16 in flight, 1 ms away", func(b *testing.B) {
		if !onServer {
			b.Skip("is about a server")
		}
		benchmarkSending(b, delayed(b, newPlace(b), time.Millisecond/2), 1, 16)
	})
	for _, instances := range []int{1, 8} {
		b.Run(fmt.Sprintf("%d instances, a request of each", instances), func(b *testing.B) { benchmarkSending(b, newPlace(b), instances, 1) })
	}
}

func benchmarkSending(b *testing.B, place string, instances, inFlight int) {
	l, err := Open(place, Options{})
	must(b, err)
	defer l.Close()
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range instances {
		lease, err := l.TakeLease(fmt.Sprint(i), Terms{})
		must(b, err)
		run := Run{Content: [32]byte{byte(i)}, Settings: []byte("{}"), Started: noon}
		must(b, fileOf(b, l).CreateRun(&run))
		n := b.N/instances + 1
		benchmarkPlan(b, l, run.ID, i*n, n)
		rows, err := l.NextPlanned(run.ID, "", 0, n)
		must(b, err)
		next := make(chan Row, len(rows))
		for _, row := range rows {
			next <- row
		}
		close(next)
		for range inFlight {
			all.Go(func() {
				<-start
				for row := range next {
					row, err := lease.Intend(row, Scope{}, noon, 0)
					if err == nil {
						err = lease.RecordOutcome(row, Outcome{State: State(csvmodel.Accepted), IDMessage: "3EB0C431C26A1916E07E", At: noon})
					}
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
	}
	b.ResetTimer()
	close(start)
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func benchmarkPlan(b *testing.B, l *Ledger, run int64, first, rows int) {
	for at := 0; at < rows; at += l.PlanChunk() {
		chunk := make([]csvmodel.Row, min(l.PlanChunk(), rows-at))
		for i := range chunk {
			n := first + at + i
			chunk[i] = csvmodel.Row{Number: at + i + 2, Line: at + i + 2, Source: fmt.Sprintf("120255501%07d,447400123123,Ada,Lovelace", n),
				Fields: csvmodel.Fields{ChatID: fmt.Sprintf("120255501%07d@c.us", n), PhoneContact: "447400123123", FirstName: "Ada", LastName: "Lovelace"}}
		}
		must(b, fileOf(b, l).PrepareRows(run, int64(at)+1, chunk)())
	}
	must(b, fileOf(b, l).CompletePlan(run, rows, noon))
}

// BenchmarkPlanning plans b.N rows.
func BenchmarkPlanning(b *testing.B) {
	l, err := Open(newPlace(b), Options{})
	must(b, err)
	defer l.Close()
	run := Run{Content: [32]byte{1}, Settings: []byte("{}"), Started: noon}
	must(b, fileOf(b, l).CreateRun(&run))
	b.ResetTimer()
	benchmarkPlan(b, l, run.ID, 0, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// delayed returns a place whose bytes come so much later, in each direction.
func delayed(t testing.TB, place string, delay time.Duration) string {
	t.Helper()
	return through(t, place, func(to, from net.Conn, _ bool) { forward(to, from, delay) })
}

// through returns a place by which the server is reached with the bytes that forward lets pass
// in each direction.
func through(t testing.TB, place string, forward func(to, from net.Conn, isAnswer bool)) string {
	t.Helper()
	server, err := url.Parse(place)
	must(t, err)
	query := server.Query()
	network, address := "tcp", server.Host
	if host := query.Get("host"); host != "" {
		network, address = "unix", host+"/.s.PGSQL."+cmp.Or(query.Get("port"), "5432")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial(network, address)
			if err != nil {
				client.Close()
				continue
			}
			go forward(upstream, client, false)
			go forward(client, upstream, true)
		}
	}()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	server.Host, server.RawQuery = listener.Addr().String(), query.Encode()
	return server.String()
}

func forward(to, from net.Conn, delay time.Duration) {
	type packet struct {
		bytes []byte
		due   time.Time
	}
	packets := make(chan packet, 1024)
	go func() {
		defer to.Close()
		for p := range packets {
			time.Sleep(time.Until(p.due))
			if _, err := to.Write(p.bytes); err != nil {
				from.Close()
			}
		}
	}()
	defer close(packets)
	for {
		buffer := make([]byte, 64<<10)
		n, err := from.Read(buffer)
		if n > 0 {
			packets <- packet{buffer[:n], time.Now().Add(delay)}
		}
		if err != nil {
			if err != io.EOF {
				to.Close()
			}
			return
		}
	}
}
