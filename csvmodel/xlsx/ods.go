package xlsx

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
)

type odsCell struct {
	Repeated   int        `xml:"number-columns-repeated,attr"`
	Rows       int        `xml:"number-rows-spanned,attr"`
	Type       string     `xml:"urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type,attr"`
	Kind       string     `xml:"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type,attr"`
	Value      string     `xml:"value,attr"`
	Date       string     `xml:"date-value,attr"`
	Boolean    string     `xml:"boolean-value,attr"`
	Text       string     `xml:"string-value,attr"`
	Paragraphs paragraphs `xml:"p"`
}

// plain has no more of what may stand between the digits of a telephone number.
var plain = strings.NewReplacer(" ", "", "\u00a0", "", "(", "", ")", "", "-", "")

// text is the value of a cell, and where that has none what the cell shows.
func (c *odsCell) text() string {
	shown := c.Text
	if c.Paragraphs != nil {
		shown = strings.Join(c.Paragraphs, "\n")
	}
	switch {
	case c.Kind == "error" && !strings.HasPrefix(shown, "#"):
		return "#VALUE!"
	case c.Type == "float" || c.Type == "percentage" || c.Type == "currency":
		value, shown := format{}.number(c.Value, false), plain.Replace(shown)
		if isDigits(value) && isDigits(strings.TrimPrefix(shown, "+")) && strings.HasSuffix(shown, value) {
			return shown // perhaps with a country code that the format adds
		}
		return value
	case c.Type == "date":
		return isoDate(c.Date)
	case c.Type == "boolean":
		return booleans[c.Boolean]
	}
	return shown
}

type paragraphs []string

func (p *paragraphs) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	text := ""
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			switch token.Name.Local {
			case "s":
				text += strings.Repeat(" ", min(count(attribute(token, "c")), maxText))
			case "tab":
				text += "\t"
			case "line-break":
				text += "\n"
			}
		}
	}
	*p = append(*p, text)
	return nil
}

// times is how often something is there: once where that is not said.
func times(n int) int { return min(max(n, 1), maxRows) }

func count(attribute string) int {
	n, _ := strconv.Atoi(attribute)
	return times(n)
}

func isCollapsed(visibility string) bool { return visibility == "collapse" || visibility == "filter" }

type odsRow struct {
	Repeated   int       `xml:"number-rows-repeated,attr"`
	Visibility string    `xml:"visibility,attr"`
	Cells      []odsCell `xml:",any"`
}

// odsBook is a workbook of OpenDocument, whose sheets come one after another.
type odsBook struct {
	*book
	isTable  bool            // else it is a text or a drawing
	style    string          // that is read
	hidden   map[string]bool // styles of sheets that are not shown
	table    *table          // nil: nobody wants its rows
	row, col int             // numbers of the last ones
}

func (b *book) readODS() error {
	o := &odsBook{book: b, hidden: map[string]bool{}}
	return cmp.Or(b.each("META-INF/manifest.xml", o.read), b.each("content.xml", o.read))
}

func (o *odsBook) read(d *xml.Decoder, element xml.StartElement) (err error) {
	switch element.Name.Local {
	case "encryption-data": // in the manifest
		return msg.Refuse("sheet-locked")
	case "style":
		o.style = attribute(element, "name")
	case "table-properties":
		o.hidden[o.style] = attribute(element, "display") == "false"
	case "spreadsheet":
		o.isTable = true
	case "table":
		if o.row, o.col = 0, 0; o.isTable {
			o.table = o.begin(attribute(element, "name"), o.hidden[attribute(element, "style-name")])
		}
	case "table-column":
		from := o.col
		o.col = min(from+count(attribute(element, "number-columns-repeated")), maxColumns)
		if o.table != nil && isCollapsed(attribute(element, "visibility")) {
			err = o.table.hide(from, o.col)
		}
	case "table-row":
		row := odsRow{}
		if err = d.DecodeElement(&row, &element); err == nil && o.table != nil {
			err = o.add(row)
		}
		if err == errEnough {
			o.table, err = nil, nil
		}
	}
	return err
}

func (o *odsBook) add(row odsRow) error {
	var cells []string
	column := 0
	for _, cell := range row.Cells {
		if cell.Rows > 1 {
			o.table.counts["sheet-merged"]++
		}
		from, text := column, cell.text()
		if column = min(from+times(cell.Repeated), maxColumns); text != "" {
			cells = append(cells, make([]string, from-len(cells))...)
			cells = append(cells, slices.Repeat([]string{text}, column-from)...)
		}
	}
	if isBlank(cells...) {
		o.row += times(row.Repeated)
		return nil
	}
	for range times(row.Repeated) {
		o.row++
		if err := o.table.add(o.row, cells, isCollapsed(row.Visibility)); err != nil {
			return err
		}
	}
	return nil
}
