package csvmodel

import (
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/record"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestForm(t *testing.T) {
	rest := "phoneContact;Имя, полностью;;firstName"
	rd, err := open(charset.BOM + " ChatID;" + rest + "\r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Layout{
		Encoding: "utf-8", Delimiter: ";", CRLF: true,
		Header:  []string{" ChatID", "phoneContact", "Имя, полностью", "", "firstName"},
		Columns: []string{"chatId", "phoneContact", "", "", "firstName"},

		Cyrillic: true,
	}
	if got := rd.Layout(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	kept, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Layout
	if err := json.Unmarshal(kept, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("from the ledger: %+v, %v", got, err)
	}
}

func TestFindDelimiter(t *testing.T) {
	cases := []struct {
		name, file string
		want       string
	}{
		{"a comma", head + good, ","},
		{"a semicolon", "chatId;phoneContact;a,b,c\n1;2;3,4,5\n", ";"},
		{"a comma though other columns are full of semicolons", "chatId,phoneContact,a;b;c;d\n1,2,3;4;5;6\n", ","},
		{"where no column is known, what makes rows of one width", "a,x;b\n1;2\n3,4;5\n", ";"},
		{"a comma where nothing says so", "a\nb\n", ","},
		{"a tab", strings.ReplaceAll(head+good, ",", "\t"), "\t"},
		{"a bar", strings.ReplaceAll(head+good, ",", "|"), "|"},
		{"whatever is in quotes", "\"chatId\";\"phoneContact\";\"a,b\"\n1;2;3\n", ";"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := findDelimiter(record.Window{Text: []byte(c.file), AtEnd: true}, Options{}); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}
