package ledger

import (
	"crypto/sha256"
	"errors"
	"os"
	"testing"
	"time"
)

func TestAFileThatAPersonHasChangedIsTold(t *testing.T) {
	l := newLedger(t)
	content, sum, before, other := [32]byte{1}, sha256.Sum256([]byte("new")), sha256.Sum256([]byte("old")), sha256.Sum256([]byte("mine"))
	must(t, l.RecordOutput("/c.results.csv", content, sum, before))
	for _, c := range []struct {
		name    string
		content [32]byte
		sum     [32]byte
		want    bool
	}{
		{"what was written", content, sum, true},
		{"what stood there before, if the process was killed", content, before, true},
		{"what a person has made of it", content, other, false},
		{"the same for another content", [32]byte{2}, sum, false},
	} {
		if unchanged, err := l.OutputUnchanged("/c.results.csv", c.content, c.sum); unchanged != c.want || err != nil {
			t.Errorf("%s: %v, %v", c.name, unchanged, err)
		}
	}
}

func TestAFolderIsHeldByOneAndSaysSinceWhen(t *testing.T) {
	l := newLedger(t)
	now := noon.Add(-24 * time.Hour)
	l.now = func() time.Time { return now }
	lease, err := l.TakeLease("1101", Terms{Holder: "ada@desk"})
	must(t, err)
	must(t, lease.Release())
	now = noon
	folder, err := l.LockFolder("/in", "1101", Terms{Holder: "bob@desk"})
	must(t, err)
	held := (*HeldError)(nil)
	if _, err := l.LockFolder("/in", "1101", Terms{}); !errors.As(err, &held) || !held.Newest.Equal(noon) || (held.Holder == "bob@desk") != onServer {
		t.Errorf("held since %v by %q", held.Newest, held.Holder)
	}
	must(t, folder.Release())
	folder, err = l.LockFolder("/in", "1101", Terms{})
	must(t, err)
	must(t, folder.Release())
	if _, err := os.Stat(l.Path + ".locks"); err != nil && !onServer {
		t.Error(err)
	}
}

func TestTheFolderAboveAFile(t *testing.T) {
	l := newLedger(t)
	must(t, errors.Join(l.SetFolder("A", "/in"), l.SetFolder("B", "/in/deeper"), l.SetFolder("C", "/before")))
	must(t, errors.Join(l.SetFolder("C", "/after"), l.SetFolder("D", "/in")))
	for path, want := range map[string]string{
		"/in/done/day": "/in", "/in/deeper/done": "/in/deeper", "/inner/done": "", "/in": "", "/before/done": "", "/after/done": "/after",
	} {
		if above, err := l.FolderAbove(path); above != want || err != nil {
			t.Errorf("%s: %q, %v", path, above, err)
		}
	}
	if folders, err := l.Folders(); len(folders) != 3 || folders["D"] != "/in" || err != nil {
		t.Errorf("%q, %v", folders, err)
	}
}
