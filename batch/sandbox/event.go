package sandbox

import "time"

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
