package phone_test

import (
	"strings"
	"testing"
	"unicode"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// written are further cells that are read one way in both columns, without a region.
var written = []struct {
	name, cell, digits string
	fault              msg.Code
}{
	{"a link of WhatsApp", "whatsapp:+12025550101", "12025550101", ""},
	{"a short link", "https://wa.me/12025550102", "12025550102", ""},
	{"a short link without https", "wa.me/12025550102", "12025550102", ""},
	{"a short link with a plus", "wa.me/+12025550103", "12025550103", ""},
	{"a short link with its plus encoded", "http://www.wa.me/%2B12025550103/", "12025550103", ""},
	{"a short link with a text, and a number in that", "https://wa.me/12025550102?text=call%2012025550199", "12025550102", ""},
	{"a link of the interface", "https://api.whatsapp.com/send?phone=12025550104", "12025550104", ""},
	{"one with a text behind", "https://api.whatsapp.com/send/?phone=%2B12025550104&text=Hi+there&app_absent=0", "12025550104", ""},
	{"one with a text before", "api.whatsapp.com/send?text=Hi&phone=+12025550104", "12025550104", ""},
	{"a link to the page in the browser", "https://web.whatsapp.com/send?phone=12025550104", "12025550104", ""},
	{"a link to the program", "whatsapp://send?phone=12025550104&text=Hi", "12025550104", ""},
	{"a link in capitals", "HTTPS://WA.ME/12025550104", "12025550104", ""},
	{"a link behind a label", "WhatsApp: https://wa.me/12025550104", "12025550104", ""},
	{"the same link twice", "https://wa.me/12025550104 https://wa.me/12025550104", "", msg.Phone},
	{"a link with groups", "https://wa.me/1-202-555-0104", "12025550104", ""},
	{"a link to a short message", "https://wa.me/message/ABCDEFG1234567", "", msg.Phone},
	{"a link that invites to a group", "https://chat.whatsapp.com/12025550104", "", msg.Phone},
	{"a link without a number", "https://wa.me/?text=12025550104", "", msg.Phone},
	{"a link with a national number", "https://wa.me/07911123456", "", msg.PhoneZero},
	{"a link of another service", "https://t.me/+12025550104", "", msg.Phone},
	{"a link behind what is no label", "not https://wa.me/12025550104", "", msg.Phone},
	{"an id as WhatsApp writes it", "12025550105@s.whatsapp.net", "12025550105", ""},
	{"such an id with its device", "12025550105:12@s.whatsapp.net", "12025550105", ""},

	{"an English label", "Phone: +12025550106", "12025550106", ""},
	{"a letter and a colon", "p:+12025550107", "12025550107", ""},
	{"a Russian letter and a dot", "т. +7 900 123-45-67", "79001234567", ""},
	{"a Russian abbreviation", "моб. 79001234567", "79001234567", ""},
	{"two Russian abbreviations", "Моб. тел.: +7 (900) 123-45-67", "79001234567", ""},
	{"a label that touches", "тел.79001234567", "79001234567", ""},
	{"an English word alone", "mobile 79001234567", "79001234567", ""},
	{"a German word alone", "Handy +49 1511 2345678", "4915112345678", ""},
	{"a Spanish word", "cel 12025550106", "12025550106", ""},
	{"a French word", "T\u00e9l : +33 6 12 34 56 78", "33612345678", ""},
	{"a Turkish label", "Cep Tel: +90 532 123 45 67", "905321234567", ""},
	{"an Indonesian label", "No HP: +62 812-3456-7890", "6281234567890", ""},
	{"an Arabic label", "جوال: +971501234567", "971501234567", ""},
	{"a Chinese label with its own colon", "手机：+12025550106", "12025550106", ""},
	{"an English number", "No. +12025550106", "12025550106", ""},
	{"an English number of a telephone", "Mobile no: +12025550106", "12025550106", ""},
	{"a word that is not known, which may say no", "заблокирован: +12025550106", "", msg.Phone},
	{"such a word of another language", "Blocked: +12025550106", "", msg.Phone},
	{"a fixed line", "Fijo: +12025550106", "", msg.Phone},
	{"no WhatsApp", "NO WA +12025550106", "", msg.Phone},
	{"no WhatsApp, but something else", "viber no whatsapp: +12025550106", "", msg.Phone},
	{"no WhatsApp with a colon", "no whatsapp: +12025550106", "", msg.Phone},
	{"no WhatsApp behind", "+12025550106 (no whatsapp)", "", msg.Phone},
	{"WhatsApp: no", "+12025550106 WhatsApp: no", "", msg.Phone},
	{"no", "no: +12025550106", "", msg.Phone},
	{"such a word without a plus", "Kundennummer: 12025550106", "", msg.Phone},
	{"a sign", "☎ +12025550106", "12025550106", ""},
	{"a sign with its variant", "📱\ufe0f+12025550106", "12025550106", ""},
	{"a label behind", "+12025550110 (WhatsApp)", "12025550110", ""},
	{"a label on both sides", "Tel. +12025550110 mob.", "12025550110", ""},
	{"a semicolon at the end", "+12025550108;", "12025550108", ""},
	{"a comma at the end", "79001234567,", "79001234567", ""},
	{"a dot at the end", "+12025550109.", "12025550109", ""},
	{"a dot and a semicolon in quotes", `"12025550109. ;"`, "12025550109", ""},
	{"a fax is no telephone", "Fax: +12025550106", "", msg.Phone},
	{"not even behind the number", "+12025550106 (fax)", "", msg.Phone},
	{"nor beside one", "тел/факс: +79001234567", "", msg.Phone},
	{"an old number", "old: +12025550106", "", msg.Phone},
	{"a number that is not to be called", "нет: +79001234567", "", msg.Phone},
	{"a note", "call Ann at 5", "", msg.Phone},
	{"a note with a whole number", "call Ann at +12025550106", "", msg.Phone},
	{"a name behind", "+12025550106 (Ann)", "", msg.Phone},
	{"a comma and a colon around", ", +12025550109 :::", "12025550109", ""},
	{"a dot before the number", ".79001234567", "", msg.Phone},
	{"a formula that is a number", "=12025550106", "12025550106", ""},
	{"one with a plus", "=+12025550106", "12025550106", ""},
	{"a formula that computes", "=12025550106-1", "", msg.Phone},
	{"a negative number", "=-12025550106", "", msg.Phone},
	{"a number in angle brackets", "<+12025550106>", "12025550106", ""},
	{"a label before a minus", "= 79001234567", "", msg.Phone},

	{"Arabic digits", "+٩٧١٥٠١٢٣٤٥٦٧", "971501234567", ""},
	{"Arabic digits without a plus", "٧٩٠٠١٢٣٤٥٦٧", "79001234567", ""},
	{"Persian digits", "+۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹", "989123456789", ""},
	{"Indian digits", "+९१९८७६५४३२१०", "919876543210", ""},
	{"Bengali digits", "+৮৮০ ১৭১২ ৩৪৫৬৭৮", "8801712345678", ""},
	{"mathematical digits", "+𝟏𝟚𝟢𝟮𝟻𝟱𝟓𝟘𝟏𝟎𝟔", "12025550106", ""},
	{"two numbers in Arabic digits", "٧٩٠٠١٢٣٤٥٦٧ / ٧٩٠٠١٢٣٤٥٦٨", "", msg.NumberTwo},
	{"a digit of a circle is none", "+1202555010⑥", "", msg.Phone},

	{"the zero in brackets", "+44 (0)7911 123456", "447911123456", ""},
	{"the zero in brackets without spaces", "+44(0)7911123456", "447911123456", ""},
	{"the zero in square brackets", "+44 [0] 7911 123456", "447911123456", ""},
	{"the zero in brackets with its area", "+44 (020) 7946 0018", "442079460018", ""},
	{"the zero in brackets behind 00", "0044 (0)7911 123458", "447911123458", ""},
	{"a zero in brackets within a number is one of its digits", "+44 20 (0)7946 0018", "", msg.NumberCountry},
	{"an Italian zero is kept", "+39 (0)6 1234 5678", "390612345678", ""},
	{"an Italian zero with its area", "+39 (06) 1234 5678", "390612345678", ""},
	{"an Italian mobile number has no zero", "+39 (0)347 1234567", "393471234567", ""},
	{"a country that has put a zero before its numbers", "+241 (0)2 58 38 74", "", msg.NumberAmbiguous},
	{"a zero in brackets without a country", "44 (0)7911 123456", "", msg.NumberCountry},
	{"a zero in brackets too many", "+1 (0) 202 555 010", "", msg.NumberCountry},
	{"00", "0044 7911 123458", "447911123458", ""},
	{"00 apart", "00 1 202 555 0104", "12025550104", ""},
	{"00 in brackets", "(0044) 7911 123458", "447911123458", ""},
	{"00 and a plus", "+0044 7911 123458", "447911123458", ""},
	{"a plus apart", "+ 49 1511 2345678", "4915112345678", ""},
	{"a plus in brackets", "(+49) 1511 2345678", "4915112345678", ""},
	{"00 and a number of no country", "00999 1234 5678", "", msg.NumberCountry},

	{"the same number twice", "+12025550118 ::: +1 202 555 0118", "12025550118", ""},
	{"the same with and without a plus", "+12025550118, 12025550118", "12025550118", ""},
	{"the same on two lines", "1 202 555 0118\n1-202-555-0118", "12025550118", ""},
	{"the same three times, with labels", "mob. +12025550118 / home +1 (202) 555-0118; 0012025550118", "12025550118", ""},
	{"the same without a sign between", "12025550118 12025550118", "12025550118", ""},
	{"the same, and another one", "+12025550118, +12025550118, +12025550119", "", msg.NumberTwo},
	{"the same, and an ending", "+12025550118, +12025550118, 19", "", msg.NumberTwo},
	{"the same, of which one is a fax", "+12025550118, fax +12025550118", "", msg.NumberTwo},
	{"half a number twice", "2025550 2025550", "", msg.NumberTwo},

	{"a day", "2026-11-25", "", msg.NumberDate},
	{"a German day", "25.11.2026", "", msg.NumberDate},
	{"a short German day", "1.2.2026", "", msg.NumberDate},
	{"an English day", "25/11/26", "", msg.NumberDate},
	{"an American day with the time", "11/25/2026 10:00", "", msg.NumberDate},
	{"an American time", "11/25/2026 10:00 AM", "", msg.NumberDate},
	{"a day with the time", "2026-11-25T10:00:00+03:00", "", msg.NumberDate},
	{"a day and a time", "2026-11-25 10:00:00", "", msg.NumberDate},
	{"an English month", "25-Nov-2026", "", msg.NumberDate},
	{"an English month in full", "November 25, 2026", "", msg.NumberDate},
	{"an Arabic day", "٢٥/١١/٢٠٢٦", "", msg.NumberDate},
	{"a day in an apostrophe", "'25.11.2026", "", msg.NumberDate},
	{"a day with spaces", "25. 11. 2026", "", msg.NumberDate},
	{"a Hungarian day", "2026. 11. 25.", "", msg.NumberDate},
	{"a short English month", "25-Nov-26", "", msg.NumberDate},
	{"a month without a day", "Nov-26", "", msg.NumberDate},
	{"a Russian month", "25 ноября 2026 г.", "", msg.NumberDate},
	{"a Russian year", "25.11.2026 г.", "", msg.NumberDate},
	{"a German month", "25. November 2026", "", msg.NumberDate},
	{"a day of the week", "Wednesday, November 25, 2026", "", msg.NumberDate},
	{"a day of a program", "Wed Nov 25 2026 10:00:00 GMT+0100", "", msg.NumberDate},
	{"a day behind a word", "Datum: 25.11.2026", "", msg.NumberDate},
	{"a Chinese day", "2026年11月25日", "", msg.NumberDate},
	{"a day of a file's name", "25_11_2026", "", msg.NumberDate},
	{"a thirteenth month", "25.13.2026", "", msg.NumberCountry},
}

func TestNumbersAsTheyAreWritten(t *testing.T) {
	n := phone.NewParser("")
	for _, c := range written {
		t.Run(c.name, func(t *testing.T) {
			if digits, fault, _ := n.Phone(c.cell); digits != c.digits || fault != c.fault && c.fault != msg.NumberCountry {
				t.Errorf("phone %q: got %q, %q", c.cell, digits, fault)
			}
			id, fault, _ := n.Chat(c.cell)
			if digits, _ := strings.CutSuffix(id, "@c.us"); digits != c.digits || (fault == "") != (c.fault == "") {
				t.Errorf("chat %q: got %q, %q", c.cell, id, fault)
			}
		})
	}
}

// A region must not make a number of what is none, nor take away what is one.
func TestDatesAndNumbersOfARegion(t *testing.T) {
	for _, c := range []struct{ name, region, cell, id string }{
		{"a day of eight digits in Denmark", "DK", "2026-11-25", ""},
		{"a German day in Denmark", "DK", "25.11.2026", ""},
		{"an American day in Denmark", "DK", "11/25/2026", ""},
		{"a day with spaces in Denmark", "DK", "25. 11. 2026", ""},
		{"a day and a time in Denmark", "DK", "2026-11-25 20:26", ""},
		{"the wrong way round in Denmark", "DK", "2026.25.11", "4520262511@c.us"},
		{"a day and a time without signs in Germany", "DE", "20261125100000", ""},
		{"such a number with a thirteenth month in Germany", "DE", "20261325100000", "4920261325100000@c.us"},
		{"a Danish number in pairs", "DK", "20 26 11 25", "4520261125@c.us"},
		{"a Danish number in pairs with dots", "DK", "20.26.11.25", "4520261125@c.us"},
		{"a Danish number in pairs with dashes", "DK", "20-26-11-25", "4520261125@c.us"},
		{"a Danish number without gaps", "DK", "20261125", "4520261125@c.us"},
		{"a French number in pairs", "FR", "06.12.34.56.78", "33612345678@c.us"},
		{"an American number with dots", "US", "202.555.0143", "12025550143@c.us"},
		{"an American number with dashes", "US", "202-555-0143", "12025550143@c.us"},
		{"an Israeli number with a dash", "IL", "050-2345678", "972502345678@c.us"},
		{"a number that is no day since there is no such year", "DK", "20-11-5678", "4520115678@c.us"},
		{"the same number, once with the country's code", "RU", "8 900 123-45-67, +7 900 123-45-67", "79001234567@c.us"},
		{"two numbers", "RU", "8 900 123-45-67, +7 900 123-45-68", ""},
		{"a Russian label", "RU", "т. 8 (495) 223-45-67", "74952234567@c.us"},
		{"Arabic digits", "AE", "٠٥٠ ١٢٣ ٤٥٦٧", "971501234567@c.us"},
		{"a zero in brackets alone", "GB", "(0)20 7946 0018", "442079460018@c.us"},
		{"a Belarusian zero in brackets", "BY", "8 (0)29 123-45-67", "375291234567@c.us"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := phone.NewParser(c.region)
			if id, fault, _ := n.Chat(c.cell); id != c.id {
				t.Errorf("%q: got %q, %q", c.cell, id, fault)
			}
		})
	}
}

func TestDigitsOfEveryScript(t *testing.T) {
	n := phone.NewParser("")
	zeros := 0
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !unicode.IsDigit(r) || unicode.IsDigit(r-1) && (r < 0x1D7CE || r > 0x1D7FF || (r-0x1D7CE)%10 != 0) {
			continue
		}
		zeros++
		cell := strings.Map(func(d rune) rune { return r + d - '0' }, "12025550143")
		if id, fault, _ := n.Chat(cell); id != "12025550143@c.us" {
			t.Errorf("%q: got %q, %q", cell, id, fault)
		}
	}
	if zeros < 60 {
		t.Errorf("only %d scripts", zeros)
	}
}
