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
)

// errTooLong says that an answer, or one entry of a list, is longer than
// answerLimit.
var errTooLong = errors.New("greenapi: the answer is too long")

// causes are what an error without an answer can be traced to, and the words
// for it. The first that matches holds.
var causes = []struct {
	is    error
	words string
}{
	{context.Canceled, "stopped"},
	{context.DeadlineExceeded, "time-out"},
	{os.ErrDeadlineExceeded, "time-out"},
	{errTooLong, "the answer is longer than 1 MiB"},
	{syscall.ECONNREFUSED, "connection refused"},
	{syscall.ECONNRESET, "connection reset"},
	{syscall.EPIPE, "connection reset"},
	{syscall.ENETUNREACH, "network unreachable"},
	{syscall.EHOSTUNREACH, "host unreachable"},
	{io.ErrUnexpectedEOF, "the answer was cut short"},
	{io.EOF, "connection closed"},
	{net.ErrClosed, "connection closed"},
}

// because says in a few words of our own why there is no answer. Nothing of
// the error's own text is used: it may hold the URL, and so the token.
func because(err error) string {
	if words := becauseOfTLS(err); words != "" {
		return words
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return becauseOfDNS(dns)
	}
	for _, c := range causes {
		if errors.Is(err, c.is) {
			return c.words
		}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "time-out"
	}
	return becauseOfHTTP(err)
}

func becauseOfDNS(err *net.DNSError) string {
	switch {
	case err.IsTimeout:
		return "time-out looking up the host"
	case err.IsNotFound:
		return "no such host"
	}
	return "the host could not be looked up"
}

func becauseOfTLS(err error) string {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "TLS: the certificate is for another host"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "TLS: the certificate is not trusted"
	}
	if _, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return "TLS: the certificate has expired or is not valid"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "TLS: the certificate could not be verified"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "TLS: the server does not speak it"
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "remote error" || op.Op == "local error") {
		return "TLS: the handshake failed"
	}
	return ""
}

// becauseOfHTTP tells apart what net/http has no error values for.
func becauseOfHTTP(err error) string {
	switch text := textOf(err); {
	case strings.Contains(text, "server closed idle connection"):
		return "connection closed"
	case strings.Contains(text, "malformed"):
		return "the answer was not HTTP"
	}
	return "connection failed"
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// isCut says whether an answer began and did not come whole.
func isCut(err error) bool { return err != nil && !errors.Is(err, errTooLong) }
