package report

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// remembered is a Record in memory.
type remembered map[string][][32]byte

func (r remembered) Ours(path string, sum [32]byte) (bool, error) {
	for _, known := range r[path] {
		if known == sum {
			return true, nil
		}
	}
	return false, nil
}

func (r remembered) Remember(path string, sum, before [32]byte) error {
	r[path] = [][32]byte{sum, before}
	return nil
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// published lets a draft appear, and returns its path.
func published(t testing.TB) func(*Draft, error) string {
	return func(d *Draft, err error) string {
		t.Helper()
		if err == nil {
			err = d.Publish()
		}
		if err != nil {
			t.Fatal(err)
		}
		return d.Path
	}
}

func TestAFileThatIsThereAlreadyStays(t *testing.T) {
	place := Place{Stem: filepath.Join(t.TempDir(), "c"), Suffix: ".csv", Mode: 0o600, Replace: true}
	write := func(text string) fs.FileInfo {
		path := published(t)(place.Draft(func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}))
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	first := write("same")
	if !os.SameFile(first, write("same")) {
		t.Error("it was written again")
	}
	if os.SameFile(first, write("other")) {
		t.Error("it was not written whole")
	}
	if entries, err := os.ReadDir(filepath.Dir(place.Stem)); len(entries) != 1 {
		t.Error("left", entries, err)
	}
}

func TestWhereAFileGoes(t *testing.T) {
	sum := func(text string) [32]byte { return sha256.Sum256([]byte(text)) }
	cases := []struct {
		name, there, second string // what stands under the name, and under that with a 2
		known               [][32]byte
		want                string
	}{
		{"where nothing stands, under its name", "", "", nil, "c.csv"},
		{"in place of what was written before", "old", "", [][32]byte{sum("old")}, "c.csv"},
		{"in place of what stood there when the program was killed", "older", "", [][32]byte{sum("old"), sum("older")}, "c.csv"},
		{"beside what a person has changed", "mine", "", [][32]byte{sum("old")}, "c-2.csv"},
		{"beside what somebody else has put there", "mine", "", nil, "c-2.csv"},
		{"under its name if that has the content already", "new", "", nil, "c.csv"},
		{"under the first number that is free", "mine", "mine too", nil, "c-3.csv"},
		{"under the number that has the content already", "mine", "new", nil, "c-2.csv"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			stem := filepath.Join(t.TempDir(), "c")
			if c.there != "" {
				put(t, stem+".csv", c.there)
			}
			if c.second != "" {
				put(t, stem+"-2.csv", c.second)
			}
			record := remembered{stem + ".csv": c.known}
			place := Place{Stem: stem, Suffix: ".csv", Mode: 0o640, Record: record}
			path := published(t)(place.Draft(func(w io.Writer) error {
				_, err := io.WriteString(w, "new")
				return err
			}))
			if filepath.Base(path) != c.want {
				t.Fatal(path)
			}
			if text, err := os.ReadFile(path); string(text) != "new" {
				t.Errorf("holds %q, %v", text, err)
			}
			if ours, _ := record.Ours(path, sum("new")); !ours {
				t.Error("is not remembered")
			}
		})
	}
}

func TestAFileThatCannotBeWrittenLeavesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "c.csv"), "old")
	_, err := Place{Stem: filepath.Join(dir, "c"), Suffix: ".csv", Mode: 0o600}.Draft(func(w io.Writer) error {
		io.WriteString(w, "half")
		return io.ErrShortWrite
	})
	if !errors.Is(err, io.ErrShortWrite) {
		t.Error("got", err)
	}
	entries, err := os.ReadDir(dir)
	if text, _ := os.ReadFile(filepath.Join(dir, "c.csv")); err != nil || len(entries) != 1 || string(text) != "old" {
		t.Errorf("left %v with %q, %v", entries, text, err)
	}
}

func TestADraftDoesNotAppearBeforeItIsPublished(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.csv")
	put(t, path, "old")
	draft, err := Place{Stem: filepath.Join(dir, "c"), Suffix: ".csv", Mode: 0o600, Replace: true}.Draft(func(w io.Writer) error {
		_, err := io.WriteString(w, "new")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "old" || draft.Path != path || draft.SHA256 != sha256.Sum256([]byte("new")) {
		t.Errorf("%q stands at %s", text, draft.Path)
	}
	draft.Discard()
	if entries, err := os.ReadDir(dir); len(entries) != 1 {
		t.Error("left", entries, err)
	}
}

func TestOnlyWhatNobodyHasChangedIsTakenAway(t *testing.T) {
	stem := filepath.Join(t.TempDir(), "c")
	record := remembered{}
	for suffix, text := range map[string]string{".csv": "old", "-2.csv": "mine", "-3.csv": "newer"} {
		put(t, stem+suffix, text)
		record[stem+suffix] = [][32]byte{sha256.Sum256([]byte(text))}
	}
	record[stem+"-2.csv"] = nil
	if err := Withdraw(Place{Stem: stem, Suffix: ".csv", Record: record}); err != nil {
		t.Fatal(err)
	}
	for suffix, want := range map[string]bool{".csv": false, "-2.csv": true, "-3.csv": false} {
		if _, err := os.Stat(stem + suffix); (err == nil) != want {
			t.Errorf("c%s: %v", suffix, err)
		}
	}
}
