package greenapi

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"

	"contact-distributor/csvmodel/msg"
)

// ErrMessageNotFound is in the error of Message when the service has no such message,
// or not yet.
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

// Error is Text in English.
func (e *Error) Error() string { return e.Answer().String() }

// Text is one sentence that begins with the method.
func (e *Error) Text(l msg.Language) string { return e.Answer().Text(l) }

// Unwrap gives one of those errors, or nil.
func (e *Error) Unwrap() error { return e.cause }

// StopsSending reports whether no card may be sent either. A quota is that of the one
// method: where readings have used up theirs, cards still go, but not without the state.
func (e *Error) StopsSending() bool {
	return e.Meaning == Stop && (e.Reason.Code != msg.Quota || e.Method == methodState)
}

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

// errTooLong is of an answer, or an entry of a list, that is longer than answerLimit.
var errTooLong = errors.New("greenapi: the answer is too long")

// causes are of errors without an answer. The first that matches holds. They use nothing
// of the error's own text: it may hold the URL, and so the token.
var causes = []struct {
	matches func(error) bool
	code    msg.Code
}{
	{has[x509.HostnameError], "cause.tls-host"},
	{has[x509.UnknownAuthorityError], "cause.tls-trust"},
	{has[x509.CertificateInvalidError], "cause.tls-expired"},
	{has[*tls.CertificateVerificationError], "cause.tls-unverified"},
	{has[tls.RecordHeaderError], "cause.tls-missing"},
	{func(err error) bool {
		op, ok := errors.AsType[*net.OpError](err)
		return ok && (op.Op == "remote error" || op.Op == "local error")
	}, "cause.tls-handshake"},
	{ofLookup(func(dns *net.DNSError) bool { return dns.IsTimeout }), "cause.lookup-time-out"},
	{ofLookup(func(dns *net.DNSError) bool { return dns.IsNotFound }), "cause.no-host"},
	{has[*net.DNSError], "cause.lookup"},
	{wraps(context.Canceled), "cause.stopped"},
	{wraps(context.DeadlineExceeded, os.ErrDeadlineExceeded), "cause.time-out"},
	{wraps(errTooLong), "cause.too-long"},
	{wraps(syscall.ECONNREFUSED), "cause.refused"},
	{wraps(syscall.ECONNRESET, syscall.EPIPE), "cause.reset"},
	{wraps(syscall.ENETUNREACH), "cause.network"},
	{wraps(syscall.EHOSTUNREACH), "cause.host"},
	{wraps(io.ErrUnexpectedEOF), "cause.cut"},
	{wraps(io.EOF, net.ErrClosed), "cause.closed"},
	{func(err error) bool {
		timeout, ok := errors.AsType[net.Error](err)
		return ok && timeout.Timeout()
	}, "cause.time-out"},
	// net/http has no error values for these.
	{says("server closed idle connection"), "cause.closed"},
	{says("malformed"), "cause.not-http"},
}

func has[E error](err error) bool {
	_, found := errors.AsType[E](err)
	return found
}

func ofLookup(is func(*net.DNSError) bool) func(error) bool {
	return func(err error) bool {
		dns, ok := errors.AsType[*net.DNSError](err)
		return ok && is(dns)
	}
}

func wraps(targets ...error) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
	}
}

func says(text string) func(error) bool {
	return func(err error) bool { return err != nil && strings.Contains(err.Error(), text) }
}

func because(err error) msg.Reason {
	for _, c := range causes {
		if c.matches(err) {
			return msg.NewReason(c.code)
		}
	}
	return msg.NewReason("cause.failed")
}
