package cli

import "testing"

func TestNamesAreHarmlessOnATerminal(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"letters of all kinds stay", "Клиенты 5 «май».csv: done\n", "Клиенты 5 «май».csv: done\n"},
		{"an escape is not obeyed", "a\x1b[2Jb\rc.csv", "a\ufffd[2Jb\ufffdc.csv"},
		{"bytes that are no text are shown as such", "a\xffb.csv", "a\ufffdb.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := printable(c.text); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}
