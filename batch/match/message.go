package match

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// Message is a contact message in queue or journal, or an entry that may be one.
type Message struct {
	Chat, ID string
	Phone    int64            // 0: the card cannot be read
	Name     string           // as the card shows it, spaces folded
	Company  *string          // nil where the card has no line for it
	Body     *csvmodel.Fields // what was requested; nil unless the queue shows it
	IsQueued bool             // and was not seen to leave
	// At is when it left or, while IsQueued, when the queue was read, in the service's
	// clock; zero if the journal does not tell.
	At       time.Time
	Delivery csvmodel.Delivery
}

// FromQueue returns the messages of a queue read at this time of the service's clock.
func FromQueue(queue []greenapi.QueueEntry, at time.Time) []Message {
	var messages []Message
	for _, q := range queue {
		if q.Type == "" || strings.EqualFold(q.Type, "sendContact") || q.Phone != 0 {
			messages = append(messages, Message{Chat: q.Fields.ChatID, ID: q.MessageID, Phone: q.Phone, Name: displayName(q.Fields), Body: &q.Fields,
				IsQueued: true, At: at, Delivery: csvmodel.DeliveryPending})
		}
	}
	return messages
}

// FromJournal returns the messages of a journal, oldest first.
func FromJournal(journal []greenapi.JournalEntry) []Message {
	var messages []Message
	for _, e := range slices.Backward(journal) {
		messages = append(messages, Message{Chat: e.ChatID, ID: e.IDMessage, Phone: e.Phone, Name: fold(e.DisplayName),
			Company: companyOf(e.VCard), At: e.Time, Delivery: DeliveryOf(e)})
	}
	slices.SortStableFunc(messages, func(a, b Message) int { return a.At.Compare(b.At) })
	return messages
}

// DeliveryOf is what an entry says of its card. One without a word has left the queue.
func DeliveryOf(e greenapi.JournalEntry) csvmodel.Delivery {
	if e.StatusMessage == "" {
		return csvmodel.DeliverySent
	}
	return csvmodel.Delivery(e.StatusMessage)
}

// Source is where the message was seen last.
func (m Message) Source() ledger.Resolver {
	if m.IsQueued {
		return ledger.ByQueue
	}
	return ledger.ByJournal
}

func companyOf(vcard string) *string {
	for line := range strings.Lines(vcard) {
		if org, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "ORG:"); ok {
			org = fold(unescape.Replace(strings.TrimSuffix(org, ";")))
			return &org
		}
	}
	return nil
}

var unescape = strings.NewReplacer(`\\`, `\`, `\,`, `,`, `\;`, `;`)

// Gather returns what queue and journal show of candidates and holders, the rows with an
// idMessage, do not hold. Learned are the @lids beyond those known that it ties to our chats.
func Gather(queue, journal []Message, holders, candidates []Candidate, known Chats) (e Evidence, learned Chats) {
	byID := map[string][]Candidate{}
	for _, row := range holders {
		byID[row.IDMessage] = append(byID[row.IDMessage], row)
	}
	learned = Chats{}
	messages := merge(queue, journal, learned)
	learned.learn(messages, byID, func(m Message) bool {
		return slices.ContainsFunc(candidates, func(c Candidate) bool { return known.Possible(m, c) })
	})
	if !haveUniqueIDs(queue, byID) || !haveUniqueIDs(journal, byID) {
		messages, learned = merge(queue, journal, nil), Chats{}
	}
	maps.DeleteFunc(learned, func(lid, _ string) bool { return known.Of(lid) != lid })
	e = Evidence{Candidates: candidates, Chats: maps.Clone(learned)}
	maps.Copy(e.Chats, known)
	for _, m := range messages {
		switch held, mayBeHeld := e.Chats.findHolder(m, byID[m.ID]); {
		case mayBeHeld && !held:
			e.Ambiguous = append(e.Ambiguous, m)
		case !held:
			e.Messages = append(e.Messages, m)
		}
	}
	return e, learned
}

// findHolder looks for the row that holds the message: ids are unique within a chat only.
func (chats Chats) findHolder(m Message, rows []Candidate) (held, mayBeHeld bool) {
	for _, row := range rows {
		held = held || chats.Of(m.Chat) == chats.Of(row.Fields.ChatID)
		mayBeHeld = mayBeHeld || MayBeOneChat(chats.Of(m.Chat), chats.Of(row.Fields.ChatID)) && isPossibleNumber(m, row) && inTime(m, row)
	}
	return held, mayBeHeld
}

// learn adds the @lids of messages that a row holds. An id may be equal by chance: one that
// may be somebody else's teaches nothing.
func (chats Chats) learn(messages []Message, holders map[string][]Candidate, mayBeElse func(Message) bool) {
	for _, m := range messages {
		rows := holders[m.ID]
		if IsLID(m.Chat) && len(rows) > 0 && inTime(m, rows[0]) && sameCard(m, rows[0]) && !mayBeElse(m) {
			chats.Tie(m.Chat, rows[0].Fields.ChatID)
		}
	}
}

// Tie learns the chat of an @lid; one of two chats is of none.
func (chats Chats) Tie(lid, chat string) {
	if other, known := chats[lid]; known && other != chat {
		chat = lid
	}
	chats[lid] = chat
}

// haveUniqueIDs reports whether ids tell whose an @lid is.
func haveUniqueIDs(messages []Message, holders map[string][]Candidate) bool {
	chats := map[string]string{}
	for _, m := range messages {
		if chat, known := chats[m.ID]; known && chat != m.Chat && m.ID != "" {
			return false
		}
		chats[m.ID] = m.Chat
	}
	for id, rows := range holders {
		if _, shown := chats[id]; shown && slices.ContainsFunc(rows, func(row Candidate) bool { return row.Fields.ChatID != rows[0].Fields.ChatID }) {
			return false
		}
	}
	return true
}

// merge returns one message per chat and id, oldest first. If learned is not nil, one that the
// queue shows under its chat and the journal under an @lid ties the two.
func merge(queue, journal []Message, learned Chats) []Message {
	var all []Message
	places := map[string][]int{} // by id
	for _, m := range slices.Concat(journal, queue) {
		i := slices.IndexFunc(places[m.ID], func(i int) bool { return all[i].Chat == m.Chat || learned != nil && hasLeft(m, all[i]) })
		if i < 0 || m.ID == "" {
			places[m.ID] = append(places[m.ID], len(all))
			all = append(all, m)
			continue
		}
		known := &all[places[m.ID][i]]
		if known.Chat != m.Chat {
			learned.Tie(known.Chat, m.Chat)
			known.Chat = m.Chat
		}
		if m.IsQueued {
			known.Body = m.Body
		}
	}
	return all
}

// hasLeft reports whether an entry under an @lid may be what was waiting with the same id.
func hasLeft(waiting, left Message) bool {
	return waiting.IsQueued && IsLID(left.Chat) && !left.At.Before(waiting.At.Add(-ClockMargin)) && left.Phone == waiting.Phone && left.Name == waiting.Name
}

// Chats has the chat of each @lid that is known. Its zero value knows none.
type Chats map[string]string

// Of returns the chat, in place of an @lid if it is known.
func (chats Chats) Of(chat string) string {
	if other, ok := chats[chat]; ok {
		return other
	}
	return chat
}

// Possible reports whether nothing says that the message is not the candidate. The service
// may show a name in another way.
func (chats Chats) Possible(m Message, c Candidate) bool {
	return isPossibleNumber(m, c) && inTime(m, c) && chats.isPossibleChat(m, c)
}

// Exact reports whether the message is the candidate, as far as can be told at all.
func (chats Chats) Exact(m Message, c Candidate) bool {
	switch {
	case m.ID == "" || m.At.IsZero() || !chats.Possible(m, c) || chats.Of(m.Chat) != chats.Of(c.Fields.ChatID):
		return false
	case m.Body != nil:
		return slices.Contains(c.sent(), *m.Body)
	}
	return sameCard(m, c)
}

func (chats Chats) isPossibleChat(m Message, c Candidate) bool {
	ours, theirs := chats.Of(c.Fields.ChatID), chats.Of(m.Chat)
	return ours == theirs || theirs == "" || sameEnd(ours, theirs) || IsLID(ours) != IsLID(theirs)
}

// inTime reports whether the message left, or was seen waiting, when the candidate can have.
func inTime(m Message, c Candidate) bool {
	return m.At.IsZero() || !m.At.Before(c.Earliest) && (c.Latest.IsZero() || !m.At.After(c.Latest))
}

// isPossibleNumber is true of a card that cannot be read, too.
func isPossibleNumber(m Message, c Candidate) bool { return m.Phone == 0 || m.Phone == c.Phone() }

func sameCard(m Message, c Candidate) bool {
	return m.Phone == c.Phone() && slices.ContainsFunc(c.sent(), func(f csvmodel.Fields) bool {
		return m.Name == displayName(f) && (m.Company == nil || *m.Company == fold(f.Company))
	})
}

// sent has two forms: an earlier version sent names that this one would normalise.
func (c Candidate) sent() []csvmodel.Fields {
	_, normal, _ := csvmodel.ParseContact(c.Fields)
	return []csvmodel.Fields{c.Fields, normal}
}

// Phone is the card's number.
func (c Candidate) Phone() int64 {
	n, _ := strconv.ParseInt(c.Fields.PhoneContact, 10, 64)
	return n
}

// IsLID reports whether the chat is named by an id that does not show its number.
func IsLID(chat string) bool { return strings.HasSuffix(chat, "@lid") }

// MayBeOneChat reports whether two names, as such, may mean the same chat.
func MayBeOneChat(a, b string) bool {
	return a == b || a == "" || IsLID(a) || IsLID(b) || sameEnd(a, b)
}

// sameEnd compares 8 digits: WhatsApp knows some numbers with a digit more or less in front.
func sameEnd(a, b string) bool {
	endA, endB := lastDigits(a), lastDigits(b)
	return len(endA) == 8 && endA == endB
}

func lastDigits(chat string) string {
	digits, _, _ := strings.Cut(chat, "@")
	return digits[max(0, len(digits)-8):]
}

// displayName is the name that the service gives a card.
func displayName(f csvmodel.Fields) string {
	name := fold(f.FirstName + " " + f.MiddleName + " " + f.LastName)
	if name == "" {
		return fold(f.Company)
	}
	return name
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }
