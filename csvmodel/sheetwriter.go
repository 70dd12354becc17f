package csvmodel

import (
	"cmp"
	"io"
	"slices"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/xlsx"
)

// sheetWriter writes rows as a worksheet. Colours show the state of a row, and which of
// its cells are to be corrected.
type sheetWriter struct {
	book    *xlsx.Writer
	columns []string
	cells   []xlsx.Cell
	faulty  []string // columns of the row
}

// columnWidths are in characters, of the columns that are not as wide as a name.
var columnWidths = map[string]int{
	"row": 7, "line": 7, "chatId": 22, "status": 12, "idMessage": 36, errorColumn: 70, "attempts": 11, "acceptedAt": 27,
}

func newSheetWriter(w io.Writer, layout Layout, header, columns []string) (*sheetWriter, error) {
	first := make([]xlsx.Column, len(header))
	for i, name := range header {
		first[i] = xlsx.Column{Name: name, Width: max(18, min(utf8.RuneCountInString(name)+4, 40))}
		if i < len(columns) {
			first[i].Width = cmp.Or(columnWidths[columns[i]], first[i].Width)
		}
	}
	book, err := xlsx.NewWriter(w, layout.Sheet, first)
	return &sheetWriter{book: book, columns: columns}, err
}

func (w *sheetWriter) row(cells []string, reasons []msg.Reason) error {
	w.faulty = w.faulty[:0]
	for _, reason := range reasons {
		w.faulty = append(w.faulty, cmp.Or(reason.Word("Column"), chatFaults[reason.Code]))
	}
	w.cells = w.cells[:0]
	for i, cell := range cells {
		style := xlsx.Plain
		if i < len(w.columns) {
			style = w.style(w.columns[i], cell)
		}
		w.cells = append(w.cells, xlsx.Cell{Text: cell, Style: style})
	}
	return w.book.Write(w.cells)
}

func (w *sheetWriter) close() error { return w.book.Close() }

var statusStyles = map[Status]xlsx.Style{
	Accepted: xlsx.Good, Duplicate: xlsx.Idle, Suppressed: xlsx.Idle, Invalid: xlsx.Bad, Rejected: xlsx.Bad, Unknown: xlsx.Doubt, Unsent: xlsx.Open,
}

// chatFaults are those of a chat that the service has found.
var chatFaults = map[msg.Code]string{msg.ChatQuota: "chatId", msg.NoAccount: "chatId", msg.NotInGroup: "chatId"}

func (w *sheetWriter) style(column, cell string) xlsx.Style {
	isFaulty := column != "" && slices.Contains(w.faulty, column) || isNameField(column) && slices.Contains(w.faulty, nameColumns)
	switch {
	case isFaulty, column == "delivery" && Delivery(cell).Failed():
		return xlsx.Bad
	case column == "delivery" && (cell == string(DeliveryRead) || cell == string(DeliveryDelivered)):
		return xlsx.Good
	case column == errorColumn && cell != "":
		return xlsx.Doubt
	case column == "status":
		return cmp.Or(statusStyles[Status(cell)], xlsx.Plain)
	}
	return xlsx.Plain
}
