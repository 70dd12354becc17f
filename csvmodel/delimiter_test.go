package csvmodel

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel/record"
)

func TestLinesAreInQuotesWhereTheyAreRowsWithoutThem(t *testing.T) {
	for text, want := range map[string]bool{
		"\"chatId,phoneContact\"\n\"1,2\"\n":                                     true,
		"\"chatId;\"\"phoneContact\"\"\"\n\"1;2\"\n":                             true,
		"chatId,phoneContact\n\"1,2\"\n":                                         false,
		"\"chatId\",\"phoneContact\"\n\"1\",\"2\"\n":                             false,
		"\"WhatsApp number, with country code\"\n12025550101\n\"12025550102\"\n": false,
	} {
		if _, isWrapped := findDelimiter(record.Window{Text: []byte(text), AtEnd: true}, "", Options{}); isWrapped != want {
			t.Errorf("%q: %v", text, isWrapped)
		}
	}
}

func TestFindDelimiter(t *testing.T) {
	file := "chatId,phoneContact,firstName,campaign\n79000000001,79000000002,Anna,spring\n"
	cases := []struct {
		name, text string
		want       string
	}{
		{"a comma", file, ","},
		{"a semicolon", "chatId;phoneContact;a,b,c\n1;2;3,4,5\n", ";"},
		{"a comma though other columns are full of semicolons", "chatId,phoneContact,a;b;c;d\n1,2,3;4;5;6\n", ","},
		{"where no column is known, what makes rows of one width", "a,x;b\n1;2\n3,4;5\n", ";"},
		{"a comma where nothing says so", "a\nb\n", ","},
		{"a tab", strings.ReplaceAll(file, ",", "\t"), "\t"},
		{"a bar", strings.ReplaceAll(file, ",", "|"), "|"},
		{"whatever is in quotes", "\"chatId\";\"phoneContact\";\"a,b\"\n1;2;3\n", ";"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := findDelimiter(record.Window{Text: []byte(c.text), AtEnd: true}, "", Options{}); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}
