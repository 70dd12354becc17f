// Package xlsx reads and writes workbooks.
package xlsx

import (
	"archive/zip"
	"embed"
	"encoding/xml"
	"fmt"
	"io"
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
	Doubt // yellow
	Idle  // grey
	Open  // blue
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
// corrects them. The first row is fixed and has a filter. The same rows give the same
// bytes. A Writer keeps one row in memory and makes no other file. It is for one
// goroutine.
type Writer struct {
	zip   *zip.Writer
	sheet io.Writer
	name  string
	refs  []string // of the columns: A, B, …
	rows  int
	line  []byte
}

// parts is a workbook without its sheet and its name.
//
//go:embed all:parts
var parts embed.FS

// NewWriter writes the first row of a sheet of this name, which it replaces where
// spreadsheets do not allow it.
func NewWriter(w io.Writer, name string, columns []Column) (*Writer, error) {
	out := &Writer{zip: zip.NewWriter(w), name: name}
	if name == "" || utf8.RuneCountInString(name) > 31 || strings.ContainsAny(name, `:\/?*[]'"`) {
		out.name = "Sheet1"
	}
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml"} {
		text, err := parts.ReadFile(path.Join("parts", name))
		if err == nil {
			err = out.add(name, text)
		}
		if err != nil {
			return nil, err
		}
	}
	var err error
	if out.sheet, err = out.zip.Create("xl/worksheets/sheet1.xml"); err != nil {
		return nil, err
	}
	return out, out.begin(columns)
}

func (w *Writer) add(name string, text []byte) error {
	part, err := w.zip.Create(name)
	if err == nil {
		_, err = part.Write(text)
	}
	return err
}

const (
	namespace     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

func (w *Writer) begin(columns []Column) error {
	w.line = append(w.line, xml.Header+`<worksheet xmlns="`+namespace+`"><sheetViews><sheetView tabSelected="1" workbookViewId="0">`+
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`...)
	cells := make([]Cell, len(columns))
	for i, column := range columns {
		cells[i], w.refs = Cell{column.Name, Heading}, append(w.refs, columnRef(i))
		w.line = fmt.Appendf(w.line, `<col min="%d" max="%[1]d" width="%d" customWidth="1" style="%d"/>`, i+1, column.Width, Plain)
	}
	w.line = append(w.line, `</cols><sheetData>`...)
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

// Close writes the end of the workbook. It does not close the io.Writer.
func (w *Writer) Close() error {
	last := w.refs[len(w.refs)-1]
	_, err := fmt.Fprintf(w.sheet, `</sheetData><autoFilter ref="A1:%s%d"/>`+
		`<ignoredErrors><ignoredError sqref="A1:%[1]s%d" numberStoredAsText="1"/></ignoredErrors></worksheet>`, last, w.rows)
	if err != nil {
		return err
	}
	name := appendText(nil, w.name)
	err = w.add("xl/workbook.xml", fmt.Appendf(nil, xml.Header+`<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets>`+
		`<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'%[3]s'!$A$1:$%s$%d</definedName></definedNames></workbook>`,
		namespace, relationships, name, last, w.rows))
	if err != nil {
		return err
	}
	return w.zip.Close()
}
