package csvmodel

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"contact-distributor/csvmodel/guard"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/xlsx"
)

// Result is the outcome of a row.
type Result struct {
	Row  int // Row.Number
	Line int // Row.Line
	Fields
	Status     Status
	IDMessage  string
	Reasons    []msg.Reason // for the status; files have their codes and sentences
	Remarks    []msg.Reason // Row.Remarks; files have their codes
	Language   msg.Language // of the sentences
	Attempts   int
	AcceptedAt string // RFC 3339 with zone, or ""
	IDInstance string
	Delivery   Delivery
	Account    string // the instance that the row is planned for, or ""; is in no file

	Source string // Row.Source, from which the other columns are taken
}

func (r Result) cells(sentence string) []string {
	return []string{
		strconv.Itoa(r.Row), strconv.Itoa(r.Line), invalidateChat(r.ChatID, r.Reasons), r.PhoneContact,
		r.FirstName, r.MiddleName, r.LastName, r.Company, r.QuotedMessageID,
		string(r.Status), r.IDMessage, sentence, msg.Codes(slices.Concat(r.Reasons, r.Remarks)),
		strconv.Itoa(r.Attempts), r.AcceptedAt, r.IDInstance, string(r.Delivery),
	}
}

// sentences makes the sentences of results. It keeps the newest: many rows one after the
// other have the same reasons, such as all that a stop has left.
type sentences struct {
	language msg.Language
	reasons  []msg.Reason
	text     string
}

func (s *sentences) of(l Layout, r Result) string {
	if r.Language != s.language || !reflect.DeepEqual(r.Reasons, s.reasons) {
		s.language, s.reasons, s.text = r.Language, r.Reasons, l.Explain(r.Reasons, r.Language)
	}
	return s.text
}

var resultColumns = [...]string{
	"row", "line",
	"chatId", "phoneContact", "firstName", "middleName", "lastName", "company", "quotedMessageId",
	"status", "idMessage", "error", "code", "attempts", "acceptedAt", "idInstance", "delivery",
}

type tableWriter interface {
	row(cells []string, of Result) error
	close() error // after the last row
}

// writeTable writes the rows of which there are cells. Columns are what faults call the
// columns of the header, as far as they can have some, and one of them is errorColumn.
func writeTable(w io.Writer, layout Layout, encoding string, header, columns []string, rows iter.Seq2[Result, error], cells func(Result, *sentences) []string) (err error) {
	var out tableWriter
	if layout.Sheet != "" {
		out, err = newSheetWriter(w, layout, header, columns)
	} else {
		out, err = newRowWriter(w, layout, encoding, header, columns)
	}
	if err != nil {
		return err
	}
	var s sentences
	for row, err := range rows {
		if err != nil {
			return err
		}
		if cells := cells(row, &s); cells != nil {
			if err := out.row(cells, row); err != nil {
				return err
			}
		}
	}
	return out.close()
}

// WriteResults writes a results file: a line for each of the rows, in their order, with
// the other columns of the input, and with the separators and line ends of that. The
// encoding is the input's, or another one after ErrNotCarried. Of a workbook it makes a
// workbook, which has no encoding.
func WriteResults(w io.Writer, layout Layout, encoding string, rows iter.Seq2[Result, error]) error {
	header := append(resultColumns[:], otherColumnNames(layout)...)
	return writeTable(w, layout, encoding, header, resultColumns[:], rows, func(r Result, s *sentences) []string {
		return append(r.cells(s.of(layout, r)), layout.others(layout.cells(r.Source))...)
	})
}

// otherColumnNames returns the names of the input's other columns. It puts "in." before a
// name that a column of the results has, and a number behind one that is there twice.
func otherColumnNames(layout Layout) []string {
	key := func(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
	names, taken := layout.others(layout.Header), map[string]bool{}
	for i, name := range names {
		if hasName(resultColumns[:], strings.TrimSpace(name)) {
			name = "in." + strings.TrimSpace(name)
		}
		names[i] = name
		for n := 2; taken[key(names[i])]; n++ {
			names[i] = fmt.Sprintf("%s.%d", name, n)
		}
		taken[key(names[i])] = true
	}
	return names
}

const errorColumn = "error"

// WriteFixme writes those of the rows that need a person, to be corrected and sent: the
// columns that they have in the input, and what is wrong with each. The encoding is as
// for WriteResults.
func WriteFixme(w io.Writer, layout Layout, encoding string, rows iter.Seq2[Result, error]) error {
	var header, columns []string
	for i, column := range layout.Columns {
		if column != ignored {
			header, columns = append(header, layout.Header[i]), append(columns, column)
		}
	}
	return writeTable(w, layout, encoding, append(header, errorColumn), append(columns, errorColumn), rows, func(r Result, s *sentences) []string {
		if !NeedsPerson(r.Status, r.Delivery) {
			return nil
		}
		return layout.fixmeRow(r, s.of(layout, r))
	})
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
		cell := cells[i]
		if l.Sheet == "" {
			cell = guard.GroupDigits(cell)
		}
		if column == "chatId" {
			cell = invalidateChat(cell, result.Reasons)
		}
		row = append(row, cell)
	}
	row = append(row, sentence)
	return append(row, cells[len(l.Header):]...)
}

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
