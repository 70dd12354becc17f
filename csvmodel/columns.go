package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"slices"
	"strings"
)

// ignored stands among the fields for a column that this program has
// written itself: it is neither a field nor carried through.
const ignored = "-"

// understand finds for each name in the header the field it is: its name, ""
// for a column that is carried through, or passedOver for one of a results or
// fixme file that is left out. Each field is there once at the most, and with
// them all that a file needs. The error is a *FileError.
//
// Where a card is given and no column is plainly phoneContact, the card is the
// contact of all rows: telephone columns can only be the chats then, and the
// names in the file are the recipients' and carried through, unless they are
// mapped or written exactly as in the API.
func understand(header []string, how Options) (columns []string, notes []msg.Reason, err error) {
	h := newHeadings(header, how.Card != nil)
	for _, step := range []func() error{
		func() error { return h.takeMapped(how.Map) },
		h.takeNamed,
		h.checkAny,
		h.takeTelephone,
		h.takeWholeNames,
	} {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	h.noteNear()
	return h.columns, h.notes, nil
}

// headings is a header that is being understood.
type headings struct {
	source  []string // as the file has them
	names   []string // as messages show them
	keys    []string
	nearly  []string // the field whose name each nearly is, or ""
	columns []string // what understand returns
	mapped  []bool   // a person has said what they are
	result  bool     // they are those of a results file
	card    bool
	alone   bool // the card is the contact of all rows
	notes   []msg.Reason
}

func newHeadings(header []string, card bool) *headings {
	h := &headings{source: header, columns: make([]string, len(header)), mapped: make([]bool, len(header)), card: card}
	for _, name := range header {
		key := keyOf(name)
		h.names = append(h.names, shownName(name))
		h.keys = append(h.keys, key)
		h.nearly = append(h.nearly, nearField(key))
	}
	h.result = h.isResult()
	return h
}

// isResult reports whether all columns of a results file are there.
func (h *headings) isResult() bool {
	for _, column := range resultColumns {
		if !slices.ContainsFunc(h.names, func(name string) bool { return strings.EqualFold(name, column) }) {
			return false
		}
	}
	return true
}

// has reports whether a column is the field.
func (h *headings) has(field string) bool { return slices.Contains(h.columns, field) }

// free reports whether a column may still become a field.
func (h *headings) free(i int) bool { return h.columns[i] == "" }

// takeNamed takes the columns that have the name of a field, and passes over
// those that no person has put there. In a results file, names that are not the
// API's were carried through, and are again.
func (h *headings) takeNamed() error {
	h.alone = h.isCardAlone()
	for i, key := range h.keys {
		field := fieldNames[key]
		switch {
		case h.mapped[i]:
		case h.isOurs(i):
			h.columns[i] = ignored
		case field == "" || h.result && !strings.EqualFold(h.names[i], field):
		case h.alone && isNameField(field) && h.names[i] != field:
			// First Name and Company are what address books write, too.
		default:
			if err := h.take(i, field); err != nil {
				return err
			}
		}
	}
	return nil
}

// take makes a column the field, unless another one is mapped to that.
func (h *headings) take(i int, field string) error {
	other := slices.Index(h.columns, field)
	switch {
	case other < 0:
		h.columns[i] = field
	case !h.mapped[other]:
		return h.twice(field, other, i)
	}
	return nil
}

// isOurs reports whether a column is one that results and fixme files have
// beside the fields.
func (h *headings) isOurs(i int) bool {
	if h.names[i] == errorColumn && strings.Join(h.names[i+1:], "") == "" {
		return true
	}
	return h.result && slices.ContainsFunc(resultColumns[:], func(column string) bool {
		return strings.EqualFold(h.names[i], column) && !slices.Contains(columns[:], column)
	})
}

// note remarks something of the i-th column.
func (h *headings) note(code msg.Code, i int, args ...any) {
	h.notes = append(h.notes, msg.NewReason(code, append([]any{msg.Shorten(h.names[i], 40)}, args...)...))
}
