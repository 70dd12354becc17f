package sandbox

import (
	"fmt"
	"net/http"
	"sort"
	"time"
)

const (
	keep       = 24 * time.Hour // how long a message waits, and the journal goes back (documented)
	queueShown = 500            // entries of showMessagesQueue at the most (documented)
)

// message is one that was taken. How it left the queue is written once: its Status is
// sent, a status that says it failed, or dropped. One that was dropped has a DepartedAt.
type message struct {
	Message
	sameID *message // an older one of the same id, of another chat
}

const (
	pending = "pending"
	sent    = "sent"
	dropped = "dropped"
)

// moving is the states under which messages leave, and how they end.
var moving = map[string]string{Authorized: sent, YellowCard: YellowCard, Suspended: Suspended}

// queue is every message taken, in order: those before head have gone, the one
// at head is being sent now, the others wait. Its times never go back from one
// message to the next. It is guarded by the lock of its instance.
type queue struct {
	messages      []*message
	head          int
	byID          map[string]*message
	notBefore     time.Time // nothing leaves before the last change of settings
	lastDeparture time.Time
}

func (q *queue) advance(now time.Time, cfg *Config) {
	for q.head < len(q.messages) {
		m := q.messages[q.head]
		at, end := q.departure(m, cfg)
		if at.After(now) {
			return
		}
		q.end(m, at, end)
	}
}

func (q *queue) end(m *message, at time.Time, end string) {
	m.DepartedAt, m.Status = at, end
	q.head++
	if end != dropped {
		q.lastDeparture = at
	}
}

func (q *queue) departure(m *message, cfg *Config) (time.Time, string) {
	expiry := m.AcceptedAt.Add(keep)
	end, isMoving := moving[cfg.State]
	if !isMoving || cfg.Stuck {
		return expiry, dropped
	}
	at := m.AcceptedAt
	for _, t := range []time.Time{q.notBefore, q.lastDeparture.Add(cfg.Delay)} {
		if t.After(at) {
			at = t
		}
	}
	if at.After(expiry) {
		return expiry, dropped
	}
	return at, end
}

func (q *queue) find(chat, id string) *message {
	for m := q.byID[id]; m != nil; m = m.sameID {
		if m.ChatID == chat || LID(m.ChatID) == chat {
			return m
		}
	}
	return nil
}

// count is how many messages waited at t, the hidden one among them (whether
// the service counts that one is not known).
func (q *queue) count(t time.Time) int {
	accepted := sort.Search(len(q.messages), func(i int) bool { return q.messages[i].AcceptedAt.After(t) })
	departed := sort.Search(q.head, func(i int) bool { return q.messages[i].DepartedAt.After(t) })
	return accepted - departed
}

// shown is what showMessagesQueue shows: the first 500, without the one that is
// being sent now (seen: #714).
func (q *queue) shown() []*message {
	from := min(q.head+1, len(q.messages))
	return q.messages[from:min(from+queueShown, len(q.messages))]
}

func (in *Instance) accept(x *Exchange) (id string, refusal Answer) {
	now, send := in.lock(), x.Request.Send
	defer in.mu.Unlock()
	switch {
	case in.cfg.State == Starting:
		return "", x.envelope(http.StatusBadRequest, TextStarting)
	case !in.quotable(send):
		return "", x.invalid("'quotedMessageId' is no message of this chat") // invented
	}
	return in.enqueue(send, in.newID(send), x.Request.N, now), Answer{}
}

func (in *Instance) enqueue(s SendContact, id string, request int, now time.Time) string {
	m := &message{Message: Message{SendContact: s, IDMessage: id, Request: request, AcceptedAt: now}}
	q := &in.queue
	q.messages = append(q.messages, m)
	m.sameID, q.byID[id] = q.byID[id], m
	q.advance(now, &in.cfg)
	return id
}

// quotable reports whether a quoted message is one of the same chat (documented).
// One that was never seen here may have come from the chat's other side.
func (in *Instance) quotable(s SendContact) bool {
	id := s.QuotedMessageID
	return id == "" || in.queue.byID[id] == nil || in.queue.find(s.ChatID, id) != nil
}

// newID names the next message: 20 characters, as most are (seen). The steps of
// the multiplication visit every number before any comes again.
func (in *Instance) newID(s SendContact) string {
	if in.cfg.NewID != nil {
		return in.cfg.NewID(s)
	}
	n := (uint64(len(in.queue.messages)) + 1 + in.server.opts.Seed<<32) * 0x9E3779B97F4A7C15
	return fmt.Sprintf("3EB0%016X", n)
}

// Resend puts a message into the queue once more, as the service does by itself
// at times (seen: #737, #882), under the id as, which may be the same one. It
// reports whether there is a message idMessage of that chat.
func (in *Instance) Resend(chatID, idMessage, as string) bool {
	now := in.lock()
	defer in.mu.Unlock()
	m := in.queue.find(chatID, idMessage)
	if m == nil {
		return false
	}
	in.enqueue(m.SendContact, as, 0, now)
	return true
}

// Foreign puts a message of another sender on the same account into the queue, as
// somebody who writes by hand does, and gives its id.
func (in *Instance) Foreign(s SendContact) (idMessage string) {
	now := in.lock()
	defer in.mu.Unlock()
	return in.enqueue(s, in.newID(s), 0, now)
}

// ClearQueue drops all that waits, as a person can in the vendor's console.
func (in *Instance) ClearQueue() {
	now := in.lock()
	defer in.mu.Unlock()
	for _, m := range in.queue.messages[in.queue.head:] {
		in.queue.end(m, now, dropped)
	}
}
