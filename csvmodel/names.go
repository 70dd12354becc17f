package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"slices"
)

// takeWholeNames takes a column of whole names for firstName where nothing else
// says what a person is called.
func (h *headings) takeWholeNames() error {
	if h.alone || h.has("firstName") || h.has("middleName") || h.has("lastName") {
		return nil
	}
	for i, key := range h.keys {
		if !wholeNames[key] || !h.free(i) {
			continue
		}
		if err := h.take(i, "firstName"); err != nil {
			return err
		}
		h.note(msg.ColumnFullName, i)
	}
	return nil
}

// isCardAlone reports whether the card is the contact of all rows: nobody says
// that a column holds the numbers of others. The names are the recipients' then.
func (h *headings) isCardAlone() bool {
	return h.card && !h.has("phoneContact") &&
		!slices.ContainsFunc(h.keys, func(key string) bool { return fieldNames[key] == "phoneContact" })
}

func isNameField(field string) bool {
	return slices.Contains(columns[2:6], field)
}
