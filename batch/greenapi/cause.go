package greenapi

import (
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

// errTooLong says that an answer, or one entry of a list, is longer than
// answerLimit.
var errTooLong = errors.New("greenapi: the answer is too long")

// causes are what an error without an answer can be traced to. The first that
// matches holds.
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

// because says why there is no answer. Nothing of the error's own text is used: it
// may hold the URL, and so the token.
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
	switch text := textOf(err); {
	case strings.Contains(text, "server closed idle connection"):
		return "cause.closed"
	case strings.Contains(text, "malformed"):
		return "cause.not-http"
	}
	return "cause.failed"
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// isCut says whether an answer began and did not come whole.
func isCut(err error) bool { return err != nil && !errors.Is(err, errTooLong) }
