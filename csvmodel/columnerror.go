package csvmodel

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// columnHolds says what is in the columns that a file needs.
var columnHolds = map[string]string{
	"chatId":       "the chats that get the cards",
	"phoneContact": "the numbers on the cards",
}

// checkAny refuses a header in which nothing makes a table of contacts.
func (h *headings) checkAny() error {
	for i, key := range h.keys {
		if h.mapped[i] || fieldNames[key] != "" || rankOf(key) != notTelephone || h.nearly[i] != "" {
			return nil
		}
	}
	return refuse(fmt.Sprintf("has no column that is known: its first line must name them, %s, separated by commas, semicolons, tabs or bars; a file of bare numbers needs such a line too; it begins %q",
		strings.Join(columns[:], ", "), cut(strings.Join(h.names, ","), 80)))
}

func (h *headings) twice(field string, i, j int) error {
	return refuse(fmt.Sprintf("has the column %s twice, as %s and %s: rename or remove one of them",
		field, quote(h.names[i]), quote(h.names[j])))
}

func (h *headings) misspelt(field string, i int) error {
	return refuse(fmt.Sprintf("has no column %s, but the column %s is nearly %s: rename it if it holds %s",
		field, quote(h.names[i]), field, columnHolds[field]))
}

func (h *headings) missing(field string) error {
	or := ""
	if field == "phoneContact" {
		or = ", or give one card for all chats with --card"
	}
	return refuse(fmt.Sprintf("has no column %s: rename the one that holds %s to %s%s; its columns are %s",
		field, columnHolds[field], field, or, h.shownColumns()))
}

// undecided is the refusal of a file with several columns that are equally
// good for a field.
func (h *headings) undecided(field string, rivals []int) error {
	return refuse(fmt.Sprintf("has no column %s, and %s can all be that: rename the one that holds %s to %s, or say which with --map %s",
		field, h.listed(rivals), columnHolds[field], field, shownMapping(Mapping{field, h.names[rivals[0]]})))
}

// noChat is the refusal of a file that does not say whether its telephone
// numbers are the chats or on the cards.
func (h *headings) noChat() error {
	best := h.allTelephones()
	switch {
	case len(best) == 0:
		return h.missing("chatId")
	case h.has("phoneContact"):
		return refuse(fmt.Sprintf("has no column chatId: if the chats that get the cards are in %s, rename it to chatId, or say so with --map %s",
			h.listed(best), shownMapping(Mapping{"chatId", h.names[best[0]]})))
	}
	return refuse(fmt.Sprintf("has no column chatId, and does not say whose numbers are in %s: name the column of %s chatId and that of %s phoneContact, or give one card for all with --card",
		h.listed(best), columnHolds["chatId"], columnHolds["phoneContact"]))
}

// listed names columns, as many as a person would read.
func (h *headings) listed(which []int) string {
	const most = 4
	var names []string
	for _, i := range which[:min(len(which), most)] {
		names = append(names, quote(h.names[i]))
	}
	switch more := len(which) - len(names); {
	case more > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	case len(names) == 1:
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// shownColumns are the names of all columns, cut to 200 characters.
func (h *headings) shownColumns() string {
	named := slices.DeleteFunc(slices.Clone(h.names), func(name string) bool { return name == "" })
	return fmt.Sprintf("%q", cut(strings.Join(named, ", "), 200))
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
