package xlsx

import (
	"cmp"
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"contact-distributor/csvmodel/msg"
)

type xlsxBook struct {
	*book      `xml:"-"`
	Properties struct {
		From1904 bool `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"`
		ID    string `xml:"id,attr"`
	} `xml:"sheets>sheet"`
	Calculation struct {
		OnLoad bool `xml:"fullCalcOnLoad,attr"`
	} `xml:"calcPr"`

	formats map[int]format // by the style of a cell
	strings []uint32       // where the shared strings begin in the file, and the text behind them
}

const maxStrings = 1 << 25

var booleans = map[string]string{"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}

func (b *book) readXLSX() error {
	x := &xlsxBook{book: b, strings: []uint32{0}, formats: map[int]format{}}
	whole, err := b.relations("")
	if err != nil {
		return err
	}
	main := whole["officeDocument"]
	parts, err := b.relations(main)
	err = cmp.Or(err, b.decode(main, x), x.readFormats(parts["styles"]), x.readStrings(parts["sharedStrings"]))
	for _, sheet := range x.Sheets {
		part := parts[sheet.ID]
		if err != nil || part == "" { // which is a chart
			continue
		}
		if t := b.begin(sheet.Name, sheet.State != "" && sheet.State != "visible"); t != nil {
			err = x.readSheet(part, t)
		}
	}
	return err
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

var escapes = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)

// unescape replaces what XML cannot have, such as _x000D_.
func unescape(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(escape string) string {
		code, _ := strconv.ParseUint(escape[2:6], 16, 16)
		return string(rune(code))
	})
}

// readStrings keeps the shared strings in the file, since there may be some for each row.
func (x *xlsxBook) readStrings(part string) error {
	err := x.each(part, func(d *xml.Decoder, element xml.StartElement) error {
		if element.Name.Local != "si" {
			return nil
		}
		var text richText
		if err := d.DecodeElement(&text, &element); err != nil {
			return err
		}
		if len(x.strings) > maxStrings {
			return msg.Refuse("sheet-large")
		}
		n, err := x.text.WriteString(text.String())
		x.start += int64(n)
		x.strings = append(x.strings, uint32(x.start))
		return err
	})
	return cmp.Or(err, x.text.Flush())
}

func (x *xlsxBook) sharedString(index string) (string, error) {
	i, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || i < 0 || i+1 >= len(x.strings) {
		return "", errDamaged
	}
	text := make([]byte, x.strings[i+1]-x.strings[i])
	_, err = x.file.ReadAt(text, int64(x.strings[i]))
	return string(text), err
}

type xlsxRow struct {
	Number int        `xml:"r,attr"`
	Hidden bool       `xml:"hidden,attr"`
	Cells  []xlsxCell `xml:"c"`
}

type xlsxCell struct {
	Ref     string    `xml:"r,attr"`
	Style   int       `xml:"s,attr"`
	Type    string    `xml:"t,attr"`
	Formula *struct{} `xml:"f"`
	Value   string    `xml:"v"`
	Inline  richText  `xml:"is"`
}

func (x *xlsxBook) readSheet(part string, t *table) error {
	if x.parts[partName(part)] == nil {
		return errDamaged
	}
	var row xlsxRow
	return x.each(part, func(d *xml.Decoder, element xml.StartElement) error {
		switch element.Name.Local {
		case "col":
			var columns struct {
				First  int  `xml:"min,attr"`
				Last   int  `xml:"max,attr"`
				Hidden bool `xml:"hidden,attr"`
			}
			if err := d.DecodeElement(&columns, &element); err != nil || !columns.Hidden {
				return err
			}
			return t.hide(columns.First-1, columns.Last)
		case "row":
			clear(row.Cells)
			row = xlsxRow{Number: row.Number + 1, Cells: row.Cells[:0]}
			if err := d.DecodeElement(&row, &element); err != nil {
				return err
			}
			cells, err := x.cells(row.Cells, t)
			if err != nil {
				return err
			}
			return t.add(row.Number, cells, row.Hidden)
		case "mergeCell":
			from, to, _ := strings.Cut(attribute(element, "ref"), ":")
			if strings.TrimLeftFunc(from, unicode.IsUpper) != strings.TrimLeftFunc(to, unicode.IsUpper) {
				t.counts["sheet-merged"]++
			}
		case "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "extLst":
			return errEnough // no more cells
		}
		return nil
	})
}

func (x *xlsxBook) cells(row []xlsxCell, t *table) (cells []string, err error) {
	for i := range row {
		cell, column := &row[i], len(cells)
		if cell.Ref != "" {
			if column = columnOf(cell.Ref); column < 0 || column >= maxColumns {
				return nil, errDamaged
			}
		}
		cells = append(cells, make([]string, max(0, column+1-len(cells)))...)
		if cells[column], err = x.value(cell, t); err != nil {
			return nil, err
		}
	}
	return cells, nil
}

func columnOf(ref string) int {
	column := 0
	for i := 0; i < min(len(ref), 4) && ref[i] >= 'A'; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	return column - 1
}

func (x *xlsxBook) value(cell *xlsxCell, t *table) (string, error) {
	if cell.Formula != nil && (cell.Value == "" && cell.Type != "str" || cell.Value == "0" && x.Calculation.OnLoad) {
		t.counts["sheet-uncalculated"]++
		return "#N/A", nil // programs that do not calculate write nothing, or 0
	}
	switch cell.Type {
	case "s":
		return x.sharedString(cell.Value)
	case "inlineStr":
		return cell.Inline.String(), nil
	case "b":
		return booleans[cell.Value], nil
	case "d":
		return isoDate(cell.Value), nil
	case "", "n":
		return x.formats[cell.Style].number(cell.Value, x.Properties.From1904), nil
	}
	return unescape(cell.Value), nil
}

// format is how a cell shows a number, as far as that adds to the number.
type format struct {
	isDate bool
	prefix string // "+7 "0 shows 9161234567 as +7 9161234567
	digits int    // 0000000000 shows 612345678 as 0612345678
}

func (x *xlsxBook) readFormats(part string) error {
	var styles struct {
		Codes []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	err := x.decode(part, &styles)
	formats := map[int]format{}
	for id := range 59 { // those of dates that all spreadsheets have
		formats[id] = format{isDate: id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50}
	}
	for _, f := range styles.Codes {
		formats[f.ID] = parseFormat(f.Code)
	}
	for i, style := range styles.Styles {
		x.formats[i] = formats[style.ID]
	}
	delete(x.formats, 0) // what cells without a style have
	return err
}

// In a format code literal is what is shown as it stands, or is not shown, and leading what
// is shown before the digits.
var (
	literal = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*[^hmsHMS\]][^\]]*\]|;.*`)
	leading = regexp.MustCompile(`^(?:\[[^\]]*\]|"[^"]*"|\\.|[-+() 1-9])*`)
	ignored = regexp.MustCompile(`\[[^\]]*\]|[^+0-9]`)
)

func parseFormat(code string) format {
	symbols := literal.ReplaceAllString(code, "")
	if strings.ContainsAny(symbols, "ymdhsYMDHS") {
		return format{isDate: true}
	}
	if strings.Trim(symbols, "0#-+() 123456789") != "" || strings.ContainsAny(code, "<>=") {
		return format{} // of a number, not of what looks like a telephone number; or only of some
	}
	return format{prefix: ignored.ReplaceAllString(leading.FindString(code), ""), digits: strings.Count(symbols, "0")}
}

// number has all digits, or is a date such as 2026-11-26.
func (f format) number(value string, from1904 bool) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	days := n
	if from1904 {
		days += 1462
	}
	if f.isDate && days >= 0 && days < 2958466 { // the year 10000
		t := time.Unix(int64(math.Round((days-25569)*86400)), 0).UTC() // day 25569 is 1970-01-01
		if days < 1 {
			return t.Format(time.TimeOnly)
		}
		return isoDate(t.Format(time.DateTime))
	}
	if !isDigits(value) {
		value = strconv.FormatFloat(n, 'f', -1, 64)
	}
	if !isDigits(value) {
		return value
	}
	return f.prefix + strings.Repeat("0", max(0, f.digits-len(value))) + value
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// isoDate returns 2026-11-26T10:00:00 with a space, and without the time at midnight.
func isoDate(text string) string {
	text, _, _ = strings.Cut(strings.TrimSuffix(strings.Replace(text, "T", " ", 1), "Z"), ".")
	return strings.TrimSuffix(text, " 00:00:00")
}
