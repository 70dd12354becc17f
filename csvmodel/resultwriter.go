package csvmodel

import (
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"
)

// Result is the outcome of a row, as NAME.results.csv has it. The order of its fields
// is that of the columns.
type Result struct {
	Row  int `csv:"row"`  // Row.Number
	Line int `csv:"line"` // Row.Line
	Fields
	Status     Status   `csv:"status"`
	IDMessage  string   `csv:"idMessage"`
	Error      string   `csv:"error"` // sentences of the reasons
	Code       string   `csv:"code"`  // msg.Codes of the reasons
	Attempts   int      `csv:"attempts"`
	AcceptedAt string   `csv:"acceptedAt"` // RFC 3339 with zone, or ""
	IDInstance string   `csv:"idInstance"`
	Delivery   Delivery `csv:"delivery"`

	Source string `csv:"-"` // Row.Source, from which the other columns are taken
}

// resultColumns are the columns of Result.
var resultColumns = [...]string{
	"row", "line",
	"chatId", "phoneContact", "firstName", "middleName", "lastName", "company", "quotedMessageId",
	"status", "idMessage", "error", "code", "attempts", "acceptedAt", "idInstance", "delivery",
}

// WriteResults writes a results file: a line for each of the rows, in their order, with
// the other columns of the input, and with the separators and line ends of that. The
// encoding is the input's, or another one after ErrNotCarried.
func WriteResults(w io.Writer, layout Layout, encoding string, rows iter.Seq2[Result, error]) error {
	out := newRowWriter(w, layout, encoding, slices.Index(resultColumns[:], errorColumn))
	if err := out.start(append(resultColumns[:], otherColumnNames(layout)...)); err != nil {
		return err
	}
	batch := resultBatch{out: out, layout: layout, results: make([]Result, 0, batchSize)}
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
	return out.w.Flush()
}

// batchSize is the number of results that are written at once: gocsv looks at the type
// anew for each batch.
const batchSize = 100

// resultBatch is the gocsv.CSVWriter that adds the other columns to each row that it is
// given.
type resultBatch struct {
	out     *rowWriter
	layout  Layout
	results []Result
	written int // of results
}

func (b *resultBatch) add(result Result) error {
	f := &result.Fields
	f.ChatID = invalidateChat(escapeNumber(f.ChatID), result.Code)
	f.PhoneContact, f.QuotedMessageID = escapeNumber(f.PhoneContact), escapeNumber(f.QuotedMessageID)
	if b.results = append(b.results, result); len(b.results) < batchSize {
		return nil
	}
	return b.marshal()
}

func (b *resultBatch) marshal() (err error) {
	if len(b.results) > 0 {
		err = gocsv.MarshalCSVWithoutHeaders(b.results, b)
	}
	b.results, b.written = b.results[:0], 0
	return err
}

// Write writes the next of the results, whose cells these are.
func (b *resultBatch) Write(cells []string) error {
	others := b.layout.others(b.layout.Split(b.results[b.written].Source))
	b.written++
	if slices.Contains(b.layout.Columns, ignored) { // the spaces are a fixme file's
		for i, cell := range others {
			others[i] = ungroupDigits(cell)
		}
	}
	return b.out.row(append(cells, others...))
}

// Flush does nothing: a batch does not end the file.
func (b *resultBatch) Flush() {}

// Error returns nothing: every error came from Write.
func (b *resultBatch) Error() error { return nil }

// otherColumnNames returns the names of the input's other columns. It puts "in." before a
// name that a column of the results has, and a number behind one that is there twice.
func otherColumnNames(layout Layout) []string {
	key := func(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
	own := map[string]bool{}
	for _, name := range resultColumns {
		own[key(name)] = true
	}
	taken := maps.Clone(own)
	names := layout.others(layout.Header)
	for i, name := range names {
		if own[key(name)] {
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
