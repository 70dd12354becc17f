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
	"strings"
	"syscall"

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

// errTooLong says that an answer, or one entry of a list, is longer than
// answerLimit.
var errTooLong = errors.New("greenapi: the answer is too long")

// causes are of errors without an answer. The first that matches holds.
var causes = []struct {
	is   error
	code msg.Code
}{
	{context.Canceled, "cause.stopped"},
	{context.DeadlineExceeded, "cause.time-out"},
	{os.ErrDeadlineExceeded, "cause.time-out"},
	{errTooLong, "cause.too-long"},
	{syscall.ECONNREFUSED, "cause.refused"},
	{syscall.ECONNRESET, "cause.reset"},
	{syscall.EPIPE, "cause.reset"},
	{syscall.ENETUNREACH, "cause.network"},
	{syscall.EHOSTUNREACH, "cause.host"},
	{io.ErrUnexpectedEOF, "cause.cut"},
	{io.EOF, "cause.closed"},
	{net.ErrClosed, "cause.closed"},
}

// because uses nothing of the error's own text: it may hold the URL, and so the token.
func because(err error) msg.Reason { return msg.NewReason(causeOf(err)) }

func causeOf(err error) msg.Code {
	if code := causeOfTLS(err); code != "" {
		return code
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return causeOfDNS(dns)
	}
	for _, c := range causes {
		if errors.Is(err, c.is) {
			return c.code
		}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "cause.time-out"
	}
	return causeOfHTTP(err)
}

func causeOfDNS(err *net.DNSError) msg.Code {
	switch {
	case err.IsTimeout:
		return "cause.lookup-time-out"
	case err.IsNotFound:
		return "cause.no-host"
	}
	return "cause.lookup"
}

func causeOfTLS(err error) msg.Code {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "cause.tls-host"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "cause.tls-trust"
	}
	if _, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return "cause.tls-expired"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "cause.tls-unverified"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "cause.tls-missing"
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "remote error" || op.Op == "local error") {
		return "cause.tls-handshake"
	}
	return ""
}

// causeOfHTTP tells apart what net/http has no error values for.
func causeOfHTTP(err error) msg.Code {
	switch {
	case err == nil:
	case strings.Contains(err.Error(), "server closed idle connection"):
		return "cause.closed"
	case strings.Contains(err.Error(), "malformed"):
		return "cause.not-http"
	}
	return "cause.failed"
}

func isCut(err error) bool { return err != nil && !errors.Is(err, errTooLong) }
