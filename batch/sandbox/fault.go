package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// When says on which side of the deed a fault strikes.
type When int

const (
	// Before anything is done about the request: it is not taken, unless the
	// action lets it go on.
	Before When = iota
	// After the message was taken, or, for other methods, after the answer was
	// found. It never strikes a sendContact request that the service refused.
	After
)

// Fault is something that goes wrong, or just other than usual.
type Fault struct {
	Method string // "": sendContact
	When   When
	If     func(Request) bool // chooses the requests, concurrently; nil means all
	Do     Action
}

// Action does something to a request. It reports whether that was the end of it;
// otherwise the request goes on, to the next fault that matches.
type Action func(*Exchange) (done bool)

// Exchange is a request under way.
type Exchange struct {
	W         http.ResponseWriter
	R         *http.Request
	Request   Request
	Answer    Answer // what the service is going to say; After, an action may change it and let the request go on
	IDMessage string // of the message taken, else ""

	instance *Instance
	method   method
	body     []byte
	fault    string // what is wrong with the body of a sendContact request
}

// Reply writes an answer, and that was the end of it: nothing else may be written.
func (x *Exchange) Reply(a Answer) (done bool) {
	a.write(x.W)
	return true
}

// Script replaces the instance's faults. Those of one request are tried in their
// order until one of them ends it. A request that has 429 for an answer gets it.
func (in *Instance) Script(faults ...Fault) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.script = slices.Clone(faults)
}

func (in *Instance) addFault(f Fault) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.standing = append(in.standing, f)
}

func (in *Instance) strike(when When, x *Exchange) bool {
	in.mu.Lock()
	faults := slices.Concat(in.script, in.standing)
	in.mu.Unlock()
	for _, f := range faults {
		isMeant := f.When == when && cmp.Or(f.Method, SendContactMethod) == x.Request.Method
		if isMeant && (f.If == nil || f.If(x.Request)) && f.Do(x) {
			return true
		}
	}
	return false
}

// Nth chooses requests by their number, from 1.
func Nth(n ...int) func(Request) bool {
	return func(r Request) bool { return slices.Contains(n, r.N) }
}

// Every chooses every k-th request.
func Every(k int) func(Request) bool {
	return func(r Request) bool { return r.N%k == 0 }
}

// ToChat chooses the requests for a chat.
func ToChat(chatID string) func(Request) bool {
	return func(r Request) bool { return r.Send.ChatID == chatID }
}

// Respond gives that answer: any status, any body.
func Respond(status int, body string) Action {
	return func(x *Exchange) bool { return x.Reply(Answer{Status: status, Body: []byte(body)}) }
}

// RespondEnvelope gives message in the service's envelope, token and all.
func RespondEnvelope(status int, message string) Action {
	return func(x *Exchange) bool { return x.Reply(x.envelope(status, message)) }
}

// QuotaExceeded gives the 466 that says that the method's month is used up.
func QuotaExceeded(x *Exchange) bool {
	return x.Reply(exceeded(map[string]usage{
		"invokeStatus": {x.Request.Method, 1000, 1000, "QUOTE_EXCEEDED", "Monthly quota has been exceeded"},
	}))
}

// ChatsExceeded gives the 466 of a chat outside the plan's allowance.
func ChatsExceeded(x *Exchange) bool {
	return x.Reply(exceeded(map[string]usage{
		"invokeStatus":         {x.Request.Method, 3, 100, "QUOTE_ALLOWED", "Monthly quota has not been exceeded"},
		"correspondentsStatus": {x.Request.Method, 3, 3, "CORRESPONDENTS_QUOTE_EXCEEDED", "Monthly quota of correspondents has been exceeded"},
	}))
}

// CloseConn closes the connection without an answer.
func CloseConn(*Exchange) bool { panic(http.ErrAbortHandler) }

// Raw writes bytes that need be no HTTP, and closes the connection.
func Raw(bytes string) Action {
	return func(x *Exchange) bool {
		conn, _, err := http.NewResponseController(x.W).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer conn.Close()
		conn.Write([]byte(bytes))
		return true
	}
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
		case <-x.instance.server.closed.Done():
		}
		panic(http.ErrAbortHandler)
	}
}

// Delay waits, and lets the request go on, whether the client is still there or
// not: so a message can be taken long after it was given up.
func Delay(d time.Duration) Action {
	return func(x *Exchange) bool {
		select {
		case <-time.After(d):
			return false
		case <-x.instance.server.closed.Done():
			panic(http.ErrAbortHandler)
		}
	}
}
