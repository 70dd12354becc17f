package phone

import (
	"strings"

	"contact-distributor/csvmodel/msg"
)

// chatKinds are the ids of chats that the service documents, by their ends.
// Nothing else is one: no broadcast, no newsletter.
var chatKinds = []struct {
	suffix string
	fits   func(local string) bool
}{
	{"@c.us", isPerson},
	{"@g.us", isGroup},
	{"@lid", func(local string) bool { return IsDigits(local) && len(local) <= 32 }},
}

// ParseChatID reads the id of a chat, or a number as that of its owner's chat, like a
// cell of the column chatId. The region is a result of ParseRegion. The error says what
// is wrong, and what would be right.
func ParseChatID(cell, region string) (id string, err error) {
	id, fault, _ := NewParser(region).Chat(cell)
	if fault != "" {
		return "", msg.Problem(string(fault), msg.Args{"Column": "chatId", "Value": msg.Quoted(cell)})
	}
	return id, nil
}

func chatID(cell string) (string, msg.Code) {
	s := strings.TrimSpace(cell)
	if strings.ContainsFunc(s, isInvisible) {
		s = strings.TrimSpace(strings.Map(dropInvisible, s))
	}
	at := strings.IndexByte(s, '@')
	local, suffix := s[:at], s[at:]
	for _, kind := range chatKinds {
		if strings.EqualFold(suffix, kind.suffix) && kind.fits(local) {
			if suffix == kind.suffix {
				return s, ""
			}
			return local + kind.suffix, ""
		}
	}
	return "", msg.ChatID
}

func dropInvisible(r rune) rune {
	if isInvisible(r) {
		return -1
	}
	return r
}

// isPerson reports whether local is an international number: a country code
// never begins with 0.
func isPerson(local string) bool {
	return len(local) >= MinDigits && len(local) <= maxDigits && local[0] != '0' && IsDigits(local)
}

// isGroup reports whether local has the form of a group's id, old (its
// founder's number and a time) or new.
func isGroup(local string) bool {
	if len(local) > 32 {
		return false
	}
	if founder, since, old := strings.Cut(local, "-"); old {
		return IsDigits(founder) && IsDigits(since)
	}
	return len(local) > len("120363") && strings.HasPrefix(local, "120363") && IsDigits(local)
}
