package phone_test

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel/phone"
)

func TestAChatCanBeReadAlone(t *testing.T) {
	for _, c := range []struct{ name, cell, region, want, fault string }{
		{"an id", " 123456789012345@LID", "", "123456789012345@lid", ""},
		{"a number", "+1 202 555-01-01", "", "12025550101@c.us", ""},
		{"a number of the region", "07700 900123", "GB", "447700900123@c.us", ""},
		{"a number without its country", "8 (900) 123-45-67", "", "", "does not say its country"},
		{"no chat", "contacts.csv", "", "", `"contacts.csv" is no chat`},
		{"nothing", "", "", "", "chatId: empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, err := phone.ParseChatID(c.cell, c.region)
			if id != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
				t.Errorf("got %q, %v", id, err)
			}
		})
	}
}
