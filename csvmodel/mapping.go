package csvmodel

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// mapColumns returns for each name of the header the field that its column is, "" for a
// column that is carried through, or ignored. Each field is there once at the most, and
// with them all that a file needs. The notes say what a person may not expect. The error
// is a *FileError.
//
// Where a card is given and no column is plainly phoneContact, the card is the
// contact of all rows: telephone columns can only be the chats then, and the
// names in the file are the recipients' and carried through, unless they are
// mapped or written exactly as in the API.
//
// The rows are the first of the file, or nil. Of several columns that could be one field
// none is taken that is empty there.
func mapColumns(header []string, rows iter.Seq[[]string], opts Options) (fields []string, notes []msg.Reason, err error) {
	m := newMapper(header, rows, opts)
	for _, step := range []func() error{
		func() error { return m.applyMappings(opts.Map) },
		m.matchNames,
		m.requireKnown,
		m.matchTelephone,
		m.matchWholeNames,
	} {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	m.noteTypos()
	return m.fields, m.notes, nil
}

type mapper struct {
	header   []string // as in the file
	rows     iter.Seq[[]string]
	phones   *phone.Parser
	names    []string  // as messages show them
	keys     []string  // as they are compared
	typos    []string  // the field whose name each nearly is, or ""
	fields   []string  // what mapColumns returns
	mappings []Mapping // that name the columns; the zero value for none
	isResult bool      // the file is a results file
	hasCard  bool
	cardOnly bool // the card is the contact of all rows
	notes    []msg.Reason
}

func newMapper(header []string, rows iter.Seq[[]string], opts Options) *mapper {
	m := &mapper{header: header, rows: rows, phones: opts.newParser(), hasCard: opts.Card != nil, fields: make([]string, len(header)), mappings: make([]Mapping, len(header)), keys: keysOf(header)}
	for i, name := range header {
		m.names = append(m.names, displayName(name))
		m.typos = append(m.typos, typoField(m.keys[i]))
	}
	isMissing := func(column string) bool { return !hasName(m.names, column) }
	m.isResult = !slices.ContainsFunc(resultColumns[:], isMissing)
	return m
}

func hasName(names []string, name string) bool {
	return slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(other, name) })
}

func (m *mapper) has(field string) bool { return slices.Contains(m.fields, field) }

func (m *mapper) isMapped(i int) bool { return m.mappings[i].Column != "" }

func (m *mapper) isFree(i int) bool { return m.fields[i] == "" }

func (m *mapper) note(code msg.Code, i int, args ...any) {
	m.notes = append(m.notes, msg.NewReason(code, append([]any{msg.Shorten(m.names[i], 40)}, args...)...))
}

func (m *mapper) applyMappings(mappings []Mapping) error {
	for _, mapping := range mappings {
		field := apiField(keyOf(mapping.Field))
		if field == "" {
			return refuse("map-field", displayMapping(mapping), fieldList())
		}
		i, err := m.find(field, mapping)
		if err != nil {
			return err
		}
		for j, earlier := range m.mappings {
			if m.isMapped(j) && (j == i || m.fields[j] == field) {
				return refuse("map-twice", displayMapping(earlier), displayMapping(mapping))
			}
		}
		m.fields[i], m.mappings[i] = field, mapping
	}
	return nil
}

// find returns the column that a mapping names: written so or, if there is none, with
// other capitals and space, or by its number.
func (m *mapper) find(field string, mapping Mapping) (int, error) {
	name := displayName(mapping.Column)
	found := m.columnsWhere(func(i int) bool { return m.header[i] == mapping.Column })
	if len(found) == 0 {
		found = m.columnsWhere(func(i int) bool { return strings.EqualFold(m.names[i], name) })
	}
	if len(found) == 0 {
		found = m.columnsWhere(func(i int) bool { return columnNumber(i) == name })
	}
	switch {
	case len(found) == 0 || name == "":
		return 0, refuse("map-none", displayMapping(mapping), m.columnList())
	case len(found) > 1:
		return 0, m.refuse(field, found, "map-several", displayMapping(mapping))
	}
	return found[0], nil
}

func (m *mapper) columnsWhere(holds func(i int) bool) (found []int) {
	for i := range m.names {
		if holds(i) {
			found = append(found, i)
		}
	}
	return found
}

// matchNames assigns the columns that have the name of a field, and ignores those
// that this program has added. In a results file, names that are not the API's were
// carried through, and are again.
func (m *mapper) matchNames() error {
	m.cardOnly = m.isCardOnly()
	for i, key := range m.keys {
		field := known().fields[key]
		switch {
		case m.isMapped(i):
		case m.isOwn(i):
			m.fields[i] = ignored
		case field == "" || m.isResult && !strings.EqualFold(m.names[i], field):
		case m.cardOnly && isNameField(field) && m.names[i] != field:
			// First Name and Company are what address books write, too.
		default:
			if err := m.assign(i, field); err != nil {
				return err
			}
		}
	}
	return nil
}

// isCardOnly reports whether the card is the contact of all rows: no column is the
// number of another contact. The names in the file are the recipients' then.
func (m *mapper) isCardOnly() bool {
	return m.hasCard && !m.has("phoneContact") &&
		!slices.ContainsFunc(m.keys, func(key string) bool { return known().fields[key] == "phoneContact" })
}

func (m *mapper) isOwn(i int) bool {
	if m.names[i] == errorColumn && strings.Join(m.names[i+1:], "") == "" {
		return true
	}
	return m.isResult && hasName(resultColumns[:], m.names[i]) && !hasName(columns[:], m.names[i])
}

// assign makes a column the field, unless another one is mapped to that, or one of the
// two is empty.
func (m *mapper) assign(i int, field string) error {
	other := slices.Index(m.fields, field)
	switch {
	case other < 0:
		m.fields[i] = field
	case m.isMapped(other) || m.isEmpty(i):
	case m.isEmpty(other):
		m.fields[other], m.fields[i] = "", field
	default:
		return m.refuse(field, []int{other, i}, "column-twice", field, m.quoted(other, i))
	}
	return nil
}

// matchTelephone assigns a telephone column to what is missing: the numbers on
// the cards or, where those are not needed, the chats.
func (m *mapper) matchTelephone() error {
	telephones, best := m.telephones()
	chat := slices.Index(m.fields, "chatId")
	if chat >= 0 && m.names[chat] != "chatId" && !m.isMapped(chat) && !m.hasDigits(chat) && best > 0 && m.hasDigits(telephones[0]) {
		m.fields[chat] = ""
	}
	field := "phoneContact"
	if !m.has("chatId") {
		field = "chatId"
	}
	if m.has(field) || m.hasCard && field == "phoneContact" {
		return nil
	}
	if i := m.typoOf(field); i >= 0 {
		return refuse("column-misspelt", field, msg.Quoted(m.names[i]))
	}
	switch {
	case best == 0 || field == "chatId" && !m.hasCard:
		return m.missing(field, telephones)
	case best > 1:
		return refuse("column-undecided", field, m.mapping(field, telephones[0]), m.quoted(telephones[:best]...))
	}
	m.fields[telephones[0]] = field
	m.note("column-taken", telephones[0], field)
	return nil
}

// telephones returns the free telephone columns, those of the best rank first and those
// that have no number last, and how many are of the best. Where one is mapped, a person has
// chosen, and there are none.
func (m *mapper) telephones() (columns []int, best int) {
	ranks := make([]telephoneRank, len(m.keys))
	for i, key := range m.keys {
		switch ranks[i] = rankOf(key); {
		case ranks[i] == notTelephone || ranks[i] == vague && m.rows != nil && !m.hasNumbers(i):
			continue
		case m.isMapped(i):
			return nil, 0
		case !m.hasDigits(i):
			ranks[i] += vague
		}
		if m.isFree(i) {
			columns = append(columns, i)
		}
	}
	slices.SortStableFunc(columns, func(a, b int) int { return int(ranks[a] - ranks[b]) })
	for best < len(columns) && ranks[columns[best]] == ranks[columns[0]] {
		best++
	}
	return columns, best
}

func (m *mapper) content(i int) (cells []string) {
	if m.rows == nil {
		return nil
	}
	for row := range m.rows {
		if i < len(row) && strings.TrimSpace(row[i]) != "" {
			cells = append(cells, row[i])
		}
	}
	return cells
}

func (m *mapper) isEmpty(i int) bool { return m.rows != nil && m.content(i) == nil }

// hasDigits reports whether something in a column may be a number, or nothing is known of it.
func (m *mapper) hasDigits(i int) bool {
	return m.rows == nil || slices.ContainsFunc(m.content(i), func(cell string) bool { return countDigits(cell) > 4 })
}

// hasNumbers reports whether most of what is in a column look like telephone numbers.
func (m *mapper) hasNumbers(i int) bool {
	cells := m.content(i)
	all := len(cells)
	return 2*len(slices.DeleteFunc(cells, func(cell string) bool { return !isNumber(m.phones, cell) })) > all
}

// isNumber reports whether a cell is likely to be a telephone number, though it may be one
// that is invalid.
func isNumber(phones *phone.Parser, cell string) bool {
	_, fault, _ := phones.Phone(cell)
	return fault == "" || countDigits(cell) >= 9 && fault != msg.Phone && fault != msg.NumberDate
}

// matchWholeNames makes a column of whole names the firstName where no other column
// says what a person is called.
func (m *mapper) matchWholeNames() error {
	if m.cardOnly || m.has("firstName") || m.has("middleName") || m.has("lastName") {
		return nil
	}
	for i, key := range m.keys {
		if !known().wholeNames[key] || !m.isFree(i) {
			continue
		}
		if err := m.assign(i, "firstName"); err != nil {
			return err
		}
		m.note("column-full-name", i)
	}
	return nil
}

func (m *mapper) requireKnown() error {
	for i, key := range m.keys {
		if m.isMapped(i) || known().fields[key] != "" || rankOf(key) != notTelephone || m.typos[i] != "" {
			return nil
		}
	}
	isNumber := func(name string) bool { return isNumber(m.phones, name) }
	if !slices.ContainsFunc(m.names, isNumber) && len(m.columnsWhere(m.hasNumbers)) > 0 {
		return m.missing("chatId", nil)
	}
	return refuse("header-unknown", fieldList(), msg.Shorten(strings.Join(m.names, ","), 80))
}

// missing refuses a file without a field, which may be in one of the columns, the best
// first, or else in those that have numbers. Where neither chats nor cards have theirs, the
// file does not say whose the numbers are.
func (m *mapper) missing(field string, columns []int) error {
	if len(columns) == 0 {
		columns = m.columnsWhere(func(i int) bool { return m.isFree(i) && m.hasNumbers(i) })
	}
	switch {
	case field == "phoneContact":
		return m.refuse(field, columns, "column-no-phone", m.columnList())
	case len(columns) == 0:
		return refuse("column-missing", field, m.columnList())
	case m.has("phoneContact") || m.hasCard:
		return refuse("column-no-chat", m.mapping(field, columns[0]), m.quoted(columns...))
	}
	return m.refuse(field, columns, "column-whose", m.quoted(columns...))
}

func (m *mapper) refuse(field string, columns []int, code msg.Code, args ...any) error {
	refusal := refuse(code, args...)
	var mappings []string
	for _, i := range columns[:min(len(columns), 3)] {
		mappings = append(mappings, m.mapping(field, i))
	}
	if len(mappings) > 0 {
		refusal.Reasons = append(refusal.Reasons, msg.NewReason("column-map", mappings))
	}
	return refusal
}

func (m *mapper) quoted(which ...int) (names []string) {
	for _, i := range which {
		name := msg.Quoted(m.names[i])
		if reference := m.reference(i); reference != m.names[i] {
			name += " (" + reference + ")"
		}
		names = append(names, name)
	}
	return names
}

// reference returns how --map can name a column: without a name of its own, or with one
// too long to be shown whole, by its number.
func (m *mapper) reference(i int) string {
	same := m.columnsWhere(func(j int) bool { return strings.EqualFold(m.names[j], m.names[i]) })
	if len(same) > 1 || m.names[i] == "" || len(m.names[i]) > 100 {
		return columnNumber(i)
	}
	return m.names[i]
}

func (m *mapper) mapping(field string, i int) string {
	return displayMapping(Mapping{field, m.reference(i)})
}

func fieldList() string { return strings.Join(columns[:], ", ") }

func (m *mapper) columnList() string {
	named := slices.DeleteFunc(slices.Clone(m.names), func(name string) bool { return name == "" })
	return fmt.Sprintf("%q", msg.Shorten(strings.Join(named, ", "), 200))
}

// displayName returns a column's name as a person sees it: with single spaces, and
// without what has no width.
func displayName(name string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(visible), " ")
}

func displayMapping(m Mapping) string {
	return fmt.Sprintf("%q", msg.Shorten(m.Field+"="+displayName(m.Column), 80))
}

func (m *mapper) noteTypos() {
	for _, field := range columns {
		if m.has(field) || m.cardOnly && isNameField(field) {
			continue
		}
		if i := m.typoOf(field); i >= 0 {
			m.note("column-near", i, field)
		}
	}
}

func (m *mapper) typoOf(field string) int {
	for i, nearly := range m.typos {
		if nearly == field && m.isFree(i) {
			return i
		}
	}
	return -1
}
