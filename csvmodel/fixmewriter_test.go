package csvmodel_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/record"
)

// fixme is the file for the rows that need a person, as UTF-8, with codes in place of
// the sentences.
func fixme(t *testing.T, file string) (text string, encoding string) {
	t.Helper()
	rd, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var codes []string // each behind the sentence as a cell has it
	rows := func(yield func(csvmodel.Result, error) bool) {
		for result, err := range outcomes(rd) {
			if text := msg.Join(result.Reasons, result.Language); text != "" {
				code := msg.Codes(result.Reasons)
				codes = append(codes, `"`+strings.ReplaceAll(text, `"`, `""`)+`"`, code, text, code)
			}
			if !yield(result, err) {
				return
			}
		}
	}
	if err := csvmodel.WriteFixme(&out, rd.Layout(), rd.Layout().Encoding, rows); err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(charset.NewReader(&out, rd.Layout().Encoding))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(codes...).Replace(string(plain)), rd.Layout().Encoding
}

func TestFixme(t *testing.T) {
	cases := []struct{ name, file, want string }{
		{"has only the faulty rows, and what is wrong with each",
			head + good + "79000000001,12345,Anna,spring\n",
			"chatId,phoneContact,firstName,campaign,error\n79000000001,12345,Anna,spring,phone-short\n"},
		{"has the separator, line ends and columns of the input",
			"Чат;Имя;Телефон контакта\r\n79000000001;Анна;12345\r\n",
			"Чат;Имя;Телефон контакта;error\r\n79000000001;Анна;12345;phone-short\r\n"},
		{"writes numbers of 12 digits and more so that a spreadsheet keeps them as text",
			"chatId,phoneContact,firstName,order\n447400123123,+5511900000001,,447400123123\n",
			"chatId,phoneContact,firstName,order,error\n4474 0012 3123,+5 5119 0000 0001,,4474 0012 3123,name-missing\n"},
		{"and those that it would compute with",
			"chatId,phoneContact,firstName,quotedMessageId\n7.90012E+10,\"7,90012E+10\",Anna,3613182953295510E7\n",
			"chatId,phoneContact,firstName,quotedMessageId,error\n'7.90012E+10,\"'7,90012E+10\",Anna,'3613182953295510E7,number-lost\n"},
		{"makes formulas harmless",
			head + "79000000001,12345,=1+1,@x\n",
			"chatId,phoneContact,firstName,campaign,error\n79000000001,12345,'=1+1,'@x,phone-short\n"},
		{"fills a row that is too short, so that its error is in the right column",
			head + "79000000001,79000000002\n",
			"chatId,phoneContact,firstName,campaign,error\n79000000001?,79000000002,,,row-width\n"},
		{"leaves what is too much behind the error",
			head + "79000000001,79000000002,Anna,x,y,z\n",
			"chatId,phoneContact,firstName,campaign,error\n79000000001?,79000000002,Anna,x,row-width,y,z\n"},
		{"has no column of a fixme file twice",
			"chatId,phoneContact,firstName,error\n79000000001,12345,Anna,phone-short\n",
			"chatId,phoneContact,firstName,error\n79000000001,12345,Anna,phone-short\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := fixme(t, c.file); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestFixmeThatIsCorrectedIsRead(t *testing.T) {
	text, _ := fixme(t, "chatId;phoneContact;firstName;campaign\r\n447700900123@c.us;44740012312X;=Anna;x\r\n")
	rd, err := open(strings.Replace(text, "44740012312X", "4474 0012 3123", 1))
	if err != nil {
		t.Fatal(err)
	}
	row, err := rd.Read()
	if err != nil || !row.Valid() || row.Contact.Phone() != 447400123123 || row.Contact.Fields().FirstName != "=Anna" {
		t.Errorf("got %+v, %v", row, err)
	}
	if cells := rd.Layout().Split(row.Source); cells[3] != "x" {
		t.Errorf("carried through: %q", cells)
	}
}

// TestFixmeGivesBackWhatItGuards sends a file round twice: no formula begins behind a
// separator, and every cell comes back as it was.
func TestFixmeGivesBackWhatItGuards(t *testing.T) {
	const file = "chatId,phoneContact,firstName,lastName,\"note,=1\"\n" +
		"79000000001,12345,x;=HYPERLINK(A1),790000000001,\"y|=1,'=2\t=3;\"\"=4;'=5\"\n"
	const guarded = "chatId,phoneContact,firstName,lastName,\"note,'=1\",error\n" +
		"79000000001,12345,x;'=HYPERLINK(A1),7900 0000 0001,\"y|'=1,''=2\t'=3;\"\"'=4;''=5\",phone-short\n"
	once, _ := fixme(t, file)
	twice, _ := fixme(t, once)
	if once != guarded || twice != guarded {
		t.Errorf("got %s\nthen %s", once, twice)
	}
	rd, err := open(strings.Replace(twice, "12345", "79000000002", 1))
	if err != nil {
		t.Fatal(err)
	}
	row, err := rd.Read()
	f := row.Contact.Fields()
	if err != nil || f.FirstName != "x;=HYPERLINK(A1)" || f.LastName != "790000000001" || rd.Layout().Header[4] != "note,=1" {
		t.Errorf("got %+v, %v, %q", row, err, rd.Layout().Header)
	}
}

func TestARowWhoseCellsCannotBeToldApartHasNoChatUntilItIsCorrected(t *testing.T) {
	const cut = "79000000001,79000000002"
	cases := []struct{ name, code, file string }{
		{"a cell too few", "row-width", head + cut + ",Anna\n"},
		{"cells too few, and the chat is not the first", "row-width", "firstName,phoneContact,chatId,campaign\nAnna,79000000002,79000000001\n"},
		{"no cell but the chat", "row-width", head + "79000000001\n"},
		{"a cell too many", "row-width", head + cut + ",Anna,x,y\n"},
		{"a stray quote", "quote", head + cut + ",An\"na,x\n"},
		{"a stray quote in the chat", "quote", head + "\"79000000001\"@c.us,79000000002,Anna,x\n"},
		{"text behind a quote", "quote", head + cut + ",\"Anna\" Maria,x\n"},
		{"a quote never closed", "quote-open", head + cut + ",\"Anna,x\n"},
		{"a row too long", "row-long", head + cut + ",Anna," + strings.Repeat("x", record.MaxSize) + "\n"},
		{"a row too long without an end in its name", "row-long", head + cut + "," + strings.Repeat("x ", record.MaxSize) + "\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rows := readAll(t, strings.NewReader(c.file))
			if bad := rows[len(rows)-1]; msg.Codes(bad.Faults) != c.code {
				t.Fatal(msg.Codes(bad.Faults))
			}
			card, err := csvmodel.ReadCard(strings.NewReader("BEGIN:VCARD\nVERSION:3.0\nORG:Example\nTEL:+12025550123\nEND:VCARD\n"), csvmodel.Options{})
			if err != nil {
				t.Fatal(err)
			}
			fixme, _ := fixme(t, c.file)
			for _, written := range []struct{ name, text string }{
				{"the fixme file", fixme},
				{"the fixme file, saved in a spreadsheet", saved(t, fixme, false)},
				{"the fixme file, saved with all cells in quotes", saved(t, fixme, true)},
				{"the results", results(t, c.file)},
				{"the results, saved in a spreadsheet", saved(t, results(t, c.file), false)},
			} {
				for _, opts := range []csvmodel.Options{inUTF8, {Encoding: charset.UTF8, Card: card}, {Encoding: charset.UTF8, Region: "RU"}} {
					rows := readWith(t, strings.NewReader(written.text), opts)
					if bad := rows[len(rows)-1]; bad.Valid() || bad.Contact != (csvmodel.Contact{}) {
						t.Errorf("%s with %+v: %.200q has %+v", written.name, opts, written.text, bad.Contact)
					}
				}
			}
		})
	}
}

// A person moves the cells to where they belong, and takes off the question mark.
func TestARowThatIsCorrectedInAFixmeFileIsRead(t *testing.T) {
	for _, c := range []struct{ name, row, corrected string }{
		{"a cell too few", "79000000001,79000000002,Anna", "79000000001,79000000002,Anna,x,row-width"},
		{"a cell too many", "79000000001,79000000002,Anna,x,y", "79000000001,79000000002,Anna,\"x,y\",row-width"},
		{"a stray quote", "79000000001,79000000002,An\"na,x", "79000000001,79000000002,Anna,x,quote"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, _ := fixme(t, head+c.row+"\n")
			header, _, _ := strings.Cut(text, "\n")
			if rows := readAll(t, strings.NewReader(header+"\n"+c.corrected+"\n")); !rows[0].Valid() {
				t.Error(rows[0].Faults)
			}
		})
	}
}

// saved is what a spreadsheet makes of a file: cells are quoted as it likes, and all
// rows are as wide as the widest.
func saved(t *testing.T, text string, quoteAll bool) string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, charset.BOM)))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	var out strings.Builder
	for _, row := range rows {
		row = append(row, make([]string, width-len(row))...)
		for i, cell := range row {
			if quoteAll || strings.ContainsAny(cell, "\",\n") {
				row[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
		}
		out.WriteString(strings.Join(row, ",") + "\r\n")
	}
	return out.String()
}

// sentence is a reason with this text.
func sentence(text string) []msg.Reason { return []msg.Reason{msg.NewReason("proof.file", text)} }

func TestWhatTheEncodingOfTheInputLacksIsNotWritten(t *testing.T) {
	layout := csvmodel.Layout{Delimiter: ",", Header: []string{"chatId", "note"}, Columns: []string{"chatId", ""}}
	cases := []struct {
		name, encoding string
		result         csvmodel.Result
		lacks          bool
	}{
		{"a name that it has", "windows-1251", csvmodel.Result{Fields: csvmodel.Fields{FirstName: "Анна"}}, false},
		{"a name that it lacks", "windows-1251", csvmodel.Result{Fields: csvmodel.Fields{FirstName: "José"}}, true},
		{"an error is no reason for another encoding", "windows-1251", csvmodel.Result{Reasons: sentence("“José”⏎")}, false},
		{"but another column is", "windows-1251", csvmodel.Result{Source: "1,José", Reasons: sentence("José")}, true},
		{"and an error of which no letter would be left", "windows-1252", csvmodel.Result{Reasons: sentence("пусто")}, true},
		{"signs of a sentence are no reason either", "cp866", csvmodel.Result{Reasons: sentence("«пусто» — нет")}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := csvmodel.WriteResults(io.Discard, layout, c.encoding, only(c.result))
			if lacks := errors.Is(err, csvmodel.ErrNotCarried); lacks != c.lacks || !lacks && err != nil {
				t.Error(err)
			}
		})
	}
}
