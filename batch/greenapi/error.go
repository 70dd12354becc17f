package greenapi

import (
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"os"
)

// ErrMessageNotFound is what errors.Is finds in the error of Message when the
// service has no such message, or not yet.
var ErrMessageNotFound = errors.New("greenapi: message not found")

// Error is why a reading of the service gave nothing. It has the vocabulary of
// an Answer: Stop (the account needs a person), NotTaken (ask again after a
// pause), Refused (this question), and Unknown for all that says nothing. It
// holds no token and no URL.
//
// errors.Is finds in it the error of the caller's context where that has
// ended, os.ErrDeadlineExceeded after Options.Timeout, and ErrMessageNotFound.
type Error struct {
	Method  string // of the service, such as "getStateInstance"
	Status  int    // of HTTP, 0 without an answer
	Meaning Meaning
	Reason  msg.Reason
	cause   error // one of sentinels, or nil
}

// sentinels are the errors that an Error may hold. All others stay inside the
// package, since their text may hold the URL.
var sentinels = []error{context.Canceled, context.DeadlineExceeded, os.ErrDeadlineExceeded, ErrMessageNotFound}

// Error is one sentence that begins with the method.
func (e *Error) Error() string { return e.Method + ": " + e.sentence() }

// Unwrap gives one of the errors that the type's comment names, or nil.
func (e *Error) Unwrap() error { return e.cause }

// sentence words those reasons anew that csvmodel words for a card.
func (e *Error) sentence() string {
	arg := ""
	if len(e.Reason.Args) > 0 {
		arg = e.Reason.Args[0]
	}
	switch e.Reason.Code {
	case msg.Refused:
		return "the service refused the question: " + arg
	case msg.Quota:
		return "the plan's monthly quota for this method is used up"
	case msg.NoAnswer:
		return "no answer: " + arg
	case msg.OddAnswer:
		return "an answer that cannot be read (HTTP " + arg + ")"
	}
	return e.Reason.String()
}

// failure is the Error of a reply that holds no usable reading.
func (c *Client) failure(method string, r reply) *Error {
	a := interpret(r, c.scrub)
	if a.Meaning == Accepted {
		a = oddAnswer(r.status)
	}
	if a.Stops {
		a.Meaning = Stop
	}
	e := &Error{Method: method, Status: r.status, Meaning: a.Meaning, Reason: a.Reason}
	for _, s := range sentinels {
		if errors.Is(r.err, s) {
			e.cause = s
			break
		}
	}
	return e
}
