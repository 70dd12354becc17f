package greenapi

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/time/rate"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const testToken = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clientOf gives a client of a server on loopback that answers as the handler
// does.
func clientOf(t testing.TB, h http.HandlerFunc, o Options) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return clientAt(t, server.URL, o)
}

func clientAt(t testing.TB, url string, o Options) *Client {
	t.Helper()
	c, err := New(Account{APIURL: url, IDInstance: "7105123456", Token: NewToken(testToken)}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// withoutLimits lets a client ask as often as it likes.
func withoutLimits(c *Client) {
	for _, limit := range c.limits {
		limit.SetLimit(rate.Inf)
	}
}

// saying answers every request with one status and body.
func saying(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func testContact(t testing.TB) csvmodel.Contact {
	t.Helper()
	c, _, faults := csvmodel.ParseContact(csvmodel.Fields{
		ChatID: "11001234567@c.us", PhoneContact: "79001234568", FirstName: "Артем",
	})
	if len(faults) > 0 {
		t.Fatal(msg.Join(faults, msg.English))
	}
	return c
}

// rawServer reads a request from each connection, then lets answer do with the
// connection as it likes, and reads the next one while answer says so.
func rawServer(t testing.TB, answer func(net.Conn) (goOn bool)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	t.Cleanup(func() { l.Close(); running.Wait() })
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { serveRaw(conn, answer) })
		}
	})
	return "http://" + l.Addr().String()
}

// piped dials a server that does as rawServer, without a socket.
func piped(answer func(net.Conn) (goOn bool)) *http.Transport {
	tr := newTransport(1)
	tr.Proxy = nil
	tr.DialContext = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go serveRaw(theirs, answer)
		return ours, nil
	}
	return tr
}

func serveRaw(conn net.Conn, answer func(net.Conn) bool) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := bufio.NewReader(r.Body).WriteTo(discard{}); err != nil || !answer(conn) {
			return
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// writing answers one request with bytes and closes the connection.
func writing(text string) func(net.Conn) bool {
	return func(c net.Conn) bool {
		_, _ = c.Write([]byte(text))
		return false
	}
}
