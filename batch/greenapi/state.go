package greenapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strconv"
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

// State asks for the account's state, for which the vendor advises once a minute. The
// error is an *Error.
func (c *Client) State(ctx context.Context) (State, error) {
	var b struct {
		StateInstance string `json:"stateInstance"`
	}
	r, ok := c.read(ctx, methodState, nil, &b)
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

// Settings asks for the instance's settings. Without a readable delay there is no
// reading. The error is an *Error.
func (c *Client) Settings(ctx context.Context) (Settings, error) {
	var b struct {
		Delay           any `json:"delaySendMessagesMilliseconds"`
		OutgoingWebhook any `json:"outgoingWebhook"`
	}
	r, ok := c.read(ctx, methodSettings, nil, &b)
	delay, is := number(b.Delay)
	if !ok || !is || delay < 0 || delay > maxDelay {
		return Settings{}, c.failure(methodSettings, r)
	}
	return Settings{
		Delay:           time.Duration(math.Ceil(delay)) * time.Millisecond,
		OutgoingWebhook: b.OutgoingWebhook == "yes",
	}, nil
}

const (
	// maxDelay, a day in milliseconds, is more than the 600 000 that are
	// documented as the longest.
	maxDelay = 24 * 60 * 60 * 1000
	// maxCount is more than leaves a queue in the 24 hours that it keeps a message.
	// Times the longest delay it is still a time.Duration.
	maxCount = 1_000_000
)

// MessagesCount asks how many messages are waiting in the queue. The service
// renews the figure about every ten seconds. An older one has no such method, or
// writes the key with a Cyrillic letter; where no count can be had but the queue
// shows less than QueueLimit, that is the count. The error is an *Error.
func (c *Client) MessagesCount(ctx context.Context) (int, error) {
	var b struct {
		Count    any `json:"count"`
		Cyrillic any `json:"сount"`
	}
	r, ok := c.read(ctx, methodCount, nil, &b)
	if b.Count == nil {
		b.Count = b.Cyrillic
	}
	if count, is := number(b.Count); ok && is && count >= 0 && count <= maxCount {
		return int(math.Ceil(count)), nil
	}
	failure := c.failure(methodCount, r)
	if failure.Status == 404 || ok && failure.Meaning == Unknown {
		if queue, err := c.Queue(ctx); err == nil && len(queue) < QueueLimit {
			return len(queue), nil
		}
	}
	return 0, failure
}

// read decodes an answer that is one JSON object. It is ok if that was a 200, and
// whole. What has another type than expected is zero.
func (c *Client) read(ctx context.Context, method string, body []byte, into any) (r reply, ok bool) {
	if err := c.wait(ctx, method); err != nil {
		return reply{err: err, unwritten: true}, false
	}
	r = c.exchange(ctx, method, body, nil)
	if r.status != 200 || r.err != nil || !bytes.HasPrefix(bytes.TrimSpace(r.body), []byte("{")) {
		return r, false
	}
	err := json.Unmarshal(r.body, into)
	_, odd := errors.AsType[*json.UnmarshalTypeError](err)
	return r, err == nil || odd
}

// number is what a JSON number, also one in quotes, was decoded to.
func number(v any) (n float64, is bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case string:
		n, err := strconv.ParseFloat(v, 64)
		return n, err == nil && !math.IsNaN(n)
	}
	return 0, false
}
