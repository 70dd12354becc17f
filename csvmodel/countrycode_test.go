package csvmodel_test

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel/msg"
)

func TestACountryCodeInAColumnOfItsOwn(t *testing.T) {
	for _, c := range []struct{ name, header, row, chat, codes string }{
		{"with a plus", "Country Code,WhatsApp", "+39,3471234567", "393471234567@c.us", ""},
		{"without", "DDI,WhatsApp", "55,51987654321", "5551987654321@c.us", ""},
		{"as it is dialled", "Код страны,WhatsApp", "0049,015112345678", "4915112345678@c.us", ""},
		{"as letters", "Country,WhatsApp", "ES,612345678", "34612345678@c.us", ""},
		{"with the name of the country", "Country Code,WhatsApp", "Austria (+43),6641234567", "436641234567@c.us", ""},
		{"America", "Country Code,WhatsApp", "1,2025550101", "12025550101@c.us", ""},
		{"a number that has it already", "Country Code,WhatsApp", "49,4915112345678", "4915112345678@c.us", ""},
		{"a number with a plus", "Country Code,WhatsApp", "49,+12025550101", "12025550101@c.us", ""},
		{"an id", "Country Code,WhatsApp", "49,12025550101@c.us", "12025550101@c.us", ""},
		{"a number that its country has not", "Country Code,WhatsApp", "49,12025550101", "", "number-code"},
		{"a number whose beginning is another country", "Country Code,WhatsApp", "55,79987654321", "5579987654321@c.us", ""},
		{"no code", "Country Code,WhatsApp", ",12025550101", "12025550101@c.us", ""},
		{"the country of an address", "Country,WhatsApp", "Germany,12025550101", "12025550101@c.us", ""},
		{"that of somebody with a number of another", "Country,WhatsApp", "DE,12025550101", "12025550101@c.us", ""},
		{"or perhaps", "Country,WhatsApp", "BR,51987654321", "", "number-ambiguous"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := readAll(t, strings.NewReader(c.header+",phoneContact,firstName\n"+c.row+",12025550191,Ada\n"))
			if got := msg.Codes(rows[0].Faults); got != c.codes || c.chat != "" && rows[0].Fields.ChatID != c.chat {
				t.Errorf("got %s, %+v", got, rows[0])
			}
		})
	}
}

func TestACountryCodeOfNobodyKnowsWhat(t *testing.T) {
	_, err := open("chatId,firstName,Country Code,lastName,phoneContact\n")
	if err == nil || !strings.Contains(err.Error(), `"Country Code"`) {
		t.Error(err)
	}
	if _, err := open("chatId,firstName,Country,lastName,phoneContact\n"); err != nil {
		t.Error(err)
	}
}
