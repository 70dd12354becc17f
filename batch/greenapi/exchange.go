package greenapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"sync/atomic"
	"time"
)

// exchange makes one request, once, and reads its answer whole. Without an http.Client
// nothing follows a redirect, and no error holds the URL.
func (c *Client) exchange(parent context.Context, method string, body []byte, mayBegin func() error) reply {
	ctx, cancel := context.WithTimeout(parent, c.timeout)
	defer cancel()
	resp, r := c.start(ctx, c.requests[method], body, mayBegin)
	if resp != nil {
		r.body, r.err = readAnswer(resp.Body)
	}
	r.err = contextError(r.err, parent, ctx)
	return r
}

// start waits for the head of the answer. The caller closes its body.
func (c *Client) start(ctx context.Context, template *http.Request, body []byte, mayBegin func() error) (*http.Response, reply) {
	if err := ctx.Err(); err != nil {
		return nil, reply{err: err, unwritten: true}
	}
	a, ctx := traceAttempt(ctx, mayBegin)
	request := template.WithContext(ctx)
	if body != nil { // GetBody stays nil: with it net/http could send a POST a second time
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	resp, err := c.transport.RoundTrip(request)
	if err != nil {
		return nil, reply{err: err, unwritten: a.unwritten(), refused: a.refused.Load()}
	}
	return resp, reply{status: resp.StatusCode, date: c.recordSkew(resp.Header)}
}

func readAnswer(body io.ReadCloser) ([]byte, error) {
	defer body.Close()
	read, err := io.ReadAll(io.LimitReader(body, answerLimit+1))
	if err == nil && len(read) > answerLimit {
		err = errTooLong
	}
	return read, err
}

// contextError gives the error of the caller's context where that has ended, and
// os.ErrDeadlineExceeded where the Client's own patience has.
func contextError(err error, parent, own context.Context) error {
	switch {
	case err == nil:
		return nil
	case parent.Err() != nil:
		return parent.Err()
	case own.Err() != nil:
		return os.ErrDeadlineExceeded
	}
	return err
}

// recordSkew returns the service's clock, and remembers how far it is from ours.
func (c *Client) recordSkew(h http.Header) time.Time {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	c.skew.Store(int64(time.Until(date)))
	return date
}

type attempt struct {
	requested, connected, wroteHead atomic.Bool
	begun                           atomic.Bool // something may have left
	refused                         atomic.Bool // by mayBegin, before that

	mayBegin func() error // may be nil
}

func traceAttempt(ctx context.Context, mayBegin func() error) (*attempt, context.Context) {
	a := &attempt{mayBegin: mayBegin}
	return a, httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { a.requested.Store(true) },
		GotConn:      a.onConnection,
		WroteHeaders: func() { a.wroteHead.Store(true) },
	})
}

// unwritten is true only where it is proven that no server can have acted on
// the request, which is to be asked after it has failed: no connection was
// got; or one was, and its head was never finished.
//
// The second is the connection that the server closed, while it was idle, in
// the very moment it was picked up again. WroteHeaders comes when the head is
// in the buffer of the connection, before anything of the body is; without it
// at most a part of a head has left, which no server takes for a request. It
// cannot come later: when RoundTrip fails, the writing side has ended. Where it
// did come, bytes may have left, and that is Unknown, although most such requests
// never arrive; idleTimeout keeps these few.
func (a *attempt) unwritten() bool {
	return a.requested.Load() && !(a.connected.Load() && a.wroteHead.Load()) || a.refused.Load()
}
