package sandbox

import (
	"encoding/json"
	"fmt"
	"time"
)

func (in *Instance) getStateInstance(*Exchange) Answer {
	return ok(struct {
		State string `json:"stateInstance"`
	}{in.Config().State})
}

// getSettings answers the flat object that is documented, of its fields those
// that matter to messages going out.
func (in *Instance) getSettings(*Exchange) Answer {
	c := in.Config()
	return ok(struct {
		WID             string `json:"wid"`
		WebhookURL      string `json:"webhookUrl"`
		Delay           int64  `json:"delaySendMessagesMilliseconds"`
		OutgoingWebhook string `json:"outgoingWebhook"`
		StateWebhook    string `json:"stateWebhook"`
		IncomingWebhook string `json:"incomingWebhook"`
	}{"", "", c.Delay.Milliseconds(), yesNo(c.OutgoingWebhook), "no", "no"})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (in *Instance) getMessagesCount(*Exchange) Answer {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	in.queue.advance(now, &in.cfg)
	asOf := now
	if in.cfg.CountEvery > 0 {
		asOf = now.Truncate(in.cfg.CountEvery)
	}
	return ok(struct {
		Count int `json:"count"`
	}{in.queue.count(asOf)})
}

type queued struct {
	MessageID string      `json:"messageID"`
	Type      string      `json:"type"`
	Body      SendContact `json:"body"`
}

func (in *Instance) showMessagesQueue(*Exchange) Answer {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.queue.advance(time.Now(), &in.cfg)
	list := []queued{}
	for _, m := range in.queue.shown() {
		list = append(list, queued{m.id, SendContactMethod, m.SendContact})
	}
	return ok(list)
}

func (in *Instance) checkWhatsapp(x *Exchange) Answer {
	var ask struct {
		PhoneNumber int64 `json:"phoneNumber"`
	}
	if fault := jsonFault(json.Unmarshal(x.body, &ask)); fault != "" {
		return x.invalid(fault)
	}
	outcome := in.Config().Outcome
	chat := SendContact{ChatID: fmt.Sprintf("%d@c.us", ask.PhoneNumber)}
	return ok(struct {
		Exists bool `json:"existsWhatsapp"`
	}{outcome == nil || outcome(chat) != "noAccount"})
}
