package spool

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// noon is now in all tests that do not say otherwise.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var options = Options{StableFor: time.Minute, Suffixes: []string{".results.csv", ".report.html"},
	Refusal: func(string, bool) Refusal { return Refusal{"is no table", "it is no table"} }}

// rows is a text whose last line has an end.
const rows = "chatId,phoneContact,firstName\n79001234567@c.us,79001234568,Anna\n"

// folder is a folder that files are dropped into.
type folder struct {
	testing.TB
	dir      string
	archived *[]archived // since it was looked at last
	saved    map[string][]byte
}

// archived is what OnArchive is told.
type archived struct {
	name, folder string
	refusal      Refusal
}

func newFolder(t testing.TB) folder {
	return folder{t, t.TempDir(), &[]archived{}, map[string][]byte{}}
}

// options are those of a run that keeps what it knows for the next one.
func (f folder) options() Options {
	with := options
	with.Saved = maps.Clone(f.saved)
	with.Save = func(name string, value []byte) error {
		f.saved[name] = value
		if value == nil {
			delete(f.saved, name)
		}
		return nil
	}
	return with
}

func (f folder) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// drop puts a file there that was last written so long before noon.
func (f folder) drop(name, text string, age time.Duration) {
	f.Helper()
	path := filepath.Join(f.dir, name)
	f.must(os.WriteFile(path, []byte(text), 0o640))
	f.must(os.Chtimes(path, noon, noon.Add(-age)))
}

func (f folder) open() *Spool {
	f.Helper()
	with := f.options()
	with.OnArchive = func(file *File, folder string) error {
		*f.archived = append(*f.archived, archived{file.Name(), folder, file.Refusal()})
		return nil
	}
	s, err := Open(f.dir, with)
	f.must(err)
	f.Cleanup(func() { s.Close() })
	return s
}

// scan opens the folder as a run of its own does.
func (f folder) scan(now time.Time) Scan {
	f.Helper()
	*f.archived = nil
	s := f.open()
	scan, err := s.Scan(f.Context(), now)
	f.must(err)
	for _, problem := range scan.Problems {
		f.Error(problem)
	}
	return scan
}

// take is the one file that a scan finds.
func (f folder) take() *File {
	f.Helper()
	scan := f.scan(noon)
	if len(scan.Files) != 1 {
		f.Fatalf("found %d files, %d waiting", len(scan.Files), scan.Waiting)
	}
	return scan.Files[0]
}

// tree is the text of all files by path.
func (f folder) tree() map[string]string {
	f.Helper()
	tree := map[string]string{}
	f.must(filepath.WalkDir(f.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, _ := filepath.Rel(f.dir, path)
		text, err := os.ReadFile(path)
		tree[name] = string(text)
		return err
	}))
	return tree
}

// wantOnly wants these files and no other.
func (f folder) wantOnly(names ...string) {
	f.Helper()
	got := f.tree()
	for _, name := range names {
		if _, there := got[name]; !there {
			f.Errorf("%q is not there", name)
		}
		delete(got, name)
	}
	for name := range got {
		f.Errorf("%q is there", name)
	}
}
