package csvmodel

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"

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

// arrange puts the cells of a record into the order of the Layout, so that the rest of the
// Reader sees a file with one header, or reports that it is not certain which cell is what.
func (s *section) arrange(rec *record.Record, comma byte) bool {
	cells := record.Split(string(rec.Text), comma, s.width)
	if s.cells == nil || rec.Code != "" || len(cells) < s.width || strings.TrimSpace(strings.Join(cells[s.width:], "")) != "" {
		return false
	}
	rec.Text = s.join(cells, comma)
	return true
}

func (s *section) join(cells []string, comma byte) []byte {
	row := make([]string, len(s.cells))
	for n, i := range s.cells {
		if i >= 0 {
			row[n] = cells[i]
		}
	}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Comma = rune(comma)
	_ = w.Write(row) // the text takes all
	w.Flush()
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// longNumber is in nearly all rows, and spares them a closer look.
var longNumber = regexp.MustCompile(`[0-9]{7}`)

// startSection looks at a row that is no contact. If it is a line of headings, source as it
// stood, what follows is read by it, or is invalid where that is not clear.
func (r *Reader) startSection(row *Row, source string) {
	if longNumber.MatchString(source) {
		return
	}
	comma := r.layout.comma()
	names := r.layout.Split(strings.TrimRight(source, string(comma)))
	keys := r.layout.headingKeys(names)
	if keys == nil {
		return
	}
	s := &section{row.Line, len(names), r.layout.findColumns(keys, names, r.opts)}
	isRepeat := row.Number == r.firstRow && r.layout.agrees(keys)
	switch {
	case s.cells != nil:
		row.Source = string(s.join(names, comma))
		isRepeat = row.Source == source
	case !isRepeat:
		r.section, row.Faults = s, []msg.Reason{msg.NewReason(msg.HeadingOther, s.line)}
		return
	}
	row.Faults, row.Fields = []msg.Reason{msg.NewReason(msg.HeadingAgain)}, r.layout.fields(row.Source)
	if r.section = s; isRepeat {
		r.section, s.width = nil, len(r.layout.Header)
	}
	r.scanner.SetWidth(s.width)
}

// headingKeys returns the keys of the cells if these are a line of headings, else nil. Such
// a line has no number, and names a telephone or chat and something else. That is more
// than a contact without a number has by chance, whose cells may say "WhatsApp".
func (l Layout) headingKeys(cells []string) []string {
	own, keys := keysOf(l.Header), keysOf(cells)
	columns := slices.Concat(l.Columns, make([]string, len(cells)))
	known, filled, chats, leads := 0, 0, 0, false
	for i, key := range keys {
		inHeader := slices.Index(own, key)
		switch {
		case countDigits(cells[i]) > 6 && !isKnown(key):
			return nil
		case columns[i] == ignored:
			keys[i] = ""
			continue
		case strings.TrimSpace(cells[i]) == "":
			continue
		}
		filled++
		if inHeader >= 0 || isKnown(key) {
			known++
		}
		if isTelephone(key) || inHeader >= 0 && isNumberField(columns[inHeader]) {
			chats++
			leads = leads || columns[i] == "chatId"
		}
	}
	if chats > 0 && known > 1 && 2*known > filled || leads && (known > 1 || len(own) == 1) {
		return keys
	}
	return nil
}

// agrees reports whether no name contradicts the header, at whose place it stands.
func (l Layout) agrees(keys []string) bool {
	for i, key := range keys {
		field := fieldNames[key]
		if i >= len(l.Columns) || field != "" && field != l.Columns[i] && !(isNameField(field) && l.Columns[i] == "") {
			return false
		}
	}
	return true
}

// findColumns returns for each column the cell below a line of headings that has it, or -1.
// It returns nil where a cell has no column, or may have two.
func (l Layout) findColumns(keys, names []string, opts Options) (cells []int) {
	const taken = "\x00"
	own, left := keysOf(l.Header), slices.Clone(keys)
	fields, _, _ := mapColumns(names, nil, opts)
	for n, column := range l.Columns {
		i := slices.Index(left, own[n])
		if i < 0 && IsField(column) {
			i = slices.Index(fields, column)
		}
		if meaning := meaningOf(own[n]); i < 0 && column == "" && meaning != "" {
			i = slices.IndexFunc(left, func(key string) bool { return meaningOf(key) == meaning })
		}
		if cells = append(cells, i); i >= 0 && left[i] == taken {
			return nil
		}
		if i >= 0 {
			left[i] = taken
		}
	}
	if slices.ContainsFunc(left, func(key string) bool { return key != taken && key != "" }) {
		return nil
	}
	return cells
}
