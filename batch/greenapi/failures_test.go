package greenapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/csvmodel/msg"
)

// failure is a way in which a request can fail to get a whole answer.
type failure struct {
	name    string
	start   func(t *testing.T) (url string, o Options)
	meaning Meaning
	why     string // the code and its argument
	written bool
}

const okHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

var failures = []failure{
	{"a port where nobody listens", refusing, NotTaken, "no-connection connection refused", false},
	{"a host that does not exist", dialling(&net.DNSError{Err: "no such host " + testToken, Name: testToken, IsNotFound: true}), NotTaken, "no-connection no such host", false},
	{"a name server that is silent", dialling(&net.DNSError{Err: "timeout", IsTimeout: true}), NotTaken, "no-connection time-out looking up the host", false},
	{"a name server that fails", dialling(&net.DNSError{Err: "server misbehaving"}), NotTaken, "no-connection the host could not be looked up", false},
	{"a dial with an error nobody knows", dialling(errors.New("dial " + testToken)), NotTaken, "no-connection connection failed", false},
	{"a certificate of unknown origin", untrusted, NotTaken, "no-connection TLS: the certificate is not trusted", false},
	{"a server without TLS", withoutTLS, NotTaken, "no-connection TLS: the server does not speak it", false},
	{"a server that hangs up in the handshake", handshakeCut, NotTaken, "no-connection connection closed", false},
	{"a reset instead of an answer", raw(reset), Unknown, "no-answer connection reset", true},
	{"an end instead of an answer", raw(writing("")), Unknown, "no-answer connection closed", true},
	{"an answer that is not HTTP", raw(writing("220 mail ready\r\n\r\n")), Unknown, "no-answer the answer was not HTTP", true},
	{"a head that is cut", raw(writing("HTTP/1.1 200 OK\r\nServer: a\r\n")), Unknown, "no-answer the answer was cut short", true},
	{"a body that is cut", raw(writing(okHead + "Content-Length: 99\r\n\r\n" + `{"idMessage":"3EB0"}`)), Unknown, "no-answer the answer was cut short", true},
	{"a body cut in chunks", raw(writing(okHead + "Transfer-Encoding: chunked\r\n\r\n14\r\n" + `{"idMessage":"3EB0"}` + "\r\n")), Unknown, "no-answer the answer was cut short", true},
	{"a body that is too long", raw(writing(okHead + "\r\n{\"idMessage\":\"" + strings.Repeat("A", answerLimit) + "\"}")), Unknown, "odd-answer 200", true},
	{"a transport that reports nothing", silentTransport, Unknown, "no-answer connection failed", true},
}

// timeouts are failures of a service that is silent. They need no socket, so that they
// can be had in fake time.
var timeouts = []failure{
	{"a dial that takes too long", dialHangs, NotTaken, "no-connection time-out", false},
	{"no head in time", silent(untilClosed), Unknown, "no-answer time-out", true},
	{"no body in time", silent(headThenSilence), Unknown, "no-answer time-out", true},
}

func TestASendWithoutAWholeAnswer(t *testing.T) {
	for _, f := range failures {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			f.check(t)
		})
	}
	for _, f := range timeouts {
		t.Run(f.name, func(t *testing.T) { synctest.Test(t, f.check) })
	}
}

func (f failure) check(t *testing.T) {
	url, o := f.start(t)
	a := clientAt(t, url, o).SendContact(context.Background(), testContact(t), nil)
	why := strings.TrimSuffix(fmt.Sprintln(append([]any{a.Reason.Code}, a.Reason.Args...)...), "\n")
	if a.Meaning != f.meaning || why != f.why || a.Written != f.written {
		t.Errorf("got %v, %q, written %v; want %v, %q, written %v", a.Meaning, why, a.Written, f.meaning, f.why, f.written)
	}
}

func TestAContextThatEndsBeforeTheSendTookNothing(t *testing.T) {
	c := clientOf(t, saying(200, `{"idMessage":"3EB0"}`), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a := c.SendContact(ctx, testContact(t), nil)
	if a.Meaning != NotTaken || a.Reason.Code != msg.NoConnection || a.Written {
		t.Errorf("got %+v", a)
	}
}

func TestAContextThatEndsWhileAnAnswerIsAwaitedIsUnknown(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c := clientAt(t, rawServer(t, func(conn net.Conn) bool {
		cancel()
		return untilClosed(conn)
	}), Options{})
	a := c.SendContact(ctx, testContact(t), nil)
	if a.Meaning != Unknown || a.Reason.String() != (msg.NewReason(msg.NoAnswer, "stopped")).String() {
		t.Errorf("got %+v", a)
	}
}

func raw(answer func(net.Conn) bool) func(*testing.T) (string, Options) {
	return func(t *testing.T) (string, Options) {
		return rawServer(t, answer), Options{}
	}
}

func silent(answer func(net.Conn) bool) func(*testing.T) (string, Options) {
	return func(*testing.T) (string, Options) {
		return "http://api.example", Options{Transport: piped(answer), Timeout: 50 * time.Millisecond}
	}
}

func refusing(t *testing.T) (string, Options) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	return "http://" + l.Addr().String(), Options{}
}

func dialling(err error) func(*testing.T) (string, Options) {
	return func(*testing.T) (string, Options) {
		tr := newTransport(1)
		tr.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		return "http://api.example", Options{Transport: tr}
	}
}

func dialHangs(t *testing.T) (string, Options) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	tr := newTransport(1)
	tr.DialContext = func(context.Context, string, string) (net.Conn, error) {
		<-ended
		return nil, net.ErrClosed
	}
	return "http://api.example", Options{Transport: tr, Timeout: 20 * time.Millisecond}
}

func untrusted(t *testing.T) (string, Options) {
	server := httptest.NewUnstartedServer(saying(200, `{"idMessage":"3EB0"}`))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, Options{}
}

func withoutTLS(t *testing.T) (string, Options) {
	server := httptest.NewServer(saying(200, `{"idMessage":"3EB0"}`))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http:", "https:", 1), Options{}
}

func handshakeCut(t *testing.T) (string, Options) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-ended })
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			conn.Close()
		}
	}()
	return "https://" + l.Addr().String(), Options{}
}

func headThenSilence(conn net.Conn) bool {
	_, _ = conn.Write([]byte(okHead + "Content-Length: 20\r\n\r\n{"))
	return untilClosed(conn)
}

func untilClosed(conn net.Conn) bool {
	_, _ = io.Copy(io.Discard, conn)
	return false
}

func reset(conn net.Conn) bool {
	_ = conn.(*net.TCPConn).SetLinger(0)
	return false
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func silentTransport(*testing.T) (string, Options) {
	return "http://api.example", Options{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		return nil, errors.New("POST " + r.URL.String())
	})}
}
