// Package xlsx reads and writes workbooks.
//
// OpenSheet gives a sheet of a workbook, XLSX or ODS, as the text of a CSV file. Nothing of
// it is lost without a word: what is left out is noted, and a workbook that cannot be read
// to its end is refused. NewWriter writes a workbook of one sheet.
package xlsx

import (
	"archive/zip"
	"embed"
	"encoding/xml"
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

// Writer writes a workbook of one sheet. All cells are text, and stay text when a person
// corrects them. The same rows give the same bytes. A Writer keeps one row in memory.
// It is for one goroutine.
type Writer struct {
	zip   *zip.Writer
	sheet io.Writer
	name  string
	refs  []string // of the columns: A, B, …
	rows  int
	line  []byte
}

// parts is a workbook with {names} in place of what is not the same in all of them.
//
//go:embed all:parts
var parts embed.FS

const workbookPart, stylesPart, sheetPart = "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"

// NewWriter writes the first row of a sheet of this name, which it replaces where
// spreadsheets do not allow it.
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
	return out, out.begin(columns)
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

type col struct {
	Min    int   `xml:"min,attr"`
	Max    int   `xml:"max,attr"`
	Width  int   `xml:"width,attr"`
	Custom bool  `xml:"customWidth,attr"`
	Style  Style `xml:"style,attr"` // of cells that a person adds
}

func (w *Writer) begin(columns []Column) error {
	cols, cells := make([]col, len(columns)), make([]Cell, len(columns))
	for i, column := range columns {
		cols[i], cells[i] = col{i + 1, i + 1, column.Width, true, Plain}, Cell{column.Name, Heading}
	}
	text, err := xml.Marshal(cols)
	if err != nil {
		return err
	}
	begin, _, _ := strings.Cut(part(sheetPart), "{rows}")
	w.line = append(w.line, strings.Replace(begin, "{columns}", string(text), 1)...)
	return w.Write(cells)
}

// columnRef is what spreadsheets call a column, from 0.
func columnRef(i int) (ref string) {
	for ; i >= 0; i = i/26 - 1 {
		ref = string(rune('A'+i%26)) + ref
	}
	return ref
}

// Write writes the next row.
func (w *Writer) Write(cells []Cell) error {
	w.rows++
	w.line = fmt.Appendf(w.line, `<row r="%d">`, w.rows)
	for i, cell := range cells {
		if i == len(w.refs) {
			w.refs = append(w.refs, columnRef(i))
		}
		w.line = strconv.AppendInt(append(append(w.line, `<c r="`...), w.refs[i]...), int64(w.rows), 10)
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
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF, r == '_' && isEscape(text[i:]):
			b = fmt.Appendf(b, "_x%04X_", r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

func isEscape(text string) bool {
	return len(text) >= 7 && text[1] == 'x' && text[6] == '_' && strings.Trim(text[2:6], "0123456789abcdefABCDEF") == ""
}

// Close writes the end of the workbook. It does not close the io.Writer. Label returns
// what is shown behind a state, as number formats have it, and is no part of the cell.
func (w *Writer) Close(label func(state string) string) error {
	values := strings.NewReplacer("{name}", string(appendText(nil, w.name)), "{column}", w.refs[len(w.refs)-1], "{row}", strconv.Itoa(w.rows))
	_, end, _ := strings.Cut(part(sheetPart), "{rows}")
	if _, err := values.WriteString(w.sheet, end); err != nil {
		return err
	}
	if err := w.add(stylesPart, os.Expand(part(stylesPart), func(state string) string { return string(appendText(nil, label(state))) })); err != nil {
		return err
	}
	if err := w.add(workbookPart, values.Replace(part(workbookPart))); err != nil {
		return err
	}
	return w.zip.Close()
}
