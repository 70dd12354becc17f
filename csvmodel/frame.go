package csvmodel

import (
	"bytes"
	"contact-distributor/csvmodel/msg"
	"io"
)

// maxRecord is how long the text of a record may be, in bytes. It bounds what
// an opening quote that is never closed can swallow.
const maxRecord = 64 << 10

// lookahead is what must be in memory to decide where a record ends: its text
// and a line end of two bytes.
const lookahead = maxRecord + 2

// farahead is how far the end of a quoted cell is looked for, so that what is in a
// cell that is too long is not taken for rows.
const farahead = 16 * lookahead

// frame is the text of one record, or of one line that is none.
type frame struct {
	text   []byte   // without its line end; valid until the next frame is taken
	start  int64    // offset of its first byte in the file, a byte order mark not counted
	size   int64    // bytes up to the next frame, line end included
	line   int      // of the file, from 1
	lines  int      // it has
	number int      // what a spreadsheet shows, from 1; blank lines count
	code   msg.Code // why the text is no record, or ""
	cell   int      // index of the cell that is why
}

// framer splits a file into records without taking their cells apart. Whatever
// the bytes, each of them belongs to exactly one frame, and no more than a few
// times lookahead is in memory.
type framer struct {
	src   io.Reader
	buf   []byte
	r, w  int   // what is read and not yet framed is buf[r:w]
	err   error // from src, io.EOF included
	comma byte
	width int // cells of a good record; 0 while unknown

	offset       int64
	line, number int // of the frame before
	lines        int // how many line ends that frame had
}

func newFramer(src io.Reader) *framer {
	return &framer{src: src, buf: make([]byte, 4*lookahead), lines: 1}
}

// window is what lies ahead in a file.
type window struct {
	text  []byte // valid until the framer goes on
	atEnd bool   // nothing comes after it
}

// window returns what lies ahead: lookahead bytes, or all there is if that is
// less. The error is one of the underlying reader.
func (f *framer) window() (window, error) {
	if f.w-f.r < lookahead && f.err == nil {
		f.fill()
	}
	if f.err != nil && f.err != io.EOF {
		return window{}, f.err
	}
	end := min(f.w, f.r+lookahead)
	return window{f.buf[f.r:end], f.err == io.EOF && end == f.w}, nil
}

func (f *framer) fill() {
	f.w = copy(f.buf, f.buf[f.r:f.w])
	f.r = 0
	for idle := 0; f.w < len(f.buf) && f.err == nil; {
		var n int
		n, f.err = f.src.Read(f.buf[f.w:])
		f.w += n
		if idle++; n > 0 {
			idle = 0
		} else if idle == 100 && f.err == nil {
			f.err = io.ErrNoProgress
		}
	}
}

// skip leaves the line at the start out of the records. A spreadsheet does not
// show it.
func (f *framer) skip(size int) {
	f.r += size
	f.offset += int64(size)
	f.line++
}

// next finds the next frame, a blank line too, or returns io.EOF.
func (f *framer) next(fr *frame) error {
	win, err := f.window()
	if err != nil {
		return err
	}
	if len(win.text) == 0 {
		return io.EOF
	}
	f.line += f.lines
	f.number++
	rec := recordAt(win.text, f.comma, f.width, win.atEnd)
	if rec.code == msg.QuoteOpen && !win.atEnd {
		rec = f.farRecord(rec)
	}
	f.take(fr, f.buf[f.r:f.w], rec)
	return nil
}

// farRecord is the record at the start if its quotes are right and it is only too
// long; else rec. Where most of its lines are rows by themselves, a quote was not
// closed, and another stray one is behind them.
func (f *framer) farRecord(rec record) record {
	if len(f.buf) < farahead {
		f.buf = append(make([]byte, 0, farahead), f.buf[f.r:f.w]...)[:farahead]
		f.r, f.w = 0, f.w-f.r
	}
	if f.w-f.r < farahead && f.err == nil {
		f.fill()
	}
	ahead := f.buf[f.r:f.w]
	far := quotedAt(ahead, f.comma, f.err == io.EOF)
	if far.size <= maxRecord || far.width != f.width || 2*countRows(ahead[:far.size], f.comma, f.width) > far.lines {
		return rec
	}
	return record{text: maxRecord, size: far.size, lines: far.lines, code: msg.RowLong}
}

func (f *framer) take(fr *frame, win []byte, rec record) {
	fr.text, fr.start, fr.size = win[:rec.text], f.offset, int64(rec.size)
	fr.line, fr.number, fr.lines = f.line, f.number, rec.lines
	fr.code, fr.cell = rec.code, rec.cell
	f.r += rec.size
	if rec.code == msg.RowLong && rec.size == rec.text {
		// The rest of the line may need the memory that the text is in.
		fr.text = bytes.Clone(fr.text)
		fr.size += f.skipLine()
	}
	f.offset += fr.size
	f.lines = rec.lines
}

// hasRow reports whether the frame holds a line, not its first, that is by
// itself a row of the right width.
func (f *framer) hasRow(fr *frame) bool {
	if fr.lines == 1 {
		return false
	}
	end, size := lineEnd(fr.text)
	return hasRow(fr.text[end+size:], f.comma, f.width)
}

// cutBack makes the frame that was taken last a malformed one of its first line
// only, which ends inside quotes; the next frame begins after that.
func (f *framer) cutBack(fr *frame) {
	f.r -= int(fr.size)
	f.offset -= fr.size
	win := f.buf[f.r : f.r+int(fr.size)]
	f.take(fr, win, malformedLine(win, lineAt(win, true), f.comma))
}

// skipLine leaves the rest of a line out, however long, and returns its size.
// An error of the underlying reader comes with the next frame.
func (f *framer) skipLine() int64 {
	var skipped int64
	for {
		win, err := f.window()
		if err != nil || len(win.text) == 0 {
			return skipped
		}
		end, size := lineEnd(win.text)
		if size == 1 && end+1 == len(win.text) && !win.atEnd {
			size = 0 // of a line end that has two bytes, the second may not be in sight
		}
		f.r += end + size
		skipped += int64(end + size)
		if size > 0 {
			return skipped
		}
	}
}
