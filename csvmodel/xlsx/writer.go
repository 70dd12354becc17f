// Package xlsx reads and writes workbooks.
//
// OpenSheet gives a sheet of a workbook, XLSX or ODS, as the text of a CSV file. Nothing of
// it is lost without a word: what is left out is noted, and a workbook that cannot be read
// to its end is refused. NewWriter writes a workbook of one sheet.
package xlsx

import (
	"archive/zip"
	"cmp"
	"embed"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Style is how a cell looks.
type Style int

// The styles, in the order of cellXfs in parts/xl/styles.xml.
const (
	Plain Style = iota + 1
	Heading
	Good  // green
	Bad   // red
	Doubt // yellow, and as high as its lines
	State // the first of those of csvmodel.Statuses, in their order
)

// Column is the first cell of a column, and its width in characters.
type Column struct {
	Name  string
	Width int
}

// Cell is a cell below that.
type Cell struct {
	Text  string
	Style Style
}

// Writer writes a workbook of one sheet, all cells of which are and stay text. The same rows
// give the same bytes. It keeps one row in memory, and is for one goroutine.
type Writer struct {
	zip           *zip.Writer
	sheet         io.Writer
	name          string
	rows, columns int // columns of the widest row
	line          []byte
}

// parts is a workbook with {names} in place of what is not the same in all of them.
//
//go:embed all:parts
var parts embed.FS

const workbookPart, stylesPart, sheetPart = "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"

// NewWriter writes the first row of a sheet. A name that spreadsheets do not allow it replaces.
func NewWriter(w io.Writer, name string, columns []Column) (*Writer, error) {
	out := &Writer{zip: zip.NewWriter(w), name: name}
	if name == "" || utf8.RuneCountInString(name) > 31 || strings.ContainsAny(name, `:\/?*[]'"`) {
		out.name = "Sheet1"
	}
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"} {
		if err := out.add(name, part(name)); err != nil {
			return nil, err
		}
	}
	var err error
	if out.sheet, err = out.zip.Create(sheetPart); err != nil {
		return nil, err
	}
	var cols string
	var cells []Cell
	for i, column := range columns {
		cols += fmt.Sprintf(`<col min="%d" max="%d" width="%d" customWidth="true" style="%d"></col>`, i+1, i+1, column.Width, Plain)
		cells = append(cells, Cell{column.Name, Heading})
	}
	begin, _, _ := strings.Cut(part(sheetPart), "{rows}")
	out.line = []byte(strings.Replace(begin, "{columns}", cols, 1))
	return out, out.Write(cells)
}

func part(name string) string {
	text, _ := parts.ReadFile(path.Join("parts", name))
	return string(text)
}

func (w *Writer) add(name, text string) error {
	part, err := w.zip.Create(name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	return err
}

func columnRef(i int) (ref string) {
	for ; i >= 0; i = i/26 - 1 {
		ref = string(rune('A'+i%26)) + ref
	}
	return ref
}

// Write writes the next row.
func (w *Writer) Write(cells []Cell) error {
	w.rows, w.columns = w.rows+1, max(w.columns, len(cells))
	w.line = fmt.Appendf(w.line, `<row r="%d">`, w.rows)
	for i, cell := range cells {
		w.line = strconv.AppendInt(append(append(w.line, `<c r="`...), columnRef(i)...), int64(w.rows), 10)
		w.line = strconv.AppendInt(append(w.line, `" s="`...), int64(cell.Style), 10)
		if cell.Text == "" {
			w.line = append(w.line, `"/>`...)
			continue
		}
		w.line = append(w.line, `" t="inlineStr"><is><t xml:space="preserve">`...)
		w.line = append(appendText(w.line, cell.Text), `</t></is></c>`...)
	}
	w.line = append(w.line, `</row>`...)
	_, err := w.sheet.Write(w.line)
	w.line = w.line[:0]
	return err
}

// maxText is the most UTF-16 code units of a cell. What is behind them is left out.
const maxText = 32767

// appendText appends a text as XML. What XML cannot have is written as _x0007_, and an
// underscore that would begin such a thing as _x005F_.
func appendText(b []byte, text string) []byte {
	left := maxText
	for i, r := range text {
		if left -= utf16.RuneLen(r); left < 0 {
			break
		}
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF, r == '_' && escapes.MatchString(text[i:min(i+7, len(text))]):
			b = fmt.Appendf(b, "_x%04X_", r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// Close writes the end of the workbook, and leaves the io.Writer open. Label returns what is
// shown behind a state, as number formats have it, and is no part of the cell.
func (w *Writer) Close(label func(state string) string) error {
	escape := func(text string) string { return string(appendText(nil, text)) }
	values := strings.NewReplacer("{name}", escape(w.name), "{column}", columnRef(w.columns-1), "{row}", strconv.Itoa(w.rows))
	_, end, _ := strings.Cut(part(sheetPart), "{rows}")
	if _, err := values.WriteString(w.sheet, end); err != nil {
		return err
	}
	styles := os.Expand(part(stylesPart), func(state string) string { return escape(label(state)) })
	if err := cmp.Or(w.add(stylesPart, styles), w.add(workbookPart, values.Replace(part(workbookPart)))); err != nil {
		return err
	}
	return w.zip.Close()
}
