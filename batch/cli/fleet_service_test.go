//go:build unix

package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

// card is what a chat gets once.
type card struct {
	Chat    string `json:"chatId"`
	Contact struct {
		Phone int64 `json:"phoneContact"`
	} `json:"contact"`
}

// taking is what the service's own record has of a card that it took.
type taking struct {
	card
	instance string
	machine  string // whose request it was
	id       string
	at       time.Time
}

// fleetService is the service of several instances. It keeps a record by what passes
// its door, whatever the imitation behind says.
type fleetService struct {
	imitation *sandbox.Server

	mu      sync.Mutex
	takings []taking
	hook    func(*passage)
}

// passage is a request for a card on its way through the door: first when it has
// arrived, then when the card is taken. A hook may block, and set what is to become
// of it.
type passage struct {
	card
	machine  *machine
	instance string
	taken    bool

	lost bool // is never taken
	late bool // is answered by a cut line at once, and taken at the last moment
	mute bool // is taken, and answered by a cut line
}

func newFleetService(t testing.TB) *fleetService {
	s := &fleetService{imitation: sandbox.New(sandbox.Options{})}
	t.Cleanup(func() { s.imitation.Close() })
	return s
}

// open adds an instance, once.
func (s *fleetService) open(id string) {
	if s.imitation.Instance(id) != nil {
		return
	}
	s.imitation.AddInstance(id, imitationToken).Configure(func(c *sandbox.Config) {
		c.Delay, c.Limits, c.CountEvery, c.JournalLag = 2*time.Millisecond, nil, 0, 200*time.Millisecond
	})
}

// watch has a hook look at each request for a card, in the place of any other.
func (s *fleetService) watch(hook func(*passage)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

func (s *fleetService) reach(x *passage) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		hook(x)
	}
}

// door is the service as a machine sees it.
func (s *fleetService) door(m *machine) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		instance, method, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/waInstance"), "/")
		if !strings.HasPrefix(method, sandbox.SendContactMethod+"/") {
			s.imitation.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		x := &passage{machine: m, instance: instance}
		if err != nil || json.Unmarshal(body, &x.card) != nil {
			panic(http.ErrAbortHandler) // a line was cut within it
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.take(x, w, r)
	})
}

func (s *fleetService) take(x *passage, w http.ResponseWriter, r *http.Request) {
	s.reach(x)
	if x.lost {
		panic(http.ErrAbortHandler)
	}
	if x.late {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
		time.Sleep(fleetLateness)
	}
	answer := httptest.NewRecorder()
	s.imitation.ServeHTTP(answer, r)
	var said struct{ IDMessage string }
	if json.Unmarshal(answer.Body.Bytes(), &said) == nil && said.IDMessage != "" {
		s.mu.Lock()
		s.takings = append(s.takings, taking{x.card, x.instance, x.machine.name, said.IDMessage, time.Now()})
		s.mu.Unlock()
		x.taken = true
		s.reach(x)
	}
	if x.late {
		return // there is nobody to answer any more
	}
	if x.mute {
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

// taken is the record so far.
func (s *fleetService) taken() []taking {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]taking(nil), s.takings...)
}
