package greenapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"time"
)

// exchange makes one request, once, and reads its answer whole. The request
// goes to the Transport itself, not through an http.Client: nothing follows a
// redirect, and no error is made that holds the URL.
func (c *Client) exchange(parent context.Context, template *http.Request, body []byte) reply {
	ctx, cancel := context.WithTimeout(parent, c.timeout)
	defer cancel()
	resp, r := c.start(ctx, template, body)
	if resp != nil {
		r.body, r.err = readAnswer(resp.Body)
	}
	r.err = whoEnded(r.err, parent, ctx)
	return r
}

// start makes the request and waits for the head of its answer. Where there is
// one, its body must be read and closed by the caller.
func (c *Client) start(ctx context.Context, template *http.Request, body []byte) (*http.Response, reply) {
	if err := ctx.Err(); err != nil {
		return nil, reply{err: err, unwritten: true}
	}
	a, ctx := watch(ctx)
	resp, err := c.transport.RoundTrip(fill(template.WithContext(ctx), body))
	if err != nil {
		return nil, reply{err: err, unwritten: a.unwritten()}
	}
	return resp, reply{status: resp.StatusCode, date: c.clock(resp.Header)}
}

// fill gives a request its body. GetBody stays nil: with it net/http could
// send a POST a second time.
func fill(r *http.Request, body []byte) *http.Request {
	if body != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
	}
	return r
}

func readAnswer(body io.ReadCloser) ([]byte, error) {
	defer body.Close()
	read, err := io.ReadAll(io.LimitReader(body, answerLimit+1))
	if err == nil && len(read) > answerLimit {
		err = errTooLong
	}
	return read, err
}

// whoEnded gives the error of the caller's context where that has ended, and
// os.ErrDeadlineExceeded where the Client's own patience has.
func whoEnded(err error, parent, own context.Context) error {
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

// clock reads the service's clock from an answer and remembers how far it is
// from ours.
func (c *Client) clock(h http.Header) time.Time {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	c.skew.Store(int64(time.Until(date)))
	return date
}
