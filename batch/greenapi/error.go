package greenapi

import (
	"cmp"
	"context"
	"errors"
	"os"

	"contact-distributor/csvmodel/msg"
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
func (e *Error) Error() string { return e.Answer().String() }

// Text is that sentence in a language.
func (e *Error) Text(l msg.Language) string { return e.Answer().Text(l) }

// Unwrap gives one of the errors that the type's comment names, or nil.
func (e *Error) Unwrap() error { return e.cause }

// questions are the codes of a question in place of those of a card.
var questions = map[msg.Code]msg.Code{
	msg.Refused:   msg.QuestionRefused,
	msg.Quota:     msg.QuestionQuota,
	msg.NoAnswer:  msg.QuestionUnanswered,
	msg.OddAnswer: msg.QuestionOdd,
}

// Answer is the method with what its question had for an answer.
func (e *Error) Answer() msg.Reason {
	answer := e.Reason
	answer.Code = cmp.Or(questions[answer.Code], answer.Code)
	return msg.NewReason(msg.Question, e.Method, answer)
}

// failure is the Error of a reply that holds no usable reading.
func (c *Client) failure(method string, r reply) *Error {
	a := interpret(r, c.redactor)
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
