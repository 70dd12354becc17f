package phone_test

import (
	"testing"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// nums are the cells that are read one way as a card's number and as a chat's:
// either digits come out, or a fault.
var nums = []struct {
	name, cell, digits string
	fault, remark      msg.Code
}{
	{"digits alone are taken", "79001234567", "79001234567", "", ""},
	{"an American number", "12025550143", "12025550143", "", ""},
	{"a plus is taken off", "+79001234567", "79001234567", "", ""},
	{"a number written for people", "+7 (900) 123-45-67", "79001234567", "", ""},
	{"square brackets", "+7 [900] 123 45 67", "79001234567", "", ""},
	{"a plus in the bracket", "(+7) 900 123 45 67", "79001234567", "", ""},
	{"dots between groups", "+7.900.123.45.67", "79001234567", "", ""},
	{"dots without a plus", "7.900.123.45.67", "79001234567", "", ""},
	{"one dot after a plus and the country code", "+7.9001234567", "79001234567", "", ""},
	{"dashes without spaces", "7-900-123-45-67", "79001234567", "", ""},
	{"a dash at the end", "79001234567-", "79001234567", "", ""},
	{"a bracket that is not closed", "+7(900 1234567", "79001234567", "", ""},
	{"space around", "  79001234567\t\r\n", "79001234567", "", ""},
	{"a tab inside", "7900\t1234567", "79001234567", "", ""},

	{"a no-break space", "+7\u00a0900\u00a01234567", "79001234567", "", ""},
	{"a narrow no-break space", "+7\u202f900\u202f1234567", "79001234567", "", ""},
	{"a thin space", "+7\u2009900\u20091234567", "79001234567", "", ""},
	{"a figure space", "+7\u2007900\u20071234567", "79001234567", "", ""},
	{"an ideographic space", "+7\u3000900\u30001234567", "79001234567", "", ""},
	{"an em space and a mathematical one", "+7\u2003900\u205f1234567", "79001234567", "", ""},
	{"full-width digits", "７９００１２３４５６７", "79001234567", "", ""},
	{"a full-width plus and brackets", "＋７（９００）１２３－４５－６７", "79001234567", "", ""},
	{"a full-width dot", "＋７．９００．１２３４５６７", "79001234567", "", ""},
	{"a hyphen that does not break", "7\u2011900\u2011123\u201145\u201167", "79001234567", "", ""},
	{"an en dash and an em dash", "7\u2013900\u2014123\u201345\u201467", "79001234567", "", ""},
	{"a minus of mathematics", "7\u2212900\u2212123\u221245\u221267", "79001234567", "", ""},
	{"a small hyphen", "7\ufe63900\ufe631234567", "79001234567", "", ""},
	{"a figure dash", "7\u2012900\u20121234567", "79001234567", "", ""},
	{"marks of direction around, as address books leave them", "\u202a+7 900 123-45-67\u202c", "79001234567", "", ""},
	{"isolates", "\u2066+79001234567\u2069", "79001234567", "", ""},
	{"marks of left and right", "\u200e79001234567\u200f", "79001234567", "", ""},
	{"an Arabic letter mark", "\u061c79001234567", "79001234567", "", ""},
	{"zero width inside", "7900\u200b123\u200c45\u200d67", "79001234567", "", ""},
	{"a word joiner", "7900\u20601234567", "79001234567", "", ""},
	{"a byte order mark in the middle of the file", "\ufeff79001234567", "79001234567", "", ""},
	{"a soft hyphen", "7900\u00ad1234567", "79001234567", "", ""},

	{"an apostrophe that makes it text", "'79001234567", "79001234567", "", ""},
	{"an apostrophe before a plus", "'+79001234567", "79001234567", "", ""},
	{"a curly apostrophe", "’79001234567", "79001234567", "", ""},
	{"single quotes around", "'79001234567'", "79001234567", "", ""},
	{"a formula that makes it text", `="79001234567"`, "79001234567", "", ""},
	{"such a formula with a plus", `="+7 900 123-45-67"`, "79001234567", "", ""},
	{"quotes that an export has left", `"79001234567"`, "79001234567", "", ""},
	{"more of them", `"""79001234567"""`, "79001234567", "", ""},
	{"curly quotes", "“79001234567”", "79001234567", "", ""},
	{"a link", "tel:+79001234567", "79001234567", "", ""},
	{"a label", "Tel: +7 900 123 45 67", "79001234567", "", ""},
	{"a label with a dot", "Tel. +7 900 123 45 67", "79001234567", "", ""},
	{"a Russian label", "Тел.: +7 900 123 45 67", "79001234567", "", ""},

	{"an exponent with all digits", "7.9001234567E+10", "79001234567", "", msg.NumberNotation},
	{"with a comma", "7,9001234567E+10", "79001234567", "", msg.NumberNotation},
	{"without a plus", "7.9001234567E10", "79001234567", "", msg.NumberNotation},
	{"in lower case", "7.9001234567e+10", "79001234567", "", msg.NumberNotation},
	{"with zeros that are too many", "7.900123456700E+10", "79001234567", "", msg.NumberNotation},
	{"with a plus in front", "+7.9001234567E+10", "79001234567", "", msg.NumberNotation},
	{"with an exponent of two figures", "7.9001234567E+010", "79001234567", "", msg.NumberNotation},
	{"12 digits", "3.80501234567E+11", "380501234567", "", msg.NumberNotation},
	{"an exponent that has lost digits", "7.90012E+10", "", msg.NumberLost, ""},
	{"with a comma too", "7,90012E+10", "", msg.NumberLost, ""},
	{"lost zeros are lost", "7.900123456E+10", "", msg.NumberLost, ""},
	{"all digits are lost", "8E+10", "", msg.NumberLost, ""},
	{"a number in an apostrophe has lost them too", "'7.9E+10", "", msg.NumberLost, ""},
	{"a long one has lost its last digit", "1.23456789012345E+15", "", msg.NumberLost, ""},
	{"more decimals than the exponent", "7.90012345678E+10", "", msg.Phone, ""},
	{"a negative exponent", "7.9001234567E-10", "", msg.Phone, ""},
	{"an exponent without a number", "E+10", "", msg.Phone, ""},
	{"an exponent past all bounds", "7E+9999999999999999999", "", msg.Phone, ""},
	{"a trunk prefix in notation", "8.9001234567E+10", "", msg.NumberTrunk, ""},

	{"one zero after the point", "79001234567.0", "79001234567", "", ""},
	{"two zeros", "79001234567.00", "79001234567", "", ""},
	{"a zero after the comma", "79001234567,0", "79001234567", "", ""},
	{"two zeros after the comma", "79001234567,00", "79001234567", "", ""},
	{"in an apostrophe", "'79001234567.0", "79001234567", "", ""},
	{"spaces between thousands", "79 001 234 567,00", "79001234567", "", ""},
	{"no-break spaces between thousands", "79\u00a0001\u00a0234\u00a0567", "79001234567", "", ""},
	{"commas between thousands", "79,001,234,567", "79001234567", "", ""},
	{"commas between thousands, and a point", "79,001,234,567.00", "79001234567", "", ""},
	{"commas between other groups", "7,900,1234567", "", msg.Phone, ""},
	{"a half after the comma", "79001234567,5", "", msg.Phone, ""},
	{"a half after the point", "79001234567.5", "", msg.Phone, ""},
	{"three zeros are no decimals", "79001234567.000", "", msg.Phone, ""},
	{"a plus has no decimals", "+79001234567.00", "", msg.Phone, ""},
	{"nor have groups of people", "+7 900 123-45-67.0", "", msg.Phone, ""},
	{"a decimal number with enough digits", "7.9001234567", "", msg.Phone, ""},
	{"a decimal number with enough digits and a semicolon", "7.9001234567;", "", msg.Phone, ""},

	{"two with a comma", "79001234567, 79001234568", "", msg.NumberTwo, ""},
	{"two with a comma and no space", "79001234567,79001234568", "", msg.NumberTwo, ""},
	{"two with a semicolon", "+79001234567;+79001234568", "", msg.NumberTwo, ""},
	{"two with a slash", "79001234567/79001234568", "", msg.NumberTwo, ""},
	{"two with a slash and spaces", "+7 900 123-45-67 / +7 900 123-45-68", "", msg.NumberTwo, ""},
	{"two with a full-width slash", "79001234567／79001234568", "", msg.NumberTwo, ""},
	{"two lines", "79001234567\n79001234568", "", msg.NumberTwo, ""},
	{"two lines of Windows", "+7 900 123-45-67\r\n+7 900 123-45-68", "", msg.NumberTwo, ""},
	{"two with или", "8 900 123-45-67 или 8 900 123-45-68", "", msg.NumberTwo, ""},
	{"two with or", "+1 202 555 0143 or +1 202 555 0144", "", msg.NumberTwo, ""},
	{"two with a space", "79001234567 79001234568", "", msg.NumberTwo, ""},
	{"two with a plus each", "+7 900 123 45 67 +7 900 123 45 68", "", msg.NumberTwo, ""},
	{"two with a dot", "79001234567.79001234568", "", msg.NumberTwo, ""},
	{"two short ones that would make a long one", "4930123 4567890", "", msg.NumberTwo, ""},
	{"two with words", "home +12025550143, work +12025550144", "", msg.NumberTwo, ""},
	{"two, of which one has an extension", "79001234567 доб. 5, 79001234568", "", msg.NumberTwo, ""},

	{"an extension", "79001234567 ext 5", "", msg.NumberExtension, ""},
	{"an extension with a dot", "+1 202 555 0143 ext. 12", "", msg.NumberExtension, ""},
	{"an extension in full", "+1 202 555 0143 Extension 12", "", msg.NumberExtension, ""},
	{"an x", "+1 202 555 0143 x123", "", msg.NumberExtension, ""},
	{"an x without space", "12025550143x123", "", msg.NumberExtension, ""},
	{"a Russian extension", "+7 900 123-45-67 доб. 12", "", msg.NumberExtension, ""},
	{"a Russian extension in brackets", "+7 900 123-45-67 (доб.12)", "", msg.NumberExtension, ""},
	{"an inner number", "+7 900 123-45-67, вн. 12", "", msg.NumberExtension, ""},
	{"a number sign", "79001234567#12", "", msg.NumberExtension, ""},
	{"an extension of a link", "tel:+1-202-555-0143;ext=5", "", msg.NumberExtension, ""},

	{"letters", "anna", "", msg.Phone, ""},
	{"letters behind", "79001234567 Anna", "", msg.Phone, ""},
	{"letters that end in x", "79001234567 Max 5", "", msg.Phone, ""},
	{"a word that is no label", "Anna 79001234567", "", msg.Phone, ""},
	{"such a word before a plus", "Anna +79001234567", "", msg.Phone, ""},
	{"letters for digits", "+1 202 555 CARD", "", msg.Phone, ""},
	{"a letter O for a zero", "79OO1234567", "", msg.Phone, ""},
	{"an alternative ending", "79001234567/68", "", msg.Phone, ""},
	{"a plus inside", "7+9001234567", "", msg.Phone, ""},
	{"two pluses", "++79001234567", "", msg.Phone, ""},
	{"a minus", "-79001234567", "", msg.Phone, ""},
	{"a plus alone", "+", "", msg.Phone, ""},
	{"brackets alone", "()", "", msg.Phone, ""},
	{"a line break inside", "+7 900\n1234567", "", msg.Phone, ""},
	{"a formula that computes", "=79001234566+1", "", msg.Phone, ""},
	{"an error of the spreadsheet", "#VALUE!", "", msg.Phone, ""},
	{"bytes that are no text", "7900123\xff4567", "", msg.Phone, ""},
	{"stars for digits", "+7 900 *** ** 67", "", msg.Phone, ""},

	{"8 in place of a country code", "89001234567", "", msg.NumberTrunk, ""},
	{"8 as people write it", "8 (900) 123-45-67", "", msg.NumberTrunk, ""},
	{"8 with zeros after the point", "89001234567.0", "", msg.NumberTrunk, ""},
	{"8 of a number that could be Vietnamese", "84912345678", "", msg.NumberTrunk, ""},
	{"8 of one that could be of Hongkong only", "85251234567", "85251234567", "", ""},
	{"the same with a plus", "+84 912 345 678", "84912345678", "", ""},
	{"8 and 12 digits is a country", "+861312345678", "861312345678", "", msg.NumberUnusual},
	{"the same is no number without a plus", "861312345678", "", msg.NumberNational, ""},
	{"nor is an ordinary one of Shanghai, whose beginning is that of America", "13812345678", "", msg.NumberNational, ""},
	{"a Brazilian one, too", "555181234567", "555181234567", "", msg.NumberUnusual},
	{"a Mexican number as WhatsApp knows it needs no plus", "5215512345678", "5215512345678", "", msg.NumberUnusual},
	{"nor does a Brazilian one", "551187654321", "551187654321", "", msg.NumberUnusual},
	{"8 with a plus is no country", "+89001234567", "", msg.NumberCountry, ""},
	{"8 after the country code", "+7 8 900 123 45 67", "", msg.NumberCountry, ""},
	{"0 after the country code", "+44 020 7946 0018", "", msg.NumberCountry, ""},
	{"0 after the country code where numbers may be long", "+49 030 12345678", "", msg.NumberCountry, ""},
	{"0 after the country code where it belongs there", "+39 06 1234 5678", "390612345678", "", ""},
	{"a country that is not", "99912345678", "", msg.NumberCountry, ""},
	{"a length that its country does not have", "790012345678", "", msg.NumberCountry, ""},
	{"too short for its country", "+380 50 123 456", "", msg.NumberCountry, ""},
	{"fiction in Great Britain", "+44 7700 900123", "447700900123", "", msg.NumberUnusual},
	{"an area code that begins with 1", "+1 100 555 0143", "11005550143", "", msg.NumberUnusual},
	{"a Brazilian mobile number has 13 digits", "+55 11 91234-5678", "5511912345678", "", ""},
	{"a Mexican number as WhatsApp knows it", "+52 1 55 1234 5678", "5215512345678", "", msg.NumberUnusual},
	{"a free number of no country", "+800 1234 5678", "80012345678", "", ""},
	{"a satellite telephone", "+881 612 345 678", "881612345678", "", ""},
	{"another one", "+870 773 123 456", "870773123456", "", ""},
	{"a network of no country", "+882 16 1234 5678", "8821612345678", "", ""},
	{"and another", "+883 5100 0123 4567", "883510001234567", "", ""},
	{"a Kazakh number", "+7 701 123 45 67", "77011234567", "", ""},
	{"a number of Jersey", "+44 7797 123456", "447797123456", "", ""},
}

// chatFaults are the faults that have another name where an id would do as well.
var chatFaults = map[msg.Code]msg.Code{msg.PhoneMissing: msg.ChatMissing, msg.Phone: msg.ChatID}

func TestNumbers(t *testing.T) {
	n := phone.NewParser("")
	for _, c := range nums {
		t.Run(c.name, func(t *testing.T) {
			digits, fault, remark := n.Phone(c.cell)
			if digits != c.digits || fault != c.fault || remark != c.remark {
				t.Errorf("phone %q: got %q, %q, %q", c.cell, digits, fault, remark)
			}
			want, wantFault := c.digits+"@c.us", c.fault
			if of, other := chatFaults[c.fault]; other {
				wantFault = of
			}
			if wantFault != "" {
				want = ""
			}
			if id, fault, remark := n.Chat(c.cell); id != want || fault != wantFault || remark != c.remark {
				t.Errorf("chat %q: got %q, %q, %q", c.cell, id, fault, remark)
			}
		})
	}
}

func TestNumbersThatOneColumnTakes(t *testing.T) {
	n := phone.NewParser("")
	for _, c := range []struct {
		name, cell, id      string
		phoneCode, chatCode msg.Code
	}{
		{"nothing", " ", "", msg.PhoneMissing, msg.ChatMissing},
		{"nothing that can be seen", "\u200b\u00a0", "", msg.PhoneMissing, msg.ChatMissing},
		{"an empty formula", `=""`, "", msg.PhoneMissing, msg.ChatMissing},
		{"nine digits with a country code", "+299 32 12 34", "299321234@c.us", msg.ShortNumber, ""},
		{"a local number", "1234567", "", msg.PhoneShort, msg.NumberCountry},
		{"six digits", "123456", "", msg.PhoneShort, msg.ChatID},
		{"a 0 in front", "079001234567", "", msg.PhoneZero, msg.ChatID},
		{"17 digits", "12345678901234567", "", msg.PhoneLong, msg.ChatID},
		{"the two numbers of a group's id", "79001234567-1581234048", "", msg.NumberTwo, msg.ChatID},
		{"an id", "79001234567@c.us", "79001234567@c.us", "", ""},
		{"an id in any case", " 79001234567@C.US ", "79001234567@c.us", "", ""},
		{"an id with what is not seen", "\ufeff\u202a79001234567@c.us\u202c", "79001234567@c.us", "", ""},
		{"an id whose number no country has", "89001234567@c.us", "89001234567@c.us", msg.NumberCountry, ""},
		{"an id with a plus", "+79001234567@c.us", "", msg.Phone, msg.ChatID},
		{"an id in full width", "７9001234567@c.us", "", msg.Phone, msg.ChatID},
		{"a group", "120363000000000001@g.us", "120363000000000001@g.us", msg.Phone, ""},
		{"a hidden number", "89001234567@lid", "89001234567@lid", msg.Phone, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, fault, _ := n.Phone(c.cell); fault != c.phoneCode {
				t.Errorf("phone %q: %q", c.cell, fault)
			}
			if id, fault, _ := n.Chat(c.cell); id != c.id || fault != c.chatCode {
				t.Errorf("chat %q: %q, %q", c.cell, id, fault)
			}
		})
	}
}

func TestShortNumbers(t *testing.T) {
	for _, c := range []struct {
		name, region, cell, digits string
		fault, remark              msg.Code // where short numbers are allowed; else the fault is msg.ShortNumber
	}{
		{"Denmark", "", "+45 32 12 34 56", "4532123456", "", ""},
		{"Norway", "", "+47 40 61 23 45", "4740612345", "", ""},
		{"Singapore", "", "+65 8123 4567", "6581234567", "", ""},
		{"Iceland", "", "+354 611 1234", "3546111234", "", ""},
		{"without a plus", "", "4532123456", "4532123456", "", ""},
		{"as Excel writes it", "", "4.532123456E+9", "4532123456", "", msg.NumberNotation},
		{"an unusual one", "", "+47 1234 5678", "4712345678", "", msg.NumberUnusual},
		{"nine digits", "", "+299 32 12 34", "299321234", "", ""},
		{"in its region, with its code", "DK", "4532123456", "4532123456", "", ""},
		{"in its region, as it is dialled there", "DK", "32 12 34 56", "4532123456", "", ""},
		{"in its region, with a plus", "NO", "+47 40 61 23 45", "4740612345", "", ""},
		{"dialled from another", "DE", "0045 32 12 34 56", "4532123456", "", ""},
		{"of another region, with a plus", "RU", "+65 8123 4567", "6581234567", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := phone.NewParser(c.region)
			if _, fault, _ := n.Phone(c.cell); fault != msg.ShortNumber {
				t.Errorf("not allowed: got %q", fault)
			}
			n.ShortNumbers = true
			digits, fault, remark := n.Phone(c.cell)
			if digits != c.digits || fault != c.fault || remark != c.remark {
				t.Errorf("allowed: got %q, %q, %q", digits, fault, remark)
			}
			if id, fault, _ := n.Chat(c.cell); id != c.digits+"@c.us" || fault != "" {
				t.Errorf("as a chat: got %q, %q", id, fault)
			}
			if again, fault, _ := new(phone.Parser).Phone(digits); again != digits || fault != "" {
				t.Errorf("read again: got %q, %q", again, fault)
			}
		})
	}
	for _, c := range []struct {
		name, region, cell string
		fault              msg.Code
	}{
		{"of no country", "", "1234567890", msg.PhoneShort},
		{"too short for its country", "", "+45 32 12 34", msg.PhoneShort},
		{"unusual and without a plus", "", "4712345678", msg.PhoneShort},
		{"a Russian one without its code", "RU", "900 123-45", msg.PhoneShort},
		{"a digit too few", "RU", "7900123456", msg.PhoneShort},
		{"six digits", "", "+45 3212", msg.PhoneShort},
		{"a 0 in front", "", "032123456", msg.PhoneZero},
		{"a number of a town", "DE", "3456789", msg.PhoneShort},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := phone.NewParser(c.region)
			for range 2 {
				if digits, fault, _ := n.Phone(c.cell); digits != "" || fault != c.fault {
					t.Errorf("allowed %t: got %q, %q", n.ShortNumbers, digits, fault)
				}
				n.ShortNumbers = true
			}
		})
	}
}
