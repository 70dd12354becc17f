package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// checkAny refuses a header in which nothing makes a table of contacts.
func (h *headings) checkAny() error {
	for i, key := range h.keys {
		if h.mapped[i] || fieldNames[key] != "" || rankOf(key) != notTelephone || h.nearly[i] != "" {
			return nil
		}
	}
	return refuse(msg.HeaderUnknown, shownFields(), msg.Shorten(strings.Join(h.names, ","), 80))
}

func (h *headings) twice(field string, i, j int) error {
	return refuse(msg.ColumnTwice, field, h.quoted([]int{i, j}))
}

func (h *headings) misspelt(field string, i int) error {
	return refuse(msg.ColumnMisspelt, field, msg.Quoted(h.names[i]))
}

func (h *headings) missing(field string) error {
	if field == "phoneContact" {
		return refuse(msg.ColumnNoPhone, h.shownColumns())
	}
	return refuse(msg.ColumnMissing, field, h.shownColumns())
}

// undecided is the refusal of a file with several columns that are equally
// good for a field.
func (h *headings) undecided(field string, rivals []int) error {
	mapping := shownMapping(Mapping{field, h.names[rivals[0]]})
	return refuse(msg.ColumnUndecided, field, mapping, h.quoted(rivals))
}

// noChat is the refusal of a file that does not say whether its telephone
// numbers are the chats or on the cards.
func (h *headings) noChat() error {
	best := h.allTelephones()
	switch {
	case len(best) == 0:
		return h.missing("chatId")
	case h.has("phoneContact"):
		mapping := shownMapping(Mapping{"chatId", h.names[best[0]]})
		return refuse(msg.ColumnNoChat, mapping, h.quoted(best))
	}
	return refuse(msg.ColumnWhose, h.quoted(best))
}

// quoted are the names of columns.
func (h *headings) quoted(which []int) []string {
	names := make([]string, len(which))
	for n, i := range which {
		names[n] = msg.Quoted(h.names[i])
	}
	return names
}

func shownFields() string { return strings.Join(columns[:], ", ") }

// shownColumns are the names of all columns, cut to 200 characters.
func (h *headings) shownColumns() string {
	named := slices.DeleteFunc(slices.Clone(h.names), func(name string) bool { return name == "" })
	return fmt.Sprintf("%q", msg.Shorten(strings.Join(named, ", "), 200))
}

// shownName is a column's name as a person sees it: one space where there is
// any, and nothing that has no width.
func shownName(name string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(visible), " ")
}
