package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"fmt"
	"strings"
)

// takeMapped makes columns the fields that a person has said they are.
func (h *headings) takeMapped(mappings []Mapping) error {
	for n, m := range mappings {
		field := ownField(keyOf(m.Field))
		if field == "" {
			return refuse(msg.MapField, shownMapping(m), shownFields())
		}
		i, err := h.find(m)
		if err != nil {
			return err
		}
		if h.has(field) || h.mapped[i] {
			return refuse(msg.MapTwice, shownMapping(h.rival(mappings[:n], field, i)), shownMapping(m))
		}
		h.columns[i], h.mapped[i] = field, true
	}
	return nil
}

// find is the column that a mapping names: written so or, if there is none,
// with other capitals and space.
func (h *headings) find(m Mapping) (int, error) {
	wanted := shownName(m.Column)
	found := h.where(func(i int) bool { return h.source[i] == m.Column })
	if len(found) == 0 {
		found = h.where(func(i int) bool { return strings.EqualFold(h.names[i], wanted) })
	}
	switch {
	case len(found) == 0 || wanted == "":
		return 0, refuse(msg.MapNone, shownMapping(m), h.shownColumns())
	case len(found) > 1:
		return 0, refuse(msg.MapSeveral, shownMapping(m))
	}
	return found[0], nil
}

// where are the columns of which something is so.
func (h *headings) where(isSo func(i int) bool) (found []int) {
	for i := range h.names {
		if isSo(i) {
			found = append(found, i)
		}
	}
	return found
}

// rival is the earlier mapping of the field or of the i-th column.
func (h *headings) rival(earlier []Mapping, field string, i int) Mapping {
	for _, m := range earlier {
		j, err := h.find(m)
		if ownField(keyOf(m.Field)) == field || err == nil && j == i {
			return m
		}
	}
	return Mapping{}
}

func shownMapping(m Mapping) string {
	return fmt.Sprintf("%q", msg.Shorten(m.Field+"="+shownName(m.Column), 80))
}
