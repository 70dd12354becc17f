package csvmodel

import (
	"io"
	"iter"
)

// errorColumn is the column of what is wrong with a row, and the last one of a fixme file.
const errorColumn = "error"

// WriteFixme writes those of the rows that need a person, to be corrected and sent: the
// columns that they have in the input, and what is wrong with each. The encoding is as
// for WriteResults.
func WriteFixme(w io.Writer, layout Layout, encoding string, rows iter.Seq2[Result, error]) error {
	var header []string
	for i, column := range layout.Columns {
		if column != ignored {
			header = append(header, layout.Header[i])
		}
	}
	out := newRowWriter(w, layout, encoding, len(header))
	if err := out.start(append(header, errorColumn)); err != nil {
		return err
	}
	var s sentences
	for row, err := range rows {
		if err == nil && NeedsPerson(row.Status, row.Delivery) {
			err = out.row(layout.fixmeRow(row, s.of(row)))
		}
		if err != nil {
			return err
		}
	}
	return out.w.Flush()
}

// fixmeRow returns the cells of the input's row, and what is wrong with it. Cells without
// a column stand behind the error.
func (l Layout) fixmeRow(result Result, sentence string) []string {
	cells := l.cells(result.Source)
	row := make([]string, 0, len(cells)+1)
	for i, column := range l.Columns {
		if column == ignored {
			continue
		}
		cell := groupDigits(cells[i])
		if isNumberField(column) {
			cell = escapeNumber(cell)
		}
		if column == "chatId" {
			cell = invalidateChat(cell, result.Reasons)
		}
		row = append(row, cell)
	}
	row = append(row, sentence)
	return append(row, cells[len(l.Header):]...)
}
