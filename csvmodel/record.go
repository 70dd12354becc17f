package csvmodel

import "bytes"

// record says how far the record at the start of a window reaches.
type record struct {
	text  int  // bytes without the line end
	size  int  // bytes with it
	lines int  // line ends in size; a missing one at the end of the file counts
	width int  // cells, if they had to be counted: there are quotes
	code  Code // why it is none, or ""
	cell  int  // index of the cell that is why
}

// recordAt finds the record at the start of win. What is malformed costs its
// first line only, also where the quotes are right but have swallowed a line
// that is a row of its own: the width is wrong, and that line's is right. Width
// 0 is any. The whole of a window that is too short for a record, which only
// one at the end of the file may be, is taken for it.
func recordAt(win []byte, comma byte, width int, atEnd bool) record {
	line := lineAt(win, atEnd)
	if line.code != "" || bytes.IndexByte(win[:line.text], '"') < 0 {
		return line
	}
	rec := quotedAt(win, comma, atEnd)
	if rec.size > 0 && (rec.lines == 1 || width == 0 || rec.width == width ||
		!hasRow(win[line.size:rec.text], comma, width)) {
		return rec
	}
	return malformedLine(win, line, comma)
}

// malformedLine says what is wrong with the first line, read by itself.
func malformedLine(win []byte, line record, comma byte) record {
	alone := quotedAt(win[:line.text], comma, true)
	line.code, line.cell = alone.code, alone.cell
	return line
}

// lineAt finds the end of the first line.
func lineAt(win []byte, atEnd bool) record {
	end := bytes.IndexByte(win, '\n')
	rec := record{text: end, size: end + 1, lines: 1}
	if end < 0 {
		rec.text, rec.size = len(win), len(win)
	}
	if rec.text > 0 && win[rec.text-1] == '\r' && (end >= 0 || atEnd) {
		rec.text--
	}
	if rec.text > maxRecord || end < 0 && !atEnd {
		return record{text: maxRecord, size: maxRecord, lines: 1, code: CodeRowLong}
	}
	return rec
}

// hasRow reports whether one of the lines is by itself a row of that width.
func hasRow(lines []byte, comma byte, width int) bool {
	for len(lines) > 0 {
		line := lineAt(lines, true)
		row := quotedAt(lines[:line.text], comma, true)
		if row.code == "" && row.width == width {
			return true
		}
		lines = lines[line.size:]
	}
	return false
}

// quotedAt goes through the cells of the record at the start of win until its
// line ends. It agrees with encoding/csv on what a record is, and knows where one
// with a stray quote inside a cell ends: that quote opens nothing. Where a quoted
// cell has no end, the record has none either, and size 0.
func quotedAt(win []byte, comma byte, atEnd bool) record {
	i := 0
	stray := record{}
	for cell := 0; ; cell++ {
		var code Code
		quoted := i < len(win) && win[i] == '"'
		if quoted {
			i, code = quotedCell(win, i, comma, atEnd)
		} else {
			i, code = bareCell(win, i, comma, atEnd)
		}
		if i == len(win) && !atEnd {
			code = CodeRowLong
		}
		if code == CodeQuote && !quoted {
			if stray.code == "" {
				stray = record{code: code, cell: cell}
			}
			code = ""
		}
		if code != "" {
			return record{code: code, cell: cell}
		}
		if i < len(win) && win[i] == comma {
			i++
			continue
		}
		rec := recordTo(win, i, cell+1)
		if rec.code == "" {
			rec.code, rec.cell = stray.code, stray.cell
		}
		return rec
	}
}

// recordTo is the record whose last cell ends at i, before its line end.
func recordTo(win []byte, i, width int) record {
	rec := record{text: i, size: i, width: width}
	if i < len(win) && win[i] == '\r' {
		rec.size++
	}
	if rec.size < len(win) {
		rec.size++
	}
	rec.lines = 1 + bytes.Count(win[:i], newline)
	if i > maxRecord {
		rec.code = CodeRowLong
	}
	return rec
}

var newline = []byte{'\n'}

// quotedCell returns where the cell that begins with the quote at i ends.
func quotedCell(win []byte, i int, comma byte, atEnd bool) (int, Code) {
	for i++; ; i++ {
		next := bytes.IndexByte(win[i:], '"')
		if next < 0 {
			return len(win), CodeQuoteOpen
		}
		i += next + 1
		if i < len(win) && win[i] == '"' {
			continue
		}
		if i == len(win) || win[i] == comma || isLineEnd(win[i:], atEnd) {
			return i, ""
		}
		return i, CodeQuote
	}
}

// bareCell returns where the cell without quotes around it at i ends.
func bareCell(win []byte, i int, comma byte, atEnd bool) (end int, code Code) {
	for ; i < len(win); i++ {
		switch {
		case win[i] == comma || isLineEnd(win[i:], atEnd):
			return i, code
		case win[i] == '"':
			code = CodeQuote
		}
	}
	return i, code
}

func isLineEnd(s []byte, atEnd bool) bool {
	return s[0] == '\n' || s[0] == '\r' && (len(s) > 1 && s[1] == '\n' || len(s) == 1 && atEnd)
}
