package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// add is what somebody writes who has the file open, at that time.
func (f folder) add(path, text string, at time.Time) {
	f.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	f.must(err)
	_, err = file.WriteString(text)
	f.must(err)
	f.must(file.Close())
	f.must(os.Chtimes(path, at, at))
}

func TestAFileInWorkingHasChanged(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(f folder, path string)
		want   bool
	}{
		{"as it was taken", func(folder, string) {}, false},
		{"it has grown", func(f folder, path string) { f.add(path, rows, noon) }, true},
		{"its text is another one of that length", func(f folder, path string) {
			f.write(path, strings.ToUpper(rows))
		}, true},
		{"its time is known to two seconds", func(f folder, path string) { f.add(path, "", noon.Add(2*time.Second-time.Hour)) }, false},
		{"it was taken away", func(f folder, path string) { f.must(os.Remove(path)) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.drop("a.csv", rows, time.Hour)
			c.change(f, f.take().Path())
			got, err := f.scan(noon).Files[0].HasChanged() // by another run
			if err != nil || got != c.want {
				t.Error(got, err)
			}
		})
	}
}

func TestWhatIsGivenBackIsADroppedFileAgain(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("a.vcf", "END:VCARD\n", time.Hour)
	file := f.take()
	f.must(file.SetNote("why"))
	f.add(file.Path(), rows, noon)
	f.drop("A.csv", rows, 0) // another one meanwhile
	if dir, err := file.PutBack(); dir != "" || err != nil {
		t.Error(dir, err)
	}
	f.wantOnly("a-2.csv", "a-2.vcf", "A.csv")
	if scan := f.scan(noon.Add(time.Minute - 1)); len(scan.Files) != 0 {
		t.Errorf("taken before it has stood still: %d", len(scan.Files))
	}
	midnight := noon.Add(13 * time.Hour)
	scan := f.scan(midnight)
	if n := len(scan.Files); n != 2 || scan.Files[1].record.Day != "2026-11-22" || scan.Files[1].Name() != "a-2.csv" {
		t.Errorf("%d files, of %s", n, scan.Files[n-1].record.Day)
	}
	f.wantOnly("working/A.csv", "working/a-2.csv", "working/a-2.vcf")
}

func TestResultsOfAFileThatIsGivenBackArePutAway(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	file := f.take()
	f.write(file.OutputPath(".results.csv"), "results")
	f.add(file.Path(), rows, noon)
	dir, err := file.PutBack()
	if want := filepath.Join(f.dir, "done/2026-11-22/a"); dir != want || err != nil {
		t.Error(dir, err)
	}
	f.wantOnly("a.csv", "done/2026-11-22/a/a.results.csv")
	if scan := f.scan(noon.Add(time.Hour)); len(scan.Files) != 1 || len(scan.Modified) > 0 {
		t.Errorf("got %+v", scan)
	}
}

func TestAKilledGivingBackIsGoneOnWith(t *testing.T) {
	whole := &killer{n: 1 << 30}
	giveBack := func(t *testing.T, k *killer) folder {
		f := newFolder(t)
		f.drop("a.csv", rows, time.Hour)
		f.drop("a.vcf", "END:VCARD\n", time.Hour)
		file := f.take()
		f.write(file.OutputPath(".results.csv"), "results")
		f.add(file.Path(), "1202", noon)
		file.spool.disk.intercept = k.before
		_, _ = file.PutBack()
		return f
	}
	giveBack(t, whole)
	for n := range whole.done {
		t.Run(fmt.Sprintf("at step %d", n+1), func(t *testing.T) {
			f := giveBack(t, &killer{n: n + 1})
			if scan := f.scan(noon); len(scan.Files) == 1 { // killed before it was begun
				_, err := scan.Files[0].PutBack()
				f.must(err)
			}
			f.scan(noon)
			f.wantOnly("a.csv", "a.vcf", "done/2026-11-22/a/a.results.csv")
		})
	}
}

func TestWhatIsAddedToAFileThatWasPutAwayIsFound(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(f folder, path string)
		at   time.Duration
		want int
	}{
		{"rows", func(f folder, path string) { f.add(path, rows, noon) }, time.Hour, 1},
		{"rows, long after", func(f folder, path string) { f.add(path, rows, noon) }, 25 * time.Hour, 0},
		{"nothing", func(folder, string) {}, time.Hour, 0},
		{"another time only", func(f folder, path string) { f.add(path, "", noon) }, time.Hour, 0},
		{"it is cleared away", func(f folder, path string) { f.must(os.Remove(path)) }, time.Hour, 0},
		{"it was added while it was put away", nil, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.drop("a.csv", rows, time.Hour)
			file := f.take()
			if c.do == nil {
				f.add(file.Path(), rows, noon)
			}
			dir, err := file.Refuse(Refusal{Text: "why"})
			f.must(err)
			late := f.scan(noon).Modified
			if c.do != nil {
				c.do(f, filepath.Join(dir, "a.csv"))
			}
			now := time.Now().Add(c.at) // by which the end of the watch is told
			if now := f.scan(now).Modified; c.do != nil {
				late = append(late, now...)
			}
			for _, l := range late {
				if l != (Modified{"a.csv", filepath.Join(dir, "a.csv"), true}) {
					t.Errorf("%+v", l)
				}
			}
			if got := len(late); got != c.want {
				t.Errorf("found %d times, want %d", got, c.want)
			}
		})
	}
}
