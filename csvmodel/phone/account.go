package phone

import "strings"

// extraDigits are those that a country has put into its mobile numbers, or has taken out,
// without WhatsApp following everywhere: it knows an account by both forms.
var extraDigits = map[string]struct {
	at    int // its place in the international number
	digit string
}{
	"52": {2, "1"}, // Mexico
	"54": {2, "9"}, // Argentina
	"55": {4, "9"}, // Brazil, behind the area
}

// Account returns the one id by which all forms of an account's chat are compared. What is
// sent goes to the id as it stands.
func Account(id string) string {
	short, _ := Forms(id)
	return short
}

// Forms returns the shorter and the longer id of an account's chat. Most chats have one
// only; the longer is empty then.
func Forms(id string) (short, long string) {
	digits, isPerson := strings.CutSuffix(id, person)
	if !isPerson || len(digits) < 12 || len(digits) > 13 {
		return id, ""
	}
	extra, found := extraDigits[digits[:2]]
	if !found {
		return id, ""
	}
	head, rest, isLong := digits[:extra.at], digits[extra.at:], len(digits) == 13
	if isLong {
		if rest, found = strings.CutPrefix(rest, extra.digit); !found {
			return id, ""
		}
	}
	switch {
	case len(head) > 2 && rest[0] < '6': // a fixed line of Brazil
		return id, ""
	case isLong:
		return head + rest + person, id
	}
	return id, head + extra.digit + rest + person
}
