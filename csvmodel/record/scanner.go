// Package record splits a CSV file into records, damaged ones too, without taking
// their cells apart. It promises that each byte of the file belongs to exactly one
// Record, that a malformed record costs its first line only, and that memory stays
// below two megabytes whatever the file holds. NewScanner comes first; Split takes
// the text of a Record apart.
package record

import (
	"bytes"
	"io"
	"iter"

	"contact-distributor/csvmodel/msg"
)

// MaxSize is the size of the longest text of a record, in bytes. It bounds what
// an opening quote that is never closed can swallow.
const MaxSize = 64 << 10

const (
	lookahead    = MaxSize + 2    // decides where a record ends: a text and a line end of two bytes
	farLookahead = 16 * lookahead // may hold the end of a cell that is too long, which must not become rows
)

// Record is the text of one record, or of one line that is malformed.
type Record struct {
	Text   []byte   // without its line end; valid until the next call of Next
	Size   int64    // bytes up to the next record, line end included
	Line   int      // of the file, from 1
	Number int      // what a spreadsheet shows, from 1; blank lines count
	Code   msg.Code // why the text is malformed, or ""
	Cell   int      // index of the malformed cell
	Spaced bool     // before the first quote of a cell is space: encoding/csv reads that otherwise
	lines  int      // line ends in Size
}

// Scanner splits a file into records. It is for one goroutine.
type Scanner struct {
	src  io.Reader
	buf  []byte
	r, w int   // buf[r:w] is read and not yet scanned
	err  error // of src, io.EOF included

	Comma byte // what separates cells
	Width int  // cells of a good record; 0 is any number
	// Wrapped: the first record, too, may be one quoted cell as a whole. Later ones are taken out
	// of their quotes where a record has several cells.
	Wrapped bool

	line, number int // of the record before
	lines        int // line ends of that record
}

// NewScanner returns a Scanner of the text of src, in UTF-8 or close to it.
func NewScanner(src io.Reader) *Scanner {
	return &Scanner{src: src, buf: make([]byte, 4*lookahead), lines: 1}
}

// Window is what lies ahead in a file.
type Window struct {
	Text    []byte // valid until the Scanner goes on
	AtEnd   bool   // nothing comes after it
	Wrapped bool   // the first record, too, may be one quoted cell as a whole
}

// Window returns what lies ahead: lookahead bytes, or all that is left. Errors are those of src.
func (s *Scanner) Window() (Window, error) {
	if s.w-s.r < lookahead && s.err == nil {
		s.fill()
	}
	if s.err != nil && s.err != io.EOF {
		return Window{}, s.err
	}
	end := min(s.w, s.r+lookahead)
	return Window{s.buf[s.r:end], s.err == io.EOF && end == s.w, s.Wrapped}, nil
}

// Records yields the records in the window that are not blank, each as wide as
// the first where that decides. It leaves out the one that the window cuts.
func (w Window) Records(comma byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		width := 0
		for len(w.Text) > 0 {
			rec := boundsAt(w.Text, comma, width, true)
			text := w.Text[:rec.text]
			w.Text = w.Text[rec.size:]
			switch {
			case IsBlank(text, comma):
				continue
			case len(w.Text) == 0 && !w.AtEnd:
				return
			case width > 1 || w.Wrapped:
				text, _, _ = unwrap(text, comma)
			}
			if width == 0 {
				width = len(Split(string(text), comma, 0))
			}
			if !yield(string(text)) {
				return
			}
		}
	}
}

// FirstLine returns where the first line ends, and its size with the line end.
func FirstLine(text []byte) (end, size int) {
	line := lineAt(text, true)
	return line.text, line.size
}

func (s *Scanner) fill() {
	s.w = copy(s.buf, s.buf[s.r:s.w])
	s.r = 0
	for idle := 0; s.w < len(s.buf) && s.err == nil; {
		var n int
		n, s.err = s.src.Read(s.buf[s.w:])
		s.w += n
		if idle++; n > 0 {
			idle = 0
		} else if idle == 100 && s.err == nil {
			s.err = io.ErrNoProgress
		}
	}
	if s.err == io.EOF {
		s.w = s.r + len(withoutEndMark(s.buf[s.r:s.w]))
	}
}

// withoutEndMark leaves out the Ctrl-Z and NULs at the end of a file: the mark that old
// programs set there, and what fills a block. Where a line end is behind them, they must
// have a line of their own, or they are in a cell.
func withoutEndMark(text []byte) []byte {
	const marks, ends = "\x1a\x00", "\r\n"
	end := bytes.TrimRight(text, marks+ends)
	tail := text[len(end):]
	if bytes.ContainsAny(tail, marks) && bytes.IndexByte([]byte(ends), tail[0]) >= 0 {
		return end
	}
	return bytes.TrimRight(text, marks)
}

// Skip leaves the first line out of the records: a spreadsheet does not show it.
func (s *Scanner) Skip(size int) {
	s.r += size
	s.line++
}

// Next reads the next record into rec, a blank line too. Errors are io.EOF and those of src.
func (s *Scanner) Next(rec *Record) error {
	win, err := s.Window()
	if err != nil {
		return err
	}
	if len(win.Text) == 0 {
		return io.EOF
	}
	s.line += s.lines
	s.number++
	found := boundsAt(win.Text, s.Comma, s.Width, win.AtEnd)
	if found.code == msg.QuoteOpen && !win.AtEnd {
		found = s.retryFar(found)
	}
	s.emit(rec, s.buf[s.r:s.w], found)
	return nil
}

// retryFar looks further ahead for the end of a quoted cell. It returns the record if its
// quotes are right and it is only too long, else near. Where most of its lines are rows
// by themselves, a quote was not closed, and another stray one is behind them.
func (s *Scanner) retryFar(near bounds) bounds {
	if len(s.buf) < farLookahead {
		s.buf = append(make([]byte, 0, farLookahead), s.buf[s.r:s.w]...)[:farLookahead]
		s.r, s.w = 0, s.w-s.r
	}
	if s.w-s.r < farLookahead && s.err == nil {
		s.fill()
	}
	ahead := s.buf[s.r:s.w]
	far := quotedAt(ahead, s.Comma, s.err == io.EOF)
	if far.size <= MaxSize || far.width != s.Width || 2*countRows(ahead[:far.size], s.Comma, s.Width, far.lines) > far.lines {
		return near
	}
	return bounds{text: MaxSize, size: far.size, lines: far.lines, code: msg.RowLong}
}

func (s *Scanner) emit(rec *Record, win []byte, found bounds) {
	rec.Text, rec.Size = win[:found.text], int64(found.size)
	rec.Line, rec.Number, rec.lines = s.line, s.number, found.lines
	rec.Code, rec.Cell, rec.Spaced = found.code, found.cell, found.spaced
	if found.code == "" && found.width == 1 && (s.Wrapped || s.Width > 1) {
		if inner, in, isWrapped := unwrap(rec.Text, s.Comma); isWrapped {
			rec.Text, rec.Code, rec.Cell, rec.Spaced = inner, in.code, in.cell, in.spaced
		}
	}
	s.r += found.size
	if found.code == msg.RowLong && found.size == found.text {
		// The rest of the line may need the memory that the text is in.
		rec.Text = bytes.Clone(rec.Text)
		rec.Size += s.skipLine()
	}
	s.lines = found.lines
}

// HasRow reports whether a line of the record, not its first, is a row by itself.
func (s *Scanner) HasRow(rec *Record) bool {
	if rec.lines == 1 {
		return false
	}
	end, size := lineEnd(rec.Text)
	return countRows(rec.Text[end+size:], s.Comma, s.Width, 1) > 0
}

// RetryFirstLine cuts the record that Next returned last back to its first line, which
// ends inside quotes and so is malformed. The next record begins after that line.
func (s *Scanner) RetryFirstLine(rec *Record) {
	s.r -= int(rec.Size)
	win := s.buf[s.r : s.r+int(rec.Size)]
	s.emit(rec, win, malformedLine(win, lineAt(win, true), s.Comma))
}

func (s *Scanner) skipLine() int64 {
	var skipped int64
	for {
		win, err := s.Window()
		if err != nil || len(win.Text) == 0 {
			return skipped
		}
		end, size := lineEnd(win.Text)
		if size == 1 && end+1 == len(win.Text) && !win.AtEnd {
			size = 0 // of a line end that has two bytes, the second may not be in sight
		}
		s.r += end + size
		skipped += int64(end + size)
		if size > 0 {
			return skipped
		}
	}
}
