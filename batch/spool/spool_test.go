package spool

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestBinding(t *testing.T) {
	f := newFolder(t)
	path := filepath.Join(f.dir, bindingFile)
	want := Binding{"LEDGER27", "/srv/a \n ledger.db", "FOLDER27"}
	for _, c := range []struct {
		name   string
		change func() error
		want   Binding
	}{
		{"a new folder has none", func() error { return nil }, Binding{}},
		{"it stays", func() error { return want.Write(f.dir) }, want},
		{"one from before folders had a name", func() error { return os.WriteFile(path, []byte("LEDGER27\n\"/l.db\"\n\"/srv/in\"\n"), 0o600) }, Binding{"LEDGER27", "/l.db", ""}},
		{"of one that others may write only the ledger counts", func() error { return errors.Join(want.Write(f.dir), os.Chmod(path, 0o660)) }, Binding{LedgerID: "LEDGER27"}},
		{"what is no ledger's name is not read", func() error {
			return os.WriteFile(path, []byte("0123456789abcdef0123456789abcdef0123456789abcdef01"), 0o600)
		}, Binding{}},
	} {
		f.must(c.change())
		if b, err := ReadBinding(f.dir); b != c.want || err != nil {
			t.Errorf("%s: %+v, %v", c.name, b, err)
		}
	}
	for name, put := range map[string]func() error{
		"a link": func() error { return os.Symlink("../a.csv", path) },
		"a pipe": func() error { return makePipe(path) },
	} {
		f.must(errors.Join(os.Remove(path), put()))
		if b, err := ReadBinding(f.dir); err == nil {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

func TestFolderOf(t *testing.T) {
	top := t.TempDir()
	at := func(name string) string { return filepath.Join(top, name) }
	if err := errors.Join(os.MkdirAll(at("b/done/day"), 0o700), os.WriteFile(at("b/done/day/f.csv"), nil, 0o600),
		os.WriteFile(at("f.csv"), nil, 0o600), Binding{LedgerID: "LEDGER27"}.Write(at("b"))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, want string }{
		{"a file in no folder of ours", "f.csv", ""},
		{"the folder itself", "b", ""},
		{"a file below it", "b/done/day/f.csv", at("b")},
		{"a file that is not there", "b/done/day/g.csv", ""},
	} {
		if got := FolderOf(at(c.path)); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(working string) error
	}{
		{"a link in place of working", func(path string) error { return os.Symlink(os.TempDir(), path) }},
		{"a file in place of working", func(path string) error { return os.WriteFile(path, nil, 0o600) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.must(c.make(filepath.Join(f.dir, working)))
			if s, err := Open(f.dir, f.options()); err == nil || !strings.Contains(err.Error(), "no-folder") {
				t.Error(s, err)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error("no folder:", err)
	}
}

func TestDoneIsNoLink(t *testing.T) {
	f := newFolder(t)
	f.must(os.Mkdir(filepath.Join(f.dir, "elsewhere"), 0o700))
	f.must(os.Symlink("elsewhere", filepath.Join(f.dir, "done")))
	f.drop("a.csv", rows, time.Hour)
	file := f.take()
	if _, err := file.Archive(); err == nil {
		t.Error("a link was followed")
	}
	f.must(os.Remove(filepath.Join(f.dir, "done")))
	if _, err := file.Archive(); err != nil {
		t.Error("and then:", err)
	}
	f.wantOnly("done/2026-11-22/a/a.csv")
}

// denied makes all changes of files of that name fail.
func denied(name string) func(string, ...string) error {
	return func(_ string, names ...string) error {
		for _, n := range names {
			if filepath.Base(n) == name {
				return &os.LinkError{Op: "rename", Old: n, Err: syscall.EACCES}
			}
		}
		return nil
	}
}

func TestAFileThatCannotBeMovedKeepsNoOther(t *testing.T) {
	for _, c := range []struct{ name, denied, left string }{
		{"a table", "b.csv", "b.csv"},
		{"what is to be refused", "b.pdf", "b.pdf"},
		{"a card, which leaves its table in working", "b.vcf", "b.vcf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			for _, name := range []string{"a.csv", "b.csv", "b.vcf", "b.pdf", "c.csv"} {
				f.drop(name, name+"\n", time.Hour)
			}
			s := f.open()
			s.disk.intercept = denied(c.denied)
			for range 2 {
				scan, err := s.Scan(t.Context(), noon)
				f.must(err)
				var problem *Problem
				if len(scan.Problems) != 1 || !errors.As(scan.Problems[0], &problem) || !errors.Is(problem, fs.ErrPermission) {
					t.Fatalf("got %v", scan.Problems)
				}
				if !strings.HasSuffix(problem.Error(), ": permission denied") {
					t.Error(problem)
				}
				if want := 2 + boolInt(c.denied == "b.pdf"); len(scan.Files) != want {
					t.Errorf("%d files in place of %d", len(scan.Files), want)
				}
				if _, there := f.tree()[c.left]; !there {
					t.Error("it is not where it was")
				}
			}
			f.must(s.Close())
			if scan := f.scan(noon); len(scan.Files) != 3 {
				t.Errorf("later: %+v", scan)
			}
			f.wantOnly("working/a.csv", "working/b.csv", "working/b.vcf", "working/c.csv",
				"refused/2026-11-22/b/b.pdf", "refused/2026-11-22/b/WHY.txt")
		})
	}
}

func TestAFileThatChangesWhileItIsTakenIsLeft(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("A.vcf", "END:VCARD\n", time.Hour)
	s := f.open()
	s.disk.intercept = func(change string, names ...string) error {
		if change == "rename" && names[0] == "a.csv" {
			f.write(filepath.Join(f.dir, "a.csv"), "half a line")
		}
		return nil
	}
	if scan, err := s.Scan(t.Context(), noon); err != nil || len(scan.Files) > 0 || scan.Waiting != 1 || len(scan.Problems) > 0 {
		t.Errorf("got %+v, %v", scan, err)
	}
	f.wantOnly("a.csv", "A.vcf")
}

func TestAnotherDeviceIsRefusedInASentence(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	s := f.open()
	s.disk.intercept = func(change string, names ...string) error {
		if change == "rename" && filepath.Dir(names[0]) != filepath.Dir(names[1]) {
			return &os.LinkError{Op: "rename", Old: names[0], New: names[1], Err: syscall.EXDEV}
		}
		return nil
	}
	scan, err := s.Scan(t.Context(), noon)
	f.must(err)
	want := `"a.csv" untaken: other-device working`
	if len(scan.Problems) != 1 || scan.Problems[0].Error() != want {
		t.Errorf("got %v", scan.Problems)
	}
	f.wantOnly("a.csv")
}

func TestTwoFilesNeverGetOneFolder(t *testing.T) {
	f := newFolder(t)
	f.drop("a.pdf", "%PDF", time.Hour)
	f.drop("a.png", "PNG", time.Hour)
	s := f.open()
	s.disk.intercept = denied("a")
	if scan, err := s.Scan(t.Context(), noon); err != nil || len(scan.Problems) != 1 {
		t.Errorf("got %+v, %v", scan, err)
	}
	f.must(s.Close())
	f.scan(noon)
	f.wantOnly("refused/2026-11-22/a/a.pdf", "refused/2026-11-22/a/WHY.txt",
		"refused/2026-11-22/a-2/a.png", "refused/2026-11-22/a-2/WHY.txt")
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestAnUnreadableFileKeepsNoOther(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("b.csv", rows, time.Minute)
	f.must(os.Chmod(filepath.Join(f.dir, "b.csv"), 0))
	scan, err := f.open().Scan(t.Context(), noon)
	if err != nil || len(scan.Files) != 1 || len(scan.Problems) != 1 || !errors.Is(scan.Problems[0], fs.ErrPermission) {
		t.Errorf("got %+v, %v", scan, err)
	}
}

func TestAFileThatWasBegunSinceTheRecordsAreFromIsTakenUp(t *testing.T) {
	for _, c := range []struct {
		name    string
		working []string
		want    string
	}{
		{"with a note", []string{"a.csv", "a.waiting.txt"}, "a.csv "},
		{"with results, and its card", []string{"a.csv", "a.vcf", "a.results.csv"}, "a.csv working/a.vcf"},
		{"that was stopped", []string{"a stop.csv", "a.results.csv"}, ""},
		{"results alone", []string{"a.results.csv", "a.waiting.txt"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.must(os.Mkdir(filepath.Join(f.dir, working), 0o700))
			for _, name := range c.working {
				f.drop(filepath.Join(working, name), name, time.Hour)
			}
			for range 2 {
				got := ""
				for _, file := range f.scan(noon).Files {
					got += file.Name() + " " + string(file.record.Card)
				}
				if got != c.want {
					t.Errorf("got %q", got)
				}
			}
		})
	}
}

func TestAFileThatWasStoppedByAnotherEndingIsNotTakenUp(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	file := f.take()
	f.must(file.SetNote("later"))
	f.must(os.Rename(file.Path(), strings.TrimSuffix(file.Path(), "csv")+"txt"))
	for range 2 {
		for _, file := range f.scan(noon).Files {
			if !file.IsCancelled() {
				t.Errorf("%s is taken up", file.Path())
			}
			_, err := file.Archive()
			f.must(err)
		}
	}
	f.wantOnly("working/a.txt")
}

func TestWhatIsMadeHasTheFoldersGroupAndMode(t *testing.T) {
	f := newFolder(t)
	if os.Getuid() == 0 {
		f.must(os.Chown(f.dir, -1, 12345))
	}
	f.must(os.Chmod(f.dir, fs.ModeSetgid|0o770))
	folder, err := os.Stat(f.dir)
	f.must(err)
	f.drop("a.pdf", "%PDF", time.Hour)
	f.scan(noon)
	for name, mode := range map[string]fs.FileMode{
		"working":                      0o770,
		"refused":                      0o770,
		"refused/2026-11-22/a":         0o770,
		"refused/2026-11-22/a/WHY.txt": 0o660,
	} {
		info, err := os.Stat(filepath.Join(f.dir, name))
		f.must(err)
		got, _ := groupOf(info)
		want, _ := groupOf(folder)
		if info.Mode().Perm() != mode || got != want || info.IsDir() && info.Mode()&fs.ModeSetgid == 0 {
			t.Errorf("%s: %v of group %d", name, info.Mode(), got)
		}
	}
}
