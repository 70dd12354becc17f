package csvmodel

import (
	"slices"
	"strings"
	"unicode"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/record"
)

// section is the part of a file below a second line of headings: files that were put
// together have one.
type section struct {
	line  int   // of its headings
	width int   // the number of its columns
	cells []int // for each column of the Layout the cell that has it, or -1; nil: not clear
}

// arrange puts the cells of a record into the order of the Layout, or returns the fault for
// which that is not certain. The rest of the Reader then sees one file with one header.
func (s *section) arrange(rec *record.Record, comma byte) []msg.Reason {
	cells := record.Split(string(rec.Text), comma, s.width)
	switch {
	case s.cells == nil:
		return []msg.Reason{msg.NewReason(msg.HeadingOther, s.line)}
	case rec.Code != "":
		return []msg.Reason{msg.Fault(rec.Code, columnNumber(rec.Cell), cells[min(rec.Cell, len(cells)-1)])}
	case len(cells) < s.width || !isBlank(cells[s.width:]):
		return []msg.Reason{msg.NewReason(msg.RowWidth, len(cells), s.width, msg.Quoted(cells[len(cells)-1]))}
	}
	rec.Text = s.join(cells, comma)
	return nil
}

func (s *section) join(cells []string, comma byte) (text []byte) {
	for n, i := range s.cells {
		if n > 0 {
			text = append(text, comma)
		}
		if i < 0 || i >= len(cells) {
			continue
		}
		if cell := cells[i]; needsQuotes(cell, comma) {
			text = append(append(append(text, '"'), strings.ReplaceAll(cell, `"`, `""`)...), '"')
		} else {
			text = append(text, cell...)
		}
	}
	return text
}

func isBlank(cells []string) bool { return strings.TrimSpace(strings.Join(cells, "")) == "" }

// startSection looks at a row that is no contact. If it is a line of headings, source as it
// stood, what follows is read by it, or is invalid where that is not clear.
func (r *Reader) startSection(row *Row, source string) {
	names := r.layout.Split(source)
	for len(names) > 0 && isBlank(names[len(names)-1:]) {
		names = names[:len(names)-1]
	}
	keys := r.layout.headingKeys(names)
	if keys == nil {
		return
	}
	s := &section{line: row.Line, width: len(names)}
	s.cells = r.layout.findColumns(keys, r.fieldsOf(names))
	row.Source, row.Faults = source, []msg.Reason{msg.NewReason(msg.HeadingAgain)}
	switch {
	case s.cells != nil:
		row.Source = string(s.join(names, r.layout.comma()))
	case r.isTranslation(row, keys):
		r.section = nil
		return
	default:
		row.Faults = []msg.Reason{msg.NewReason(msg.HeadingOther, s.line)}
	}
	row.Fields = r.layout.fields(row.Source)
	if r.section = s; s.isPlain() {
		r.section = nil
		s.width = len(r.layout.Header)
	}
	r.scanner.SetWidth(s.width)
}

// isPlain reports whether the rows are as those below the header of the file.
func (s *section) isPlain() bool {
	for n, i := range s.cells {
		if i != n && (i >= 0 || n < s.width) {
			return false
		}
	}
	return s.cells != nil
}

// fieldsOf returns which fields the names would be in a file of their own.
func (r *Reader) fieldsOf(names []string) []string {
	fields, _, err := mapColumns(names, r.opts)
	if err != nil {
		return make([]string, len(names))
	}
	return fields
}

// isTranslation reports whether a line of headings says again what the header says: it is
// right below that, and no name in it contradicts.
func (r *Reader) isTranslation(row *Row, keys []string) bool {
	if row.Number != r.firstRow || len(keys) > len(r.layout.Columns) {
		return false
	}
	for i, key := range keys {
		field, column := fieldNames[key], r.layout.Columns[i]
		if field != "" && field != column && (column != "" || !isNameField(field)) {
			return false
		}
	}
	return true
}

// headingKeys returns the keys of the cells if these are a line of headings, else nil. Such
// a line has no number, and names a telephone or chat and something else. That is more
// than a contact without a number has by chance, whose cells may say "WhatsApp".
func (l Layout) headingKeys(cells []string) []string {
	own, keys := keysOf(l.Header), make([]string, len(cells))
	known, filled, named, aside := 0, 0, false, false
	for i, cell := range cells {
		switch {
		case countDigits(cell) > 6 && !isKnown(keyOf(cell)):
			return nil
		case i < len(l.Columns) && l.Columns[i] == ignored:
			continue
		}
		if strings.TrimSpace(cell) == "" {
			continue
		}
		filled++
		keys[i] = keyOf(cell)
		inHeader := slices.Index(own, keys[i])
		if inHeader >= 0 || isKnown(keys[i]) {
			known++
		}
		isChat := isTelephone(keys[i]) || inHeader >= 0 && isNumberField(l.Columns[inHeader])
		named = named || isChat
		aside = aside || isChat && i < len(l.Columns) && l.Columns[i] == "chatId"
	}
	if named && (known > 1 && (aside || 2*known > filled) || aside && filled == 1 && len(own) == 1) {
		return keys
	}
	return nil
}

func isTelephone(key string) bool {
	return rankOf(key) != notTelephone || fieldNames[key] == "chatId" || fieldNames[key] == "phoneContact"
}

func countDigits(cell string) (digits int) {
	for _, r := range cell {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits
}

func keysOf(header []string) []string {
	keys := make([]string, len(header))
	for i, name := range header {
		keys[i] = keyOf(name)
	}
	return keys
}

// findColumns returns for each column the cell below a line of headings that has it, or -1.
// It returns nil where a cell has no column, or is there for two.
func (l Layout) findColumns(keys, fields []string) []int {
	own, cells := keysOf(l.Header), make([]int, len(l.Header))
	used := make([]bool, len(keys))
	for n, column := range l.Columns {
		cells[n] = slices.IndexFunc(keys, func(key string) bool { return key != "" && key == own[n] })
		if n < len(keys) && keys[n] == own[n] {
			cells[n] = n
		}
		if cells[n] < 0 && IsField(column) {
			cells[n] = slices.Index(fields, column)
		}
		if cells[n] < 0 && column == "" {
			cells[n] = slices.IndexFunc(keys, func(key string) bool { return meaningOf(key) != "" && meaningOf(key) == meaningOf(own[n]) })
		}
		switch {
		case column == ignored:
			cells[n] = n
		case cells[n] >= 0 && used[cells[n]]:
			return nil
		case cells[n] >= 0:
			used[cells[n]] = true
		}
	}
	for i, key := range keys {
		if key != "" && !used[i] {
			return nil
		}
	}
	return cells
}
