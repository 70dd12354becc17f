package greenapi

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// errEntry says that what came is no array of JSON values.
var errEntry = errors.New("greenapi: a value of another type")

// listTimeouts is how many times Options.Timeout a whole list may take.
const listTimeouts = 10

type listing struct {
	method  string
	request *http.Request
	bytes   int // the most that the answer may have
	entries int // the most that it may list
}

// list reads an array as a stream and hands over each of its entries: what has another
// type than documented is zero.
//
// Its error is nil only if the array was read to its closing bracket and nothing came
// after: otherwise what was handed over proves nothing. An error of each ends the
// reading and is given as it is; any other is an *Error.
func list[T any](parent context.Context, c *Client, l listing, each func(*T) error) error {
	if err := c.wait(parent, l.method); err != nil {
		return c.failure(l.method, reply{err: err, unwritten: true})
	}
	ctx, cancel := context.WithTimeout(parent, listTimeouts*c.timeout)
	defer cancel()
	patience := time.AfterFunc(c.timeout, cancel)
	defer patience.Stop()
	resp, r := c.start(ctx, l.request, nil, nil)
	if resp == nil {
		r.err = contextError(r.err, parent, ctx)
		return c.failure(l.method, r)
	}
	defer resp.Body.Close()
	s := newStream(resp.Body, patience, c.timeout, l)
	if r.status != 200 || !s.beginsArray() {
		r.body, r.err = readAnswer(io.NopCloser(s.buffered))
		r.err = contextError(r.err, parent, ctx)
		return c.failure(l.method, r)
	}
	var stopped error
	err := s.readArray(func(element []byte) error {
		entry := new(T)
		_ = json.Unmarshal(element, entry)
		stopped = each(entry)
		return stopped
	})
	switch {
	case stopped != nil:
		return stopped
	case err == nil:
		return nil
	}
	r.err = contextError(readError(err), parent, ctx)
	return c.failure(l.method, r)
}

// readError keeps the errors that mean that the answer did not come whole. Of one
// that did, nil: the reply is then read as any that lacks what is needed.
func readError(err error) error {
	switch {
	case errors.Is(err, errEntry):
		return nil
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// stream is a body of which each entry may have answerLimit, and each piece as
// much time as the Client has patience.
type stream struct {
	body     io.Reader
	buffered *bufio.Reader // over the stream itself
	left     int           // of the entry
	allowed  listing       // what is left of the whole
	patience *time.Timer   // runs only while a piece is waited for
	each     time.Duration
}

func newStream(body io.Reader, patience *time.Timer, each time.Duration, allowed listing) *stream {
	patience.Stop()
	s := &stream{body: body, left: answerLimit, allowed: allowed, patience: patience, each: each}
	s.buffered = bufio.NewReader(s)
	return s
}

// Read is for the buffer.
func (s *stream) Read(p []byte) (int, error) {
	if s.left <= 0 || s.allowed.bytes <= 0 {
		return 0, errTooLong
	}
	s.patience.Reset(s.each)
	defer s.patience.Stop()
	n, err := s.body.Read(p[:min(len(p), s.left)])
	s.left -= n
	s.allowed.bytes -= n
	return n, err
}

func (s *stream) next() (byte, error) {
	for {
		b, err := s.buffered.ReadByte()
		if err != nil || !isSpace(b) {
			return b, err
		}
	}
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

func (s *stream) beginsArray() bool {
	b, err := s.next()
	if err == nil && b != '[' {
		_ = s.buffered.UnreadByte() // cannot fail after ReadByte
	}
	return err == nil && b == '['
}

// readArray hands over the elements of an array that is the whole stream behind its
// bracket, each until the next. Commas too many are passed over (seen live: #800).
func (s *stream) readArray(each func(element []byte) error) error {
	var element []byte
	for separated := true; ; {
		b, err := s.next()
		switch {
		case err != nil:
			return err
		case b == ']':
			if _, err = s.next(); errors.Is(err, io.EOF) {
				return nil
			}
			return cmp.Or(err, errEntry)
		case b == ',':
			separated = true
			continue
		case !separated, nesting(b) < 0:
			return errEntry
		case s.allowed.entries == 0:
			return errTooLong
		}
		if element, err = s.readElement(append(element[:0], b)); err != nil {
			return err
		}
		if err := each(element); err != nil {
			return err
		}
		s.left, separated = answerLimit, false
		s.allowed.entries--
	}
}

// readElement reads the value that begins with the character in element: up to
// the bracket that closes it, or what ends a value without brackets.
func (s *stream) readElement(element []byte) ([]byte, error) {
	depth, quoted := nesting(element[0]), element[0] == '"'
	for depth > 0 || quoted || !s.atEndOfValue() {
		b, err := s.buffered.ReadByte()
		if err != nil {
			return nil, err
		}
		element = append(element, b)
		switch {
		case quoted && b == '\\':
			if b, err = s.buffered.ReadByte(); err != nil {
				return nil, err
			}
			element = append(element, b)
		case b == '"':
			quoted = !quoted
		case !quoted:
			depth += nesting(b)
		}
	}
	return element, nil
}

func nesting(b byte) int {
	switch b {
	case '{', '[':
		return 1
	case '}', ']':
		return -1
	}
	return 0
}

// atEndOfValue reports whether what comes next does not belong to a value. An
// answer that ends here is for the next reading to find.
func (s *stream) atEndOfValue() bool {
	next, err := s.buffered.Peek(1)
	return err != nil || isSpace(next[0]) || next[0] == ',' || nesting(next[0]) != 0
}
