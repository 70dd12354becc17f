package csvmodel

import (
	"bytes"
	"errors"
	"testing"
)

func TestSignsThatAnOldEncodingLacksAreMadeSimpler(t *testing.T) {
	var out bytes.Buffer
	w := newRowWriter(&out, Layout{}, "koi8-r", 1)
	if err := errors.Join(w.row([]string{"1", "«x» — y…"}, nil), w.w.Flush()); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "1,\"\"\"x\"\" - y?\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
