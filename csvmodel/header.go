package csvmodel

import (
	"bytes"
	"cmp"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/record"
)

// maxColumns bounds what is written for each row, however short that is.
const maxColumns = 1024

// readLayout reads what comes before the first row and finds out how the rest is
// to be read. Where it refuses the file, with a *FileError, the Layout holds what is known.
func readLayout(scanner *record.Scanner, opts Options) (Layout, error) {
	start, err := scanner.Window()
	if err != nil {
		return Layout{}, err
	}
	layout := Layout{Encoding: opts.Encoding, Region: opts.Region, ShortNumbers: opts.ShortNumbers, Delimiter: opts.Delimiter, Cyrillic: hasCyrillic(start.Text)}
	named, size, err := readSepDirective(start.Text)
	if err != nil {
		return layout, err
	}
	if size > 0 {
		scanner.Skip(size)
		start.Text = start.Text[size:]
	}
	if layout.Delimiter = cmp.Or(layout.Delimiter, named); layout.Delimiter == "" {
		layout.Delimiter = findDelimiter(start, opts)
	}
	scanner.SetComma(layout.comma())
	header, err := headerRecord(scanner, layout.comma())
	if err != nil {
		return layout, err
	}
	layout.CRLF = header.Size == int64(len(header.Text))+2
	layout.Header = layout.Split(string(header.Text))
	rows, err := scanner.Window()
	if err != nil {
		return layout, err
	}
	layout.Header = append(layout.Header, make([]string, countTrailing(rows, layout))...)
	if len(layout.Header) > maxColumns {
		return layout, refuse("header-wide", len(layout.Header), maxColumns)
	}
	layout.Columns, layout.Notes, err = mapColumns(layout.Header, layout.sample(rows, headSize), opts)
	if layout.isOwn() {
		for i, name := range layout.Header {
			layout.Header[i] = restore(name)
		}
	}
	scanner.SetWidth(len(layout.Header))
	return layout, err
}

func headerRecord(scanner *record.Scanner, comma byte) (record.Record, error) {
	var header record.Record
	for record.IsBlank(header.Text, comma) {
		err := scanner.Next(&header)
		if err == io.EOF {
			return record.Record{}, refuse("file-empty", fieldList())
		}
		if err != nil {
			return record.Record{}, err
		}
	}
	return header, checkHeader(header)
}

func checkHeader(header record.Record) error {
	switch {
	case bytes.IndexByte(header.Text, 0) >= 0:
		return refuse("file-binary")
	case !utf8.Valid(header.Text), bytes.ContainsRune(header.Text, utf8.RuneError):
		return refuse("header-encoding")
	case strings.Contains(string(header.Text), "ï»¿"), strings.Contains(string(header.Text), "п»ї"):
		return refuse("header-mistaken")
	case header.Code == msg.RowLong:
		return refuse("header-long")
	case header.Code != "":
		return refuse("header-quote")
	}
	return nil
}

var delimiters = []string{",", ";", "\t", "|"}

// ParseDelimiter returns the delimiter of a name, or the delimiter itself.
func ParseDelimiter(s string) (string, error) {
	names := map[string]string{"comma": ",", "semicolon": ";", "tab": "\t", `\t`: "\t", "bar": "|", "pipe": "|"}
	if delimiter, named := names[strings.ToLower(s)]; named {
		return delimiter, nil
	}
	if !slices.Contains(delimiters, s) {
		return "", msg.Problem("usage.delimiter", msg.Args{"Value": s})
	}
	return s, nil
}

// readSepDirective reads the line that names the delimiter for Excel: sep=; perhaps in
// quotes or with empty cells behind it. Excel does not show that line. Of another one the
// size is 0.
func readSepDirective(start []byte) (delimiter string, size int, err error) {
	end, size := record.FirstLine(start)
	text := strings.TrimPrefix(string(start[:min(end, 32)]), `"`)
	if len(text) < 5 || !strings.EqualFold(text[:4], "sep=") {
		return "", 0, nil
	}
	delimiter = text[4:5]
	if strings.Trim(text[5:], `"`+delimiter) != "" {
		return "", 0, nil
	}
	if !slices.Contains(delimiters, delimiter) {
		return "", 0, refuse("file-separator", msg.Quoted(text), delimiter)
	}
	return delimiter, size, nil
}

// sampleSize is the number of records from which the delimiter is found out.
const sampleSize = 50

// headSize is the number of records in which a column that is taken has something.
const headSize = 1000

// findDelimiter reads the first records with each delimiter and takes the one
// that makes known columns of the header, then the one with which most records
// are as wide as it.
func findDelimiter(start record.Window, opts Options) string {
	best, bestKnown, bestEven := delimiters[0], 0, 0
	for _, delimiter := range delimiters {
		known, even := scoreDelimiter(start, Layout{Delimiter: delimiter}, opts)
		if known > bestKnown || known == bestKnown && even > bestEven {
			best, bestKnown, bestEven = delimiter, known, even
		}
	}
	return best
}

// scoreDelimiter counts the known columns, and those among the first records that
// are as wide as a header of several columns.
func scoreDelimiter(start record.Window, layout Layout, opts Options) (known, even int) {
	width := 0
	for cells := range layout.sample(start, sampleSize) {
		if width == 0 {
			width, known = len(cells), countKnown(cells)+countMapped(cells, opts.Map)
		} else if width > 1 && width == len(cells) {
			even++
		}
	}
	return known, even
}

func countMapped(header []string, mappings []Mapping) (mapped int) {
	for _, m := range mappings {
		if slices.Contains(header, m.Column) {
			mapped++
		}
	}
	return mapped
}

// countTrailing returns how many cells rows have beyond the header, if all of the sample
// have as many and all are empty.
func countTrailing(rows record.Window, layout Layout) int {
	extra, records := 0, 0
	for cells := range layout.sample(rows, sampleSize) {
		more := len(cells) - len(layout.Header)
		if more <= 0 || records > 0 && more != extra || strings.TrimSpace(strings.Join(cells[len(layout.Header):], "")) != "" {
			return 0
		}
		extra = more
		records++
	}
	if records < 2 {
		return 0 // one row is no sign: it may have a separator too many
	}
	return extra
}

func (l Layout) sample(w record.Window, most int) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		records := 0
		for text := range w.Records(l.comma()) {
			if records++; records > most || !yield(l.Split(text)) {
				return
			}
		}
	}
}
