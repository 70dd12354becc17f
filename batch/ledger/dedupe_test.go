package ledger_test

import (
	"reflect"
	"testing"
	"time"

	"contact-distributor/batch/ledger"
)

func TestDedupeIsReadAndWritten(t *testing.T) {
	for _, c := range []struct {
		text, want string
		dedupe     ledger.Dedupe
	}{
		{"forever", "forever", ledger.Dedupe{}},
		{"file", "file", ledger.Dedupe{File: true}},
		{"720h", "720h0m0s", ledger.Dedupe{Within: 720 * time.Hour}},
	} {
		var d ledger.Dedupe
		if err := d.UnmarshalText([]byte(c.text)); err != nil || d != c.dedupe {
			t.Errorf("%s: %+v, %v", c.text, d, err)
		}
		if text, err := d.MarshalText(); err != nil || string(text) != c.want {
			t.Errorf("%s is written %q, %v", c.text, text, err)
		}
	}
	for _, text := range []string{"", "0s", "-1h", "always"} {
		if err := new(ledger.Dedupe).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is understood", text)
		}
	}
}

func TestDedupeSaysWhichClaimsCount(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		dedupe ledger.Dedupe
		again  bool
		want   ledger.Scope
	}{
		{"for ever", ledger.Dedupe{}, false, ledger.Scope{}},
		{"only within the file", ledger.Dedupe{File: true}, false, ledger.Scope{FileOnly: true}},
		{"within a time", ledger.Dedupe{Within: time.Hour}, false, ledger.Scope{Since: now.Add(-time.Hour)}},
		{"once more", ledger.Dedupe{}, true, ledger.Scope{Again: true}},
	} {
		if got := c.dedupe.Scope(now, ledger.Run{Again: c.again}); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
