package csvmodel

import (
	"io"
	"iter"
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
func NewFixmeWriter(w io.Writer, layout Layout, encoding string) (*FixmeWriter, error) {
	fw := &FixmeWriter{layout: layout, out: newRowWriter(w, layout, encoding)}
	var header []string
	for i, column := range layout.Columns {
		if column != ignored {
			header = append(header, layout.Header[i])
		}
	}
	fw.out.lenient = len(header)
	return fw, fw.out.start(append(header, errorColumn))
}

// Write adds a row by its text in the input, what is wrong with it, and the codes of
// that. Cells without a column stand behind the error.
func (w *FixmeWriter) Write(source, wrong, codes string) error {
	cells := w.layout.pad(w.layout.Split(source))
	row := make([]string, 0, len(cells)+1)
	for i, column := range w.layout.Columns {
		if column == ignored {
			continue
		}
		cell := groupDigits(cells[i])
		if isNumberField(column) {
			cell = escapeNumber(cell)
		}
		if column == "chatId" {
			cell = invalidateChat(cell, codes)
		}
		row = append(row, cell)
	}
	row = append(row, wrong)
	return w.out.row(append(row, cells[len(w.layout.Header):]...))
}

// Flush writes everything out. It does not close the underlying writer.
func (w *FixmeWriter) Flush() error { return w.out.w.Flush() }

// WriteFixme writes a fixme file: those of the rows that need a person, in their order.
// The encoding is as for NewFixmeWriter.
func WriteFixme(w io.Writer, layout Layout, encoding string, rows iter.Seq2[Result, error]) error {
	out, err := NewFixmeWriter(w, layout, encoding)
	if err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if !NeedsPerson(row.Status, row.Delivery) {
			continue
		}
		if err := out.Write(row.Source, row.Error, row.Code); err != nil {
			return err
		}
	}
	return out.Flush()
}
