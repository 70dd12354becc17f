package match

import (
	"slices"
	"strings"
	"time"

	"contact-distributor/batch/greenapi"
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
	type key struct{ chat, id string }
	known := map[key]bool{}
	var messages []Message
	for _, j := range slices.Backward(journal) {
		if k := (key{j.ChatID, j.IDMessage}); !known[k] {
			known[k] = true
			messages = append(messages, Message{Chat: j.ChatID, ID: j.IDMessage, Phone: j.Phone, Name: fold(j.DisplayName),
				Company: companyOf(j.VCard), DepartedAt: j.Time})
		}
	}
	return messages
}

func (m Message) isQueued() bool { return m.DepartedAt.IsZero() }

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

// merge joins what queue and journal show of one message. The journal may name the
// chat by an @lid, for which the queue then gives the chat.
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
	return all, learned
}

func countIDs(messages []Message) map[string]int {
	counts := map[string]int{}
	for _, m := range messages {
		counts[m.ID]++
	}
	return counts
}
