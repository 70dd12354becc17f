package greenapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	methodState    = "getStateInstance"
	methodSettings = "getSettings"
	methodCount    = "getMessagesCount"
)

// State is what the service says of the account. New words may come.
type State string

// The states that are documented. A card is sent in Authorized only: in
// YellowCard it would still be answered 200, and fail later.
const (
	Authorized    State = "authorized"
	Starting      State = "starting"
	SleepMode     State = "sleepMode"
	NotAuthorized State = "notAuthorized"
	Blocked       State = "blocked"
	YellowCard    State = "yellowCard"
	Suspended     State = "suspended"
)

// Passes says whether the state goes over by itself, within about five minutes
// (documented). All others but Authorized need a person.
func (s State) Passes() bool { return s == Starting || s == SleepMode }

// State asks for the account's state. The service takes one such question a
// second, and advises one a minute. The error is an *Error.
func (c *Client) State(ctx context.Context) (State, error) {
	var b struct {
		StateInstance string `json:"stateInstance"`
	}
	r, ok := c.read(ctx, methodState, c.requests.state, nil, &b)
	if !ok || b.StateInstance == "" {
		return "", c.failure(methodState, r)
	}
	return State(c.redactor.redact(b.StateInstance)), nil
}

// Settings are those of the instance's settings that a batch depends on. They
// are never written: writing reboots the instance.
type Settings struct {
	// Delay is the least time between two messages that leave the queue.
	Delay time.Duration
	// OutgoingWebhook says whether the statuses of what was sent through the
	// API advance reliably (inferred).
	OutgoingWebhook bool
}

// Settings asks for the instance's settings. One such question a second is
// taken. Without a readable delay there is no reading. The error is an *Error.
func (c *Client) Settings(ctx context.Context) (Settings, error) {
	var b struct {
		Delay           *wholeNumber `json:"delaySendMessagesMilliseconds"`
		OutgoingWebhook any          `json:"outgoingWebhook"`
	}
	r, ok := c.read(ctx, methodSettings, c.requests.settings, nil, &b)
	if !ok || b.Delay == nil || *b.Delay < 0 || *b.Delay > maxDelay {
		return Settings{}, c.failure(methodSettings, r)
	}
	return Settings{
		Delay:           time.Duration(*b.Delay) * time.Millisecond,
		OutgoingWebhook: b.OutgoingWebhook == "yes",
	}, nil
}

// maxDelay, a day in milliseconds, is more than the 600 000 that are
// documented as the longest.
const maxDelay = 24 * 60 * 60 * 1000

// MessagesCount asks how many messages are waiting in the queue. The service
// renews the figure about every ten seconds. The error is an *Error.
func (c *Client) MessagesCount(ctx context.Context) (int, error) {
	var b struct {
		Count *wholeNumber `json:"count"`
	}
	r, ok := c.read(ctx, methodCount, c.requests.count, nil, &b)
	if !ok || b.Count == nil || *b.Count < 0 {
		return 0, c.failure(methodCount, r)
	}
	return int(*b.Count), nil
}

// read makes a request whose answer is one JSON value and decodes it. It is
// not ok unless that was a 200, whole, with the types expected.
func (c *Client) read(ctx context.Context, method string, template *http.Request, body []byte, into any) (r reply, ok bool) {
	if err := c.wait(ctx, method); err != nil {
		return reply{err: err, unwritten: true}, false
	}
	r = c.exchange(ctx, template, body)
	return r, r.status == 200 && r.err == nil && json.Unmarshal(r.body, into) == nil
}

// wholeNumber is a JSON integer, or one in quotes.
type wholeNumber int64

// UnmarshalJSON leaves the number alone on null.
func (n *wholeNumber) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	value, err := strconv.ParseInt(strings.Trim(string(data), `"`), 10, 64)
	if err != nil {
		return errEntry
	}
	*n = wholeNumber(value)
	return nil
}
