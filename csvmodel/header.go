package csvmodel

import (
	"bytes"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/record"
	"io"
	"strings"
	"unicode/utf8"
)

// readLayout reads what comes before the first row and finds out how the rest is
// to be read. What it refuses is a *FileError; the Form then says as much as had
// been found out.
func readLayout(frames *record.Scanner, how Options) (Layout, error) {
	start, err := frames.Window()
	if err != nil {
		return Layout{}, err
	}
	form := Layout{Encoding: how.Encoding, Region: how.Region, Delimiter: how.Delimiter, Cyrillic: hasCyrillic(start.Text)}
	line, err := readSepDirective(start.Text)
	if err != nil {
		return form, err
	}
	if line.size > 0 {
		frames.Skip(line.size)
		start.Text = start.Text[line.size:]
	}
	switch {
	case form.Delimiter != "":
	case line.delimiter != "":
		form.Delimiter = line.delimiter
	default:
		form.Delimiter = findDelimiter(start, how)
	}
	frames.SetComma(form.comma())
	header, err := headerRecord(frames, form.comma())
	if err != nil {
		return form, err
	}
	form.CRLF = header.Size == int64(len(header.Text))+2
	form.Header = form.Split(string(header.Text))
	rows, err := frames.Window()
	if err != nil {
		return form, err
	}
	form.Header = append(form.Header, make([]string, countTrailing(rows, form))...)
	form.Columns, form.Notes, err = understand(form.Header, how)
	frames.SetWidth(len(form.Header))
	return form, err
}

// headerRecord returns the first line that is not blank, if it can be a header.
func headerRecord(frames *record.Scanner, comma byte) (record.Record, error) {
	var header record.Record
	for record.IsBlank(header.Text, comma) {
		err := frames.Next(&header)
		if err == io.EOF {
			return record.Record{}, refuse(msg.FileEmpty, shownFields())
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
		return refuse(msg.FileBinary)
	case !utf8.Valid(header.Text), bytes.ContainsRune(header.Text, utf8.RuneError):
		return refuse(msg.HeaderEncoding)
	case strings.Contains(string(header.Text), "ï»¿"), strings.Contains(string(header.Text), "п»ї"):
		return refuse(msg.HeaderMistaken)
	case header.Code == msg.RowLong:
		return refuse(msg.HeaderLong)
	case header.Code != "":
		return refuse(msg.HeaderQuote)
	}
	return nil
}
