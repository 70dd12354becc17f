package csvmodel

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/guard"
	"contact-distributor/csvmodel/msg"
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
	columns []string
	lenient int    // the column of sentences: a sign may stand there for what the encoding lacks
	line    []byte // in UTF-8
	encoded []byte
}

// newRowWriter writes the header, and a byte order mark before it where one is needed.
func newRowWriter(w io.Writer, layout Layout, encoding string, header, columns []string) (*rowWriter, error) {
	out := &rowWriter{w: bufio.NewWriterSize(w, 64<<10), comma: layout.comma(), end: "\n", to: charset.NewEncoder(encoding), columns: columns,
		lenient: slices.Index(columns, errorColumn)}
	if layout.CRLF {
		out.end = "\r\n"
	}
	if _, err := out.w.WriteString(out.to.Mark()); err != nil {
		return nil, err
	}
	return out, out.row(header, Result{})
}

func (w *rowWriter) close() error { return w.w.Flush() }

func (w *rowWriter) row(cells []string, _ Result) error {
	encoded, isEncodable := w.to.Append(w.encoded[:0], w.text(cells, -1))
	if !isEncodable {
		if encoded, isEncodable = w.simplify(cells); !isEncodable {
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
func (w *rowWriter) simplify(cells []string) (encoded []byte, isEncodable bool) {
	if _, isEncodable = w.to.Append(nil, w.text(cells, w.lenient)+cyrillicOf(cells[w.lenient])); !isEncodable {
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
		if i < len(w.columns) && isNumberField(w.columns[i]) {
			cell = guard.EscapeNumber(cell)
		}
		if i != without {
			w.cell(cell)
		}
	}
	w.line = append(w.line[:len(w.line)-1], w.end...)
	return string(w.line)
}

func (w *rowWriter) cell(cell string) {
	cell = guard.EscapeFormula(strings.ReplaceAll(strings.ToValidUTF8(cell, "\ufffd"), "\x00", "\ufffd"))
	if needsQuotes(cell, w.comma) {
		w.line = append(w.line, '"')
		w.line = append(w.line, strings.ReplaceAll(cell, `"`, `""`)...)
		w.line = append(w.line, '"', w.comma)
		return
	}
	w.line = append(append(w.line, cell...), w.comma)
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

var unsplittable = []msg.Code{msg.RowWidth, msg.RowLong, msg.Quote, msg.QuoteOpen, msg.HeadingOther}

// invalidateChat puts a question mark behind the chat of an unsplittable row. Written
// cell by cell, such a row would look right. With the question mark it has no chat until
// a person takes it off, whatever program saves the file.
func invalidateChat(chat string, faults []msg.Reason) string {
	if slices.ContainsFunc(faults, func(r msg.Reason) bool { return slices.Contains(unsplittable, r.Code) }) {
		return chat + "?"
	}
	return chat
}
