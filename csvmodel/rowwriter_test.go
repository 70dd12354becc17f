package csvmodel

import (
	"bytes"
	"errors"
	"testing"
)

func TestSignsThatAnOldEncodingLacksAreMadeSimpler(t *testing.T) {
	var out bytes.Buffer
	w, err := newRowWriter(&out, Layout{}, "koi8-r", []string{"chatId", "error"}, []string{"chatId", "error"})
	if err := errors.Join(err, w.row([]string{"1", "«x» — y…"}, Result{}), w.close()); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "chatId,error\n1,\"\"\"x\"\" - y?\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
