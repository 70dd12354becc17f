package csvmodel

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// section is the part of a file below a second line of headings: files that were put
// together have one. The zero value is that below the header.
type section struct {
	cells []int // for each column of the Layout the cell that has it; nil: as the header has it
	other int   // the line of headings with other columns, or 0
}

// arrange puts the cells of a row into the order of the header, so that all that comes
// after sees a file with one header. A row of the wrong width stays as it is.
func (s section) arrange(source string, layout Layout) string {
	cells := layout.Split(source)
	if s.cells == nil || !layout.hasWidth(cells) {
		return source
	}
	row := make([]string, len(s.cells))
	for n, i := range s.cells {
		if i < len(cells) {
			row[n] = cells[i]
		}
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Comma = rune(layout.comma())
	_ = w.Write(row) // the text takes all
	w.Flush()
	return strings.TrimSuffix(text.String(), "\n")
}

// longNumber is in nearly all rows, and spares them a closer look.
var longNumber = regexp.MustCompile(`[0-9]([ ().-]*[0-9]){6}`)

// startSection looks at a row that is no contact, source as it stood. If it is a line of
// headings, what follows is read by it or, if it has other columns, not at all.
func (r *Reader) startSection(row *Row, source string) {
	if longNumber.MatchString(source) {
		return
	}
	cells := r.layout.Split(source)
	keys := keysOf(cells)
	if !r.layout.isHeading(cells, keys) {
		return
	}
	columns, isClear := r.layout.findColumns(keys)
	if r.section = (section{columns, row.Line}); !isClear {
		row.Faults = r.section.faults()
		return
	}
	r.section.other = 0
	row.Source, row.Faults = r.section.arrange(source, r.layout), []msg.Reason{msg.NewReason(msg.HeadingAgain)}
	row.Fields = r.layout.fields(row.Source)
}

func (s section) faults() []msg.Reason { return []msg.Reason{msg.NewReason(msg.HeadingOther, s.other)} }

// isHeading reports whether these are the cells of a line of headings, with their keys: it
// names a telephone or chat and something else. That is more than a contact without a
// number has by chance, whose cells may say "WhatsApp".
func (l Layout) isHeading(cells, keys []string) bool {
	own, filled := keysOf(l.Header), countFilled(cells)
	known, chats, leads := 0, 0, false
	for i, key := range keys {
		column := slices.Index(own, key)
		switch {
		case key == "":
		case hasTelephoneWord(key, cells[i]) || column >= 0 && isNumberField(l.Columns[column]):
			known++
			chats++
			leads = leads || i < len(l.Columns) && l.Columns[i] == "chatId"
		case column >= 0 || isKnown(key):
			known++
		}
	}
	if len(own) == 1 && filled == 1 {
		return isKnown(keys[0]) || keys[0] == own[0]
	}
	return chats > 0 && known > 1 && 2*known > filled || leads && known > 1
}

// hasTelephoneWord reports whether a cell may be the name of a column of numbers. One that
// says that there is none is not.
func hasTelephoneWord(key, cell string) bool {
	isTelephone := func(word string) bool {
		return rankOf(keyOf(word)) != notTelephone || isNumberField(known().fields[keyOf(word)])
	}
	words := strings.Fields(strings.ToLower(cell))
	isNone := slices.ContainsFunc(words, func(word string) bool { return slices.Contains([]string{"no", "нет", "без", "without"}, word) })
	return isTelephone(key) || !isNone && slices.ContainsFunc(words, isTelephone)
}

// findColumns returns for each column the cell below a line of headings that has it, nil if
// all are in their places, and reports whether the line names the columns of the header.
func (l Layout) findColumns(keys []string) (cells []int, isClear bool) {
	own := keysOf(l.Header)
	keys = append(keys, own[min(len(keys), len(own)):]...)
	for n, key := range own {
		i := n
		if l.Columns[n] != ignored && meaningOf(keys[n]) != meaningOf(key) {
			i = slices.IndexFunc(keys, func(other string) bool { return meaningOf(other) == meaningOf(key) })
		}
		cells = append(cells, i)
	}
	for n, i := range slices.Sorted(slices.Values(cells)) {
		if n != i {
			return nil, false
		}
	}
	if slices.IsSorted(cells) {
		return nil, true
	}
	return cells, true
}
