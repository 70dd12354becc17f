package vcard_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
	"contact-distributor/csvmodel/vcard"
)

// cardFile is a vCard 3.0 of these lines.
func cardFile(lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

const (
	cardName = "N:Example;Anna;Maria;;"
	cardTel  = "TEL;TYPE=CELL:+1 202 555 0123"
)

func TestRead(t *testing.T) {
	anna := vcard.Contact{Phone: "12025550123", FirstName: "Anna", MiddleName: "Maria", LastName: "Example"}
	with := func(change func(*vcard.Contact)) vcard.Contact {
		f := anna
		change(&f)
		return f
	}
	four := strings.Replace(cardFile(cardName, "TEL;VALUE=uri;TYPE=\"voice,cell\":tel:+1-202-555-0123"), "3.0", "4.0", 1)
	cases := []struct {
		name, file string
		want       vcard.Contact
	}{
		{"names and a number make a card", cardFile(cardName, cardTel), anna},
		{"version 4.0 has the number as an address", four, anna},
		{"a byte order mark is taken off", charset.BOM + cardFile(cardName, cardTel), anna},
		{"line ends may be of one character", strings.ReplaceAll(cardFile(cardName, cardTel), "\r\n", "\n"), anna},
		{"line ends may be those of an old Macintosh", strings.ReplaceAll(cardFile(cardName, cardTel), "\r\n", "\r"), anna},
		{"the last line needs no end", strings.TrimSuffix(cardFile(cardName, cardTel), "\r\n"), anna},
		{"blank lines around the card do not matter", "\n\n" + cardFile(cardName, cardTel) + "\n\n", anna},
		{"the case of words does not matter", "begin:vcard\nVersion:3.0\nn:Example;Anna;Maria\nTel;type=cell:+12025550123\nEnd:VCard\n", anna},
		{"a folded line is put together", cardFile("N:Exa\r\n mple;An\r\n\tna;Maria;;", cardTel), anna},
		{"groups are left off", cardFile("item1.N:Example;Anna;Maria;;", "item2.TEL;type=pref:+12025550123", "item2.X-ABLabel:mine"), anna},
		{"a waid does not matter", cardFile(cardName, "TEL;type=CELL;waid=12025550199:+1 202-555-0123"), anna},
		{"a photo does not matter", cardFile(cardName, "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJRgABAQ\r\n", cardTel), anna},
		{"a whole name is the first name where there are no parts", cardFile("FN:Anna; Example", cardTel),
			vcard.Contact{Phone: "12025550123", FirstName: "Anna; Example"}},
		{"parts that are all empty are none", cardFile("N:;;;Dr.;", "FN:Dr. Anna", cardTel),
			vcard.Contact{Phone: "12025550123", FirstName: "Dr. Anna"}},
		{"parts win over the whole name", cardFile("FN:Somebody Else", cardName, cardTel), anna},
		{"a company is enough", cardFile("ORG:Example GmbH", cardTel), vcard.Contact{Phone: "12025550123", Company: "Example GmbH"}},
		{"of a company the first part is taken", cardFile(cardName, "ORG:Example GmbH;Sales", cardTel),
			with(func(f *vcard.Contact) { f.Company = "Example GmbH" })},
		{"escapes are taken back", cardFile(cardName, `ORG:Meyer\, Schulze\; Sons\\Co;Sales`, cardTel),
			with(func(f *vcard.Contact) { f.Company = `Meyer, Schulze; Sons\Co` })},
		{"an escaped backslash does not escape what follows", cardFile(cardName, `ORG:a\\;b`, cardTel),
			with(func(f *vcard.Contact) { f.Company = `a\` })},
		{"the preferred telephone wins", cardFile(cardName, "TEL;TYPE=CELL:+12025550199", "TEL;TYPE=WORK,pref:+12025550123"), anna},
		{"the most preferred one wins", cardFile(cardName, "TEL;PREF=20:+12025550199", "TEL;PREF=3:+12025550123", cardTel+"9"), anna},
		{"of two preferred ones the mobile one wins", cardFile(cardName, "TEL;TYPE=home,pref:+12025550199", "TEL;TYPE=cell,pref:+12025550123"), anna},
		{"the only mobile one wins", cardFile(cardName, "TEL;TYPE=WORK:+12025550199", cardTel, "TEL:+12025550198"), anna},
		{"fax and pager are no telephones", cardFile(cardName, "TEL;TYPE=FAX,pref:+12025550199", "TEL;TYPE=pager:+12025550198", "TEL:+12025550123"), anna},
		{"a number given twice is one", cardFile(cardName, "TEL;TYPE=HOME:+1 (202) 555-0123", "TEL;TYPE=WORK:+12025550123"), anna},
		{"an empty telephone is none", cardFile(cardName, "TEL;TYPE=CELL:", "TEL;PREF=1:", "TEL:+12025550123"), anna},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			contact, err := vcard.Read(strings.NewReader(c.file))
			contact.Phone = phone.Digits(contact.Phone)
			if err != nil || contact != c.want {
				t.Errorf("got %+v, %v", contact, err)
			}
		})
	}
}

func TestCardsThatAreRefused(t *testing.T) {
	card := cardFile(cardName, cardTel)
	cases := []struct{ name, file, want string }{
		{"an empty file", "\r\n", "is empty"},
		{"a table of contacts", "chatId,phoneContact\n", "is not a vCard"},
		{"two cards", card + card, "more than one contact"},
		{"a card and half of another", card + "BEGIN:VCARD\n", "more than one contact"},
		{"a card that is cut off", card[:len(card)-13], "cut off"},
		{"version 2.1", strings.Replace(card, "3.0", "2.1", 1), "vCard 3.0"},
		{"no version", strings.Replace(card, "VERSION:3.0\r\n", "", 1), "VERSION"},
		{"UTF-16", "\xff\xfeB\x00E\x00", "not UTF-8"},
		{"Windows-1251", cardFile("FN:\xc0\xed\xed\xe0", cardTel), "not UTF-8"},
		{"a name that another program has damaged", cardFile("FN:An\ufffda", cardTel), "FN: is not written in UTF-8"},
		{"another encoding inside", cardFile("FN;CHARSET=windows-1251:Anna", cardTel), "FN: is not written in UTF-8"},
		{"what version 2.1 encodes", cardFile("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=90", cardTel), "vCard 3.0"},
		{"a telephone as in version 2.1", cardFile(cardName, "TEL;CELL:+12025550123"), "vCard 2.1"},
		{"a telephone that cannot be understood", cardFile(cardName, "TEL;TYPE=\"cell:+12025550199", cardTel), "cannot be understood"},
		{"a photo of 16 MiB", cardFile(cardName, cardTel, "PHOTO:"+strings.Repeat("A", 16<<20)), "16 MiB"},
		{"lines that matter of 16 KiB", cardFile(cardName, cardTel, strings.Repeat("TEL:\r\n", 5000)), "16 KiB"},
		{"a line that matters of 16 KiB", cardFile(cardName, cardTel, "ORG:"+strings.Repeat("A\r\n ", 16<<10)), "16 KiB"},
		{"lines that do not matter only", "A:1\nB;C:2\n", "is not a vCard"},
		{"two telephones", cardFile(cardName, "TEL:+12025550123", "TEL:+12025550199"), `"+12025550123" or "+12025550199"`},
		{"two mobile telephones", cardFile(cardName, cardTel, cardTel+"9"), "TYPE=pref"},
		{"an extension", cardFile(cardName, "TEL;VALUE=uri:TEL:+12025550123;ext=5"), `leave "+12025550123" only`},
		{"a number that needs what stands behind it", cardFile(cardName, "TEL;VALUE=uri:tel:7700900123;phone-context=+44"), "leave"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			contact, err := vcard.Read(strings.NewReader(c.file))
			var refused *msg.Refusal
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %+v, %v", contact, err)
			}
			if strings.ContainsAny(err.Error(), "\n\x00") || !strings.Contains(err.Error(), ": ") {
				t.Errorf("no sentence that says what to do: %q", err)
			}
		})
	}
}

func TestAPhotoOfManyLinesCostsNoTime(t *testing.T) {
	photo := "PHOTO;ENCODING=b:" + strings.Repeat("/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQg\r\n ", 200_000)
	began := time.Now()
	if _, err := vcard.Read(strings.NewReader(cardFile(cardName, photo, cardTel))); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Error("took", took)
	}
}

func TestMemoryStaysSmall(t *testing.T) {
	for _, c := range []struct{ name, file string }{
		{"with a photo of 15 MiB", cardFile(cardName, "PHOTO:"+strings.Repeat("A", 15<<20), cardTel)},
		{"with lines of 15 MiB that do not matter", cardFile(cardName, strings.Repeat("NOTE:\r\n A\r\n", 15<<20/10), cardTel)},
		{"with telephones of 15 MiB", cardFile(cardName, strings.Repeat("TEL:\r\n", 15<<20/6))},
		{"with types of 15 MiB", cardFile(cardName, "TEL"+strings.Repeat(";A=1", 15<<20/4)+":1")},
		{"with 15 MiB of cards", strings.Repeat("BEGIN:VCARD\n", 15<<20/12)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			vcard.Read(strings.NewReader(c.file))
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
				t.Errorf("took %d bytes", took)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(cardFile(cardName, cardTel))
	f.Add(cardFile("item1.TEL;type=CELL;type=pref:+12025550123", `ORG:a\;b\\;c`, "FN:Anna\r\n  Maria"))
	f.Add(strings.Replace(cardFile("TEL;VALUE=uri;PREF=1;TYPE=\"voice,cell\":tel:+1-202-555-0123;ext=1", cardName), "3.0", "4.0", 1))
	f.Add(cardFile("TEL;CELL:+12025550123", "N;CHARSET=UTF-8:;;;;"))
	f.Fuzz(func(t *testing.T, file string) {
		_, err := vcard.Read(strings.NewReader(file))
		var refused *msg.Refusal
		if err != nil && (!errors.As(err, &refused) || strings.ContainsAny(err.Error(), "\n\x00")) {
			t.Fatalf("no sentence: %q", err)
		}
	})
}
