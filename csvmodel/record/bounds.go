package record

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
)

type bounds struct {
	text  int      // bytes without the line end
	size  int      // bytes with it
	lines int      // line ends in size; a missing one at the end of the file counts
	width int      // cells, if they had to be counted: there are quotes
	code  msg.Code // why it is malformed, or ""
	cell  int      // index of the malformed cell
	// spaced: there is space before the quote that opens a cell.
	spaced bool
}

// boundsAt finds the record at the start of win. A malformed record costs its first
// line only. So does one whose quotes are right but have swallowed a line that is a row
// of its own: the width is wrong, and that line's is right. Width 0 is any. Where win is
// all that is left of the file, its last record needs no line end.
func boundsAt(win []byte, comma byte, width int, atEnd bool) bounds {
	line := lineAt(win, atEnd)
	if line.code != "" || bytes.IndexByte(win[:line.text], '"') < 0 {
		return line
	}
	rec := quotedAt(win, comma, atEnd)
	if rec.size > 0 && (rec.lines == 1 || width == 0 || rec.width == width ||
		countRows(win[line.size:rec.text], comma, width, 1) == 0) {
		return rec
	}
	return malformedLine(win, line, comma)
}

func malformedLine(win []byte, line bounds, comma byte) bounds {
	alone := quotedAt(win[:line.text], comma, true)
	line.code, line.cell = alone.code, alone.cell
	return line
}

func lineAt(win []byte, atEnd bool) bounds {
	end, size := lineEnd(win)
	if end > MaxSize || size == 0 && !atEnd {
		return bounds{text: MaxSize, size: MaxSize, lines: 1, code: msg.RowLong}
	}
	return bounds{text: end, size: end + size, lines: 1}
}

// lineEnd returns where the first line ends, and the size of its end: of a line
// feed, a carriage return or both. A line without one has size 0.
func lineEnd(s []byte) (end, size int) {
	const block = 512 // else each line would be looked for in all that lies ahead
	for start := 0; start < len(s); start += block {
		part := s[start:min(start+block, len(s))]
		feed := bytes.IndexByte(part, '\n')
		if feed >= 0 {
			part = part[:feed]
		}
		if cr := bytes.IndexByte(part, '\r'); cr >= 0 {
			return start + cr, endSize(s[start+cr:])
		}
		if feed >= 0 {
			return start + feed, 1
		}
	}
	return len(s), 0
}

func endSize(s []byte) int {
	switch {
	case len(s) == 0 || s[0] != '\n' && s[0] != '\r':
		return 0
	case len(s) > 1 && s[0] == '\r' && s[1] == '\n':
		return 2
	}
	return 1
}

func countLines(s []byte) (lines int) {
	for {
		end, size := lineEnd(s)
		if size == 0 {
			return lines
		}
		lines++
		s = s[end+size:]
	}
}

// countRows counts the lines that are by themselves a row of that width, most at the most.
func countRows(lines []byte, comma byte, width, most int) (rows int) {
	for len(lines) > 0 && rows < most {
		line := lineAt(lines, true)
		if row := quotedAt(lines[:line.text], comma, true); row.code == "" && row.width == width {
			rows++
		}
		lines = lines[line.size:]
	}
	return rows
}

// quotedAt finds the end of the record at the start of win, cell by cell. It agrees with
// encoding/csv on what a record is. A stray quote inside a cell opens nothing. Where a
// quoted cell has no end, the record has none either, and size 0.
func quotedAt(win []byte, comma byte, atEnd bool) bounds {
	i := 0
	stray, spaced := bounds{}, false
	for cell := 0; ; cell++ {
		var code msg.Code
		quoted := i < len(win) && win[i] == '"'
		end := 0
		if i < len(win) && win[i] == ' ' {
			end = spacedCell(win, i, comma)
		}
		switch {
		case end > 0:
			i, spaced = end, true
		case quoted:
			i, code = quotedCell(win, i, comma)
		default:
			i, code = bareCell(win, i, comma)
		}
		if i == len(win) && !atEnd {
			code = msg.RowLong
		}
		if code == msg.Quote && !quoted {
			if stray.code == "" {
				stray = bounds{code: code, cell: cell}
			}
			code = ""
		}
		if code != "" {
			return bounds{code: code, cell: cell}
		}
		if i < len(win) && win[i] == comma {
			i++
			continue
		}
		if i > MaxSize {
			stray = bounds{code: msg.RowLong}
		}
		return bounds{text: i, size: i + endSize(win[i:]), lines: 1 + countLines(win[:i]), width: cell + 1,
			code: stray.code, cell: stray.cell, spaced: spaced}
	}
}

func quotedCell(win []byte, i int, comma byte) (int, msg.Code) {
	for i++; ; i++ {
		next := bytes.IndexByte(win[i:], '"')
		if next < 0 {
			return len(win), msg.QuoteOpen
		}
		i += next + 1
		if i < len(win) && win[i] == '"' {
			continue
		}
		if i == len(win) || endsCell(win[i], comma) {
			return i, ""
		}
		return i, msg.Quote
	}
}

// spacedCell returns the end of a quoted cell on one line with space before it, or 0.
func spacedCell(win []byte, i int, comma byte) (end int) {
	cell := bytes.TrimLeft(win[i:], " ")
	start := len(win) - len(cell)
	if start == i || len(cell) == 0 || cell[0] != '"' {
		return 0
	}
	end, code := quotedCell(win, start, comma)
	if code != "" || bytes.ContainsAny(win[start:end], "\r\n") {
		return 0
	}
	return end
}

func bareCell(win []byte, i int, comma byte) (end int, code msg.Code) {
	if size := formulaText(win[i:], comma); size > 0 {
		return i + size, ""
	}
	for ; i < len(win) && !endsCell(win[i], comma); i++ {
		if win[i] == '"' {
			code = msg.Quote
		}
	}
	return i, code
}

// formulaText returns the size of a cell such as ="79001234567", with which people keep
// a spreadsheet from reading digits as a number, or 0. Its quotes are right.
func formulaText(s []byte, comma byte) int {
	if !bytes.HasPrefix(s, []byte(`="`)) {
		return 0
	}
	for i := 2; i < len(s) && !endsCell(s[i], comma); i++ {
		if s[i] == '"' {
			if i+1 == len(s) || endsCell(s[i+1], comma) {
				return i + 1
			}
			return 0
		}
	}
	return 0
}

func endsCell(b, comma byte) bool { return b == comma || b == '\n' || b == '\r' }

// Split returns the cells of a record's text as they stood, without the quotes around
// them, and room for width of them. A cell whose quotes are wrong reaches to the next
// separator and keeps them.
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
	if quoted := strings.TrimLeft(s, " "); quoted != "" && quoted[0] == '"' {
		end := closingQuote(quoted, comma)
		isSpaced := len(quoted) < len(s)
		if end > 0 && !(isSpaced && strings.ContainsAny(quoted[:end], "\r\n")) {
			cell = strings.ReplaceAll(quoted[1:end], `""`, `"`)
			if end+1 == len(quoted) {
				return cell, "", false
			}
			return cell, quoted[end+2:], true
		}
	}
	if i := strings.IndexByte(s, comma); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// unwrap returns what is in a line that as a whole is one quoted cell, if that is several
// cells by itself: programs that know no cells save lines so.
func unwrap(line []byte, comma byte) (inner []byte, found bounds, isWrapped bool) {
	if len(line) < 2 || line[0] != '"' || closingQuote(string(line), comma) != len(line)-1 || bytes.ContainsAny(line, "\r\n") {
		return line, bounds{}, false
	}
	inner = bytes.ReplaceAll(line[1:len(line)-1], []byte(`""`), []byte(`"`))
	found = quotedAt(inner, comma, true)
	return inner, found, bytes.IndexByte(inner, comma) >= 0
}

// closingQuote returns where the quote is that closes the first cell, or -1.
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
