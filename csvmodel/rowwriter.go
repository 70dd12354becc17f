package csvmodel

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode"

	"contact-distributor/csvmodel/charset"
)

// ErrNotCarried says that a cell has a character which the encoding lacks. The file is
// to be written again, in UTF-8.
var ErrNotCarried = errors.New("csvmodel: the encoding lacks a character")

// rowWriter writes rows in the form of an input, and makes every cell harmless.
type rowWriter struct {
	w       *bufio.Writer
	comma   byte
	end     string
	to      charset.Encoder
	lenient int    // the column of sentences: a sign may stand there for what the encoding lacks
	line    []byte // in UTF-8
	encoded []byte
}

func newRowWriter(w io.Writer, layout Layout, encoding string, lenient int) *rowWriter {
	out := &rowWriter{w: bufio.NewWriterSize(w, 64<<10), comma: layout.comma(), end: "\n", to: charset.NewEncoder(encoding), lenient: lenient}
	if layout.CRLF {
		out.end = "\r\n"
	}
	return out
}

func (w *rowWriter) start(header []string) error {
	if _, err := w.w.WriteString(w.to.Mark()); err != nil {
		return err
	}
	return w.row(header)
}

func (w *rowWriter) row(cells []string) error {
	encoded, carried := w.to.Append(w.encoded[:0], w.text(cells, -1))
	if !carried {
		if encoded, carried = w.simplify(cells); !carried {
			return ErrNotCarried
		}
	}
	w.encoded = encoded
	_, err := w.w.Write(encoded)
	return err
}

// simpleSigns replaces the signs that stand for what cannot be shown, and those of a
// sentence that the old encodings of Cyrillic lack.
var simpleSigns = strings.NewReplacer("⏎", " / ", "⇥", " ", "«", `"`, "»", `"`, "—", "-")

// simplify encodes a row with signs in the lenient column for what the encoding
// lacks. Of a Russian sentence nothing would be left if that were its letters.
func (w *rowWriter) simplify(cells []string) (encoded []byte, carried bool) {
	if _, carried = w.to.Append(nil, w.text(cells, w.lenient)+cyrillicOf(cells[w.lenient])); !carried {
		return nil, false
	}
	cells[w.lenient] = simpleSigns.Replace(cells[w.lenient])
	encoded, _ = w.to.Append(w.encoded[:0], w.text(cells, -1))
	return encoded, true
}

func cyrillicOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cyrillic, r) {
			return r
		}
		return -1
	}, text)
}

func (w *rowWriter) text(cells []string, without int) string {
	w.line = w.line[:0]
	for i, cell := range cells {
		if i != without {
			w.cell(cell)
		}
	}
	w.line = append(w.line[:len(w.line)-1], w.end...)
	return string(w.line)
}

func (w *rowWriter) cell(cell string) {
	if !isPlain(cell) {
		cell = replaceInvalid(cell)
	}
	cell = escapeFormula(cell)
	if needsQuotes(cell, w.comma) {
		w.line = append(w.line, '"')
		w.line = append(w.line, strings.ReplaceAll(cell, `"`, `""`)...)
		w.line = append(w.line, '"', w.comma)
		return
	}
	w.line = append(append(w.line, cell...), w.comma)
}

func replaceInvalid(cell string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(cell, "\ufffd"), "\x00", "\ufffd")
}

// needsQuotes reports whether a cell must be quoted to be read back as it is.
// Space around it would be taken off by many readers.
func needsQuotes(cell string, comma byte) bool {
	for i := range len(cell) {
		switch cell[i] {
		case comma, '"', '\r', '\n', '\t':
			return true
		}
	}
	return cell != "" && (cell[0] == ' ' || cell[len(cell)-1] == ' ')
}
