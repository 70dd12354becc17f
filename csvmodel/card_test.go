package csvmodel

import (
	"errors"
	"strings"
	"testing"
)

// cardFile is a vCard 3.0 of these lines.
func cardFile(lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

const (
	cardName = "N:Example;Anna;Maria;;"
	cardTel  = "TEL;TYPE=CELL:+1 202 555 0123"
)

func TestReadCard(t *testing.T) {
	for _, c := range []struct {
		name, region string
		lines        []string
		want         Fields
	}{
		{"the number is made international", "", []string{cardName, cardTel},
			Fields{PhoneContact: "12025550123", FirstName: "Anna", MiddleName: "Maria", LastName: "Example"}},
		{"one without its country's code is of the region", "US", []string{"N:Example;Anna", "TEL:(202) 555-0123"},
			Fields{PhoneContact: "12025550123", FirstName: "Anna", LastName: "Example"}},
		{"space around names is taken off", "", []string{"ORG: Example GmbH ;Sales", cardTel},
			Fields{PhoneContact: "12025550123", Company: "Example GmbH"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			card, err := ReadCard(strings.NewReader(cardFile(c.lines...)), Options{Region: c.region})
			if err != nil || card.fields != c.want {
				t.Errorf("got %+v, %v", card, err)
			}
		})
	}
}

func TestCardsThatAreRefused(t *testing.T) {
	card := cardFile(cardName, cardTel)
	cases := []struct{ name, file, want string }{
		{"two cards", card + card, "more than one contact"},
		{"version 2.1", strings.Replace(card, "3.0", "2.1", 1), "vCard 3.0"},
		{"no telephone", cardFile(cardName), "TEL: empty"},
		{"a fax alone", cardFile(cardName, "TEL;TYPE=fax:+12025550123"), "TEL: empty"},
		{"a number without its country", cardFile(cardName, "TEL:(202) 555-0123"), `TEL: "(202) 555-0123" has fewer than 11 digits`},
		{"no name", cardFile("N:;;;;", cardTel), "name (N or FN) and company (ORG): all empty"},
		{"a line break in a name", cardFile(`N:Example;Anna\nMaria`, cardTel), "first name (N or FN)"},
		{"a company that is too long", cardFile(cardName, "ORG:"+strings.Repeat("x", 257), cardTel), "company (ORG)"},
		{"all that is wrong", cardFile("N:;;;;", "TEL:12"), "TEL: \"12\" has fewer than 11 digits: write it with its country code; name"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			card, err := ReadCard(strings.NewReader(c.file), Options{})
			var refused *FileError
			if card != nil || !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %+v, %v", card, err)
			}
			if strings.ContainsAny(err.Error(), "\n\x00") || !strings.Contains(err.Error(), ": ") {
				t.Errorf("no sentence that says what to do: %q", err)
			}
		})
	}
}

func TestFill(t *testing.T) {
	card, err := ReadCard(strings.NewReader(cardFile(cardName, cardTel)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	full := Fields{PhoneContact: "12025550123", FirstName: "Anna", MiddleName: "Maria", LastName: "Example"}
	cases := []struct {
		name      string
		row, want Fields
	}{
		{"an empty row becomes the card", Fields{}, full},
		{"cells with only space are empty", Fields{PhoneContact: " ", FirstName: "\u00a0", Company: "\t"},
			Fields{PhoneContact: "12025550123", FirstName: "Anna", MiddleName: "Maria", LastName: "Example", Company: ""}},
		{"cells with nothing to be read are too", Fields{FirstName: "\u200b", LastName: "-", Company: "????"},
			Fields{PhoneContact: "12025550123", FirstName: "Anna", MiddleName: "Maria", LastName: "Example", Company: "????"}},
		{"each cell of the row wins for itself", Fields{FirstName: "Bob", Company: "Example"},
			Fields{PhoneContact: "12025550123", FirstName: "Bob", MiddleName: "Maria", LastName: "Example", Company: "Example"}},
		{"the card's number may be written in another way", Fields{PhoneContact: " +1 (202) 555-0123 "},
			Fields{PhoneContact: " +1 (202) 555-0123 ", FirstName: "Anna", MiddleName: "Maria", LastName: "Example"}},
		{"another number is another person's", Fields{PhoneContact: "447700900123"}, Fields{PhoneContact: "447700900123"}},
		{"a number that is none is another person's too", Fields{PhoneContact: "ask Bob"}, Fields{PhoneContact: "ask Bob"}},
		{"what is no contact stays", Fields{ChatID: "79001234567", QuotedMessageID: "3EB0"},
			Fields{ChatID: "79001234567", PhoneContact: "12025550123", FirstName: "Anna", MiddleName: "Maria", LastName: "Example", QuotedMessageID: "3EB0"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			card.fill(&c.row)
			if c.row != c.want {
				t.Errorf("got %+v", c.row)
			}
		})
	}
}

func TestCardHash(t *testing.T) {
	hash := func(lines ...string) [32]byte {
		card, err := ReadCard(strings.NewReader(cardFile(lines...)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return card.Hash()
	}
	one := hash(cardName, cardTel)
	if hash("TEL:+1-202-555-0123", "NOTE:later", cardName) != one {
		t.Error("the same contact, written in another way, has another hash")
	}
	if hash("N:Anna;Example;Maria", cardTel) == one || hash(cardName, "TEL:+12025550199") == one {
		t.Error("another contact has the same hash")
	}
}

func FuzzReadCard(f *testing.F) {
	f.Add(cardFile(cardName, cardTel))
	f.Add(cardFile("item1.TEL;type=CELL;type=pref:+12025550123", `ORG:a\;b\\;c`, "FN:Anna\r\n  Maria"))
	f.Add(strings.Replace(cardFile("TEL;VALUE=uri;PREF=1;TYPE=\"voice,cell\":tel:+1-202-555-0123;ext=1", cardName), "3.0", "4.0", 1))
	f.Add(cardFile("TEL;CELL:+12025550123", "N;CHARSET=UTF-8:;;;;"))
	f.Fuzz(func(t *testing.T, file string) {
		card, err := ReadCard(strings.NewReader(file), Options{})
		if err != nil {
			var refused *FileError
			if !errors.As(err, &refused) || strings.ContainsAny(err.Error(), "\n\x00") {
				t.Fatalf("no sentence: %q", err)
			}
			return
		}
		row := Fields{ChatID: "79001234567@c.us"}
		card.fill(&row)
		if _, same, faults := ParseContact(row); len(faults) > 0 || same != row {
			t.Fatalf("the card makes no contact: %+v: %v", row, faults)
		}
	})
}
