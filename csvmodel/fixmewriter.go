package csvmodel

import (
	"io"
	"slices"
)

// errorColumn is the last column of a fixme file.
const errorColumn = "error"

// FixmeWriter writes the rows that need a person, with the columns that they
// have in the input and what is wrong with each, to be corrected and sent. It is
// for one goroutine.
type FixmeWriter struct {
	layout Layout
	out    rowWriter
}

// NewFixmeWriter writes the header. The encoding is that of the input, or another
// one where that cannot carry what is written: ErrNotCarried.
func NewFixmeWriter(w io.Writer, form Layout, encoding string) (*FixmeWriter, error) {
	fw := &FixmeWriter{layout: form, out: newRowWriter(w, form, encoding)}
	header := fw.inputCells(form.Header)
	fw.out.lenient = len(header)
	return fw, fw.out.start(append(header, errorColumn))
}

// Write adds a row by its text in the input, what is wrong with it, and the codes of
// that. Cells without a column stand behind the error.
func (w *FixmeWriter) Write(source, wrong, codes string) error {
	cells := w.layout.Split(source)
	row := w.inputCells(cells)
	for i, cell := range row {
		row[i] = groupDigits(cell)
	}
	for i, column := range slices.DeleteFunc(slices.Clone(w.layout.Columns), func(c string) bool { return c == ignored }) {
		if isNumberField(column) {
			row[i] = escapeNumber(row[i])
		}
		if column == "chatId" {
			row[i] = invalidateChat(row[i], codes)
		}
	}
	row = append(row, wrong)
	return w.out.row(append(row, cells[min(len(cells), len(w.layout.Header)):]...))
}

// Flush writes everything out. It does not close the underlying writer.
func (w *FixmeWriter) Flush() error { return w.out.w.Flush() }

// inputCells is one cell for each column of the input that is not passed over.
func (w *FixmeWriter) inputCells(cells []string) []string {
	row := make([]string, 0, len(w.layout.Header)+1)
	for i, column := range w.layout.Columns {
		switch {
		case column == ignored:
		case i < len(cells):
			row = append(row, cells[i])
		default:
			row = append(row, "")
		}
	}
	return row
}
