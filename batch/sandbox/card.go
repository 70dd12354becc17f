package sandbox

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// card is a contact as the service passes it on, and shows it in the journal.
type card struct {
	DisplayName string `json:"displayName"`
	VCard       string `json:"vcard"`
}

// card builds what WhatsApp shows (seen). Whether the service escapes commas and
// the like is not known; this does not.
func (c Contact) card() card {
	name := c.displayName()
	lines := []string{
		"BEGIN:VCARD",
		"VERSION:3.0",
		"N:" + c.LastName + ";" + c.FirstName + ";" + c.MiddleName + ";",
		"FN:" + name,
		"ORG:" + c.Company,
		fmt.Sprintf("TEL;type=CELL;type=VOICE;waid=%d:+%d", c.PhoneContact, c.PhoneContact),
		"END:VCARD",
	}
	return card{DisplayName: name, VCard: strings.Join(lines, "\n")}
}

// displayName is the names that are given, joined by a space, or the company.
func (c Contact) displayName() string {
	var given []string
	for _, name := range []string{c.FirstName, c.MiddleName, c.LastName} {
		if name != "" {
			given = append(given, name)
		}
	}
	if len(given) == 0 {
		return c.Company
	}
	return strings.Join(given, " ")
}

// LID is the made-up "@lid" under which the journal may show a person, always
// the same for one chat; groups and lids stay as they are.
func LID(chatID string) string {
	if !strings.HasSuffix(chatID, "@c.us") {
		return chatID
	}
	h := fnv.New64a()
	h.Write([]byte(number(chatID)))
	return fmt.Sprintf("1%014d@lid", h.Sum64()%1e14)
}

func number(chatID string) string {
	digits, _, _ := strings.Cut(chatID, "@")
	return digits
}
