package csvmodel

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/xlsx"
)

// sheetWriter writes rows as a worksheet. Colours show the state of a row, and which of
// its cells are to be corrected.
type sheetWriter struct {
	book     *xlsx.Writer
	columns  []string
	cells    []xlsx.Cell
	faulty   []string // columns of the row
	language msg.Language
}

// columnWidths are in characters, of the columns that are not as wide as a name.
var columnWidths = map[string]int{
	"row": 7, "line": 7, "chatId": 22, "status": 26, "idMessage": 36, errorColumn: 70, "attempts": 11, "acceptedAt": 27,
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
	return &sheetWriter{book: book, columns: columns, language: layout.Language()}, err
}

func (w *sheetWriter) row(cells []string, of Result) error {
	w.language, w.faulty = of.Language, w.faulty[:0]
	for _, reason := range of.Reasons {
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

func (w *sheetWriter) close() error {
	return w.book.Close(func(status string) string {
		words := msg.Text(w.language, "status."+status, nil) // and where it is of another language its meaning
		if words == status {
			return ""
		}
		return `"` + strings.TrimPrefix(words, status) + `"`
	})
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
		return xlsx.State + xlsx.Style(slices.Index(Statuses, Status(cell)))
	}
	return xlsx.Plain
}
