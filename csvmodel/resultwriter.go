package csvmodel

import (
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"contact-distributor/csvmodel/msg"
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

	Source string // Row.Source, from which the other columns are taken
}

type resultCells struct {
	Row  int `csv:"row"`
	Line int `csv:"line"`
	Fields
	Status     Status   `csv:"status"`
	IDMessage  string   `csv:"idMessage"`
	Error      string   `csv:"error"`
	Code       string   `csv:"code"`
	Attempts   int      `csv:"attempts"`
	AcceptedAt string   `csv:"acceptedAt"`
	IDInstance string   `csv:"idInstance"`
	Delivery   Delivery `csv:"delivery"`
}

func (r Result) cells(l Layout, s *sentences) resultCells {
	fields := r.Fields
	fields.ChatID = invalidateChat(l.escapeNumber(fields.ChatID), r.Reasons)
	fields.PhoneContact, fields.QuotedMessageID = l.escapeNumber(fields.PhoneContact), l.escapeNumber(fields.QuotedMessageID)
	return resultCells{
		r.Row, r.Line, fields, r.Status, r.IDMessage, s.of(r), msg.Codes(slices.Concat(r.Reasons, r.Remarks)),
		r.Attempts, r.AcceptedAt, r.IDInstance, r.Delivery,
	}
}

// sentences makes the sentences of results. It keeps the newest: many rows one after the
// other have the same reasons, such as all that a stop has left.
type sentences struct {
	language msg.Language
	reasons  []msg.Reason
	text     string
}

func (s *sentences) of(r Result) string {
	if r.Language != s.language || !reflect.DeepEqual(r.Reasons, s.reasons) {
		s.language, s.reasons, s.text = r.Language, r.Reasons, msg.Join(r.Reasons, r.Language)
	}
	return s.text
}

var resultColumns = [...]string{
	"row", "line",
	"chatId", "phoneContact", "firstName", "middleName", "lastName", "company", "quotedMessageId",
	"status", "idMessage", "error", "code", "attempts", "acceptedAt", "idInstance", "delivery",
}

// tableWriter writes the rows of an output in the form of the input.
type tableWriter interface {
	// row writes the cells of a row that has its status for these reasons.
	row(cells []string, reasons []msg.Reason) error
	// close is called after the last row.
	close() error
}

// newTableWriter writes a header. Columns are what faults call its columns, as far as
// they can have some, and one of them is the errorColumn.
func newTableWriter(w io.Writer, layout Layout, encoding string, header, columns []string) (tableWriter, error) {
	if layout.Sheet != "" {
		return newSheetWriter(w, layout.Sheet, header, columns)
	}
	out := newRowWriter(w, layout, encoding, slices.Index(columns, errorColumn))
	return out, out.start(header)
}

// WriteResults writes a results file: a line for each of the rows, in their order, with
// the other columns of the input, and with the separators and line ends of that. The
// encoding is the input's, or another one after ErrNotCarried. Of a workbook it makes a
// workbook, which has no encoding.
func WriteResults(w io.Writer, layout Layout, encoding string, rows iter.Seq2[Result, error]) error {
	out, err := newTableWriter(w, layout, encoding, append(resultColumns[:], otherColumnNames(layout)...), resultColumns[:])
	if err != nil {
		return err
	}
	batch := resultBatch{out: out, layout: layout, results: make([]resultCells, 0, batchSize)}
	for row, err := range rows {
		if err == nil {
			err = batch.add(row)
		}
		if err != nil {
			return err
		}
	}
	if err := batch.marshal(); err != nil {
		return err
	}
	return out.close()
}

// batchSize is the number of results that are written at once: gocsv looks at the type
// anew for each batch.
const batchSize = 100

// resultBatch is the gocsv.CSVWriter that adds the other columns to each row that it is
// given.
type resultBatch struct {
	out       tableWriter
	layout    Layout
	sentences sentences
	rows      []Result
	results   []resultCells // of the rows
	written   int           // of results
}

func (b *resultBatch) add(result Result) error {
	b.rows = append(b.rows, result)
	if b.results = append(b.results, result.cells(b.layout, &b.sentences)); len(b.results) < batchSize {
		return nil
	}
	return b.marshal()
}

func (b *resultBatch) marshal() (err error) {
	if len(b.results) > 0 {
		err = gocsv.MarshalCSVWithoutHeaders(b.results, b)
	}
	b.results, b.rows, b.written = b.results[:0], b.rows[:0], 0
	return err
}

// Write writes the next of the results, whose cells these are.
func (b *resultBatch) Write(cells []string) error {
	row := b.rows[b.written]
	b.written++
	return b.out.row(append(cells, b.layout.others(b.layout.cells(row.Source))...), row.Reasons)
}

// Flush does nothing: a batch does not end the file.
func (b *resultBatch) Flush() {}

// Error returns nothing: every error came from Write.
func (b *resultBatch) Error() error { return nil }

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

// errorColumn is the column of what is wrong with a row, and the last one of a fixme file.
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
	out, err := newTableWriter(w, layout, encoding, append(header, errorColumn), append(columns, errorColumn))
	if err != nil {
		return err
	}
	var s sentences
	for row, err := range rows {
		if err == nil && NeedsPerson(row.Status, row.Delivery) {
			err = out.row(layout.fixmeRow(row, s.of(row)), row.Reasons)
		}
		if err != nil {
			return err
		}
	}
	return out.close()
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
			cell = groupDigits(cell)
		}
		if isNumberField(column) {
			cell = l.escapeNumber(cell)
		}
		if column == "chatId" {
			cell = invalidateChat(cell, result.Reasons)
		}
		row = append(row, cell)
	}
	row = append(row, sentence)
	return append(row, cells[len(l.Header):]...)
}
