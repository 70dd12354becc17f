package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
)

// sender is the number that sends. It is in an area code that cannot exist.
const sender = "11000000000"

func (in *Instance) getStateInstance(*Exchange) Answer {
	return ok(map[string]string{"stateInstance": in.Config().State})
}

func (in *Instance) getSettings(*Exchange) Answer {
	c := in.Config()
	settings := map[string]any{
		"wid":                           sender + "@c.us",
		"delaySendMessagesMilliseconds": c.Delay.Milliseconds(),
		"autoTyping":                    0,
		"linkPreview":                   true,
		"enableLidMode":                 c.ShowLID,
	}
	for _, text := range []string{"countryInstance", "typeAccount", "webhookUrl", "webhookUrlToken", "proxyInstance"} {
		settings[text] = ""
	}
	for _, flag := range []string{
		"markIncomingMessagesReaded", "markIncomingMessagesReadedOnReply", "sharedSession", "outgoingWebhook",
		"outgoingMessageWebhook", "outgoingAPIMessageWebhook", "incomingWebhook", "deviceWebhook", "statusInstanceWebhook",
		"stateWebhook", "enableMessagesHistory", "keepOnlineStatus", "pollMessageWebhook", "incomingBlockWebhook",
		"incomingCallWebhook", "editedMessageWebhook", "deletedMessageWebhook",
	} {
		settings[flag] = "no"
	}
	if c.OutgoingWebhook {
		settings["outgoingWebhook"] = "yes"
	}
	return ok(settings)
}

// getWaSettings names the account only while it is linked (documented). The field
// for the end of a suspension is known from the release notes alone.
func (in *Instance) getWaSettings(*Exchange) Answer {
	c := in.Config()
	settings := map[string]any{"avatar": "", "phone": "", "stateInstance": c.State, "deviceId": ""}
	if c.State != NotAuthorized && c.State != Blocked && c.State != Starting {
		settings["phone"], settings["deviceId"] = sender, sender+":1@s.whatsapp.net"
	}
	if c.State == Suspended && !c.SuspendedUntil.IsZero() {
		settings["suspendedUntil"] = c.SuspendedUntil.Unix()
	}
	return ok(settings)
}

func (in *Instance) getMessagesCount(*Exchange) Answer {
	now := in.lock()
	defer in.mu.Unlock()
	asOf := now
	if in.cfg.CountEvery > 0 {
		asOf = now.Truncate(in.cfg.CountEvery)
	}
	return ok(map[string]int{"count": in.queue.count(asOf)})
}

// queued is an entry as seen: null where a field was not given.
type queued struct {
	MessageID string `json:"messageID"`
	Type      string `json:"type"`
	Body      struct {
		ChatID          string  `json:"chatId"`
		Contact         Contact `json:"contact"`
		QuotedMessageID *string `json:"quotedMessageId"`
		TypingTime      *int64  `json:"typingTime"`
	} `json:"body"`
}

func (in *Instance) showMessagesQueue(*Exchange) Answer {
	in.lock()
	defer in.mu.Unlock()
	list := []queued{}
	for _, m := range in.queue.shown() {
		q := queued{MessageID: m.IDMessage, Type: SendContactMethod}
		q.Body.ChatID, q.Body.Contact = m.ChatID, m.Contact
		if m.QuotedMessageID != "" {
			q.Body.QuotedMessageID = &m.QuotedMessageID
		}
		if m.TypingTime != 0 {
			q.Body.TypingTime = &m.TypingTime
		}
		list = append(list, q)
	}
	return ok(list)
}

func (in *Instance) clearMessagesQueue(*Exchange) Answer {
	in.ClearQueue()
	return ok(map[string]bool{"isCleared": true})
}

// checkWhatsapp takes a number, or a chat as newer clients ask, and answers a
// person's lid (documented since 2026).
func (in *Instance) checkWhatsapp(x *Exchange) Answer {
	var ask struct {
		PhoneNumber int64
		ChatID      string
	}
	if fault := jsonFault(json.Unmarshal(x.body, &ask)); fault != "" {
		return x.invalid(fault)
	}
	chat := ask.ChatID
	switch {
	case chat == "" && ask.PhoneNumber == 0:
		return x.invalid("'value' must have at least 1 key")
	case chat == "":
		chat = fmt.Sprintf("%d@c.us", ask.PhoneNumber)
	case !strings.Contains(chat, "@"):
		chat += "@c.us"
	}
	if outcome := in.Config().Outcome; outcome != nil && outcome(SendContact{ChatID: chat}) == "noAccount" {
		return ok(map[string]bool{"existsWhatsapp": false})
	}
	return ok(map[string]any{"existsWhatsapp": true, "chatId": LID(chat)})
}
