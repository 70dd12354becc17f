package xlsx

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// xlsxWorkbook has what is needed of the main part.
type xlsxWorkbook struct {
	Properties struct {
		From1904 flag `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"`
		ID    string `xml:"id,attr"`
	} `xml:"sheets>sheet"`
	Calculation struct {
		OnLoad flag `xml:"fullCalcOnLoad,attr"`
	} `xml:"calcPr"`
}

// flag is an attribute that is a Boolean.
type flag bool

func (f *flag) UnmarshalXMLAttr(attr xml.Attr) error {
	*f = attr.Value == "1" || attr.Value == "true" || attr.Value == "on"
	return nil
}

// xlsxReader has what the sheets of a workbook share.
type xlsxReader struct {
	book *book
	xlsxWorkbook
	formats []format // by the style of a cell
	strings sharedStrings
}

func (b *book) readXLSX(p *picker) error {
	main, err := b.relations("")
	if err != nil {
		return err
	}
	x := &xlsxReader{book: b}
	for _, r := range main {
		if r.Type == "officeDocument" {
			return x.read(r.Target, p)
		}
	}
	return msg.Refuse("file-archive")
}

func (x *xlsxReader) read(main string, p *picker) error {
	if strings.HasSuffix(main, ".bin") {
		return msg.Refuse("sheet-binary")
	}
	if err := x.book.decode(main, &x.xlsxWorkbook); err != nil {
		return err
	}
	relations, err := x.book.relations(main)
	if err != nil {
		return err
	}
	sheets := map[string]string{}
	defer x.strings.close()
	for _, r := range relations {
		switch r.Type {
		case "worksheet":
			sheets[r.ID] = r.Target
		case "styles":
			x.formats, err = x.book.readFormats(r.Target)
		case "sharedStrings":
			err = x.strings.read(x.book, r.Target)
		}
		if err != nil {
			return err
		}
	}
	for _, sheet := range x.Sheets {
		if sheets[sheet.ID] == "" {
			continue // a chart
		}
		if t := p.begin(sheet.Name, sheet.State != "" && sheet.State != "visible"); t != nil {
			if err := x.readSheet(sheets[sheet.ID], t); err != nil {
				return fmt.Errorf("%s: %w", path.Base(sheets[sheet.ID]), err)
			}
		}
	}
	return nil
}

type xlsxColumns struct {
	First  int  `xml:"min,attr"`
	Last   int  `xml:"max,attr"`
	Hidden flag `xml:"hidden,attr"`
}

type xlsxRow struct {
	Number int        `xml:"r,attr"`
	Hidden flag       `xml:"hidden,attr"`
	Cells  []xlsxCell `xml:"c"`
}

type xlsxCell struct {
	Ref     string    `xml:"r,attr"`
	Style   int       `xml:"s,attr"`
	Type    string    `xml:"t,attr"`
	Formula *struct{} `xml:"f"`
	Value   *string   `xml:"v"`
	Inline  richText  `xml:"is"`
}

// richText has no phonetic text, which is in other elements.
type richText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	text := t.Text
	for _, run := range t.Runs {
		text += run.Text
	}
	return unescape(text)
}

func (x *xlsxReader) readSheet(name string, t *table) error {
	number, row := 0, xlsxRow{}
	var cells []string
	return x.book.each(name, func(d *xml.Decoder, element xml.StartElement) error {
		switch element.Name.Local {
		case "col":
			var columns xlsxColumns
			err := d.DecodeElement(&columns, &element)
			if columns.Hidden {
				t.hideColumns(columns.First-1, columns.Last)
			}
			return err
		case "row":
			clear(row.Cells)
			row = xlsxRow{Cells: row.Cells[:0]}
			err := d.DecodeElement(&row, &element)
			if number++; row.Number != 0 {
				number = row.Number
			}
			if err == nil {
				cells, err = x.cells(cells[:0], row, t)
			}
			if err != nil {
				return err
			}
			return t.add(number, cells, bool(row.Hidden))
		case "mergeCell":
			from, to, _ := strings.Cut(attribute(element, "ref"), ":")
			if strings.TrimLeft(from, letters) != strings.TrimLeft(to, letters) {
				t.merged++
			}
		case "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "extLst":
			return errEnough // no more cells
		}
		return nil
	})
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func (x *xlsxReader) cells(cells []string, row xlsxRow, t *table) ([]string, error) {
	for i := range row.Cells {
		cell := &row.Cells[i]
		column, err := columnOf(cell.Ref, len(cells))
		if err != nil {
			return nil, err
		}
		for len(cells) <= column {
			cells = append(cells, "")
		}
		if cells[column], err = x.text(cell); err != nil {
			return nil, err
		}
		if cell.Formula != nil && x.isUncalculated(cell) {
			cells[column] = "#N/A"
			t.uncalculated++
		}
	}
	return cells, nil
}

// columnOf returns the index of the column that a reference such as AB12 is to.
func columnOf(ref string, next int) (int, error) {
	if ref == "" {
		return next, nil
	}
	column := 0
	for i := 0; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && column <= maxColumns; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	if column < 1 || column > maxColumns {
		return 0, errDamaged
	}
	return column - 1, nil
}

// isUncalculated reports whether a formula has no value of its own: programs that do not
// calculate leave it out, or write 0 and ask for the calculation.
func (x *xlsxReader) isUncalculated(cell *xlsxCell) bool {
	return cell.Value == nil || *cell.Value == "" && cell.Type != "str" || bool(x.Calculation.OnLoad) && (*cell.Value == "" || *cell.Value == "0")
}

func (x *xlsxReader) text(cell *xlsxCell) (string, error) {
	value := ""
	if cell.Value != nil {
		value = *cell.Value
	}
	switch cell.Type {
	case "s":
		return x.strings.get(value)
	case "inlineStr":
		return cell.Inline.String(), nil
	case "str", "e":
		return unescape(value), nil
	case "b":
		return boolean(value), nil
	case "d":
		return isoDate(value), nil
	}
	var f format
	if cell.Style > 0 && cell.Style < len(x.formats) {
		f = x.formats[cell.Style]
	}
	return f.number(value, bool(x.Properties.From1904)), nil
}

func boolean(value string) string {
	switch value {
	case "1", "true":
		return "TRUE"
	case "0", "false":
		return "FALSE"
	}
	return value
}

// unescape replaces what XML cannot have, such as _x000D_.
func unescape(text string) string {
	for from := 0; ; {
		i := strings.Index(text[from:], "_x")
		if i < 0 {
			return text
		}
		from += i
		if isEscape(text[from:]) {
			code, _ := strconv.ParseUint(text[from+2:from+6], 16, 16)
			text = text[:from] + string(rune(code)) + text[from+7:]
		}
		from++
	}
}

// sharedStrings are the texts that several cells may have. They are in a file: there may be
// some for each row.
type sharedStrings struct {
	file *scratch // nil if there are none
	ends []uint32
}

const maxStrings = 1 << 25

func (s *sharedStrings) close() {
	if s.file != nil {
		s.file.Close()
	}
}

func (s *sharedStrings) read(b *book, part string) (err error) {
	if b.parts[partName(part)] == nil || s.file != nil {
		return nil
	}
	if s.file, err = newScratch(); err != nil {
		return err
	}
	out, end := bufio.NewWriter(s.file), 0
	err = b.each(part, func(d *xml.Decoder, element xml.StartElement) error {
		if element.Name.Local != "si" {
			return nil
		}
		var text richText
		if err := d.DecodeElement(&text, &element); err != nil {
			return err
		}
		if len(s.ends) == maxStrings {
			return msg.Refuse("sheet-large")
		}
		n, err := out.WriteString(text.String())
		end += n
		s.ends = append(s.ends, uint32(end))
		return err
	})
	return errors.Join(err, out.Flush())
}

// get returns the text of an index as a cell has it.
func (s *sharedStrings) get(index string) (string, error) {
	i, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || i < 0 || i >= len(s.ends) {
		return "", errDamaged
	}
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	text := make([]byte, s.ends[i]-start)
	_, err = s.file.ReadAt(text, int64(start))
	return string(text), err
}
