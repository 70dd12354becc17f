package csvmodel

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

const bom = "\xef\xbb\xbf"

// delimiters are what may separate cells, the likeliest first.
var delimiters = []byte{',', ';'}

// readForm reads what comes before the first row and finds out how the rest is
// to be read. What it refuses is a *FileError.
func readForm(frames *framer) (Form, error) {
	win, err := frames.window()
	if err != nil {
		return Form{}, err
	}
	if err := checkMagic(win); err != nil {
		return Form{}, err
	}
	form := Form{Encoding: "utf-8", BOM: bytes.HasPrefix(win, []byte(bom))}
	if form.BOM {
		frames.discard(len(bom))
		win = win[len(bom):]
	}
	frames.comma = findDelimiter(win)
	form.Delimiter = string(rune(frames.comma))
	header, err := headerFrame(frames)
	if err != nil {
		return Form{}, err
	}
	form.CRLF = header.size == int64(len(header.text))+2
	form.Header = form.Split(string(header.text))
	form.Columns, _, err = understand(form.Header, Reading{})
	frames.width = len(form.Header)
	return form, err
}

// headerFrame returns the first line that is not blank, if it can be a header.
func headerFrame(frames *framer) (frame, error) {
	var header frame
	for isBlank(header.text) {
		err := frames.next(&header)
		if err == io.EOF {
			return frame{}, refuse("is empty: its first line must name the columns, " + strings.Join(columns[:], ", "))
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
		return binaryHeader(header.text)
	case !utf8.Valid(header.text):
		return refuse("is not UTF-8 text" + saveAsCSV)
	case bytes.IndexByte(header.text, '\r') >= 0:
		return refuse("has line ends of an old Macintosh" + saveAsCSV)
	case header.code == CodeRowLong:
		return refuse("has a first line of more than 64 KiB, which names no columns: check that it is a CSV file")
	case header.code != "":
		return refuse(`has a stray double quote in its first line, which names the columns: take it off`)
	}
	return nil
}

// isBlank reports whether a line holds nothing but space. A line of separators
// is not blank.
func isBlank(line []byte) bool {
	if len(line) > 0 && line[0] > ' ' && line[0] < utf8.RuneSelf {
		return false
	}
	return len(bytes.TrimSpace(line)) == 0
}

// findDelimiter reads the first records with each delimiter and takes the one
// that makes known columns of the header, then the one with which most records
// are as wide as it.
func findDelimiter(start []byte) byte {
	best, bestKnown, bestEven := delimiters[0], 0, 0
	for _, comma := range delimiters {
		known, even := tryDelimiter(start, comma)
		if known > bestKnown || known == bestKnown && even > bestEven {
			best, bestKnown, bestEven = comma, known, even
		}
	}
	return best
}

// tryDelimiter counts the known columns, and those among the first 50 records
// that are as wide as a header of several columns.
func tryDelimiter(start []byte, comma byte) (known, even int) {
	form := Form{Delimiter: string(rune(comma))}
	width := 0
	for records := 0; records < 50 && len(start) > 0; {
		rec := recordAt(start, comma, width, true)
		text := start[:rec.text]
		start = start[rec.size:]
		if isBlank(text) {
			continue
		}
		records++
		cells := form.Split(string(text))
		if width == 0 {
			width, known = len(cells), countKnown(cells)
		} else if width > 1 && width == len(cells) {
			even++
		}
	}
	return known, even
}
