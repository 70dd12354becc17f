package xlsx

import (
	"encoding/xml"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// visibility is an attribute of a row or column: visible, collapse or filter.
type visibility string

func (v visibility) isHidden() bool { return v == "collapse" || v == "filter" }

type odsRow struct {
	Repeated   int        `xml:"number-rows-repeated,attr"`
	Visibility visibility `xml:"visibility,attr"`
	Cells      []odsCell  `xml:",any"`
}

type odsCell struct {
	Repeated   int       `xml:"number-columns-repeated,attr"`
	Rows       int       `xml:"number-rows-spanned,attr"`
	Type       string    `xml:"urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type,attr"`
	Kind       string    `xml:"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type,attr"`
	Value      string    `xml:"value,attr"`
	Date       string    `xml:"date-value,attr"`
	Boolean    string    `xml:"boolean-value,attr"`
	Text       *string   `xml:"string-value,attr"`
	Paragraphs []odsText `xml:"p"`
}

// text is the value of a cell, and where that has none what the cell shows.
func (c odsCell) text() string {
	var lines []string
	for _, paragraph := range c.Paragraphs {
		lines = append(lines, string(paragraph))
	}
	shown := strings.Join(lines, "\n")
	switch {
	case c.Kind == "error" && !strings.HasPrefix(shown, "#"):
		return "#VALUE!"
	case c.Type == "float" || c.Type == "percentage" || c.Type == "currency":
		return numberAsShown(c.Value, shown)
	case c.Type == "date":
		return isoDate(c.Date)
	case c.Type == "boolean":
		return boolean(c.Boolean)
	case shown == "" && c.Text != nil:
		return *c.Text
	}
	return shown
}

// numberAsShown returns a number with all its digits, and with the plus and the zeros before
// them that the cell shows.
func numberAsShown(value, shown string) string {
	value = format{}.number(value, false)
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, shown)
	if !isDigits(value) || strings.TrimLeft(digits, "0") != strings.TrimLeft(value, "0") {
		return value
	}
	if strings.HasPrefix(shown, "+") {
		return "+" + digits
	}
	return digits
}

// odsText is the text of a paragraph.
type odsText string

func (t *odsText) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.CharData:
			*t += odsText(token)
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			switch token.Name.Local {
			case "s":
				*t += odsText(strings.Repeat(" ", min(count(attribute(token, "c")), maxText)))
			case "tab":
				*t += "\t"
			case "line-break":
				*t += "\n"
			}
		}
	}
	return nil
}

func attribute(element xml.StartElement, name string) string {
	for _, attr := range element.Attr {
		if attr.Name.Local == name {
			return attr.Value
		}
	}
	return ""
}

// count is how often something is there, once where that is not said.
func count(attribute string) int {
	n, err := strconv.Atoi(attribute)
	if err != nil {
		return 1
	}
	return max(n, 1)
}

// odsReader reads the sheets one after another.
type odsReader struct {
	picker   *picker
	isTable  bool            // else it is a text or a drawing
	style    string          // that is read
	hidden   map[string]bool // styles of sheets that are not shown
	table    *table          // nil: nobody wants its rows
	row, col int             // numbers of the last ones
	cells    []string
}

func (b *book) readODS(p *picker) error {
	err := b.each("META-INF/manifest.xml", func(_ *xml.Decoder, element xml.StartElement) error {
		if element.Name.Local == "encryption-data" {
			return msg.Refuse("sheet-locked")
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	o := &odsReader{picker: p, hidden: map[string]bool{}}
	return b.each("content.xml", o.read)
}

func (o *odsReader) read(d *xml.Decoder, element xml.StartElement) error {
	switch element.Name.Local {
	case "style":
		o.style = attribute(element, "name")
	case "table-properties":
		o.hidden[o.style] = attribute(element, "display") == "false"
	case "spreadsheet":
		o.isTable = true
	case "tracked-changes", "shapes":
		return d.Skip()
	case "table":
		if o.row, o.col = 0, 0; o.isTable {
			o.table = o.picker.begin(attribute(element, "name"), o.hidden[attribute(element, "style-name")])
		}
	case "table-column":
		o.readColumn(element)
	case "table-row":
		if o.table == nil {
			return d.Skip()
		}
		var row odsRow
		err := d.DecodeElement(&row, &element)
		if err == nil {
			err = o.add(row)
		}
		if err == errEnough {
			o.table, err = nil, nil
		}
		return err
	}
	return nil
}

func (o *odsReader) readColumn(element xml.StartElement) {
	from := o.col
	o.col = min(from+count(attribute(element, "number-columns-repeated")), maxColumns)
	if o.table != nil && visibility(attribute(element, "visibility")).isHidden() {
		o.table.hideColumns(from, o.col)
	}
}

func (o *odsReader) add(row odsRow) error {
	o.cells = o.cells[:0]
	column := 0
	for i := range row.Cells {
		cell := &row.Cells[i]
		repeated := min(max(cell.Repeated, 1), maxColumns)
		if column += repeated; column > maxColumns {
			break // LibreOffice has empty ones there
		}
		if cell.Rows > 1 {
			o.table.merged++
		}
		text := cell.text()
		if text == "" {
			continue
		}
		o.cells = append(o.cells, make([]string, column-repeated-len(o.cells))...)
		for len(o.cells) < column {
			o.cells = append(o.cells, text)
		}
	}
	repeated := max(row.Repeated, 1)
	if isBlank(o.cells...) {
		o.row += min(repeated, maxRows)
		return nil
	}
	for ; repeated > 0; repeated-- {
		o.row++
		if err := o.table.add(o.row, slices.Clone(o.cells), row.Visibility.isHidden()); err != nil {
			return err
		}
	}
	return nil
}
