package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"slices"
)

// takeTelephone takes a telephone column for what is missing: the numbers on
// the cards or, where those are not needed, the chats.
func (h *headings) takeTelephone() error {
	field := "phoneContact"
	if !h.has("chatId") {
		field = "chatId"
	}
	if h.has(field) || h.card && field == "phoneContact" {
		return nil
	}
	if i := h.near(field); i >= 0 {
		return h.misspelt(field, i)
	}
	best := h.bestTelephones()
	switch {
	case field == "chatId" && !h.card:
		return h.noChat()
	case len(best) == 0:
		return h.missing(field)
	case len(best) > 1:
		return h.undecided(field, best)
	}
	h.columns[best[0]] = field
	h.note(msg.ColumnTaken, best[0], field)
	return nil
}

// allTelephones are the free telephone columns, those of the best rank first.
// Where one is mapped, somebody has chosen, and there are none.
func (h *headings) allTelephones() (all []int) {
	all = h.bestTelephones()
	if len(all) == 0 {
		return nil
	}
	for i, key := range h.keys {
		if rankOf(key) != notTelephone && h.free(i) && !slices.Contains(all, i) {
			all = append(all, i)
		}
	}
	return all
}

// bestTelephones are the free telephone columns of the best rank. Where one is
// mapped, somebody has chosen, and there are none.
func (h *headings) bestTelephones() (best []int) {
	bestRank := notTelephone
	for i, key := range h.keys {
		r := rankOf(key)
		switch {
		case r == notTelephone:
		case h.mapped[i]:
			return nil
		case !h.free(i):
		case bestRank == notTelephone || r < bestRank:
			best, bestRank = []int{i}, r
		case r == bestRank:
			best = append(best, i)
		}
	}
	return best
}
