package msg_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	. "contact-distributor/csvmodel/msg"
)

func TestNamesAreHarmlessInEveryText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"letters of all kinds stay", "Клиенты 5 «май».csv", "Клиенты 5 «май».csv"},
		{"an escape is not obeyed", "a\x1b[2Jb\rc.csv", "a\ufffd[2Jb\ufffdc.csv"},
		{"nor is the eight-bit one", "a\u009b2Jb.csv", "a\ufffd2Jb.csv"},
		{"a bell does not ring", "a\ab.csv", "a\ufffdb.csv"},
		{"a line break takes no line of its own", "a\nb\u2028c.csv", "a\ufffdb\ufffdc.csv"},
		{"the direction of writing is not turned", "a\u202evsc.exe", "a\ufffdvsc.exe"},
		{"nor hidden", "a\u2066b\u200fc.csv", "a\ufffdb\ufffdc.csv"},
		{"bytes that are no text are shown as such", "a\xffb.csv", "a\ufffdb.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := OneLine(c.text); got != c.want {
				t.Errorf("got %q", got)
			}
			failed := fmt.Errorf("tried: %w", &fs.PathError{Op: "open", Path: c.text, Err: fs.ErrPermission})
			for _, arg := range []any{c.text, []string{c.text}, errors.New(c.text), NewReason("card", c.text, NewReason("file-empty")), failed} {
				for _, l := range Languages() {
					text := Text(l, "error.prefix", Args{"Err": arg})
					if got := OneLine(text[:len(text)-1]) + "\n"; got != text {
						t.Errorf("%T: %q", arg, text)
					}
				}
			}
		})
	}
}

func TestErrorsThatAreJoinedHaveALineEach(t *testing.T) {
	joined := errors.Join(errors.New("a\x1bb"), errors.New("c"))
	if got := Explain(English, joined); got != "a\ufffdb\nc" {
		t.Errorf("got %q", got)
	}
}
