package report

import "testing"

func TestTextIsMadeVisible(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain text stays", "Артем O’Test", "Артем O’Test"},
		{"Arabic and Hebrew stay", "سلام שלום", "سلام שלום"},
		{"what turns the direction of writing is written out", "a\u202eb\u2066c", "a‹U+202E›b‹U+2066›c"},
		{"so is what has no width", "a\u200bb\ufeff", "a‹U+200B›b‹U+FEFF›"},
		{"a line break is a sign", "a\nb\u2028c", "a⏎b⏎c"},
		{"so is a tab", "a\tb", "a⇥b"},
		{"other control characters are pictures", "a\x00b\x1bc", "a␀b␛c"},
		{"those beyond ASCII are written out", "a\u0085", "a‹U+0085›"},
		{"what joins emoji stays", "👩\u200d🚀", "👩\u200d🚀"},
		{"bytes that are no text are marked", "a\xffb", "a\ufffdb"},
		{"of many accents some are left", "a\u0301\u0301\u0301\u0301\u0301b", "a\u0301\u0301\u0301b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := visible(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTextIsCut(t *testing.T) {
	for _, c := range []struct {
		name, text string
		most       int
		want       string
	}{
		{"what has room stays", "Артем", 10, "Артем"},
		{"what has none ends in an ellipsis", "Артемий", 10, "Арт…"},
		{"characters are as long as in HTML", `"""""`, 14, `""…`},
		{"no character is taken apart", "👩👩👩", 10, "👩…"},
		{"nothing fits into nothing", "abc", 0, "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cut(c.text, c.most); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
