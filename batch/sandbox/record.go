package sandbox

import "time"

// Message is one that the service took, as its own record has it.
type Message struct {
	SendContact
	IDMessage string
	// Request is the N of the sendContact request that brought it; 0 where the
	// service sent a message again by itself, and for those of other senders.
	Request int
	Taken   time.Time
	// Left is when it left the queue, sent or failed; zero while it waits, and
	// for one that was dropped.
	Left time.Time
	// Status is pending, then what the journal says (whatever its lag); of a
	// message that the queue dropped it is "dropped", which is our word.
	Status string
}

// Messages is a copy of all messages taken, in order.
func (in *Instance) Messages() []Message {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	in.queue.advance(now, &in.cfg)
	list := make([]Message, 0, len(in.queue.messages))
	for _, m := range in.queue.messages {
		r := Message{SendContact: m.SendContact, IDMessage: m.id, Request: m.request, Taken: m.taken, Status: in.status(m, now)}
		if m.end != dropped {
			r.Left = m.gone
		}
		list = append(list, r)
	}
	return list
}

// Arrivals is when each sendContact request was handed over, whatever became of
// it: also those answered with 429, refused, or struck by a fault.
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
