package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// accept puts a valid message into the queue and gives its id, or the refusal.
func (in *Instance) accept(x *Exchange) (id string, refusal *Answer) {
	in.mu.Lock()
	defer in.mu.Unlock()
	now, send := time.Now(), x.Request.Send
	in.queue.advance(now, &in.cfg)
	if in.cfg.State == Starting {
		a := x.envelope(http.StatusBadRequest, TextStarting)
		return "", &a
	}
	if !in.quotable(send) {
		a := x.invalid("'quotedMessageId' is no message of this chat") // invented
		return "", &a
	}
	if a, allowed := in.allow(send.ChatID, now); !allowed {
		return "", &a
	}
	id = in.newID(send)
	in.enqueue(&message{SendContact: send, id: id, request: x.Request.N, taken: now})
	return id, nil
}

func (in *Instance) enqueue(m *message) {
	in.queue.push(m)
	in.queue.advance(m.taken, &in.cfg)
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
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	in.queue.advance(now, &in.cfg)
	m := in.queue.find(chatID, idMessage)
	if m == nil {
		return false
	}
	in.enqueue(&message{SendContact: m.SendContact, id: as, taken: now})
	return true
}

// Foreign puts a message of another sender on the same account into the queue, as
// somebody who writes by hand does, and gives its id.
func (in *Instance) Foreign(s SendContact) (idMessage string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	in.queue.advance(now, &in.cfg)
	id := in.newID(s)
	in.enqueue(&message{SendContact: s, id: id, taken: now})
	return id
}

// ClearQueue drops all that waits, as a person can in the vendor's console.
func (in *Instance) ClearQueue() {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	in.queue.advance(now, &in.cfg)
	for _, m := range in.queue.messages[in.queue.head:] {
		in.queue.end(m, now, dropped)
	}
}
