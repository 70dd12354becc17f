package report

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func testMask(full bool) mask {
	page := Page{Full: full, File: File{Layout: csvmodel.Layout{
		Header:  []string{"Чат", "Phone on card", "Remarks"},
		Columns: []string{"chatId", "phoneContact", ""},
	}}}
	return newMask(page)
}

func TestNumbersAreHidden(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"of eleven digits four and two are left", "79001234567", "7900•••••67"},
		{"of thirteen too", "4477009001234", "4477•••••••34"},
		{"of seven only the end", "5550123", "•••••23"},
		{"six digits are nobody's", "550123", "550123"},
		{"signs between digits do not help", "+7 (900) 123-45-67", "+7900•••••67"},
		{"nor do two spaces, or ones without width", "7900  12\u200b3 45\u00a067", "7900•••••67"},
		{"nor digits of another script", "٧٩٠٠١٢٣٤٥٦٧", "٧٩٠٠•••••٦٧"},
		{"nor letters before them", "tel79001234567x", "tel7900•••••67x"},
		{"nor dots as in a day", "8900-12-34567", "8900•••••67"},
		{"a number that a spreadsheet has damaged", "7.9001234567E+10", "7900•••••67E+10"},
		{"a long one with an exponent is no id", "7900123456712345E+3", "7900••••••••••45E+3"},
		{"every number in a sentence", "12025550101 and 12025550102", "1202•••••01 and 1202•••••02"},
		{"the id of a group", "120363025890123456@g.us", "1203••••••••••••56@g.us"},
		{"the older id of a group", "79001234567-1600000000@g.us", "7900•••••••••••••••00@g.us"},
		{"a day is no number", "on 2026-11-22 or 22.11.2026", "on 2026-11-22 or 22.11.2026"},
		{"nor is a time", "at 2026-11-22T14:05:06.5+03:00", "at 2026-11-22T14:05:06.5+03:00"},
		{"nor the id of a message", "3EB0C767D097B7C7C030", "3EB0C767D097B7C7C030"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := testMask(false).numbers(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestNamesAreInitials(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields csvmodel.Fields
		want   string
	}{
		{"of first and last name", csvmodel.Fields{FirstName: "Артем", LastName: "Евпаторийский"}, "А. Е."},
		{"of a whole name in one cell", csvmodel.Fields{FirstName: "Anna-Maria  van Test"}, "A. M. v. T."},
		{"of more than four words the first ones", csvmodel.Fields{FirstName: "a b c d e f"}, "a. b. c. d. …"},
		{"of the company where there is no name", csvmodel.Fields{Company: "Велосипед"}, "В."},
		{"with the accents of the letter", csvmodel.Fields{FirstName: "A\u0301bc"}, "A\u0301."},
		{"of a name that is a number", csvmodel.Fields{FirstName: "79001234567"}, "7900•••••67"},
		{"of nothing", csvmodel.Fields{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := testMask(false).name(c.fields); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestChatsAreHidden(t *testing.T) {
	for _, c := range []struct{ name, id, want string }{
		{"a person", "79001234567@c.us", "7900•••••67"},
		{"a group", "120363025890123456@g.us", "1203••••••••••••56@g.us"},
		{"an id of the newer kind", "98765432109876@lid", "9876••••••••76@lid"},
		{"a cell that holds a name", "Анна Петрова", "А. П."},
		{"a cell that holds an address", "anna@example.com", "a. e. c."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := testMask(false).chat(c.id); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSentencesQuoteNobody(t *testing.T) {
	lost := msg.Fault(msg.NumberLost, "phoneContact", "7.90012345E+10")
	name := msg.Fault(msg.NameControl, "firstName", "Анна\nПетрова")
	width := msg.NewReason(msg.RowWidth, "3", "7", `"Sidorova;anna@example.com;born 1990-05-17"`)
	quote := msg.Fault(msg.ChatID, "chatId", `x" Anna Test "y`)
	other := msg.Fault(msg.Quote, "Phone on card", "Remarks of Olga")
	newer := msg.NewReason("unheard-of", "Anna Test", "79001234567")
	half := msg.NewReason(msg.SameRefusal, 3, `words: "Anna Test`)
	counted := msg.NewReason(msg.DayFull, 7654321, time.Date(2026, 11, 22, 17, 5, 0, 0, time.UTC))
	resting := msg.NewReason(msg.Resting, "1101000001", "2026-11-21", "yellowCard")
	refused := msg.NewReason(msg.Refused, "Validation failed. Details: Артем 79001234567@c.us")
	for _, c := range []struct {
		name    string
		reasons []msg.Reason
		want    []string // in the sentences
		not     []string
	}{
		{"words of the sentence itself stay", []msg.Reason{lost}, []string{`format "Text", enter`, `"79•••••45E+10"`}, nil},
		{"a name in a cell becomes initials", []msg.Reason{name}, []string{`"А.⏎П." holds`}, []string{"Анна", "Петрова"}},
		{"what was meant by it is left out", []msg.Reason{msg.NewReason(msg.NameSpoilt, "firstName", `"Ð˜Ð²Ð°Ð½"`, `"Иван"`)}, []string{"was spoilt when it was saved: enter it again"}, []string{"Иван", "И."}},
		{"the error of a spreadsheet is no name", []msg.Reason{msg.Fault(msg.NameError, "firstName", "#ИМЯ?")}, []string{`"#ИМЯ?" is what`}, nil},
		{"a name beside it is", []msg.Reason{msg.Fault(msg.NameError, "firstName", "Anna undefined")}, []string{`"A. u." is what`}, []string{"Anna"}},
		{"other columns do not come in", []msg.Reason{width}, []string{"cells: 3", "the header has 7"}, []string{"Sidorova", "anna", "example"}},
		{"quotation marks in a cell do not let it out", []msg.Reason{quote}, []string{`x" A. T. "y`}, []string{"Anna", "Test"}},
		{"names of columns stay", []msg.Reason{other}, []string{"Phone on card:", "Remarks o. O."}, []string{"Olga"}},
		{"names of the row are hidden in the service's words", []msg.Reason{refused}, []string{"Validation failed. Details: А. 7900•••••67@c.us"}, nil},
		{"examples in a sentence stay", []msg.Reason{msg.Fault(msg.ChatMissing, "chatId", "")}, []string{"such as 79001234567@c.us"}, nil},
		{"so are those of a newer version", []msg.Reason{newer}, []string{"unheard-of: A. T.: 7900•••••67"}, nil},
		{"an argument with one quotation mark hides what follows", []msg.Reason{half}, []string{`words: "A. T.`}, nil},
		{"a sentence within another one is hidden too", []msg.Reason{msg.NewReason(msg.SameRefusal, 3, refused)}, []string{"3 rows one after", "А. 7900•••••67@c.us"}, []string{"Артем"}},
		{"counts and times stay", []msg.Reason{counted}, []string{"at 2026-11-22 17:05", "limit of 7 654 321 cards"}, nil},
		{"so does the number of an instance", []msg.Reason{msg.NewReason(msg.Resumed, "olga", "2026-11-22"), resting}, []string{"instance 1101000001 is at rest"}, nil},
		{"columns that are no field may have any name", []msg.Reason{msg.NewReason("column-near", "Remarks 79001234567", "chatId")}, []string{`"Remarks 7900•••••67" is nearly chatId`}, nil},
		{"several sentences are hidden as one", []msg.Reason{lost, name, quote}, []string{"has lost its last digits", "holds a line break"}, []string{"Анна", "Anna", "7.90012345"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			masked := testMask(false).reasons(c.reasons, csvmodel.Fields{FirstName: "Артем"})
			got := msg.Join(masked, msg.English)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q has no %q", got, want)
				}
			}
			for _, not := range c.not {
				if strings.Contains(got, not) {
					t.Errorf("%q has %q", got, not)
				}
			}
		})
	}
}

func TestNothingIsHiddenInAFullReport(t *testing.T) {
	m := testMask(true)
	f := csvmodel.Fields{FirstName: "Анна", LastName: "Петрова"}
	reason := msg.Fault(msg.Phone, "phoneContact", "Анна 79001234567")
	if got := m.name(f) + m.chat("79001234567@c.us"); got != `Анна Петрова79001234567` {
		t.Error("got", got)
	}
	if got := m.reasons([]msg.Reason{reason}, f); got[0].Text(msg.English) != reason.Text(msg.English) {
		t.Error("got", got)
	}
}

var longNumber = regexp.MustCompile(`\p{Nd}{7}`)

// FuzzNoNumberGetsOut knows that of what has letters a day or an id may stay.
func FuzzNoNumberGetsOut(f *testing.F) {
	f.Add("79001234567", "x")
	f.Add("+7 (900) 123-45-67", `"`)
	f.Add("8900-12-34567", "7.9E+10")
	m := testMask(false)
	f.Fuzz(func(t *testing.T, before, after string) {
		text := before + "79001234567" + after
		got := m.numbers(text)
		if strings.ContainsAny(text, "abcdefABCDEF") {
			return
		}
		if longNumber.MatchString(got) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
