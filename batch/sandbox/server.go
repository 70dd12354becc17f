package sandbox

import (
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Options is what holds for a whole server; the zero value is what tests want.
type Options struct {
	// Demo makes the chats of [DemoChats] behave as that table says.
	Demo bool
	// OnEvent, if not nil, is called in the goroutine of each request, with no
	// lock held: it may block, and may call any method of this package. It must
	// be safe for concurrent use.
	OnEvent func(Event)
	// Skew is how far the service's clock is ahead of ours: in the Date header
	// and in the journal. The record keeps our clock.
	Skew time.Duration
	// Seed varies the ids of messages.
	Seed uint64
}

// Server is the imitation. All its methods may be called concurrently.
type Server struct {
	opts   Options
	closed chan struct{}
	once   sync.Once

	mu        sync.RWMutex
	instances map[string]*Instance
}

// New makes a server that knows no instance yet.
func New(o Options) *Server {
	return &Server{opts: o, closed: make(chan struct{}), instances: map[string]*Instance{}}
}

// AddInstance adds an account under its id (digits) and token, with
// [DefaultConfig]; one of the same id is replaced.
func (s *Server) AddInstance(id, token string) *Instance {
	in := newInstance(s, id, token)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances[id] = in
	return in
}

// Instance is the account of that id, or nil.
func (s *Server) Instance(id string) *Instance {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.instances[id]
}

// Close lets go of every request that a fault holds up; their connections close
// without an answer. Call it before Close of a server that mounts s, which would
// wait for them. It may be called more than once, and never fails.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// ServeHTTP answers a request. Where a connection is to be cut it panics with
// [http.ErrAbortHandler], which net/http understands.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.opts.Skew != 0 {
		w.Header().Set("Date", s.clock(time.Now()).UTC().Format(http.TimeFormat))
	}
	in, m, refusal := s.route(r, w.Header())
	if refusal != nil {
		refusal.write(w)
		return
	}
	body, err := readBody(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	x := &Exchange{W: w, R: r, instance: in, method: m, body: body}
	x.Request.Instance, x.Request.Method = in.id, m.name
	s.serve(in, x)
}

// serve takes a request of a known instance and method through its stations.
func (s *Server) serve(in *Instance, x *Exchange) {
	if x.Request.Method == SendContactMethod {
		x.decode()
	}
	admitted := in.arrive(x)
	s.emit(Arrived, x)
	if !admitted {
		x.Reply(Answer{Status: http.StatusTooManyRequests})
		return
	}
	if in.strike(Before, x) {
		return
	}
	x.Answer = in.answer(x)
	if x.IDMessage != "" {
		s.emit(Taken, x)
	}
	refused := x.Request.Method == SendContactMethod && x.IDMessage == ""
	if !refused && in.strike(After, x) {
		return
	}
	x.Reply(x.Answer)
}

// clock is our time t as the service's clock shows it.
func (s *Server) clock(t time.Time) time.Time { return t.Add(s.opts.Skew) }

// Guard lets programs of this machine in, and no web page: a browser names the
// page's origin, or a host that is not this machine's.
func Guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := (&url.URL{Host: r.Host}).Hostname()
		isLocal := host == "localhost" || net.ParseIP(host).IsLoopback()
		origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
		if !isLocal || origin != "" && origin != "http://"+r.Host || site == "cross-site" || site == "same-site" {
			http.Error(w, "not for web pages", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// EventKind says at which station a request is.
type EventKind string

// The stations of a request. A test that kills a process at Answering has it die
// with the message taken and the answer not yet written.
const (
	Arrived   EventKind = "arrived"   // read; nothing has been done about it
	Taken     EventKind = "taken"     // its message is in the queue
	Answering EventKind = "answering" // its answer is about to be written, a fault's too
)

// Event is given to [Options.OnEvent].
type Event struct {
	Kind    EventKind
	Request Request
	// IDMessage is that of the message taken, else "".
	IDMessage string
	At        time.Time
}

func (s *Server) emit(kind EventKind, x *Exchange) {
	if s.opts.OnEvent != nil {
		s.opts.OnEvent(Event{Kind: kind, Request: x.Request, IDMessage: x.IDMessage, At: time.Now()})
	}
}
