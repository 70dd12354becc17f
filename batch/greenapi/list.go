package greenapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// errEntry says that a JSON value is not of the documented type.
var errEntry = errors.New("greenapi: a value of another type")

// list reads an answer that is an array as a stream and hands over each of its
// entries. Its error is nil only if the array was read to its closing bracket
// and nothing but white space came after: otherwise what was handed over
// proves nothing. An error of each ends the reading and is given as it is; any
// other is an *Error.
func list[T any](parent context.Context, c *Client, method string, template *http.Request, each func(*T) error) error {
	if err := c.wait(parent, method); err != nil {
		return c.failure(method, reply{err: err, unwritten: true})
	}
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	patience := time.AfterFunc(c.timeout, cancel)
	defer patience.Stop()
	resp, r := c.start(ctx, template, nil)
	if resp == nil {
		r.err = whoEnded(r.err, parent, ctx)
		return c.failure(method, r)
	}
	defer resp.Body.Close()
	s := newStream(resp.Body, patience, c.timeout)
	if r.status != 200 || !s.beginsArray() {
		r.body, r.err = readAnswer(io.NopCloser(s.buffered))
		r.err = whoEnded(r.err, parent, ctx)
		return c.failure(method, r)
	}
	var stopped error
	err := decodeArray(s, func(entry *T) error {
		stopped = each(entry)
		return stopped
	})
	switch {
	case stopped != nil:
		return stopped
	case err == nil:
		return nil
	}
	r.err = whoEnded(readError(err), parent, ctx)
	return c.failure(method, r)
}

// decodeArray hands over the entries of an array that is the whole stream.
func decodeArray[T any](s *stream, each func(*T) error) error {
	d := json.NewDecoder(s.buffered)
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		var entry *T
		if err := d.Decode(&entry); err != nil {
			return err
		}
		if entry == nil {
			return errEntry
		}
		if err := each(entry); err != nil {
			return err
		}
		s.left = answerLimit
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	switch _, err := d.Token(); {
	case err == nil:
		return errEntry
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// readError keeps those errors of a decoder that mean that the answer did not
// come whole. The others are about what came, and nil stands for them: the
// reply is then read as any whole answer that does not have what is needed.
func readError(err error) error {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, types := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case syntax, types, errors.Is(err, errEntry):
		return nil
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// stream is a body of any length, of which each entry may have answerLimit,
// and each piece as much time as the Client has patience.
type stream struct {
	body     io.Reader
	buffered *bufio.Reader // over the stream itself
	left     int           // of the entry
	patience *time.Timer   // runs only while a piece is waited for
	each     time.Duration
}

func newStream(body io.Reader, patience *time.Timer, each time.Duration) *stream {
	patience.Stop()
	s := &stream{body: body, left: answerLimit, patience: patience, each: each}
	s.buffered = bufio.NewReader(s)
	return s
}

// Read is for the buffer.
func (s *stream) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, errTooLong
	}
	s.patience.Reset(s.each)
	defer s.patience.Stop()
	n, err := s.body.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// beginsArray looks at the first character that is not white space.
func (s *stream) beginsArray() bool {
	for {
		b, err := s.buffered.ReadByte()
		if err != nil {
			return false
		}
		switch b {
		case ' ', '\t', '\r', '\n':
			continue
		}
		_ = s.buffered.UnreadByte() // cannot fail after ReadByte
		return b == '['
	}
}
