package csvmodel

import (
	"bytes"
	"io"
)

// maxRecord is how long the text of a record may be, in bytes. It bounds what
// an opening quote that is never closed can swallow.
const maxRecord = 64 << 10

// lookahead is what must be in memory to decide where a record ends: its text
// and a line end of two bytes.
const lookahead = maxRecord + 2

// frame is the text of one record, or of one line that is none.
type frame struct {
	text   []byte // without its line end; valid until the next frame is taken
	start  int64  // offset of its first byte in the file, a byte order mark not counted
	size   int64  // bytes up to the next frame, line end included
	line   int    // of the file, from 1
	lines  int    // it has
	number int    // what a spreadsheet shows, from 1; blank lines count
	code   Code   // why the text is no record, or ""
	cell   int    // index of the cell that is why
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

func newFramer(src io.Reader, comma byte) *framer {
	return &framer{src: src, buf: make([]byte, 4*lookahead), comma: comma, lines: 1}
}

// window returns what lies ahead: lookahead bytes, or all there is if that is
// less. The error is one of the underlying reader.
func (f *framer) window() ([]byte, error) {
	if f.w-f.r < lookahead && f.err == nil {
		f.fill()
	}
	if f.err != nil && f.err != io.EOF {
		return nil, f.err
	}
	return f.buf[f.r:min(f.w, f.r+lookahead)], nil
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

// atEnd reports whether nothing comes after this window.
func (f *framer) atEnd(window []byte) bool {
	return f.err == io.EOF && f.r+len(window) == f.w
}

// discard leaves n bytes of the window out, which count as none of the file.
func (f *framer) discard(n int) { f.r += n }

// next finds the next frame, a blank line too, or returns io.EOF.
func (f *framer) next(fr *frame) error {
	win, err := f.window()
	if err != nil {
		return err
	}
	if len(win) == 0 {
		return io.EOF
	}
	f.line += f.lines
	f.number++
	f.take(fr, win, recordAt(win, f.comma, f.width, f.atEnd(win)))
	return nil
}

func (f *framer) take(fr *frame, win []byte, rec record) {
	fr.text, fr.start, fr.size = win[:rec.text], f.offset, int64(rec.size)
	fr.line, fr.number, fr.lines = f.line, f.number, rec.lines
	fr.code, fr.cell = rec.code, rec.cell
	f.r += rec.size
	if rec.code == CodeRowLong {
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
	first := bytes.IndexByte(fr.text, '\n')
	return hasRow(fr.text[first+1:], f.comma, f.width)
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
		if err != nil || len(win) == 0 {
			return skipped
		}
		if end := bytes.IndexByte(win, '\n'); end >= 0 {
			f.r += end + 1
			return skipped + int64(end+1)
		}
		f.r += len(win)
		skipped += int64(len(win))
	}
}
