package sandbox

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// States of an instance (documented).
const (
	Authorized    = "authorized"
	NotAuthorized = "notAuthorized"
	Blocked       = "blocked"
	SleepMode     = "sleepMode"
	Starting      = "starting"
	YellowCard    = "yellowCard"
	Suspended     = "suspended"
)

// Config is how an instance behaves. The functions in it are called with the
// instance locked: they must not call its methods, nor block.
type Config struct {
	// State is one of the states above. Messages are taken under all of them but
	// Starting. They leave the queue under Authorized; under YellowCard and
	// Suspended, its name since 2026-07-30, they fail at the queue's pace; under
	// the others they wait for 24 hours (documented).
	State          string
	SuspendedUntil time.Time // zero is never told
	// Delay is delaySendMessagesMilliseconds: from one message that leaves to the next.
	Delay time.Duration
	Stuck bool // holds the queue up although the state may be authorized (seen: #791)
	// OutgoingWebhook makes the statuses in the journal advance: delivered after
	// 2 s, read after 10 s (the times are invented). Else they stay at sent.
	OutgoingWebhook bool
	CountEvery      time.Duration // from one value of getMessagesCount to the next; 0: live
	JournalLag      time.Duration // until a message that has left is in the journal: up to 2 minutes are documented
	// JournalLoses, if not nil, chooses messages that leave and are never in the
	// journal (seen: #572, #601).
	JournalLoses func(SendContact) bool
	ShowLID      bool // shows persons in the journal by their [LID]
	// Limits are the requests that a method takes in any one second; more get
	// 429. A method that is not in it has no limit.
	Limits map[string]int
	// Outcome, if not nil, gives the last status of a message that has left,
	// such as failed, noAccount or notInGroup; "" for the ordinary way. A person
	// with noAccount does not exist for checkWhatsapp either.
	Outcome func(SendContact) string
	// NewID, if not nil, names a message. The ids of one chat must differ, those
	// of two chats need not (documented).
	NewID func(SendContact) string
}

// DefaultConfig is an authorized instance as the documentation has it; its journal is never
// late.
func DefaultConfig() Config {
	return Config{
		State:      Authorized,
		Delay:      500 * time.Millisecond,
		CountEvery: 10 * time.Second,
		Limits:     DocumentedLimits(),
	}
}

// Instance is one account. All its methods may be called concurrently.
type Instance struct {
	server    *Server
	id, token string

	mu       sync.Mutex
	script   []Fault
	standing []Fault // behind those of the script
	cfg      Config
	requests map[string]int
	arrivals []time.Time
	admitted map[string][]time.Time // in the last second, by method
	queue    queue
}

func newInstance(s *Server, id, token string) *Instance {
	in := &Instance{
		server: s, id: id, token: token,
		cfg:      DefaultConfig(),
		requests: map[string]int{},
		admitted: map[string][]time.Time{},
		queue:    queue{byID: map[string]*message{}},
	}
	if s.opts.Demo {
		in.standing = demoFaults()
		in.cfg.OutgoingWebhook = true
		in.cfg.Outcome = demoOutcome
	}
	return in
}

// lock locks the instance, lets go what has left the queue by now, and returns now.
func (in *Instance) lock() (now time.Time) {
	in.mu.Lock()
	now = time.Now()
	in.queue.advance(now, &in.cfg)
	return now
}

// Configure changes how the instance behaves from now on. change must not call methods of
// the instance.
func (in *Instance) Configure(change func(*Config)) {
	now := in.lock()
	defer in.mu.Unlock()
	in.cfg.Limits = maps.Clone(in.cfg.Limits) // others may read the old ones
	change(&in.cfg)
	in.queue.notBefore = now
}

// Config is how the instance behaves. Its Limits may not be changed.
func (in *Instance) Config() Config {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.cfg
}

func (in *Instance) arrive(x *Exchange) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	name := x.Request.Method
	in.requests[name]++
	x.Request.N, x.Request.At = in.requests[name], time.Now()
	if name == SendContactMethod {
		in.arrivals = append(in.arrivals, x.Request.At)
	}
	return in.throttle(x.W.Header(), name, x.Request.At)
}

// unauthorized is the answer to a wrong token: it is empty, but has the headers,
// and counts for the limit (seen).
func (in *Instance) unauthorized(h http.Header, method string) Answer {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.throttle(h, method, time.Now()) {
		return Answer{Status: http.StatusTooManyRequests}
	}
	return Answer{Status: http.StatusUnauthorized}
}

// Message is one that the service took, as its own record has it.
type Message struct {
	SendContact
	IDMessage  string
	Request    int // the N of the request that brought it; 0: none, but the service or another sender
	AcceptedAt time.Time
	DepartedAt time.Time // when it left the queue, sent or failed; zero while it waits, and for one that was dropped
	Status     string    // pending, then what the journal says (whatever its lag), or "dropped" by the queue, which is our word
}

// Messages is a copy of all messages taken, in order.
func (in *Instance) Messages() []Message {
	now := in.lock()
	defer in.mu.Unlock()
	list := make([]Message, 0, len(in.queue.messages))
	for _, m := range in.queue.messages {
		r := m.Message
		if r.Status = in.status(m, now); r.Status == dropped {
			r.DepartedAt = time.Time{}
		}
		list = append(list, r)
	}
	return list
}

// Arrivals is when each sendContact request came, whatever became of it.
func (in *Instance) Arrivals() []time.Time {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]time.Time(nil), in.arrivals...)
}

// Requests is how many requests for a method arrived.
func (in *Instance) Requests(method string) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.requests[method]
}

// DocumentedLimits are the requests a second that each method takes.
func DocumentedLimits() map[string]int {
	limits := map[string]int{}
	for _, m := range methods {
		limits[m.name] = m.perSecond
	}
	return limits
}

// throttle counts a request against the limit of its method, sets the headers
// that every answer carries (seen; there is no Retry-After), and reports whether
// the limit lets it in. Those not let in do not count. The instance is locked.
func (in *Instance) throttle(h http.Header, method string, now time.Time) (admitted bool) {
	limit, limited := in.cfg.Limits[method]
	if !limited {
		return true
	}
	times := in.admitted[method]
	for len(times) > 0 && now.Sub(times[0]) >= time.Second {
		times = times[1:]
	}
	if admitted = len(times) < limit; admitted {
		times = append(times, now)
	}
	in.admitted[method] = times
	h["X-Ratelimit-Remaining"] = []string{strconv.Itoa(max(0, limit-len(times)))}
	h["X-Ratelimit-Replenish-Rate"] = []string{strconv.Itoa(limit)}
	return admitted
}
