package xlsx

import (
	"maps"
	"slices"
	"strings"

	"contact-distributor/csvmodel/msg"
)

const (
	maxRows    = 1 << 20 // of a sheet, as spreadsheets have it
	maxColumns = 1 << 14
	maxRecord  = 1 << 16 // bytes of a record: longer ones are faulty, and need not be whole
)

// table writes the rows of a sheet as text, or of one that is not chosen notes that there are some.
type table struct {
	*book
	name    string
	rows    int          // number of the last row
	width   int          // of the widest one
	size    int          // bytes written
	columns map[int]bool // the hidden ones by their index; true: with something in them
	counts  map[msg.Code]int
}

// begin returns what takes the rows of the next sheet, or nil if nobody wants them.
func (b *book) begin(name string, isHidden bool) *table {
	if !isHidden {
		b.names = append(b.names, name)
	}
	if b.want == "" && isHidden || b.want != "" && !strings.EqualFold(b.want, name) {
		return nil
	}
	t := &table{book: b, name: name, columns: map[int]bool{}, counts: map[msg.Code]int{}}
	if len(b.filled) == 0 {
		b.chosen = t
	}
	return t
}

func (b *book) finish() error {
	switch {
	case b.chosen == nil && len(b.names) == 0:
		return msg.Refuse("file-archive")
	case b.chosen == nil:
		return msg.Refuse("sheet-missing", b.want, b.names)
	case len(b.filled) > 1:
		return msg.Refuse("sheet-which", b.filled[0], b.filled)
	}
	b.Name, b.Notes = b.chosen.name, b.chosen.notes()
	return b.text.Flush()
}

func (t *table) hide(from, to int) error {
	for i := from; i < min(to, maxColumns); i++ {
		if _, isHidden := t.columns[i]; isHidden || i < 0 {
			return errDamaged
		}
		t.columns[i] = false
	}
	return nil
}

// add takes the next row that is not empty.
func (t *table) add(number int, cells []string, isHidden bool) error {
	switch {
	case number <= t.rows || number > maxRows || len(cells) > maxColumns:
		return errDamaged
	case isBlank(cells...):
		return nil
	case isHidden:
		t.counts["sheet-hidden-rows"]++
		return nil
	}
	cells = t.visible(cells)
	if isBlank(cells...) {
		return nil
	}
	if !slices.Contains(t.filled, t.name) {
		t.filled = append(t.filled, t.name)
	}
	if t.chosen != t {
		return errEnough
	}
	text := append([]byte(strings.Repeat("\n", number-t.rows-1)), t.record(cells)...)
	t.rows = number
	if t.size += len(text); t.size > maxSize {
		return msg.Refuse("sheet-large")
	}
	_, err := t.text.Write(text)
	return err
}

func isBlank(cells ...string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

func (t *table) visible(cells []string) (visible []string) {
	if len(t.columns) == 0 {
		return cells
	}
	for i, cell := range cells {
		if _, isHidden := t.columns[i]; !isHidden {
			visible = append(visible, cell)
		} else if !isBlank(cell) {
			t.columns[i] = true
		}
	}
	return visible
}

var (
	quoter     = strings.NewReplacer("\r\n", "\n", "\r", "\n", `"`, `""`)
	longRecord = strings.NewReplacer("\n", " ", `"`, "'")
)

// record returns the text of a row, as wide as the widest before it.
func (t *table) record(cells []string) (text []byte) {
	for len(cells) > t.width && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	for i, cell := range cells {
		if strings.ContainsAny(cell, ",;\t|\"\r\n") || i == 0 && cell != "" && strings.Contains("<{[%", cell[:1]) { // which may begin files of other kinds
			cell = `"` + quoter.Replace(cell) + `"`
		}
		text = append(append(text, cell...), ',')
		if len(text) > maxRecord { // on one line, so that the next record is found
			return []byte(longRecord.Replace(string(text[:min(len(text), 2*maxRecord)])) + "\n")
		}
	}
	t.width = max(t.width, len(cells))
	text = append(text, strings.Repeat(",", t.width-len(cells))...)
	text[len(text)-1] = '\n'
	return text
}

func (t *table) notes() (notes []msg.Reason) {
	var columns []string
	for i := range maxColumns {
		if t.columns[i] {
			columns = append(columns, columnRef(i))
		}
	}
	if columns != nil {
		notes = append(notes, msg.NewReason("sheet-hidden-columns", columns))
	}
	for _, code := range slices.Sorted(maps.Keys(t.counts)) {
		notes = append(notes, msg.NewReason(code, t.counts[code]))
	}
	return notes
}
