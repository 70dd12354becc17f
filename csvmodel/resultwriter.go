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
	Error      string   `csv:"error"` // Sentences of the reasons
	Code       string   `csv:"code"`  // Codes of the reasons
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

// batchRows is the number of results that are written at once: gocsv looks at the type
// anew for each batch.
const batchRows = 100

// ResultWriter writes results with the other columns of the input, separated
// and with line ends as those had them. It is for one goroutine.
type ResultWriter struct {
	layout  Layout
	out     rowWriter
	results []Result
	others  [][]string // the other columns of each of them
}

// NewResultWriter writes the header. The encoding is that of the input, or
// another one where that cannot carry what is written: ErrNotCarried.
func NewResultWriter(w io.Writer, layout Layout, encoding string) (*ResultWriter, error) {
	rw := &ResultWriter{
		layout:  layout,
		out:     newRowWriter(w, layout, encoding),
		results: make([]Result, 0, batchRows),
	}
	rw.out.lenient = slices.Index(resultColumns[:], "error")
	return rw, rw.out.start(append(resultColumns[:], otherColumnNames(layout)...))
}

// Write adds a result. An error of the writer comes at the latest with Flush.
func (w *ResultWriter) Write(result Result) error {
	others := w.layout.others(w.layout.Split(result.Source))
	if slices.Contains(w.layout.Columns, ignored) { // the spaces are a fixme file's
		for i, cell := range others {
			others[i] = ungroupDigits(cell)
		}
	}
	f := &result.Fields
	f.ChatID = invalidateChat(escapeNumber(f.ChatID), result.Code)
	f.PhoneContact, f.QuotedMessageID = escapeNumber(f.PhoneContact), escapeNumber(f.QuotedMessageID)
	w.results = append(w.results, result)
	w.others = append(w.others, others)
	if len(w.results) < batchRows {
		return nil
	}
	return w.marshal()
}

// Flush writes everything out. It does not close the underlying writer.
func (w *ResultWriter) Flush() error {
	if err := w.marshal(); err != nil {
		return err
	}
	return w.out.w.Flush()
}

func (w *ResultWriter) marshal() error {
	if len(w.results) == 0 {
		return nil
	}
	err := gocsv.MarshalCSVWithoutHeaders(w.results, &resultRows{&w.out, w.others})
	w.results, w.others = w.results[:0], w.others[:0]
	return err
}

// WriteResults writes a results file: a line for each of the rows, in their order. The
// encoding is as for NewResultWriter.
func WriteResults(w io.Writer, layout Layout, encoding string, rows iter.Seq2[Result, error]) error {
	out, err := NewResultWriter(w, layout, encoding)
	if err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	return out.Flush()
}

// resultRows is the gocsv.CSVWriter that adds the other columns to each row it
// is given.
type resultRows struct {
	out    *rowWriter
	others [][]string // of the rows to come
}

func (w *resultRows) Write(cells []string) error {
	others := w.others[0]
	w.others = w.others[1:]
	return w.out.row(append(cells, others...))
}

// Flush does nothing: a batch does not end the file.
func (w *resultRows) Flush() {}

// Error returns nothing: every error came from Write.
func (w *resultRows) Error() error { return nil }

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
