// Package sandbox is an imitation of GREEN-API, as far as contact cards go: an
// [http.Handler] that tests mount and that the verb "sandbox" serves on
// localhost.
//
// It promises three things.
//
//   - It behaves as the service is known to: paths, answers, the queue with its
//     pace, hidden head and 24 hours, the journal and its lag, limits a second,
//     quotas. A comment says where a fact comes from: "documented" (the vendor's
//     pages), "seen" (recorded answers of the live service, #n being an issue of
//     github.com/green-api/issues), or "invented" where nobody knows.
//   - It keeps a record of its own, [Instance.Messages] and [Instance.Arrivals],
//     against which a test can judge what a program says it did.
//   - It fails on demand: a [Fault] says for which requests, before or after the
//     message was taken, and what happens to the answer. A [Quirk] is what the live
//     service does at times, for an account to do always.
//
// It imports nothing of the program it judges.
//
// Time is time.Now alone: there are no goroutines and no tickers, what has left
// a queue is worked out when somebody asks. So the whole of it runs in a bubble of
// testing/synctest; [Pipe] carries real HTTP there without sockets. Servers and
// pipes used in a bubble are made in it.
package sandbox

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Options is what holds for a whole server; the zero value is what tests want.
type Options struct {
	Demo bool // makes the chats of [DemoChats] behave as that table says
	// OnEvent, if not nil, is called concurrently, in the goroutine of each request, with
	// no lock held: it may block, and may call any method of this package.
	OnEvent func(Event)
	Seed    uint64 // varies the ids of messages
}

// Server is the imitation. All its methods may be called concurrently.
type Server struct {
	opts   Options
	closed context.Context
	close  context.CancelFunc

	mu        sync.RWMutex
	instances map[string]*Instance
}

// New makes a server that knows no instance yet.
func New(o Options) *Server {
	s := &Server{opts: o, instances: map[string]*Instance{}}
	s.closed, s.close = context.WithCancel(context.Background())
	return s
}

// AddInstance adds an account with [DefaultConfig], in place of any of the same id.
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

// Close lets go of every request that a fault holds up, without an answer. Call it before
// Close of a server that mounts s, which would wait for them.
func (s *Server) Close() error {
	s.close()
	return nil
}

// ServeHTTP answers a request. Where a connection is to be cut it panics with
// [http.ErrAbortHandler], which net/http understands.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, m, refusal := s.route(r, w.Header())
	if in == nil {
		refusal.write(w)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1)) // so that its length tells
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	x := &Exchange{W: w, R: r, instance: in, method: m, body: body}
	x.Request.Method = m.name
	s.serve(in, x)
}

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
	if len(x.body) > maxBody {
		x.Answer = x.envelope(http.StatusInternalServerError, "request entity too large")
	} else {
		x.Answer = x.method.answer(in, x)
	}
	if x.IDMessage != "" {
		s.emit(Taken, x)
	}
	refused := x.Request.Method == SendContactMethod && x.IDMessage == ""
	if !refused && in.strike(After, x) {
		return
	}
	x.Reply(x.Answer)
}

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

// The stations of a request.
const (
	Arrived EventKind = "arrived" // read; nothing has been done about it
	Taken   EventKind = "taken"   // its message is in the queue, its answer not yet written
)

// Event is given to [Options.OnEvent].
type Event struct {
	Kind      EventKind
	Request   Request
	IDMessage string // of the message taken, else ""
}

func (s *Server) emit(kind EventKind, x *Exchange) {
	if s.opts.OnEvent != nil {
		s.opts.OnEvent(Event{Kind: kind, Request: x.Request, IDMessage: x.IDMessage})
	}
}

// SendContactMethod is the name of the method that takes messages.
const SendContactMethod = "sendContact"

// maxBody is how long a JSON body may be; more is answered with 500 (documented).
const maxBody = 100 << 10

type method struct {
	name, verb string
	perSecond  int
	answer     func(*Instance, *Exchange) Answer
}

// methods are those that a batch may need. setSettings, which reboots an instance,
// is left out on purpose: a program that calls it gets 404, and its test fails. The
// limits of getMessagesCount, clearMessagesQueue, getWaSettings and getChatHistory
// are taken from the sister services' tables, the others are documented.
var methods = []method{
	{SendContactMethod, http.MethodPost, 50, (*Instance).sendContact},
	{"getStateInstance", http.MethodGet, 1, (*Instance).getStateInstance},
	{"getSettings", http.MethodGet, 1, (*Instance).getSettings},
	{"getWaSettings", http.MethodGet, 1, (*Instance).getWaSettings},
	{"getMessagesCount", http.MethodGet, 1, (*Instance).getMessagesCount},
	{"showMessagesQueue", http.MethodGet, 1, (*Instance).showMessagesQueue},
	{"clearMessagesQueue", http.MethodGet, 1, (*Instance).clearMessagesQueue},
	{"lastOutgoingMessages", http.MethodGet, 1, (*Instance).lastOutgoingMessages},
	{"lastIncomingMessages", http.MethodGet, 1, (*Instance).lastIncomingMessages},
	{"getMessage", http.MethodPost, 10, (*Instance).getMessage},
	{"getChatHistory", http.MethodPost, 1, (*Instance).getChatHistory},
	{"checkWhatsapp", http.MethodPost, 10, (*Instance).checkWhatsapp},
}

// route finds the instance and the method, or no instance and why not. A pool knows its
// instances before anything else, so a wrong one never gets past nginx (seen); an
// unknown path is 404 whatever the token (seen). Words are taken in letters of any
// case, as the PHP client writes them (seen).
func (s *Server) route(r *http.Request, h http.Header) (in *Instance, m method, refusal Answer) {
	id, name, token, ok := splitPath(r.URL.Path)
	if !ok {
		return nil, m, s.notFound(r)
	}
	if in = s.Instance(id); in == nil {
		return nil, m, Answer{Status: http.StatusForbidden, ContentType: "text/html", Body: []byte(nginxForbidden)}
	}
	i := slices.IndexFunc(methods, func(m method) bool { return strings.EqualFold(m.name, name) && m.verb == r.Method })
	if i < 0 {
		return nil, m, s.notFound(r)
	}
	m = methods[i]
	if token != in.token {
		return nil, m, in.unauthorized(h, m.name)
	}
	return in, m, Answer{}
}

func splitPath(path string) (id, name, token string, ok bool) {
	const mark = "/waInstance"
	if len(path) < len(mark) || !strings.EqualFold(path[:len(mark)], mark) {
		return "", "", "", false
	}
	id, rest, _ := strings.Cut(path[len(mark):], "/")
	name, token, _ = strings.Cut(rest, "/")
	return id, name, token, id != "" && name != "" && token != "" && !strings.Contains(token, "/")
}
