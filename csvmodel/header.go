package csvmodel

import (
	"bytes"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"contact-distributor/csvmodel/guard"
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
	layout.Delimiter, start.Wrapped = findDelimiter(start, named, opts)
	scanner.Comma, scanner.Wrapped = layout.comma(), start.Wrapped
	above, isRow := layout.countTitle(start, opts)
	header, err := headerRecord(scanner, layout.comma(), above)
	switch {
	case err != nil:
		return layout, err
	case isRow:
		return layout, refuse("header-below", header.Number)
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
	head := layout.sample(rows, headSize)
	if len(rows.Text) == 0 {
		head = nil
	}
	layout.Columns, layout.Notes, err = mapColumns(layout.Header, head, opts)
	if above > 0 {
		layout.Notes = append([]msg.Reason{msg.NewReason("header-line", header.Number)}, layout.Notes...)
	}
	if layout.isOwn() {
		for i, name := range layout.Header {
			layout.Header[i] = guard.Restore(name)
		}
	}
	scanner.Width = len(layout.Header)
	return layout, err
}

// titleSize is the most records above the header and with it: titles, comments, headings
// of groups.
const titleSize = 20

// countTitle returns how many of the records are above the header, and whether one of them
// looks like a row. The header is the first record, or else the one that names most. The
// first is none if it lacks a column, or the second names more.
func (l Layout) countTitle(start record.Window, opts Options) (above int, isRow bool) {
	records, phones := slices.Collect(l.sample(start, titleSize)), opts.newParser()
	if len(records) < 2 {
		return 0, false
	}
	first, second := records[0], records[1]
	isTitle := countFilled(first) < countFilled(second) && countKnown(first) < countKnown(second)
	if _, _, err := mapColumns(first, slices.Values(records[1:]), opts); err == nil && !isTitle {
		return 0, false
	}
	most, rows := 0, 0
	for i, cells := range records {
		known := countKnown(cells) + countMapped(cells, opts.Map)
		hasNumber := slices.ContainsFunc(cells, func(cell string) bool { return isNumber(phones, cell) })
		switch {
		case hasNumber:
			rows++
		case known > most:
			above, most, isRow = i, known, rows > 0
		}
	}
	return above, isRow
}

func countFilled(cells []string) (filled int) {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			filled++
		}
	}
	return filled
}

func headerRecord(scanner *record.Scanner, comma byte, above int) (header record.Record, err error) {
	for above >= 0 {
		if err = scanner.Next(&header); err == io.EOF {
			return header, refuse("file-empty", fieldList())
		}
		if err != nil {
			return header, err
		}
		if !record.IsBlank(header.Text, comma) {
			above--
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

// findDelimiter returns the delimiter, the one that the options or the file name first, and
// whether lines as a whole are quoted cells. Without the quotes there are more known columns
// then, and a row as wide as they.
func findDelimiter(start record.Window, named string, opts Options) (delimiter string, isWrapped bool) {
	candidates := delimiters
	if opts.Delimiter != "" {
		candidates, named = []string{opts.Delimiter}, ""
	}
	delimiter, known, _ := bestDelimiter(start, named, candidates, opts)
	start.Wrapped = true
	if inner, innerKnown, even := bestDelimiter(start, named, candidates, opts); innerKnown > known && even > 1 {
		return inner, true
	}
	return delimiter, false
}

// bestDelimiter reads the first records with each delimiter and takes the one that makes
// known columns of the header, then the one that the file names, then the one with which
// most records are as wide as the header.
func bestDelimiter(start record.Window, named string, candidates []string, opts Options) (best string, bestKnown, bestEven int) {
	bestKnown = -1
	if named != "" {
		candidates = append([]string{named}, candidates...)
	}
	for _, delimiter := range candidates {
		known, even := scoreDelimiter(start, Layout{Delimiter: delimiter}, opts)
		if known > bestKnown || known == bestKnown && even > bestEven && named == "" {
			best, bestKnown, bestEven = delimiter, known, even
		}
	}
	return best, bestKnown, bestEven
}

// scoreDelimiter counts the known columns of the record that may be the header, and the
// records of several cells that have the same number of them.
func scoreDelimiter(start record.Window, layout Layout, opts Options) (known, even int) {
	records, widths := 0, map[int]int{}
	for cells := range layout.sample(start, sampleSize) {
		if records++; records <= titleSize {
			known = max(known, countKnown(cells)+countMapped(cells, opts.Map))
		}
		if len(cells) > 1 {
			widths[len(cells)]++
			even = max(even, widths[len(cells)])
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
