package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

type entry struct {
	Type             string  `json:"type"`
	IDMessage        string  `json:"idMessage"`
	Timestamp        int64   `json:"timestamp"` // Unix seconds, of leaving
	TypeMessage      string  `json:"typeMessage"`
	ChatID           string  `json:"chatId"`
	IsForwarded      bool    `json:"isForwarded"`
	ForwardingScore  int     `json:"forwardingScore"`
	Contact          card    `json:"contact"`
	QuotedMessage    *quoted `json:"quotedMessage,omitempty"`
	StatusMessage    string  `json:"statusMessage"`
	SendByAPI        bool    `json:"sendByApi"`
	DeletedMessageID string  `json:"deletedMessageId"`
	EditedMessageID  string  `json:"editedMessageId"`
	IsEdited         bool    `json:"isEdited"`
	IsDeleted        bool    `json:"isDeleted"`
}

type quoted struct {
	StanzaID string `json:"stanzaId"`
}

func (in *Instance) entry(m *message, now time.Time) entry {
	e := entry{
		Type: "outgoing", IDMessage: m.IDMessage, Timestamp: m.DepartedAt.Unix(),
		TypeMessage: "contactMessage", ChatID: in.shownAs(m.ChatID), Contact: m.Contact.card(),
		StatusMessage: in.status(m, now), SendByAPI: true,
	}
	if m.QuotedMessageID != "" {
		e.QuotedMessage = &quoted{m.QuotedMessageID}
	}
	return e
}

func (in *Instance) shownAs(chat string) string {
	if in.cfg.ShowLID {
		return LID(chat)
	}
	return chat
}

func (in *Instance) status(m *message, now time.Time) string {
	if m.DepartedAt.IsZero() {
		return pending
	}
	if m.Status != sent {
		return m.Status
	}
	if in.cfg.Outcome != nil {
		if last := in.cfg.Outcome(m.SendContact); last != "" {
			return last
		}
	}
	switch age := now.Sub(m.DepartedAt); {
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
		if now.Sub(m.DepartedAt) > min(span, keep) {
			break
		}
		if in.journaled(m, now) {
			entries = append(entries, in.entry(m, now))
		}
	}
	return entries
}

func (in *Instance) journaled(m *message, now time.Time) bool {
	isLost := in.cfg.JournalLoses != nil && in.cfg.JournalLoses(m.SendContact)
	return !m.DepartedAt.IsZero() && m.Status != dropped && now.Sub(m.DepartedAt) >= in.cfg.JournalLag && !isLost
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
	now := in.lock()
	defer in.mu.Unlock()
	return ok(in.journal(now, time.Duration(minutes)*time.Minute))
}

func (in *Instance) lastIncomingMessages(*Exchange) Answer { return ok([]entry{}) }

func (in *Instance) getChatHistory(x *Exchange) Answer {
	ask := struct {
		ChatID string
		Count  int
	}{Count: 100}
	if fault := jsonFault(json.Unmarshal(x.body, &ask)); fault != "" {
		return x.invalid(fault)
	}
	now := in.lock()
	defer in.mu.Unlock()
	history := []entry{}
	for _, e := range in.journal(now, keep) {
		if e.ChatID == ask.ChatID || e.ChatID == LID(ask.ChatID) {
			history = append(history, e)
		}
	}
	return ok(history[:min(max(ask.Count, 0), len(history))])
}

func (in *Instance) getMessage(x *Exchange) Answer {
	var ask struct{ ChatID, IDMessage string }
	if fault := jsonFault(json.Unmarshal(x.body, &ask)); fault != "" {
		return x.invalid(fault)
	}
	now := in.lock()
	defer in.mu.Unlock()
	m := in.queue.find(ask.ChatID, ask.IDMessage)
	if m == nil || !in.journaled(m, now) {
		return x.envelope(http.StatusBadRequest, "Message not found by id "+ask.IDMessage)
	}
	return ok(in.entry(m, now))
}
