package sandbox

import (
	"net/http"
	"slices"
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
	// Method is the method it is about; "" means sendContact.
	Method string
	When   When
	// If chooses the requests; nil means all. It is called once for each request
	// that reaches it, concurrently.
	If func(Request) bool
	// Do is what happens to them.
	Do Action
}

// Action does something to a request. It reports whether that was the end of it;
// otherwise the request goes on, to the next fault that matches.
type Action func(*Exchange) (done bool)

// Exchange is a request under way.
type Exchange struct {
	W       http.ResponseWriter
	R       *http.Request
	Request Request
	// Answer is what the service is going to say, once it has found it: After.
	// An action may change it, and let the request go on.
	Answer Answer
	// IDMessage is that of the message taken, else "".
	IDMessage string

	instance *Instance
	method   method
	body     []byte
	fault    string // what is wrong with the body of a sendContact request
}

// Reply writes an answer; nothing else may be written.
func (x *Exchange) Reply(a Answer) {
	x.instance.server.emit(Answering, x)
	a.write(x.W)
}

// Script replaces the instance's faults. Those of one request are tried in their
// order until one of them ends it. A request that has 429 for an answer gets it.
func (in *Instance) Script(faults ...Fault) {
	in.mu.Lock()
	defer in.mu.Unlock()
	list := slices.Concat(faults, in.standing)
	in.script.Store(&list)
}

// addFault adds a fault behind the others, which no Script replaces.
func (in *Instance) addFault(f Fault) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.standing = append(in.standing, f)
	list := append(slices.Clone(*in.script.Load()), f)
	in.script.Store(&list)
}

func (in *Instance) strike(when When, x *Exchange) bool {
	for _, f := range *in.script.Load() {
		if f.When == when && f.matches(x.Request) && f.Do(x) {
			return true
		}
	}
	return false
}

func (f Fault) matches(r Request) bool {
	method := f.Method
	if method == "" {
		method = SendContactMethod
	}
	return method == r.Method && (f.If == nil || f.If(r))
}

// Nth chooses requests by their number, from 1.
func Nth(n ...int) func(Request) bool {
	return func(r Request) bool { return slices.Contains(n, r.N) }
}

// UpTo chooses the first n requests.
func UpTo(n int) func(Request) bool {
	return func(r Request) bool { return r.N <= n }
}

// Every chooses every k-th request.
func Every(k int) func(Request) bool {
	return func(r Request) bool { return r.N%k == 0 }
}

// ToChat chooses the requests for a chat.
func ToChat(chatID string) func(Request) bool {
	return func(r Request) bool { return r.Send.ChatID == chatID }
}
