package csvmodel

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"contact-distributor/csvmodel/msg"
)

func (m *mapper) requireKnown() error {
	for i, key := range m.keys {
		if m.mapped[i] || fieldNames[key] != "" || rankOf(key) != notTelephone || m.typos[i] != "" {
			return nil
		}
	}
	return refuse("header-unknown", fieldList(), msg.Shorten(strings.Join(m.names, ","), 80))
}

func (m *mapper) twice(field string, i, j int) error {
	return refuse("column-twice", field, m.quoted([]int{i, j}))
}

func (m *mapper) misspelt(field string, i int) error {
	return refuse("column-misspelt", field, msg.Quoted(m.names[i]))
}

func (m *mapper) missing(field string) error {
	if field == "phoneContact" {
		return refuse("column-no-phone", m.columnList())
	}
	return refuse("column-missing", field, m.columnList())
}

func (m *mapper) ambiguous(field string, rivals []int) error {
	mapping := displayMapping(Mapping{field, m.names[rivals[0]]})
	return refuse("column-undecided", field, mapping, m.quoted(rivals))
}

// chatMissing refuses a file that does not say whether its telephone numbers are the
// chats or on the cards. It names all telephone columns, the best first.
func (m *mapper) chatMissing(best []int) error {
	if len(best) == 0 {
		return m.missing("chatId")
	}
	telephones := append(best, m.columnsWhere(func(i int) bool {
		return rankOf(m.keys[i]) != notTelephone && m.isFree(i) && !slices.Contains(best, i)
	})...)
	if m.has("phoneContact") {
		mapping := displayMapping(Mapping{"chatId", m.names[best[0]]})
		return refuse("column-no-chat", mapping, m.quoted(telephones))
	}
	return refuse("column-whose", m.quoted(telephones))
}

func (m *mapper) quoted(which []int) []string {
	names := make([]string, len(which))
	for n, i := range which {
		names[n] = msg.Quoted(m.names[i])
	}
	return names
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
