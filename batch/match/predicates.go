package match

import (
	"slices"
	"strconv"
	"strings"

	"contact-distributor/csvmodel"
)

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
