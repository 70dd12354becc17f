package csvmodel

import (
	"bytes"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"errors"
	"io"
	"strings"
	"testing"
)

// fixme is the file for the rows that need a person, as UTF-8.
func fixme(t *testing.T, file string) (text string, encoding string) {
	t.Helper()
	rd, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := NewFixmeWriter(&out, rd.Form(), rd.Form().Encoding)
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := rd.Read()
		if err == io.EOF {
			break
		}
		if err == nil && !row.Valid() {
			err = w.Write(row.Source, msg.Codes(row.Faults), "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(charset.NewReader(&out, rd.Form().Encoding))
	if err != nil {
		t.Fatal(err)
	}
	return string(plain), rd.Form().Encoding
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
			"chatId,phoneContact,firstName,order\n447700900123,+5511900000001,,447700900123\n",
			"chatId,phoneContact,firstName,order,error\n4477 0090 0123,+5 5119 0000 0001,,4477 0090 0123,name-missing\n"},
		{"and those that it would compute with",
			"chatId,phoneContact,firstName,quotedMessageId\n7.90012E+10,\"7,90012E+10\",Anna,3613182953295510E7\n",
			"chatId,phoneContact,firstName,quotedMessageId,error\n'7.90012E+10,\"'7,90012E+10\",Anna,'3613182953295510E7,number-lost\n"},
		{"makes formulas harmless",
			head + "79000000001,12345,=1+1,@x\n",
			"chatId,phoneContact,firstName,campaign,error\n79000000001,12345,'=1+1,'@x,phone-short\n"},
		{"fills a row that is too short, so that its error is in the right column",
			head + "79000000001,79000000002\n",
			"chatId,phoneContact,firstName,campaign,error\n79000000001,79000000002,,,row-width\n"},
		{"leaves what is too much behind the error",
			head + "79000000001,79000000002,Anna,x,y,z\n",
			"chatId,phoneContact,firstName,campaign,error\n79000000001,79000000002,Anna,x,row-width,y,z\n"},
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
	text, _ := fixme(t, "chatId;phoneContact;firstName;campaign\r\n447700900123@c.us;44770090012X;=Anna;x\r\n")
	rd, err := open(strings.Replace(text, "44770090012X", "4477 0090 0123", 1))
	if err != nil {
		t.Fatal(err)
	}
	row, err := rd.Read()
	if err != nil || !row.Valid() || row.Contact.Phone() != 447700900123 || row.Contact.Fields().FirstName != "=Anna" {
		t.Errorf("got %+v, %v", row, err)
	}
	if others := rd.Form().others(rd.Form().Split(row.Source)); len(others) != 1 || others[0] != "x" {
		t.Errorf("carried through: %q", others)
	}
}

func TestARowWhoseCellsCannotBeToldApartStaysWrongUntilItIsCorrected(t *testing.T) {
	cases := []struct{ name, row, from, to, want string }{
		{"a cell too few", "79000000001,79000000002,Anna", "", "", "uncorrected"},
		{"and the same filled up", "79000000001,79000000002,Anna", ",79000000002", ",79000000003", ""},
		{"a stray quote", `79000000001,79000000002,An"na,x`, "", "", "uncorrected"},
		{"a quote never closed", `79000000001,79000000002,"Anna,x`, "", "", "uncorrected"},
		{"and closed", `79000000001,79000000002,"Anna,x`, `,"""Anna",`, `,Anna Maria,`, ""},
		{"a cell too many, in a sheet that has a column more", "79000000001,79000000002,Anna,x,y", ",error", ",error,", "row-width uncorrected"},
		{"a fault that can be told", "79000000001,12345,Anna,x", "12345", "79000000002", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rows := readAll(t, strings.NewReader(head+c.row+"\n"))
			form := readForm0(t, head)
			var out bytes.Buffer
			w, err := NewFixmeWriter(&out, form, charset.UTF8)
			if err == nil {
				err = errors.Join(w.Write(rows[0].Source, msg.Join(rows[0].Faults, msg.English), msg.Codes(rows[0].Faults)), w.Flush())
			}
			if err != nil {
				t.Fatal(err)
			}
			again := readAll(t, strings.NewReader(strings.ReplaceAll(out.String(), c.from, c.to)))
			if got := msg.Codes(again[0].Faults); got != c.want {
				t.Errorf("got %q in\n%s", got, out.String())
			}
		})
	}
}

func readForm0(t *testing.T, file string) Form {
	t.Helper()
	rd, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	return rd.Form()
}

func TestSignsThatAnOldEncodingLacksAreMadeSimpler(t *testing.T) {
	var out bytes.Buffer
	w := newRowWriter(&out, Form{}, "koi8-r")
	w.lenient = 1
	if err := errors.Join(w.row([]string{"1", "«x» — y…"}), w.w.Flush()); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "1,\"\"\"x\"\" - y?\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatTheEncodingOfTheInputLacksIsNotWritten(t *testing.T) {
	form := Form{Delimiter: ",", Header: []string{"chatId", "note"}, Columns: []string{"chatId", ""}}
	cases := []struct {
		name, encoding string
		result         Result
		lacks          bool
	}{
		{"a name that it has", "windows-1251", Result{Fields: Fields{FirstName: "Анна"}}, false},
		{"a name that it lacks", "windows-1251", Result{Fields: Fields{FirstName: "José"}}, true},
		{"an error is no reason for another encoding", "windows-1251", Result{Error: "“José”⏎"}, false},
		{"but another column is", "windows-1251", Result{Source: "1,José", Error: "José"}, true},
		{"and an error of which no letter would be left", "windows-1252", Result{Error: "пусто"}, true},
		{"signs of a sentence are no reason either", "cp866", Result{Error: "«пусто» — нет"}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w, err := NewResultWriter(io.Discard, form, c.encoding)
			if err != nil {
				t.Fatal(err)
			}
			err = errors.Join(w.Write(c.result), w.Flush())
			if lacks := errors.Is(err, ErrNotCarried); lacks != c.lacks || !lacks && err != nil {
				t.Error(err)
			}
		})
	}
}
