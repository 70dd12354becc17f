package csvmodel_test

import (
	"fmt"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

func TestWhatIsAboveTheHeader(t *testing.T) {
	card, err := csvmodel.ReadCard(strings.NewReader("BEGIN:VCARD\nVERSION:3.0\nFN:Example\nTEL:+12025550123\nEND:VCARD\n"), csvmodel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const (
		head = "chatId,phoneContact,firstName\n"
		ann  = "12025550101,12025550191,Ann\n"
	)
	semicolons := strings.NewReplacer(",", ";")
	cases := []struct {
		name, file string
		card       *csvmodel.Card
		want       string // the note, and the numbers of the rows; or the refusal
	}{
		{"nothing", head + ann, nil, "2 ok"},
		{"a title", "Client list 2026,,\n,,\n" + head + ann, nil, "header-line [3]; 4 ok"},
		{"a title alone in its line", "Client list 2026\n\n" + head + ann, nil, "header-line [3]; 4 ok"},
		{"a title with separators in it", "Clients, new, of May, June\n" + semicolons.Replace(head+ann), nil, "header-line [2]; 3 ok"},
		{"a title with quotes in it", "OOO \"Romashka\",,\n" + head + ann, nil, "header-line [2]; 3 ok"},
		{"a comment with a day and a number of something", "# exported 26.11.2026 10:00 by crm,,\nTotal:,1,\n" + head + ann, nil, "header-line [3]; 4 ok"},
		{"headings of groups", "Recipient,Card,,\nchatId,phoneContact,firstName,lastName\n" + "12025550101,12025550191,Ann,Lee\n", nil, "header-line [2]; 3 ok"},
		{"headings in another language", "Wer,Karte,Wie\n" + head + ann, nil, "header-line [2]; 3 ok"},
		{"headings of groups that are names of columns", ",Client,,Contact,\nNo,Name,City,Mobile,Mail\n1,Ann,Rome,12025550101,x\n2,Bob,Rome,12025550102,x\n", card,
			"header-line [2]; column-taken [Mobile chatId]; 3 ok; 4 ok"},
		{"a title that is the name of a column", "Телефоны,\nТелефон,Имя\n12025550101,Анна\n", card, "header-line [2]; column-taken [Телефон chatId]; 3 ok"},
		{"the only column has that name", "Телефоны\n12025550101\n12025550102\n", card, "column-taken [Телефоны chatId]; 2 ok; 3 ok"},
		{"with a byte order mark", charset.BOM + "Clients,,\r\n" + crlf(head+ann), nil, "header-line [2]; 3 ok"},

		{"a row is not left out", "12025550102,12025550192,Bob\n" + head + ann, nil,
			"has its column names in line 2, and what looks like rows above that: delete what is above, or put the names first"},
		{"nor one below a title", "Clients,,\n12025550102,12025550192,Bob\n" + head + ann, nil,
			"has its column names in line 3, and what looks like rows above that: delete what is above, or put the names first"},
		{"a row with the name of a column is no header", "Clients,,\nAnn,Mobile,12025550102\nBob,Mobile,12025550103\n", card,
			"has no column chatId: if the chats that get the cards are in"},
		{"what is refused is the line that names most", "Clients,,\nphoneContact,Note,City\n12025550102,x,y\n", nil,
			`has no column chatId: rename the one that holds the chats that get the cards to chatId; its columns are "phoneContact, Note, City"`},
		{"a header below 30 lines is none", strings.Repeat("a,b,c\n", 30) + head + ann, nil, "has no column that is known"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rd, err := csvmodel.NewReader(strings.NewReader(c.file), csvmodel.Options{Encoding: charset.UTF8, Card: c.card})
			if err != nil {
				if !strings.HasPrefix(err.Error(), c.want) {
					t.Error("refused:", err)
				}
				return
			}
			var got []string
			for _, note := range rd.Layout().Notes {
				got = append(got, fmt.Sprint(note.Code, " ", []any(note.Args)))
			}
			for _, row := range readWith(t, strings.NewReader(c.file), csvmodel.Options{Encoding: charset.UTF8, Card: c.card}) {
				code := msg.Codes(row.Faults)
				if row.Valid() {
					code = "ok"
				}
				got = append(got, fmt.Sprint(row.Number, " ", code))
			}
			if text := strings.Join(got, "; "); text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
		})
	}
}
