package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// entry is a message in the journal, as seen.
type entry struct {
	Type          string `json:"type"`
	IDMessage     string `json:"idMessage"`
	Timestamp     int64  `json:"timestamp"` // Unix seconds, of leaving
	TypeMessage   string `json:"typeMessage"`
	ChatID        string `json:"chatId"`
	Contact       card   `json:"contact"`
	StatusMessage string `json:"statusMessage"`
	SendByAPI     bool   `json:"sendByApi"`
}

func (in *Instance) entry(m *message, now time.Time) entry {
	chat := m.ChatID
	if in.cfg.ShowLID {
		chat = LID(chat)
	}
	return entry{
		Type: "outgoing", IDMessage: m.id, Timestamp: in.server.clock(m.gone).Unix(),
		TypeMessage: "contactMessage", ChatID: chat, Contact: m.Contact.card(),
		StatusMessage: in.status(m, now), SendByAPI: true,
	}
}

// status is how far a message has come by now.
func (in *Instance) status(m *message, now time.Time) string {
	if m.gone.IsZero() {
		return pending
	}
	if m.end != sent {
		return m.end
	}
	if in.cfg.Outcome != nil {
		if last := in.cfg.Outcome(m.SendContact); last != "" {
			return last
		}
	}
	switch age := now.Sub(m.gone); {
	case !in.cfg.OutgoingWebhook || age < 2*time.Second:
		return sent
	case age < 10*time.Second:
		return "delivered"
	}
	return "read"
}

// journal is what left within span before now, newest first, as far as the
// journal has it by then. The instance is locked.
func (in *Instance) journal(now time.Time, span time.Duration) []entry {
	entries := []entry{}
	for i := in.queue.head - 1; i >= 0; i-- {
		m := in.queue.messages[i]
		if now.Sub(m.gone) > min(span, keep) {
			break
		}
		if in.journaled(m, now) {
			entries = append(entries, in.entry(m, now))
		}
	}
	return entries
}

func (in *Instance) journaled(m *message, now time.Time) bool {
	return !m.gone.IsZero() && m.end != dropped && now.Sub(m.gone) >= in.cfg.JournalLag
}

func (in *Instance) lastOutgoingMessages(x *Exchange) Answer {
	minutes := 1440
	if text := x.R.URL.Query().Get("minutes"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return x.invalid("'minutes' must be a positive number") // invented
		}
		minutes = min(n, 1440)
	}
	return ok(in.lookBack(time.Duration(minutes) * time.Minute))
}

func (in *Instance) lookBack(span time.Duration) []entry {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	in.queue.advance(now, &in.cfg)
	return in.journal(now, span)
}

func (in *Instance) getMessage(x *Exchange) Answer {
	var ask struct{ ChatID, IDMessage string }
	if fault := jsonFault(json.Unmarshal(x.body, &ask)); fault != "" {
		return x.invalid(fault)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	in.queue.advance(now, &in.cfg)
	m := in.queue.find(ask.ChatID, ask.IDMessage)
	if m == nil || !in.journaled(m, now) {
		return x.envelope(http.StatusBadRequest, "Message not found by id "+ask.IDMessage)
	}
	return ok(in.entry(m, now))
}
