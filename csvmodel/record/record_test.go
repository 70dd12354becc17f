package record

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

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
			if got := Split(c.source, ',', 0); !slices.Equal(got, c.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// FuzzSplit compares Split, and the bounds of records, with encoding/csv.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{`a,b`, `"a""b",c`, `a"b`, `"a"b`, `"`, "\"a\r\nb\"", "a\rb,\"c\"\r", `,`, `"a",`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > MaxSize || strings.Contains(text, `="`) || IsBlank([]byte(text), ',') {
			return
		}
		rec := boundsAt([]byte(text), ',', 0, true)
		source := text[:rec.text]
		if IsBlank([]byte(source), ',') {
			return
		}
		r := csv.NewReader(strings.NewReader(source + "\n"))
		cells, err := r.Read()
		if rec.spaced {
			return // encoding/csv does not know such cells
		}
		if good := rec.code == ""; good != (err == nil) {
			t.Fatalf("%q: code %q, but %v", source, rec.code, err)
		}
		if err != nil {
			return
		}
		got := Split(source, ',', 0)
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

func TestTheBufferStaysSmall(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"with a line of 64 MiB", strings.Repeat("x", 1<<26) + "\nb\n"},
		{"with a quote that is never closed", `"` + strings.Repeat("x\n", 1<<22)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewScanner(strings.NewReader(c.text))
			s.Comma = ','
			var rec Record
			for s.Next(&rec) == nil {
			}
			if len(s.buf) > 1<<21 {
				t.Errorf("the buffer grew to %d bytes", len(s.buf))
			}
		})
	}
}
