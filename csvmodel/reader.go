package csvmodel

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
	"contact-distributor/csvmodel/record"
)

// Row is one row of the file, whether or not it could be read.
type Row struct {
	Number int    // what a spreadsheet shows: the header's is 1, blank lines count
	Line   int    // of the file on which the row begins, from 1
	Source string // its text as it stood, without the line end, or quotes around all of it; at most 64 KiB
	// Fields are the Contact's. In a row with faults they are what its cells seem to
	// be, normalised where a cell is right.
	Fields  Fields
	Contact Contact // the zero value in a row with faults
	Faults  []msg.Reason
	Remarks []msg.Reason // what is remarkable about a valid row
	// Former are the Contact's cells as earlier versions read them, which took names and ids
	// of messages as they stood; nil where that is the same.
	Former *Fields
	// Instance is the only one that may send the row; "" for any.
	Instance string
}

// Valid reports whether the row has a Contact.
func (r Row) Valid() bool { return len(r.Faults) == 0 }

// Reader reads the rows of a file. It keeps less than a megabyte in memory,
// whatever the file. It is for one goroutine.
type Reader struct {
	scanner *record.Scanner
	layout  Layout
	card    *Card // of rows that have none; may be nil
	phones  *phone.Parser
	input   bytes.Buffer // of rows: one record and its line end, so that it never reads ahead
	rows    *gocsv.Unmarshaller
	section section // the part of the file that is read
	code    countryCode

	instance int // the column of Row.Instance, or -1
}

// NewReader reads the header. The encoding must be known: DetectEncoding finds it
// out. A file that is no table of contacts is refused with a *FileError; other
// errors are those of r.
func NewReader(r io.Reader, opts Options) (*Reader, error) {
	text := bufio.NewReader(r)
	if err := checkMagic(text); err != nil {
		return nil, err
	}
	rd := &Reader{scanner: record.NewScanner(charset.NewReader(text, opts.Encoding)), phones: opts.newParser(), card: opts.Card}
	var err error
	if rd.layout, err = readLayout(rd.scanner, opts); err != nil {
		if refused := (*FileError)(nil); errors.As(err, &refused) {
			refused.Cyrillic = rd.layout.Cyrillic
			refused.Reasons = append(refused.Reasons, opts.notes...)
		}
		return nil, err
	}
	rd.layout.Sheet, rd.layout.Notes = opts.Sheet, slices.Concat(opts.notes, rd.layout.Notes)
	if rd.code, err = rd.layout.findCountryCode(); err != nil {
		return nil, err
	}
	rd.instance = rd.layout.InstanceColumn()
	return rd, rd.restart()
}

// Layout says how the file was understood.
func (r *Reader) Layout() Layout { return r.layout }

// Read returns the next row, a faulty one too, and io.EOF after the last.
// Other errors are those of the underlying reader.
func (r *Reader) Read() (row Row, err error) {
	var rec record.Record
	for record.IsBlank(rec.Text, r.layout.comma()) {
		if err := r.scanner.Next(&rec); err != nil {
			return Row{}, err
		}
	}
	row.Number, row.Line, row.Source = rec.Number, rec.Line, string(rec.Text)
	if r.layout.Sheet != "" {
		row.Line = row.Number
	}
	source := row.Source
	if rec.Code == "" && r.section.cells != nil {
		row.Source = r.section.arrange(source, r.layout)
		rec.Text = []byte(row.Source)
	}
	if r.section.other > 0 {
		row.Faults, row.Fields = r.section.faults(), r.layout.fields(source)
	} else if err := r.readRecord(&row, &rec); err != nil {
		return row, err
	}
	switch {
	case !row.Valid():
		r.startSection(&row, source)
	case r.instance >= 0:
		row.Instance = strings.Join(strings.Fields(r.layout.cells(row.Source)[r.instance]), "") // a fixme file groups digits
	}
	return row, nil
}

func (r *Reader) readRecord(row *Row, rec *record.Record) error {
	switch {
	case rec.Code != "":
		r.malformed(row, rec)
		return nil
	case rec.Spaced:
		r.checkWidth(row, rec)
		return nil
	}
	r.feed(rec.Text)
	fields, err := r.rows.Read()
	switch {
	case err == nil:
		row.Fields = *fields.(*Fields)
		if r.layout.isOwn() {
			row.Fields = r.layout.fields(row.Source)
		}
		r.check(row, rec)
	case errors.Is(err, csv.ErrFieldCount):
		r.checkWidth(row, rec)
	default:
		rec.Code = msg.Quote
		r.malformed(row, rec)
		return r.restart()
	}
	return nil
}

// check makes the row's contact, or finds its faults. Where a line break is
// a fault anyway, and a row of the file is behind it, a quote was not closed.
func (r *Reader) check(row *Row, rec *record.Record) {
	r.card.fill(&row.Fields)
	cells := row.Fields
	faults, remarks := r.normalize(row)
	if faults != nil && r.layout.Sheet == "" && row.Fields.breaksLine() && r.scanner.HasRow(rec) {
		r.scanner.RetryFirstLine(rec)
		row.Source = string(rec.Text)
		r.malformed(row, rec)
		return
	}
	if faults == nil && r.layout.namedWidth() < len(r.layout.Header) {
		faults = r.widthFaults(r.layout.Split(row.Source))
	}
	if row.Faults = faults; faults == nil {
		row.Contact = Contact{row.Fields}
		row.Remarks = remarks
		row.Former = row.Fields.former(&cells)
	}
}

// malformed gives the row the fault of the cell that is malformed and, where it has
// the right width even so, the faults of the others.
func (r *Reader) malformed(row *Row, rec *record.Record) {
	cells := r.layout.Split(row.Source)
	row.Fields = r.layout.fields(row.Source)
	if rec.Code == msg.RowLong {
		row.Faults = []msg.Reason{msg.Fault(rec.Code, "", row.Source)}
		return
	}
	column := r.layout.columnName(rec.Cell)
	row.Faults = []msg.Reason{msg.Fault(rec.Code, column, cells[min(rec.Cell, len(cells)-1)])}
	if !r.layout.hasWidth(cells) {
		return
	}
	r.card.fill(&row.Fields)
	faults, _ := r.normalize(row)
	for _, fault := range faults {
		if fault.Word("Column") != column {
			row.Faults = append(row.Faults, fault)
		}
	}
}

func (r *Reader) checkWidth(row *Row, rec *record.Record) {
	cells := r.layout.Split(row.Source)
	row.Fields = r.layout.fields(row.Source)
	if row.Faults = r.widthFaults(cells); row.Faults == nil {
		r.check(row, rec)
	}
}

// widthFaults returns the fault of a row of the wrong width. It shows the cells too many,
// or the last one if some are missing, so that a person finds the place.
func (r *Reader) widthFaults(cells []string) []msg.Reason {
	if r.layout.hasWidth(cells) {
		return nil
	}
	named := r.layout.namedWidth()
	end := strings.Join(cells[min(named, len(cells)-1):], r.layout.Delimiter)
	if r.layout.Sheet != "" && len(cells) > named {
		return []msg.Reason{msg.NewReason(msg.CellBeyond, msg.Quoted(strings.Trim(end, ",")))}
	}
	return []msg.Reason{msg.NewReason(msg.RowWidth, len(cells), named, msg.Quoted(end))}
}

func (r *Reader) feed(text []byte) {
	r.input.Reset()
	r.input.Write(text)
	r.input.WriteByte('\n')
}

// restart puts a new csv.Reader behind the scanner. Its header is one of ours:
// gocsv wants exact names, and takes the last of two columns with one name.
func (r *Reader) restart() error {
	header := make([]string, len(r.layout.Columns))
	for i, column := range r.layout.Columns {
		if header[i] = column; column == "" || column == ignored {
			header[i] = fmt.Sprintf("#%d", i+1)
		}
	}
	r.feed([]byte(strings.Join(header, r.layout.Delimiter)))
	rows := csv.NewReader(&r.input)
	rows.Comma = rune(r.layout.comma())
	rows.ReuseRecord = true
	rows.LazyQuotes = true // the scanner knows better which are right
	var err error
	r.rows, err = gocsv.NewUnmarshaller(rows, &Fields{})
	return err
}
