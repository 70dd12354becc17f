package greenapi

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestARequestIsWhatTheServiceDocuments(t *testing.T) {
	tests := []struct {
		name   string
		fields csvmodel.Fields
		phone  int64
		want   string
	}{
		{"every field", csvmodel.Fields{ChatID: "11001234567@c.us", FirstName: "Артем", MiddleName: "Петрович", LastName: "Евпаторийский", Company: "Велосипед", QuotedMessageID: "361B0E63F2FDF95903B6A9C9A102F34B"}, 79001234568,
			`{"chatId":"11001234567@c.us","contact":{"phoneContact":79001234568,"firstName":"Артем","middleName":"Петрович","lastName":"Евпаторийский","company":"Велосипед"},"quotedMessageId":"361B0E63F2FDF95903B6A9C9A102F34B"}`},
		{"only the fields that are given", csvmodel.Fields{ChatID: "120363043968066561@g.us", Company: "Велосипед"}, 1234567890123456,
			`{"chatId":"120363043968066561@g.us","contact":{"phoneContact":1234567890123456,"company":"Велосипед"}}`},
		{"quotes and signs are escaped", csvmodel.Fields{ChatID: "1@c.us", FirstName: `A "B" \ & <C>`}, 79001234568,
			`{"chatId":"1@c.us","contact":{"phoneContact":79001234568,"firstName":"A \"B\" \\ \u0026 \u003cC\u003e"}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(encodeContact(test.fields, test.phone)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestTheHeadOfARequest(t *testing.T) {
	c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		want := "/waInstance7105123456/sendContact/" + testToken
		if r.Method != "POST" || r.RequestURI != want {
			t.Errorf("got %s %s, want POST %s", r.Method, r.RequestURI, want)
		}
		if r.ContentLength != int64(len(body)) || len(body) == 0 || len(r.TransferEncoding) > 0 {
			t.Errorf("length %d, read %d, encoding %q", r.ContentLength, len(body), r.TransferEncoding)
		}
		for name, values := range map[string]string{
			"Content-Type": "application/json", "User-Agent": "me/1",
			"Idempotency-Key": "", "X-Idempotency-Key": "", "Accept-Encoding": "", "Authorization": "",
		} {
			if got := r.Header.Get(name); got != values {
				t.Errorf("%s: %q, want %q", name, got, values)
			}
		}
		w.Header().Set("Date", "Fri, 02 Jan 2026 03:04:05 GMT")
		_, _ = w.Write([]byte(`{"idMessage":"3EB0"}`))
	}, Options{UserAgent: "me/1"})
	if _, known := c.Skew(); known {
		t.Error("a clock is known before an answer")
	}
	a := c.SendContact(context.Background(), testContact(t), nil)
	if a.Meaning != Accepted || a.IDMessage != "3EB0" || a.Date.Format("15:04:05") != "03:04:05" {
		t.Errorf("got %+v", a)
	}
	if ahead, known := c.Skew(); !known || ahead > 0 {
		t.Errorf("the clock is ahead by %v, known %v", ahead, known)
	}
}

func TestPartsOfThePathAreEscaped(t *testing.T) {
	const token = "100%?a=b#c&+é"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if want := "/base/waInstance7105/sendContact/" + token; r.URL.Path != want || r.URL.RawQuery != "" {
			t.Errorf("got %q ? %q, want %q", r.URL.Path, r.URL.RawQuery, want)
		}
		_, _ = w.Write([]byte(`{"idMessage":"3EB0"}`))
	}))
	defer server.Close()
	c, err := New(Account{APIURL: " " + server.URL + "/base// ", IDInstance: " 7105\n", Token: NewToken(token)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if a := c.SendContact(context.Background(), testContact(t), nil); a.Meaning != Accepted {
		t.Errorf("got %+v", a)
	}
}

func TestHTTP2IsNotSpoken(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"idMessage":"`+r.Proto+`"}`)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	tr := newTransport(1)
	tr.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	tr.TLSClientConfig.NextProtos = nil
	a := clientAt(t, server.URL, Options{Transport: tr}).SendContact(context.Background(), testContact(t), nil)
	if a.IDMessage != "HTTP/1.1" {
		t.Errorf("got %+v", a)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var asked atomic.Int32
		c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			http.Redirect(w, r, r.URL.Path, status)
		}, Options{})
		if a := c.SendContact(context.Background(), testContact(t), nil); a.Meaning != Stop || a.Reason.Code != msg.Protocol {
			t.Errorf("%d: got %+v", status, a)
		}
		if asked.Load() != 1 {
			t.Errorf("%d: asked %d times", status, asked.Load())
		}
	}
}

// keepAlive is an answer after which the connection is said to stay open.
const keepAlive = okHead + "Content-Length: 20\r\n\r\n" + `{"idMessage":"3EB0"}`

// A server that closes a connection in the moment in which it is used again:
// the card never arrives twice, and where nothing was written it is said to be
// not taken. Which of the two happens is a race inside net/http, so it is
// tried until both have had their chance.
func TestAConnectionThatIsClosedWhileItIsPickedUp(t *testing.T) {
	var arrived, accepted, notTaken int
	for range 200 {
		var here atomic.Int32
		conns := make(chan net.Conn, 2)
		c := clientAt(t, rawServer(t, func(conn net.Conn) bool {
			here.Add(1)
			conns <- conn
			_, _ = io.WriteString(conn, keepAlive)
			return true
		}), Options{})
		if a := c.SendContact(context.Background(), testContact(t), nil); a.Meaning != Accepted {
			t.Fatalf("the first card: %+v", a)
		}
		server := <-conns
		ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
			GotConn: func(i httptrace.GotConnInfo) {
				if i.Reused {
					server.Close()
					awaitClosed(i.Conn)
				}
			},
		})
		a := c.SendContact(ctx, testContact(t), nil)
		arrived += int(here.Load()) - 1
		switch {
		case a.Meaning == Accepted:
			accepted++
		case a.Meaning == NotTaken && !a.Written:
			notTaken++
		case a.Meaning != Unknown || !a.Written:
			t.Fatalf("got %+v", a)
		}
		if notTaken > 0 {
			break
		}
	}
	if arrived != accepted {
		t.Errorf("%d cards arrived again, %d were accepted", arrived, accepted)
	}
	if notTaken == 0 {
		t.Error("a connection that was closed before it was used never read as not taken")
	}
}

// awaitClosed returns when the reading side of net/http has seen the end of
// the connection and closed it.
func awaitClosed(conn net.Conn) {
	for {
		if _, err := conn.Write(nil); err != nil {
			return
		}
	}
}

// A server that closes every connection behind its answer, without a word, is
// met as often as one likes: most closes are seen in time, and none makes a
// card go twice.
func TestAServerThatClosesIdleConnections(t *testing.T) {
	var arrived atomic.Int32
	c := clientAt(t, rawServer(t, func(conn net.Conn) bool {
		arrived.Add(1)
		_, _ = io.WriteString(conn, keepAlive)
		return false
	}), Options{})
	var asked, accepted, notTaken int32
	for range 300 {
		asked++
		switch a := c.SendContact(context.Background(), testContact(t), nil); a.Meaning {
		case Accepted:
			accepted++
		case NotTaken:
			notTaken++
		}
	}
	if arrived.Load() > asked-notTaken || arrived.Load() < accepted {
		t.Errorf("%d asked, %d accepted, %d not taken, and %d arrived", asked, accepted, notTaken, arrived.Load())
	}
	t.Logf("%d asked, %d accepted, %d not taken", asked, accepted, notTaken)
}

// A write that fails on a connection that was used before is what net/http
// repeats where it can: it cannot, since the body has no second copy.
func TestAWriteThatFailsIsNotRepeated(t *testing.T) {
	var arrived, dialled atomic.Int32
	url := rawServer(t, func(conn net.Conn) bool {
		arrived.Add(1)
		_, _ = io.WriteString(conn, keepAlive)
		return true
	})
	tr := newTransport(1)
	tr.IdleConnTimeout = 0 // however slow the machine is, the first connection is still there
	tr.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		dialled.Add(1)
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return &oneWrite{Conn: conn}, err
	}
	c := clientAt(t, url, Options{Transport: tr})
	if a := c.SendContact(context.Background(), testContact(t), nil); a.Meaning != Accepted {
		t.Fatalf("the first card: %+v", a)
	}
	if a := c.SendContact(context.Background(), testContact(t), nil); a.Meaning != Unknown || !a.Written {
		t.Errorf("got %+v", a)
	}
	if arrived.Load() != 1 || dialled.Load() != 1 {
		t.Errorf("%d arrived over %d connections", arrived.Load(), dialled.Load())
	}
}

// oneWrite takes one write; the next one fails before a byte of it has left.
type oneWrite struct {
	net.Conn
	used bool
}

func (c *oneWrite) Write(p []byte) (int, error) {
	if c.used {
		return 0, io.ErrClosedPipe
	}
	c.used = true
	return c.Conn.Write(p)
}

func TestTheCallersTraceIsKept(t *testing.T) {
	c := clientOf(t, saying(200, `{"idMessage":"3EB0"}`), Options{})
	var wrote atomic.Bool
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	if a := c.SendContact(ctx, testContact(t), nil); a.Meaning != Accepted || !wrote.Load() {
		t.Errorf("got %+v, wrote %v", a, wrote.Load())
	}
}

func BenchmarkSendContact(b *testing.B) {
	server := benchServer(b)
	c := clientAt(b, server.URL, Options{Workers: 64})
	contact := testContact(b)
	inParallel(b, func() bool { return c.SendContact(context.Background(), contact, nil).Meaning == Accepted })
}

// BenchmarkBareClient is net/http with the same Transport and nothing else.
func BenchmarkBareClient(b *testing.B) {
	server := benchServer(b)
	client := &http.Client{Transport: newTransport(64)}
	defer client.CloseIdleConnections()
	body := string(encodeContact(testContact(b).Fields(), 79001234568))
	inParallel(b, func() bool {
		resp, err := client.Post(server.URL+"/waInstance7105123456/sendContact/"+testToken, "application/json", strings.NewReader(body))
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err == nil
	})
}

func benchServer(b *testing.B) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"idMessage":"3EB0C767D097B7C7C030"}`)
	}))
	b.Cleanup(server.Close)
	return server
}

func inParallel(b *testing.B, once func() bool) {
	b.ReportAllocs()
	b.SetParallelism(32) // 64 at once on two cores
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if !once() {
				b.Fail()
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}
