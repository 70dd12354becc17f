package csvmodel

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
)

// checkUnderstood holds what became of a header, its names separated by
// commas, against the columns that are not carried through and the notes.
func checkUnderstood(t *testing.T, header string, opts Options, want, notes string) {
	t.Helper()
	names := strings.Split(header, ",")
	fields, notices, err := mapColumns(names, nil, opts)
	if err != nil {
		t.Fatal(err)
	}
	var got, remarks []string
	for i, field := range fields {
		if field != "" {
			got = append(got, names[i]+"="+field)
		}
	}
	for _, note := range notices {
		remarks = append(remarks, string(note.Code)+": "+strings.Trim(strings.Join(strings.Split(fmt.Sprintf("%q", note.Args), `" "`), ", "), `["]`))
	}
	if got := strings.Join(got, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := strings.Join(remarks, "; "); got != notes {
		t.Errorf("notes %s\nwant  %s", got, notes)
	}
}

func mapped(pairs ...string) (opts Options) {
	for _, pair := range pairs {
		field, column, _ := strings.Cut(pair, "=")
		opts.Map = append(opts.Map, Mapping{field, column})
	}
	return opts
}

func TestUnderstand(t *testing.T) {
	card := Options{Card: &Card{}}
	results := strings.Join(resultColumns[:], ",")
	cases := []struct {
		name, header string
		opts         Options
		want, notes  string
	}{
		{"the API's names, in any order", "firstName,phoneContact,city,chatId", Options{},
			"firstName=firstName phoneContact=phoneContact chatId=chatId", ""},
		{"what has no name is carried through", "chatId,,phoneContact, ,", Options{}, "chatId=chatId phoneContact=phoneContact", ""},
		{"a byte order mark is no part of a name", "\ufeffЧат,Телефон контакта", Options{},
			"\ufeffЧат=chatId Телефон контакта=phoneContact", ""},

		{"whole names are first names where there are no others", "chatId,phoneContact,ФИО", Options{},
			"chatId=chatId phoneContact=phoneContact ФИО=firstName", "column-full-name: ФИО"},
		{"and are carried through beside any other", "chatId,phoneContact,Name,Surname", Options{},
			"chatId=chatId phoneContact=phoneContact Surname=lastName", ""},
		{"also one that is mapped", "chatId,phoneContact,Name,Given", mapped("firstName=Given"),
			"chatId=chatId phoneContact=phoneContact Given=firstName", ""},
		{"a company is none", "chatId,phoneContact,Full Name,Company", Options{},
			"chatId=chatId phoneContact=phoneContact Full Name=firstName Company=company", "column-full-name: Full Name"},

		{"a telephone is the card's where another column is the chat", "Чат,Телефон,Имя", Options{},
			"Чат=chatId Телефон=phoneContact Имя=firstName", "column-taken: Телефон, phoneContact"},
		{"and nobody's where the card's is there", "Чат,Телефон,Телефон контакта", Options{}, "Чат=chatId Телефон контакта=phoneContact", ""},
		{"a mobile one rather than an ordinary one", "chatId,Phone,Mobile,Home Phone", Options{},
			"chatId=chatId Mobile=phoneContact", "column-taken: Mobile, phoneContact"},
		{"an ordinary one rather than one at home", "chatId,Home Phone,Phone", Options{},
			"chatId=chatId Phone=phoneContact", "column-taken: Phone, phoneContact"},
		{"of numbered ones the first", "chatId,Phone 2,Phone 1", Options{}, "chatId=chatId Phone 1=phoneContact", "column-taken: Phone 1, phoneContact"},
		{"a running number is no rival of a telephone", "Номер,chatId,Телефон", Options{},
			"chatId=chatId Телефон=phoneContact", "column-taken: Телефон, phoneContact"},

		{"with a card a telephone is the chat, and names are the recipients'", "Телефон,Имя,ФИО", card,
			"Телефон=chatId", "column-taken: Телефон, chatId"},
		{"so two columns of one name are no matter", "Телефон,Company,Организация,Name,ФИО", card,
			"Телефон=chatId", "column-taken: Телефон, chatId"},
		{"but not where another column is the chat", "WhatsApp,Телефон", card, "WhatsApp=chatId", ""},
		{"names written as in the API are the card's", "chatId,firstName,company,Last Name", card,
			"chatId=chatId firstName=firstName company=company", ""},
		{"a mapping does too", "chatId,Имя", Options{Card: card.Card, Map: mapped("firstName=Имя").Map}, "chatId=chatId Имя=firstName", ""},
		{"and so does the card's number in the file", "chatId,phoneContact,Имя", card,
			"chatId=chatId phoneContact=phoneContact Имя=firstName", ""},
		{"a chat alone is enough with a card", "chatId", card, "chatId=chatId", ""},
		{"with a card, what is nearly a recipient's name is left alone", "chatId,Фамиля,phoneContakt", card,
			"chatId=chatId", "column-near: phoneContakt, phoneContact"},

		{"a mapping goes before names", "chatId,Телефон,phoneContact", mapped("phoneContact=Телефон"), "chatId=chatId Телефон=phoneContact", ""},
		{"also of a column that is another field by its name", "chatId,phoneContact,Имя", mapped("company=Имя"),
			"chatId=chatId phoneContact=phoneContact Имя=company", ""},
		{"its column is the one written so", "chatId,PHONE,Phone", mapped("phoneContact=Phone"), "chatId=chatId Phone=phoneContact", ""},
		{"or else written with other capitals and space", "chatId, phone ", mapped("phoneContact=Phone"), "chatId=chatId  phone =phoneContact", ""},
		{"its field too", "chatId,Tel A", mapped("PHONECONTACT=tel a"), "chatId=chatId Tel A=phoneContact", ""},
		{"a mapped telephone leaves the others alone", "chatId," + "Mobile,Phone 1 - Value,Phone 2 - Value", mapped("phoneContact=Phone 1 - Value"),
			"chatId=chatId Phone 1 - Value=phoneContact", ""},
		{"or else the one at that place", "chatId,Phone,Phone", mapped("phoneContact=#3"), "chatId=chatId Phone=phoneContact", ""},
		{"a name goes before a place", "chatId,Phone,#2", mapped("phoneContact=#2"), "chatId=chatId #2=phoneContact", ""},
		{"what has no name has a place", "chatId,", mapped("phoneContact=#2"), "chatId=chatId =phoneContact", ""},
		{"all can be mapped", "a,b", mapped("chatId=a", "phoneContact=b"), "a=chatId b=phoneContact", ""},

		{"what is nearly a field is pointed out", "chatId,phoneContact,fristName,Компаня,Цена", Options{},
			"chatId=chatId phoneContact=phoneContact", "column-near: fristName, firstName; column-near: Компаня, company"},
		{"but not where the field is there", "chatId,phoneContact,firstName,fristName,Имя контакта", Options{},
			"chatId=chatId phoneContact=phoneContact firstName=firstName", ""},

		{"a results file is read again", "\ufeff" + results + ",campaign,in.status", Options{},
			"\ufeffrow=- line=- chatId=chatId phoneContact=phoneContact firstName=firstName middleName=middleName lastName=lastName " +
				"company=company quotedMessageId=quotedMessageId status=- idMessage=- error=- code=- attempts=- acceptedAt=- idInstance=- delivery=-", ""},
		{"what was carried through in it is again", results + ",Имя,First Name,Телефон,Name", mapped("company=code"),
			"row=- line=- chatId=chatId phoneContact=phoneContact firstName=firstName middleName=middleName lastName=lastName " +
				"quotedMessageId=quotedMessageId status=- idMessage=- error=- code=company attempts=- acceptedAt=- idInstance=- delivery=-", ""},
		{"a column of a results file by itself is carried through", "chatId,phoneContact,status,error,code", Options{},
			"chatId=chatId phoneContact=phoneContact", ""},
		{"the last column of a fixme file is passed over", "chatId,phoneContact,error,error", Options{},
			"chatId=chatId phoneContact=phoneContact error=-", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { checkUnderstood(t, c.header, c.opts, c.want, c.notes) })
	}
}

func TestHeadersThatAreRefused(t *testing.T) {
	card := Options{Card: &Card{}}
	const unknown = "has no column that is known: its first line must name them, " +
		"chatId, phoneContact, firstName, middleName, lastName, company, quotedMessageId, " +
		"separated by commas, semicolons, tabs or bars; a file of bare numbers needs such a line too; it begins "
	cases := []struct {
		name, header string
		opts         Options
		want         string
	}{
		{"nothing that is known", "a,b", Options{}, unknown + `"a,b"`},
		{"bare numbers", "12025550101,12025550191", card, unknown + `"12025550101,12025550191"`},
		{"no chat", "phoneContact,Заметки", Options{},
			`has no column chatId: rename the one that holds the chats that get the cards to chatId; its columns are "phoneContact, Заметки"`},
		{"no number", "chatId,,Имя", Options{},
			`has no column phoneContact: rename the one that holds the numbers on the cards to phoneContact, or give one card for all chats with --card; its columns are "chatId, Имя"`},
		{"no chat, and a card", "Имя", card,
			`has no column chatId: rename the one that holds the chats that get the cards to chatId; its columns are "Имя"`},
		{"a chat that is misspelt", "chatdI,phoneContact,Телефон", card,
			`has no column chatId, but the column "chatdI" is nearly chatId: rename it if it holds the chats that get the cards`},
		{"a number that is misspelt, though there is a telephone", "chatId,phoneContakt,Phone", Options{},
			`has no column phoneContact, but the column "phoneContakt" is nearly phoneContact: rename it if it holds the numbers on the cards`},

		{"a telephone that can be either", "Имя,Телефон", Options{},
			`has no column chatId, and does not say whose numbers are in "Телефон": name the column of the chats that get the cards chatId ` +
				`and that of the numbers on the cards phoneContact, or give one card for all with --card; ` +
				`--map "chatId=Телефон" says so without a change of the file`},
		{"a telephone that can be the chat", "phoneContact,Tel", Options{},
			`has no column chatId: if the chats that get the cards are in "Tel", rename it to chatId, or say so with --map "chatId=Tel"`},
		{"a telephone beside one that is mapped", "Mobile,Phone", mapped("chatId=Mobile"),
			`has no column phoneContact: rename the one that holds the numbers on the cards to phoneContact, or give one card for all chats with --card; its columns are "Mobile, Phone"`},
		{"two that can be the card's", "chatId,Mobile,Cell,Phone", Options{},
			`has no column phoneContact, and "Mobile" and "Cell" can all be that: rename the one that holds the numbers on the cards ` +
				`to phoneContact, or say which with --map "phoneContact=Mobile"`},
		{"many that can be the chat", "Home Phone,Work Phone,Other Phone,Phone 2,Phone 3", card,
			`has no column chatId, and "Home Phone", "Work Phone", "Other Phone", "Phone 2" and 1 more can all be that: ` +
				`rename the one that holds the chats that get the cards to chatId, or say which with --map "chatId=Home Phone"`},

		{"two columns for one field", "chatId,phoneContact,firstName,Имя", Options{},
			`has the column firstName twice, as "firstName" and "Имя": rename or remove one of them; ` +
				`--map "firstName=firstName" or "firstName=Имя" says so without a change of the file`},
		{"a column twice", "chatId,ChatID,phoneContact", Options{},
			`has the column chatId twice, as "chatId" (#1) and "ChatID" (#2): rename or remove one of them; ` +
				`--map "chatId=#1" or "chatId=#2" says so without a change of the file`},
		{"whole names twice", "chatId,phoneContact,Name,ФИО", Options{},
			`has the column firstName twice, as "Name" and "ФИО": rename or remove one of them; ` +
				`--map "firstName=Name" or "firstName=ФИО" says so without a change of the file`},

		{"a mapping to no field", "chatId,phone", mapped("phone=phone"),
			`cannot be read with --map "phone=phone": there is no such field, they are ` +
				`chatId, phoneContact, firstName, middleName, lastName, company, quotedMessageId`},
		{"a mapping of no column", "chatId,phone", mapped("phoneContact=Телефон"),
			`has no column that --map "phoneContact=Телефон" can mean: its columns are "chatId, phone"`},
		{"a mapping of what has no name", "chatId,", mapped("phoneContact="),
			`has no column that --map "phoneContact=" can mean: its columns are "chatId"`},
		{"a mapping of two columns", "chatId,phone,phone", mapped("phoneContact=phone"),
			`has more than one column that --map "phoneContact=phone" can mean: rename one of them; ` +
				`--map "phoneContact=#2" or "phoneContact=#3" says so without a change of the file`},
		{"a mapping of a place that is not there", "chatId,phone", mapped("phoneContact=#3"),
			`has no column that --map "phoneContact=#3" can mean: its columns are "chatId, phone"`},
		{"two mappings to one field", "a,b", mapped("chatId=a", "chatId=b"),
			`cannot be read with both --map "chatId=a" and --map "chatId=b": one field is one column, so leave one of them out`},
		{"two mappings of one column", "a,b", mapped("company=b", "chatId=a", "phoneContact=A"),
			`cannot be read with both --map "chatId=a" and --map "phoneContact=A": one field is one column, so leave one of them out`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := mapColumns(strings.Split(c.header, ","), nil, c.opts)
			var refused *FileError
			if !errors.As(err, &refused) || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestRefusalsAreShort(t *testing.T) {
	long := strings.Repeat("длинное имя ", 5000)
	for _, header := range [][]string{
		{long, long}, {"phoneContact", long}, slices.Repeat([]string{"Phone 2"}, 3000),
	} {
		for _, opts := range []Options{{}, mapped("phoneContact=" + long), mapped(long + "=a")} {
			if _, _, err := mapColumns(header, nil, opts); err == nil || len([]rune(err.Error())) > 500 {
				t.Errorf("%.40q: %v", header[0], err)
			}
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	for _, seed := range []string{
		googleOld, googleNew, outlook, outlookRussian, outlookCom, thunderbird, apple,
		strings.Join(resultColumns[:], ","), "chatId,phoneContakt,\xff,,\ufeffИмя", "Чат,Мобильныи\u0306,ФИО,error",
	} {
		f.Add(seed, "phoneContact", "phone 1 - value", true)
		f.Add(seed, "", "", false)
	}
	f.Fuzz(func(t *testing.T, text, field, column string, card bool) {
		header := strings.Split(text, ",")
		opts := mapped(field + "=" + column)
		if field == "" {
			opts.Map = nil
		}
		if card {
			opts.Card = &Card{}
		}
		fields, notes, err := mapColumns(header, nil, opts)
		if again, _, _ := mapColumns(header, nil, opts); !slices.Equal(fields, again) {
			t.Fatalf("%q, then %q", fields, again)
		}
		if err != nil {
			var refused *FileError
			if !errors.As(err, &refused) || fields != nil || notes != nil {
				t.Fatalf("%q %v: %v", fields, notes, err)
			}
			return
		}
		checkFields(t, header, fields, card)
		for _, note := range notes {
			if fmt.Sprint(note) == "" || strings.Contains(note.String(), "%!") {
				t.Errorf("%q", note)
			}
		}
	})
}

// checkFields holds that every field is there once at the most, and those that
// a file needs are.
func checkFields(t *testing.T, header, fields []string, card bool) {
	t.Helper()
	if len(fields) != len(header) {
		t.Fatalf("%d names, %d columns", len(header), len(fields))
	}
	seen := map[string]bool{"": true, ignored: true}
	for i, field := range fields {
		once := field == "" || field == ignored
		if seen[field] != once || !once && apiField(field) != field {
			t.Fatalf("%q: %q", header[i], fields)
		}
		seen[field] = true
	}
	if !seen["chatId"] || !card && !seen["phoneContact"] {
		t.Fatalf("%q lacks a field: %q", header, fields)
	}
}

func BenchmarkUnderstand(b *testing.B) {
	for _, header := range []string{"chatId,phoneContact,firstName,campaign", outlook + ",chatId", strings.Repeat("xxxxxxxx,", 7000) + "chatId,phoneContact"} {
		names := strings.Split(header, ",")
		b.Run(fmt.Sprint(len(names)), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := mapColumns(names, nil, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// rowsOf has rows with bars between them, and cells with commas.
func rowsOf(text string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for row := range strings.SplitSeq(text, "|") {
			if !yield(strings.Split(row, ",")) {
				return
			}
		}
	}
}

func TestWhatIsInTheColumnsDecides(t *testing.T) {
	card := Options{Card: &Card{}}
	const n = "+79001234567"
	cases := []struct {
		name, header, rows string
		opts               Options
		want               string // column=field, or the refusal
	}{
		{"a better telephone that is empty is not taken", "Имя,Рабочий телефон,Мобильный", "Анна," + n + ",|Иван," + n + ", ", card, "Рабочий телефон=chatId"},
		{"nor one that only says that there is none", "Имя,Рабочий телефон,Мобильный", "Анна," + n + ",нет|Иван," + n + ",-", card, "Рабочий телефон=chatId"},
		{"but it is where one row has it", "Имя,Рабочий телефон,Мобильный", "Анна," + n + ",|Иван,," + n, card, "Мобильный=chatId"},
		{"also on the cards", "chatId,Phone,Mobile", "1," + n + ",", Options{}, "chatId=chatId Phone=phoneContact"},
		{"of equals the one that is not empty", "Mobile,Cell", "," + n, card, "Cell=chatId"},
		{"all empty are as if the rows were not there", "Phone,Mobile", ",", card, "Mobile=chatId"},
		{"two that are equals are asked about", "Home Phone,Work Phone", n + "," + n, card,
			`has no column chatId, and "Home Phone" and "Work Phone" can all be that: rename the one that holds the chats that get the cards to chatId, or say which with --map "chatId=Home Phone"`},
		{"of two with one name the one at a place", "Phone,Phone", n + "," + n, card,
			`has no column chatId, and "Phone" (#1) and "Phone" (#2) can all be that: rename the one that holds the chats that get the cards to chatId, or say which with --map "chatId=#1"`},
		{"a chat that is empty gives way to a telephone", "WhatsApp,Телефон", "," + n, card, "Телефон=chatId"},
		{"not to one that is empty too", "WhatsApp,Телефон", ",", card, "WhatsApp=chatId"},
		{"and not where it is called as in the API", "chatId,Телефон", "," + n, card, "chatId=chatId"},
		{"a field twice is the one that is not empty", "chatId,phoneContact,Имя,firstName,firstName", "1,2,,Анна,", Options{},
			"chatId=chatId phoneContact=phoneContact firstName=firstName"},
		{"a number of something is the telephone if it looks like one", "Номер,Имя", n + ",Анна|79001234568,Иван|-,Ян", card, "Номер=chatId"},
		{"and else it is not", "Номер,Имя", "1001,Анна|1002,Иван", card,
			`has no column chatId: rename the one that holds the chats that get the cards to chatId; its columns are "Номер, Имя"`},
		{"a day is no number", "Номер,Имя", "2026-11-26,Анна|26.11.2026 10:00,Иван", card,
			`has no column chatId: rename the one that holds the chats that get the cards to chatId; its columns are "Номер, Имя"`},

		{"the column with the numbers is offered", "Куда слать,Сумма", n + ",100.50|" + n + ",", card,
			`has no column chatId: if the chats that get the cards are in "Куда слать", rename it to chatId, or say so with --map "chatId=Куда слать"`},
		{"also beside names that are known", "Имя,Куда слать", "Анна,8 900 123-45-67", card,
			`has no column chatId: if the chats that get the cards are in "Куда слать", rename it to chatId, or say so with --map "chatId=Куда слать"`},
		{"by its place if it has no name", "Имя,", "Анна," + n, card,
			`has no column chatId: if the chats that get the cards are in "" (#2), rename it to chatId, or say so with --map "chatId=#2"`},
		{"two columns are offered both", "Кому слать,Кого слать", n + "," + n, Options{},
			`has no column chatId, and does not say whose numbers are in "Кому слать" and "Кого слать": name the column of the chats that get the cards chatId ` +
				`and that of the numbers on the cards phoneContact, or give one card for all with --card; --map "chatId=Кому слать" or "chatId=Кого слать" says so without a change of the file`},
		{"the one of the cards too", "chatId,Куда слать", n + "," + n, Options{},
			`has no column phoneContact: rename the one that holds the numbers on the cards to phoneContact, or give one card for all chats with --card; its columns are "chatId, Куда слать"; ` +
				`--map "phoneContact=Куда слать" says so without a change of the file`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			names := strings.Split(c.header, ",")
			fields, _, err := mapColumns(names, rowsOf(c.rows), c.opts)
			var got []string
			for i, field := range fields {
				if field != "" {
					got = append(got, names[i]+"="+field)
				}
			}
			if err != nil {
				got = []string{err.Error()}
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
		})
	}
}
