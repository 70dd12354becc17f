package sandbox

import (
	"net/http"
	"sync/atomic"
)

// DemoChat is a chat that always gets a particular answer, so that a person who
// plays with the program sees each of its statuses.
type DemoChat struct {
	ChatID string
	// Does says in a few words what happens to a card for it.
	Does string
}

// demo is the one table of demo chats. Their numbers are in an area code that
// cannot exist. A fault without Do is none.
var demo = []struct {
	DemoChat
	fault   func() Fault
	outcome string
}{
	{DemoChat{"11000000400@c.us", "is refused (400)"}, always(Before, RespondEnvelope(http.StatusBadRequest,
		"Validation failed. Details: 'chatId' is a chat that the sandbox refuses")), ""},
	{DemoChat{"11000000466@c.us", "is outside the plan's allowance (466)"}, always(Before, ChatsExceeded), ""},
	{DemoChat{"11000000429@c.us", "is too fast at the first attempt (429), taken at the second"}, alternately(
		Respond(http.StatusTooManyRequests, "")), ""},
	{DemoChat{"11000000408@c.us", "is taken, but the answer is lost: the connection closes"}, always(After, CloseConn), ""},
	{DemoChat{"11000000502@c.us", "is not taken, and nobody can tell by the answer (502)"}, always(Before,
		Respond(http.StatusBadGateway, "")), ""},
	{DemoChat{"11000000504@c.us", "is not taken and never answered: the client's own time-out ends it"}, always(Before, Hang(0)), ""},
	{DemoChat{"11000000404@c.us", "is taken, but has no WhatsApp account (noAccount)"}, nil, "noAccount"},
	{DemoChat{"11000000417@c.us", "is taken, but its delivery fails (failed)"}, nil, "failed"},
}

// DemoChats is the table of the chats that [Options.Demo] is about. All others
// are taken, delivered after 2 s and read after 10 s.
func DemoChats() []DemoChat {
	list := make([]DemoChat, 0, len(demo))
	for _, d := range demo {
		list = append(list, d.DemoChat)
	}
	return list
}

func always(when When, do Action) func() Fault {
	return func() Fault { return Fault{When: when, Do: do} }
}

// alternately strikes the first of two requests, each time anew for an instance.
func alternately(do Action) func() Fault {
	return func() Fault {
		var n atomic.Int64
		return Fault{Do: func(x *Exchange) bool { return n.Add(1)%2 == 1 && do(x) }}
	}
}

func demoFaults() []Fault {
	var list []Fault
	for _, d := range demo {
		if d.fault != nil {
			f := d.fault()
			f.If = ToChat(d.ChatID)
			list = append(list, f)
		}
	}
	return list
}

func demoOutcome(s SendContact) string {
	for _, d := range demo {
		if d.ChatID == s.ChatID {
			return d.outcome
		}
	}
	return ""
}
