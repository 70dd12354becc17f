package csvmodel_test

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// person is a valid row to change one cell of.
func person() csvmodel.Fields {
	return csvmodel.Fields{ChatID: "79000000001@c.us", PhoneContact: "79000000002", FirstName: "Anna"}
}

func TestChatID(t *testing.T) {
	cases := []struct{ name, cell, want string }{
		{"a person's id stays as it is", "79000000001@c.us", "79000000001@c.us"},
		{"the case of the end does not matter", "79000000001@C.US", "79000000001@c.us"},
		{"surrounding space is taken off", " 79000000001@c.us\t", "79000000001@c.us"},
		{"seven digits are enough for a person", "2901234@c.us", "2901234@c.us"},
		{"an old group has its founder and a time", "79000000001-1581234048@g.us", "79000000001-1581234048@g.us"},
		{"a new group begins with 120363", "120363043968066561@G.us", "120363043968066561@g.us"},
		{"a hidden number has an id of its own", "123456789012345@LID", "123456789012345@lid"},
		{"a bare number is its owner's chat", "79000000001", "79000000001@c.us"},
		{"a number may be written for people", "+7 (900) 000-00-01", "79000000001@c.us"},
		{"a number may have no-break spaces and long dashes", "+7\u00a0900\u202f000\u201300\u201301", "79000000001@c.us"},
		{"a plus may stand in the bracket", "(+44) 7700 900123", "447700900123@c.us"},

		{"six digits are no person", "123456@c.us", ""},
		{"17 digits are no person", "12345678901234567@c.us", ""},
		{"17 digits are no number", "12345678901234567", ""},
		{"a number that begins with 0 is not international", "079000000001", ""},
		{"neither is such a person's id", "0079000000001@c.us", ""},
		{"an id is not written with a plus", "+79000000001@c.us", ""},
		{"an id has no space inside", "7900 0000001@c.us", ""},
		{"a group needs its form", "12345@g.us", ""},
		{"a group's prefix is not a group", "120363@g.us", ""},
		{"a group has two parts at the most", "7900-1581-2048@g.us", ""},
		{"a bare group id is no number", "79000000001-1581234048", ""},
		{"a broadcast is no chat", "status@broadcast", ""},
		{"a newsletter is no chat", "120363043968066561@newsletter", ""},
		{"a user's number at another host is no chat", "79000000001@example.com", ""},
		{"an id as WhatsApp writes it is that of a person", "79000000001@s.whatsapp.net", "79000000001@c.us"},
		{"a device is no part of it", "79000000001:12@S.WhatsApp.net", "79000000001@c.us"},
		{"a device is no part of other ids", "79000000001:12@c.us", ""},
		{"two ends are none", "79000000001@c.us@c.us", ""},
		{"an id needs digits", "@c.us", ""},
		{"letters are no number", "anna", ""},
		{"a plus only stands in front", "7+9000000001", ""},
		{"one plus is enough", "++79000000001", ""},
		{"a minus is not taken off", "-79000000001", ""},
		{"a plus alone is no number", "+", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := person()
			f.ChatID = c.cell
			contact, fields, faults := csvmodel.ParseContact(f)
			if c.want == "" {
				wantFault(t, faults, msg.ChatID, "chatId")
				if fields.ChatID != c.cell {
					t.Errorf("a faulty cell became %q", fields.ChatID)
				}
				return
			}
			if faults != nil || contact.Fields().ChatID != c.want || fields.ChatID != c.want {
				t.Errorf("got %q, %v", contact.Fields().ChatID, faults)
			}
		})
	}
}

func TestPhoneContact(t *testing.T) {
	cases := []struct {
		name, cell string
		want       int64
		code       msg.Code
	}{
		{"11 digits are taken", "79000000002", 79000000002, ""},
		{"16 digits are taken", "9999999999999999", 9999999999999999, ""},
		{"all that people put between digits is taken off", " +7 (900)\u00a0000-00.02 ", 79000000002, ""},
		{"dots between groups are taken off", "7.900.000.00.02", 79000000002, ""},
		{"one dot after the country code is taken off", "+7.9000000002", 79000000002, ""},
		{"seven digits were read before", "2901234", 2901234, ""},
		{"six digits are too few", "900000", 0, msg.PhoneShort},
		{"one digit is too few", "1", 0, msg.PhoneShort},
		{"17 digits are too many", "99999999999999999", 0, msg.PhoneLong},
		{"more digits than a number can have are too many", strings.Repeat("9", 400), 0, msg.PhoneLong},
		{"two numbers are not one", "79000000002 79000000003", 0, msg.NumberTwo},
		{"a leading zero is no country", "0079000000002", 0, msg.PhoneZero},
		{"an empty cell is missing", " ", 0, msg.PhoneMissing},
		{"scientific notation has lost its digits", "7.9E+10", 0, msg.NumberLost},
		{"the zero after a decimal point is no digit of the number", "79000000002.0", 79000000002, ""},
		{"a plus has no decimals", "+79000000002.00", 0, msg.Phone},
		{"a decimal number is none, even with enough digits", "7.9000000002", 0, msg.Phone},
		{"a plus only stands in front", "7900+0000002", 0, msg.Phone},
		{"a minus is not taken off", "-79000000002", 0, msg.Phone},
		{"letters are no digits", "79000000002 Anna", 0, msg.Phone},
		{"a number is taken whose country has none such", "89000000002", 89000000002, ""},
		{"a person's id is a number", "79000000002@c.us", 79000000002, ""},
		{"a group's id is none", "120363000000000001@g.us", 0, msg.Phone},
		{"a formula is no number", "=79000000001+1", 0, msg.Phone},
		{"bytes that are no text are no number", "7900000\xff0002", 0, msg.Phone},
		{"brackets alone are no number", "()", 0, msg.Phone},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := person()
			f.PhoneContact = c.cell
			contact, fields, faults := csvmodel.ParseContact(f)
			if c.code != "" {
				wantFault(t, faults, c.code, "phoneContact")
				if fields.PhoneContact != c.cell || contact != (csvmodel.Contact{}) {
					t.Errorf("got %q and %v", fields.PhoneContact, contact)
				}
				return
			}
			if faults != nil || contact.Phone() != c.want {
				t.Errorf("got %d, %v", contact.Phone(), faults)
			}
		})
	}
}

var nameFields = map[string]func(*csvmodel.Fields) *string{
	"firstName":  func(f *csvmodel.Fields) *string { return &f.FirstName },
	"middleName": func(f *csvmodel.Fields) *string { return &f.MiddleName },
	"lastName":   func(f *csvmodel.Fields) *string { return &f.LastName },
	"company":    func(f *csvmodel.Fields) *string { return &f.Company },
}

func TestNames(t *testing.T) {
	long := strings.Repeat("я", 256)
	cases := []struct {
		name, cell, want string
		code             msg.Code
	}{
		{"a name in any script is taken", "Анна 🎈", "Анна 🎈", ""},
		{"surrounding space of any kind is taken off", "\u00a0 Anna \t\n", "Anna", ""},
		{"256 characters are taken, whatever their bytes", long, long, ""},
		{"257 characters are too many", long + "я", "", msg.NameLong},
		{"a line break is a fault", "Anna\nMaria", "", msg.NameControl},
		{"a Unicode line break too", "Anna\u2028Maria", "", msg.NameControl},
		{"a tab inside is a fault", "Anna\tMaria", "", msg.NameControl},
		{"a control character beyond ASCII too", "Anna\u0085Maria", "", msg.NameControl},
		{"bytes that are not UTF-8 are a fault", "Anna\xff", "", msg.Encoding},
		{"a NUL is a fault", "Anna\x00", "", msg.Encoding},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for column, at := range nameFields {
				f := csvmodel.Fields{ChatID: "79000000001", PhoneContact: "79000000002"}
				*at(&f) = c.cell
				contact, fields, faults := csvmodel.ParseContact(f)
				if c.code != "" {
					wantFault(t, faults, c.code, column)
					continue
				}
				normal := contact.Fields()
				if faults != nil || *at(&normal) != c.want || fields != normal {
					t.Errorf("%s: got %q, %v", column, *at(&normal), faults)
				}
			}
		})
	}
}

func TestQuotedMessageID(t *testing.T) {
	cases := []struct {
		name, cell, want string
		code             msg.Code
	}{
		{"none is fine", " ", "", ""},
		{"space around is taken off", " 3EB0C767D097B7C7C030\n", "3EB0C767D097B7C7C030", ""},
		{"a dash is none", "-", "", ""},
		{"a long dash is none", "—", "", ""},
		{"null is none, in any case", "NULL", "", ""},
		{"what a program writes for nothing is none", "NaN", "", ""},
		{"a zero is none", "0", "", ""},
		{"N/A is none", "N/A", "", ""},
		{"no is none, in Russian too", "нет", "", ""},
		{"what nobody sees is none", "\u200b", "", ""},
		{"an id is unwrapped", `="3EB0C767D097B7C7C030"`, "3EB0C767D097B7C7C030", ""},
		{"what nobody sees is taken off", "\u200e3EB0C767D097B7C7C030\ufeff", "3EB0C767D097B7C7C030", ""},
		{"an id of letters alone stays", "NANNA", "NANNA", ""},
		{"the error of a spreadsheet is a fault", "#REF!", "", msg.QuotedID},
		{"the mark of a template is a fault", "{{id}}", "", msg.QuotedID},
		{"128 characters are taken", strings.Repeat("A", 128), strings.Repeat("A", 128), ""},
		{"129 are too many", strings.Repeat("A", 129), "", msg.QuotedID},
		{"a space inside is a fault", "3EB0 C767", "", msg.QuotedID},
		{"a no-break space is one", "3EB0\u00a0C767", "", msg.QuotedID},
		{"bytes that are no text are a fault", "3EB0\xff", "", msg.Encoding},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := person()
			f.QuotedMessageID = c.cell
			_, fields, faults := csvmodel.ParseContact(f)
			if c.code != "" {
				wantFault(t, faults, c.code, "quotedMessageId")
			} else if faults != nil || fields.QuotedMessageID != c.want {
				t.Errorf("got %q, %v", fields.QuotedMessageID, faults)
			}
		})
	}
}

func TestEveryFaultOfARowIsNamed(t *testing.T) {
	contact, _, faults := csvmodel.ParseContact(csvmodel.Fields{ChatID: "x", PhoneContact: "12", FirstName: "a\nb", QuotedMessageID: "c d"})
	if got := msg.Codes(faults); got != "chat-id phone-short name-control quoted-id" {
		t.Errorf("got %s", got)
	}
	if contact != (csvmodel.Contact{}) {
		t.Error("a row with faults has a contact")
	}
	_, _, faults = csvmodel.ParseContact(csvmodel.Fields{})
	if got := msg.Codes(faults); got != "chat-missing phone-missing name-missing" {
		t.Errorf("an empty row: got %s", got)
	}
}

func TestALongValueIsCut(t *testing.T) {
	text := msg.Fault(msg.PhoneShort, "phoneContact", strings.Repeat("1", 50)).String()
	if !strings.HasPrefix(text, `phoneContact: "`+strings.Repeat("1", 39)+`…" has fewer`) {
		t.Error("a long value is not cut to 40 characters:", text)
	}
}

func FuzzParseContact(f *testing.F) {
	f.Add("79000000001@c.us", "79000000002", "Anna", "", "", "", "")
	f.Add("+7 (900) 000-00-01", "+7.9000000002", " Анна ", "П.", "Example", "ООО", "3EB0C767D097B7C7C030")
	f.Add("79000000001", "79000000002", "'\"Zoe\u0301\"'", "JosÃ©", "\u2800«O&#39;Neil»", "'t Hart\u200d", "='-'")
	f.Add("120363043968066561@G.US", "7,9E+10", "\xff", "\x00", "a\nb", "", "a b")
	f.Fuzz(func(t *testing.T, chat, phone, first, middle, last, company, quoted string) {
		in := csvmodel.Fields{chat, phone, first, middle, last, company, quoted}
		contact, fields, faults := csvmodel.ParseContact(in)
		if len(faults) > 0 {
			if contact != (csvmodel.Contact{}) {
				t.Fatal("a contact in spite of", faults)
			}
			return
		}
		again, same, faults := csvmodel.ParseContact(fields)
		if again != contact || same != fields || contact.Fields() != fields || len(faults) > 0 {
			t.Fatalf("%+v became %+v, then %+v: %v", in, fields, same, faults)
		}
	})
}

func wantFault(t *testing.T, faults []msg.Reason, code msg.Code, column string) {
	t.Helper()
	for _, f := range faults {
		if f.Code == code && f.Args[0] == column {
			return
		}
	}
	t.Errorf("no fault %s of %s in %v", code, column, faults)
}
