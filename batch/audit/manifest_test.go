package audit

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"contact-distributor/csvmodel"
)

func someManifest() Manifest {
	at := time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)
	sum := func(name string, b byte) FileSum { return FileSum{name, Hex([32]byte{b})} }
	fixme := sum("c.fixme.csv", 3)
	return Manifest{
		Format: 1, Ledger: "K", Number: 2, Previous: Hex([32]byte{9}), Made: at, Versions: Versions{"v1", "go1"},
		Run:      RunOrigin{ID: 1, Machine: "host", User: "ada", Version: "v1", Started: at},
		Settings: json.RawMessage(`{"rate":10}`), Language: "en",
		Input: sum("c.csv", 1), Results: sum("c.results.csv", 2), Fixme: &fixme, Report: sum("c.report.html", 4),
		Counts:   csvmodel.Counts{csvmodel.Invalid: 1, csvmodel.Accepted: 2},
		Outcomes: Hex([32]byte{5}), Note: 7, Notes: Hex([32]byte{6}),
		Altered: &Altered{Rows: 1, First: []int{3}},
	}
}

// TestTheFormOfAManifestStaysAsItIs: an auditor's script reads it years later.
func TestTheFormOfAManifestStaysAsItIs(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("testdata", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := someManifest().encode()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestAManifestIsReadAsItWasWritten(t *testing.T) {
	text, _, err := someManifest().encode()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if again, _, _ := m.encode(); !bytes.Equal(again, text) {
		t.Errorf("got %s", again)
	}
	m.Settings = someManifest().Settings // only the spaces in them are others
	if !reflect.DeepEqual(m, someManifest()) {
		t.Errorf("got %+v", m)
	}
}

func TestParseHash(t *testing.T) {
	hash := Hex([32]byte{1, 0xab})
	for _, c := range []struct {
		name, text string
		fails      bool
	}{
		{"as it is printed", hash, false},
		{"a digit is missing", hash[1:], true},
		{"two digits are missing", hash[2:], true},
		{"a digit is none", "g" + hash[1:], true},
		{"nothing", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := ParseHash(c.text); (err != nil) != c.fails || err == nil && got != [32]byte{1, 0xab} {
				t.Error(got, err)
			}
		})
	}
}

// FuzzParseManifest: what can be read is read the same once it is written again.
func FuzzParseManifest(f *testing.F) {
	text, _, err := someManifest().encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"format": 1}`))
	f.Add([]byte(`{"format": 1, "settings": 5, "counts": null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Parse(text)
		if err != nil {
			return
		}
		once, _, err := m.encode()
		if err != nil {
			return // a year of five digits
		}
		again, err := Parse(once)
		if err != nil {
			t.Fatal(err)
		}
		if twice, _, _ := again.encode(); !bytes.Equal(once, twice) {
			t.Errorf("%s\n%s", once, twice)
		}
	})
}
