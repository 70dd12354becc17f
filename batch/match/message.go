package match

import (
	"maps"
	"slices"
	"strings"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// Message is a contact message in the service's queue, in its journal, or in both.
type Message struct {
	Chat, ID   string
	Phone      int64            // 0: the card cannot be read
	Name       string           // as the card shows it, spaces folded
	Company    *string          // nil where the card has no line for it
	Body       *csvmodel.Fields // what was asked for; nil unless the queue shows it
	DepartedAt time.Time        // from the queue, in the service's clock; zero while it waits there
}

// FromQueue returns the contact messages of a queue.
func FromQueue(queue []greenapi.QueueEntry) []Message {
	var messages []Message
	for _, q := range queue {
		if strings.EqualFold(q.Type, "sendContact") || q.Phone != 0 {
			messages = append(messages, Message{Chat: q.Fields.ChatID, ID: q.MessageID, Phone: q.Phone, Name: displayName(q.Fields), Body: &q.Fields})
		}
	}
	return messages
}

// FromJournal returns one message per chat and id of a journal, which is newest
// first, oldest first.
func FromJournal(journal []greenapi.JournalEntry) []Message {
	known := map[[2]string]bool{}
	var messages []Message
	for _, e := range slices.Backward(journal) {
		if key := [2]string{e.ChatID, e.IDMessage}; !known[key] {
			known[key] = true
			messages = append(messages, Message{Chat: e.ChatID, ID: e.IDMessage, Phone: e.Phone, Name: fold(e.DisplayName),
				Company: companyOf(e.VCard), DepartedAt: e.Time})
		}
	}
	return messages
}

func (m Message) isQueued() bool { return m.DepartedAt.IsZero() }

// departure is far ahead for what is still in the queue.
func (m Message) departure() time.Time {
	if m.isQueued() {
		return time.Unix(1<<40, 0)
	}
	return m.DepartedAt
}

func (m Message) source() string {
	if m.isQueued() {
		return "queue"
	}
	return "journal"
}

// companyOf is the company of a vCard, nil where the card has no line for it.
func companyOf(vcard string) *string {
	for line := range strings.Lines(vcard) {
		if org, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "ORG:"); ok {
			org = fold(unescape.Replace(strings.TrimSuffix(org, ";")))
			return &org
		}
	}
	return nil
}

// unescape takes back what a vCard escapes.
var unescape = strings.NewReplacer(`\\`, `\`, `\,`, `,`, `\;`, `;`)

// merge joins what queue and journal show of one message, and returns all messages,
// oldest first. The journal may name the chat by an @lid, for which the queue then
// gives the chat.
func merge(queue, journal []Message) (all []Message, learned Chats) {
	all, learned = slices.Clone(queue), Chats{}
	inQueue, inJournal := countIDs(queue), countIDs(journal)
	for _, m := range journal {
		i := slices.IndexFunc(all, func(other Message) bool {
			if other.ID != m.ID || m.Phone != 0 && m.Phone != other.Phone {
				return false
			}
			return other.Chat == m.Chat || IsLID(m.Chat) && inQueue[m.ID] == 1 && inJournal[m.ID] == 1
		})
		if i < 0 {
			all = append(all, m)
			continue
		}
		if all[i].Chat != m.Chat {
			learned[m.Chat] = all[i].Chat
		}
		all[i].DepartedAt = m.DepartedAt
	}
	slices.SortStableFunc(all, func(a, b Message) int { return a.departure().Compare(b.departure()) })
	return all, learned
}

func countIDs(messages []Message) map[string]int {
	counts := map[string]int{}
	for _, m := range messages {
		counts[m.ID]++
	}
	return counts
}

// Remainder is what queue and journal show beyond what rows of the ledger hold.
type Remainder struct {
	Messages  []Message // one per chat and id, oldest first
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
	byID, rowCount := holders{}, map[string]int{}
	for _, row := range rows {
		byID[row.IDMessage] = append(byID[row.IDMessage], row)
		rowCount[row.IDMessage]++
	}
	messageCount := countIDs(messages)
	isShared := func(id string) bool { return rowCount[id] > 1 || rowCount[id] == 1 && messageCount[id] > 1 }
	return byID.byLID(byID.byExactChat(messages), isShared)
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
