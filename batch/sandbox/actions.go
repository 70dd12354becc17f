package sandbox

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// Respond gives that answer: any status, any body.
func Respond(status int, body string) Action {
	return func(x *Exchange) bool {
		x.Reply(Answer{Status: status, Body: []byte(body)})
		return true
	}
}

// RespondEnvelope gives message in the service's envelope, token and all.
func RespondEnvelope(status int, message string) Action {
	return func(x *Exchange) bool {
		x.Reply(x.envelope(status, message))
		return true
	}
}

// QuotaExceeded gives the 466 that says that the method's month is used up.
func QuotaExceeded(x *Exchange) bool {
	x.Reply(quotaExceeded(x.Request.Method, 1000, 1000))
	return true
}

// ChatsExceeded gives the 466 of a chat outside the plan's allowance.
func ChatsExceeded(x *Exchange) bool {
	x.Reply(chatsExceeded(3, 100, 3, 3))
	return true
}

// CloseConn closes the connection without an answer.
func CloseConn(*Exchange) bool { panic(http.ErrAbortHandler) }

// Reset closes the connection without an answer by a TCP reset. A connection that
// knows none (TLS, a [Pipe]) is just closed.
func Reset(x *Exchange) bool {
	conn := hijack(x)
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
	return true
}

// Raw writes bytes that need be no HTTP, and closes the connection.
func Raw(bytes string) Action {
	return func(x *Exchange) bool {
		conn := hijack(x)
		defer conn.Close()
		conn.Write([]byte(bytes))
		return true
	}
}

func hijack(x *Exchange) net.Conn {
	conn, _, err := http.NewResponseController(x.W).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}

// CutBody promises the whole answer, sends n bytes of its body, and closes the
// connection. Before, the answer that it cuts is one that no message has.
func CutBody(n int) Action {
	return func(x *Exchange) bool {
		a := x.Answer
		if a.Status == 0 {
			a = Answer{Status: http.StatusOK, Body: []byte(`{"idMessage":"3EB0FFFFFFFFFFFFFFFF"}`)}
		}
		whole := len(a.Body)
		x.W.Header().Set("Content-Type", "application/json")
		x.W.Header().Set("Content-Length", strconv.Itoa(whole))
		x.W.WriteHeader(a.Status)
		x.W.Write(a.Body[:min(n, whole-1)])
		http.NewResponseController(x.W).Flush()
		panic(http.ErrAbortHandler)
	}
}

// Hang gives no answer until the client goes away or, if d is not 0, for d at the
// most; then the connection is closed.
func Hang(d time.Duration) Action {
	return func(x *Exchange) bool {
		var end <-chan time.Time
		if d > 0 {
			end = time.After(d)
		}
		select {
		case <-end:
		case <-x.R.Context().Done():
		case <-x.instance.server.closed:
		}
		panic(http.ErrAbortHandler)
	}
}

// Delay waits, and lets the request go on, whether the client is still there or
// not: so a message can be taken long after it was given up.
func Delay(d time.Duration) Action {
	return func(x *Exchange) bool {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return false
		case <-x.instance.server.closed:
			panic(http.ErrAbortHandler)
		}
	}
}
