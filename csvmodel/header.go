package csvmodel

import (
	"bytes"
	"contact-distributor/csvmodel/msg"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readForm reads what comes before the first row and finds out how the rest is
// to be read. What it refuses is a *FileError; the Form then says as much as had
// been found out.
func readForm(frames *framer, how Reading) (Form, error) {
	start, err := frames.window()
	if err != nil {
		return Form{}, err
	}
	form := Form{Encoding: how.Encoding, Region: how.Region, Delimiter: how.Delimiter, Cyrillic: msg.HasCyrillic(start.text)}
	line, err := sepLine(start.text)
	if err != nil {
		return form, err
	}
	if line.size > 0 {
		frames.skip(line.size)
		start.text = start.text[line.size:]
	}
	switch {
	case form.Delimiter != "":
	case line.delimiter != "":
		form.Delimiter = line.delimiter
	default:
		form.Delimiter = findDelimiter(start, how)
	}
	frames.comma = form.comma()
	header, err := headerFrame(frames)
	if err != nil {
		return form, err
	}
	form.CRLF = header.size == int64(len(header.text))+2
	form.Header = form.Split(string(header.text))
	rows, err := frames.window()
	if err != nil {
		return form, err
	}
	form.Header = append(form.Header, make([]string, trailing(rows, form))...)
	form.Columns, form.Notes, err = understand(form.Header, how)
	frames.width = len(form.Header)
	return form, err
}

// headerFrame returns the first line that is not blank, if it can be a header.
func headerFrame(frames *framer) (frame, error) {
	var header frame
	for isBlank(header.text, frames.comma) {
		err := frames.next(&header)
		if err == io.EOF {
			return frame{}, refuse(msg.FileEmpty, shownFields())
		}
		if err != nil {
			return frame{}, err
		}
	}
	return header, checkHeader(header)
}

func checkHeader(header frame) error {
	switch {
	case bytes.IndexByte(header.text, 0) >= 0:
		return refuse(msg.FileBinary)
	case !utf8.Valid(header.text), bytes.ContainsRune(header.text, utf8.RuneError):
		return refuse(msg.HeaderEncoding)
	case strings.Contains(string(header.text), "ï»¿"), strings.Contains(string(header.text), "п»ї"):
		return refuse(msg.HeaderMistaken)
	case header.code == msg.RowLong:
		return refuse(msg.HeaderLong)
	case header.code != "":
		return refuse(msg.HeaderQuote)
	}
	return nil
}

// isBlank reports whether a line holds nothing but space and separators: what
// spreadsheets save of empty rows.
func isBlank(line []byte, comma byte) bool {
	if len(line) > 0 && line[0] > '"' && line[0] < utf8.RuneSelf && line[0] != comma {
		return false
	}
	rest := bytes.TrimLeftFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == rune(comma) })
	if len(rest) == 0 || rest[0] != '"' {
		return len(rest) == 0
	}
	for _, cell := range (Form{Delimiter: string(rune(comma))}).Split(string(line)) {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
