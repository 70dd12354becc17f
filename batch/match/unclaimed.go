package match

import (
	"maps"
	"slices"

	"contact-distributor/batch/ledger"
)

// Remainder is what queue and journal show beyond what rows of the ledger hold.
type Remainder struct {
	Messages  []Message // one per chat and id
	Ambiguous []Message // which may be held or not: rows or messages share an id
	Learned   Chats     // what the messages that are held, or in both, tell of @lids
}

// Unclaimed takes out the messages whose idMessage a row of the ledger has, each row
// one, and joins what is left.
func Unclaimed(queue, journal []Message, holders []Candidate) Remainder {
	queued, rest := withoutHolders(queue, holders), withoutHolders(journal, holders)
	messages, learned := merge(queued.Messages, rest.Messages)
	maps.Copy(rest.Learned, learned)
	return Remainder{messages, rest.Ambiguous, rest.Learned}
}

func withoutHolders(messages []Message, rows []Candidate) Remainder {
	left, rowCount := holders{}, map[string]int{}
	for _, row := range rows {
		left[row.IDMessage] = append(left[row.IDMessage], row)
		rowCount[row.IDMessage]++
	}
	messageCount := countIDs(messages)
	isShared := func(id string) bool { return rowCount[id] > 1 || rowCount[id] == 1 && messageCount[id] > 1 }
	return left.byLID(left.byExactChat(messages), isShared)
}

// holders are rows by their idMessage.
type holders map[string][]Candidate

// byExactChat returns the messages that no row with the same chat and id holds.
func (h holders) byExactChat(messages []Message) (rest []Message) {
	for _, m := range messages {
		if _, held := h.take(m, func(row Candidate) bool { return row.Fields.ChatID == m.Chat }); !held {
			rest = append(rest, m)
		}
	}
	return rest
}

// byLID takes out the messages that a row holds whose chat has another name here.
// A message under an @lid is known by its id and card only: it is ambiguous where
// rows or messages share the id.
func (h holders) byLID(messages []Message, isShared func(id string) bool) Remainder {
	r := Remainder{Learned: Chats{}}
	for _, m := range messages {
		holder, held := h.take(m, func(row Candidate) bool {
			return MayBeOneChat(m.Chat, row.Fields.ChatID) && isPossibleNumber(m, row)
		})
		switch {
		case IsLID(m.Chat) && isShared(m.ID):
			r.Ambiguous = append(r.Ambiguous, m)
		case !held:
			r.Messages = append(r.Messages, m)
		case IsLID(m.Chat):
			r.Learned[m.Chat] = holder.Fields.ChatID
		}
	}
	return r
}

// take removes the first row that has the message's id and fits.
func (h holders) take(m Message, fits func(row Candidate) bool) (holder Candidate, held bool) {
	rows := h[m.ID]
	i := slices.IndexFunc(rows, func(row Candidate) bool { return fits(row) && inTime(m, row) })
	if i < 0 {
		return Candidate{}, false
	}
	holder = rows[i]
	h[m.ID] = slices.Delete(rows, i, i+1)
	return holder, true
}

// inTime reports whether the message is of the time of the row that holds its id.
func inTime(m Message, holder Candidate) bool {
	return m.isQueued() || !isBefore(m, holder) && m.DepartedAt.Sub(holder.Earliest) < 2*ledger.Retention
}
