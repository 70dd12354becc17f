package csvmodel

import (
	"encoding/csv"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestForm(t *testing.T) {
	rest := "phoneContact;Имя, полностью;;firstName"
	rd, err := open(bom + " ChatID;" + rest + "\r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Form{
		Encoding: "utf-8", Delimiter: ";", CRLF: true,
		Header:  []string{" ChatID", "phoneContact", "Имя, полностью", "", "firstName"},
		Columns: []string{"chatId", "phoneContact", "", "", "firstName"},

		Cyrillic: true,
	}
	if got := rd.Form(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	kept, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Form
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
			if got := findDelimiter(window{[]byte(c.file), true}, Reading{}); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	cases := []struct {
		name, source string
		want         []string
	}{
		{"cells are what is between separators", `a,b,,`, []string{"a", "b", "", ""}},
		{"nothing is one cell", ``, []string{""}},
		{"quotes around a cell are taken off", `"a,""b""",c,""`, []string{`a,"b"`, "c", ""}},
		{"line breaks in quotes stay as they are", "\"a\r\nb\",c", []string{"a\r\nb", "c"}},
		{"stray quotes stay", `a"b,"c"d,e`, []string{`a"b`, `"c"d`, "e"}},
		{"a quote never closed ends with its cell", `a,"b,c`, []string{"a", `"b`, "c"}},
		{"a quote alone is a cell", `a,"`, []string{"a", `"`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := (Form{Delimiter: ","}).Split(c.source); !slices.Equal(got, c.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// FuzzSplit holds Split, and what the framer takes for a record, against
// encoding/csv.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{`a,b`, `"a""b",c`, `a"b`, `"a"b`, `"`, "\"a\r\nb\"", "a\rb,\"c\"\r", `,`, `"a",`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxRecord || strings.Contains(text, `="`) || isBlank([]byte(text), ',') {
			return
		}
		rec := recordAt([]byte(text), ',', 0, true)
		source := text[:rec.text]
		if isBlank([]byte(source), ',') {
			return
		}
		r := csv.NewReader(strings.NewReader(source + "\n"))
		cells, err := r.Read()
		if good := rec.code == ""; good != (err == nil) {
			t.Fatalf("%q: code %q, but %v", source, rec.code, err)
		}
		if err != nil {
			return
		}
		got := Form{Delimiter: ","}.Split(source)
		if len(got) != len(cells) || rec.width != 0 && rec.width != len(cells) {
			t.Fatalf("%q: %q and a width of %d, want %q", source, got, rec.width, cells)
		}
		for i := range cells {
			if normal(got[i]) != normal(cells[i]) {
				t.Fatalf("%q: %q, want %q", source, got, cells)
			}
		}
	})
}

// normal leaves out what encoding/csv does to line ends.
func normal(cell string) string { return strings.ReplaceAll(cell, "\r", "") }
