package csvmodel

import (
	"bytes"
	"io"
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
	directive, err := readSepDirective(start.Text)
	if err != nil {
		return layout, err
	}
	if directive.size > 0 {
		scanner.Skip(directive.size)
		start.Text = start.Text[directive.size:]
	}
	switch {
	case layout.Delimiter != "":
	case directive.delimiter != "":
		layout.Delimiter = directive.delimiter
	default:
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
	layout.Columns, layout.Notes, err = mapColumns(layout.Header, opts)
	for i, name := range layout.Header {
		layout.Header[i] = layout.restore(name)
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
