package xlsx

import (
	"bufio"
	"slices"
	"strings"

	"contact-distributor/csvmodel/msg"
)

const (
	maxRows    = 1 << 20 // of a sheet, as spreadsheets have it
	maxColumns = 1 << 14
	maxRecord  = 1 << 16 // bytes of a record: longer ones are faulty, and need not be whole
)

// picker finds the sheet to read among those of a workbook.
type picker struct {
	want   string
	text   *bufio.Writer
	size   int64    // bytes written
	chosen *table   // the first with rows, else the last; nil while there is none
	names  []string // of the visible sheets
	filled []string // of those with rows
}

// begin returns what takes the rows of the next sheet, or nil if nobody wants them.
func (p *picker) begin(name string, isHidden bool) *table {
	if !isHidden {
		p.names = append(p.names, name)
	}
	if p.want == "" && isHidden || p.want != "" && !strings.EqualFold(p.want, name) {
		return nil
	}
	t := &table{picker: p, name: name}
	if len(p.filled) == 0 {
		p.chosen = t
	}
	return t
}

// finish ends the text, unless a person has to choose the sheet.
func (p *picker) finish() error {
	switch {
	case p.chosen == nil && len(p.names) == 0:
		return msg.Refuse("file-archive")
	case p.chosen == nil:
		return msg.Refuse("sheet-missing", p.want, p.names)
	case len(p.filled) > 1:
		return msg.Refuse("sheet-which", p.filled[0], p.filled)
	}
	p.chosen.writeHead()
	return p.text.Flush()
}

// table takes the rows of a sheet. Of one that is not chosen it only notes that there are.
type table struct {
	*picker
	name  string
	rows  int      // number of the last row
	head  []record // the first rows, until it is known how wide they are
	width int      // of the head

	hiddenColumns []bool
	leftColumns   []string // of the hidden ones, those with something in them
	leftRows      int      // hidden, and not empty
	merged        int      // cells that go over several rows
	uncalculated  int      // formulas without a value
}

type record struct {
	text  []byte
	width int
}

// add takes a row, and changes cells. Rows that are not given are empty.
func (t *table) add(number int, cells []string, isHidden bool) error {
	switch {
	case number <= t.rows || number > maxRows || len(cells) > maxColumns:
		return errDamaged
	case isBlank(cells...):
		return nil
	case isHidden:
		t.leftRows++
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
	for t.rows++; t.rows < number; t.rows++ {
		t.put(record{})
	}
	t.put(newRecord(cells))
	if t.size > maxUnpacked {
		return msg.Refuse("sheet-large")
	}
	return nil
}

func isBlank(cells ...string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// hideColumns hides the columns from one index to before another.
func (t *table) hideColumns(from, to int) {
	if t.hiddenColumns == nil {
		t.hiddenColumns = make([]bool, maxColumns)
	}
	for i := max(from, 0); i < min(to, maxColumns); i++ {
		t.hiddenColumns[i] = true
	}
}

func (t *table) visible(cells []string) []string {
	visible := cells[:0]
	for i, cell := range cells {
		if i >= len(t.hiddenColumns) || !t.hiddenColumns[i] {
			visible = append(visible, cell)
		} else if name := columnRef(i); !isBlank(cell) && !slices.Contains(t.leftColumns, name) {
			t.leftColumns = append(t.leftColumns, name)
		}
	}
	for len(visible) > 0 && visible[len(visible)-1] == "" {
		visible = visible[:len(visible)-1]
	}
	return visible
}

var (
	quoter     = strings.NewReplacer("\r\n", "\n", "\r", "\n", `"`, `""`)
	longRecord = strings.NewReplacer("\n", " ", `"`, "'")
)

func newRecord(cells []string) record {
	var text []byte
	for i, cell := range cells {
		if i > 0 {
			text = append(text, ',')
		}
		if strings.ContainsAny(cell, ",\"\r\n") || i == 0 && cell != "" && strings.ContainsAny(cell[:1], "<{[%") { // else it may look like another kind of file
			cell = `"` + quoter.Replace(cell) + `"`
		}
		if text = append(text, cell...); len(text) > 2*maxRecord {
			break
		}
	}
	if len(text) > maxRecord { // on one line, so that the next record is found
		text = []byte(longRecord.Replace(string(text[:min(len(text), 2*maxRecord)])))
	}
	return record{text, len(cells)}
}

// put writes a record, as wide as the widest of the first fifty.
func (t *table) put(r record) {
	if t.width == 0 && len(t.head) < 50 {
		t.head = append(t.head, r)
		return
	}
	t.writeHead()
	t.write(r)
}

func (t *table) writeHead() {
	for _, r := range t.head {
		t.width = max(t.width, r.width)
	}
	for _, r := range t.head {
		t.write(r)
	}
	t.head = nil
}

func (t *table) write(r record) {
	if r.width > 0 && r.width < t.width {
		r.text = append(r.text, strings.Repeat(",", t.width-r.width)...)
	}
	n, _ := t.text.Write(append(r.text, '\n')) // an error comes up again when it is flushed
	t.size += int64(n)
}

// notes say what a person may miss in the rows.
func (t *table) notes() (notes []msg.Reason) {
	if t.leftRows > 0 {
		notes = append(notes, msg.NewReason("sheet-hidden-rows", t.leftRows))
	}
	if len(t.leftColumns) > 0 {
		notes = append(notes, msg.NewReason("sheet-hidden-columns", t.leftColumns))
	}
	if t.merged > 0 {
		notes = append(notes, msg.NewReason("sheet-merged", t.merged))
	}
	if t.uncalculated > 0 {
		notes = append(notes, msg.NewReason("sheet-uncalculated", t.uncalculated))
	}
	return notes
}
