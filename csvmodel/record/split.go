package record

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split returns the cells of a record's text as they stood, without the quotes
// around them. Text that is malformed is split too: a cell whose quotes are wrong
// then reaches to the next separator and keeps its quotes. The result has room for
// width cells before it grows.
func Split(source string, comma byte, width int) []string {
	cells := make([]string, 0, max(width, 1))
	for {
		cell, rest, more := cutCell(source, comma)
		cells = append(cells, cell)
		if !more {
			return cells
		}
		source = rest
	}
}

func cutCell(s string, comma byte) (cell, rest string, more bool) {
	if len(s) > 0 && s[0] == '"' {
		if end := closingQuote(s, comma); end > 0 {
			cell = strings.ReplaceAll(s[1:end], `""`, `"`)
			if end+1 == len(s) {
				return cell, "", false
			}
			return cell, s[end+2:], true
		}
	}
	if i := strings.IndexByte(s, comma); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// closingQuote returns where the quote is that closes the cell at the start of
// s, or -1 if none does as it should.
func closingQuote(s string, comma byte) int {
	for i := 1; ; i++ {
		next := strings.IndexByte(s[i:], '"')
		if next < 0 {
			return -1
		}
		i += next
		switch {
		case i+1 == len(s) || s[i+1] == comma:
			return i
		case s[i+1] != '"':
			return -1
		}
		i++
	}
}

// IsBlank reports whether a line holds nothing but space and separators: what
// spreadsheets save of empty rows.
func IsBlank(line []byte, comma byte) bool {
	if len(line) > 0 && line[0] > '"' && line[0] < utf8.RuneSelf && line[0] != comma {
		return false
	}
	rest := bytes.TrimLeftFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == rune(comma) })
	if len(rest) == 0 || rest[0] != '"' {
		return len(rest) == 0
	}
	for _, cell := range Split(string(line), comma, 0) {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
