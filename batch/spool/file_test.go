package spool

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// write makes a file of the caller's in working.
func (f folder) write(path, text string) {
	f.Helper()
	f.must(os.WriteFile(path, []byte(text), 0o640))
}

func (f folder) wantText(name, want string) {
	f.Helper()
	if got := f.tree()[name]; got != want {
		f.Errorf("%s: got %q", name, got)
	}
}

func TestDoneTakesAllThatIsBeside(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("a.vcf", "END:VCARD\n", time.Hour)
	file := f.take()
	f.write(file.OutputPath(".results.csv"), "results")
	f.write(filepath.Join(f.dir, working, ".a.results.csv123"), "half, by a run that was killed")
	f.write(filepath.Join(f.dir, working, ".~lock.a.results.csv#"), "of somebody who looks at it")
	file = f.take()
	f.must(file.SetNote("goes on at 9:00"))
	f.wantText("working/a.waiting.txt", "goes on at 9:00\n")
	dir, err := file.Archive()
	if err != nil || dir != filepath.Join(f.dir, "done/2026-11-22/a") {
		t.Error(dir, err)
	}
	f.wantOnly("done/2026-11-22/a/a.csv", "done/2026-11-22/a/a.vcf", "done/2026-11-22/a/a.results.csv", "working/.~lock.a.results.csv#")
	if scan := f.scan(noon); len(scan.Files)+len(*f.archived) > 0 {
		t.Errorf("found again: %+v", scan)
	}
}

func TestRefuseSaysWhy(t *testing.T) {
	f := newFolder(t)
	f.drop("WHY.txt", rows, time.Hour)
	dir, err := f.take().Refuse(Refusal{Text: "is empty: write something"})
	if err != nil || dir != filepath.Join(f.dir, "refused/2026-11-22/WHY") {
		t.Error(dir, err)
	}
	f.wantText("refused/2026-11-22/WHY/WHY.txt", rows)
	f.wantText("refused/2026-11-22/WHY/WHY-2.txt", "is empty: write something\n")
}

func TestKeepIsForLaterRuns(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	file := f.take()
	f.must(file.SetNote("later"))
	f.write(file.OutputPath(".results.csv"), "so far")
	again := f.take()
	if again.Path() != file.Path() || again.Name() != "a.csv" || again.record.Day != "2026-11-22" {
		t.Errorf("got %+v", again.record)
	}
	f.must(again.SetNote(""))
	f.wantOnly("working/a.csv", "working/a.results.csv")
}

func TestNamesThatAreTaken(t *testing.T) {
	f := newFolder(t)
	for i, drop := range []struct{ name, working, done string }{
		{"a.csv", "a.csv", "a/a.csv"},
		{"a.csv", "a-2.csv", "a-2/a-2.csv"},
		{"A.csv", "A-3.csv", "A-3/A-3.csv"},
		{"a.txt", "a-4.txt", "a-4/a-4.txt"},
		{"a.results.csv", "a.results-2.csv", "a.results-2/a.results-2.csv"},
		{"a-2.csv", "a-2-2.csv", "a-2-2/a-2-2.csv"},
		{"a.waiting.txt", "a.waiting-2.txt", "a.waiting-2/a.waiting-2.txt"},
		{strings.Repeat("x", 190) + "1.csv", strings.Repeat("x", 180) + ".csv", strings.Repeat("x", 180) + "/" + strings.Repeat("x", 180) + ".csv"},
		{strings.Repeat("x", 190) + "2.csv", strings.Repeat("x", 180) + "-2.csv", strings.Repeat("x", 180) + "-2/" + strings.Repeat("x", 180) + "-2.csv"},
	} {
		f.drop(drop.name, rows, time.Hour)
		files := f.scan(noon).Files
		if len(files) != i+1 || files[i].Name() != drop.name || files[i].Path() != filepath.Join(f.dir, working, drop.working) {
			t.Fatalf("%q: got %q", drop.name, files[len(files)-1].Path())
		}
	}
	for _, file := range f.scan(noon).Files {
		f.write(file.OutputPath(".results.csv"), "of "+file.Path())
		dir, err := file.Archive()
		f.must(err)
		if result, err := os.ReadFile(filepath.Join(dir, filepath.Base(file.OutputPath(".results.csv")))); string(result) != "of "+file.Path() {
			t.Errorf("%q: %q, %v", file.Path(), result, err)
		}
	}
	f.drop("A.csv", rows, time.Hour)
	if dir, err := f.take().Archive(); filepath.Base(dir) != "A-5" || err != nil {
		t.Error("a folder that is taken:", dir, err)
	}
}

func TestCards(t *testing.T) {
	for _, c := range []struct {
		name    string
		dropped []string
		want    []string // below working
	}{
		{"a card goes with the table of its name", []string{"a.csv", "a.vcf"}, []string{"a.csv", "a.vcf"}},
		{"its case may be another", []string{"Anna.csv", "anna.VCF"}, []string{"Anna.csv", "Anna.VCF"}},
		{"the same case is better", []string{"A.csv", "a.csv", "a.vcf"}, []string{"A.csv", "a-2.csv", "a-2.vcf"}},
		{"each has its own", []string{"A.csv", "A.vcf", "a.csv", "a.vcf"}, []string{"A.csv", "A.vcf", "a-2.csv", "a-2.vcf"}},
		{"of two tables of one name the first has it", []string{"a.csv", "a.txt", "a.vcf"}, []string{"a.csv", "a-2.txt", "a.vcf"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			for _, name := range c.dropped {
				f.drop(name, name+"\n", time.Hour)
			}
			scan := f.scan(noon)
			var got []string
			for _, file := range scan.Files {
				got = append(got, filepath.Base(file.Path()))
				if file.record.Card != "" {
					got = append(got, filepath.Base(string(file.record.Card)))
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) || len(*f.archived) > 0 {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestATableWaitsForItsCard(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("a.vcf", "BEGIN:VCARD", time.Minute)
	if scan := f.scan(noon); scan.Waiting != 1 || len(scan.Files) > 0 {
		t.Errorf("got %+v", scan)
	}
	f.drop("a.vcf", "BEGIN:VCARD\nEND:VCARD\n", 0)
	if scan := f.scan(noon.Add(time.Minute)); len(scan.Files) != 1 || scan.Files[0].record.Card == "" {
		t.Errorf("got %+v", scan)
	}
}

func TestACardWithoutATable(t *testing.T) {
	f := newFolder(t)
	f.drop("a.vcf", "END:VCARD\n", 10*time.Minute)
	if f.scan(noon); len(*f.archived) != 1 || (*f.archived)[0].refusal.Code != "is no table" {
		t.Errorf("got %+v", *f.archived)
	}
	f.wantOnly("refused/2026-11-22/a/a.vcf", "refused/2026-11-22/a/WHY.txt")
}

func TestCancelled(t *testing.T) {
	for _, c := range []struct {
		name   string
		cancel func(path string) error
		want   bool
	}{
		{"a file that is there is not cancelled", func(string) error { return nil }, false},
		{"one that was deleted is", os.Remove, true},
		{"one that was moved is", func(path string) error { return os.Rename(path, path+".stop") }, true},
		{"one in whose place there is a link is", func(path string) error {
			return errors.Join(os.Rename(path, path+".stop"), os.Symlink(path+".stop", path))
		}, true},
		{"one that was edited is not", func(path string) error { return os.WriteFile(path, nil, 0o600) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.drop("a.csv", rows, time.Hour)
			file := f.take()
			f.must(c.cancel(file.Path()))
			if got := file.IsCancelled(); got != c.want {
				t.Error(got)
			}
			if got := f.take().IsCancelled(); got != c.want {
				t.Error("the next run:", got)
			}
		})
	}
}

func TestWhatIsLeftOfACancelledFileIsPutAway(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("b.csv", rows, time.Hour)
	files := f.scan(noon).Files
	f.must(os.Rename(files[0].Path(), filepath.Join(f.dir, working, "a (stop).csv")))
	f.must(os.Remove(files[1].Path()))
	f.write(files[0].OutputPath(".results.csv"), "results")
	if dir, err := files[0].Archive(); err != nil || filepath.Base(dir) != "a" {
		t.Error(dir, err)
	}
	if dir, err := files[1].Archive(); dir != "" || err != nil {
		t.Error("of which nothing is left:", dir, err)
	}
	f.scan(noon.Add(time.Hour))
	f.wantOnly("working/a (stop).csv", "done/2026-11-22/a/a.results.csv")
}

func TestACancelThatCannotBeTold(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	file := f.take()
	f.must(file.spool.Close())
	if file.IsCancelled() {
		t.Error("it is cancelled")
	}
}

func TestOpenReadsWhatWasClaimed(t *testing.T) {
	for _, c := range []struct {
		name     string
		exchange func(path string) error
		wrong    bool
	}{
		{"the file is read", func(string) error { return nil }, false},
		{"a link in its place is not followed", func(path string) error {
			return errors.Join(os.Rename(path, path+".old"), os.Symlink("a.csv.old", path))
		}, true},
		{"a pipe in its place is not waited for", func(path string) error {
			return errors.Join(os.Remove(path), makePipe(path))
		}, true},
		{"nothing is in its place", os.Remove, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.drop("a.csv", rows, time.Hour)
			file := f.take()
			f.must(c.exchange(file.Path()))
			opened, err := file.spool.disk.open(string(file.record.Input))
			if (err != nil) != c.wrong {
				t.Error(err)
			}
			opened.Close()
		})
	}
}
