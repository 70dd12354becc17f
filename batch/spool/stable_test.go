package spool

import (
	"fmt"
	"os"
	"path/filepath"
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

func TestAFileInWorkingIsCompleteWhenItStandsStill(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration // the file has grown
		more  string
		want  bool
	}{
		{"as it was taken", 0, "", true},
		{"it has just grown", 0, rows, false},
		{"it has not stood still for long", time.Minute - 1, rows, false},
		{"it has stood still", time.Minute, rows, true},
		{"its last line has no end", 9 * time.Minute, "1202", false},
		{"its last line will have no end", 10 * time.Minute, "1202", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.drop("a.csv", rows, time.Hour)
			file := f.take()
			if c.more != "" {
				f.add(file.Path(), c.more, noon)
			}
			_, err := file.Complete(noon)
			f.must(err)
			got, err := f.look(noon).Files[0].Complete(noon.Add(c.after)) // by another run
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
	f.must(file.Keep("why"))
	f.add(file.Path(), rows, noon)
	f.drop("A.csv", rows, 0) // another one meanwhile
	f.must(file.GiveBack(noon))
	f.wantOnly("a-2.csv", "a-2.vcf", "A.csv")
	if look := f.look(noon.Add(time.Minute - 1)); len(look.Files) != 0 {
		t.Errorf("taken before it has stood still: %d", len(look.Files))
	}
	midnight := noon.Add(13 * time.Hour)
	look := f.look(midnight)
	if n := len(look.Files); n != 2 || look.Files[1].Day() != "2026-11-22" || look.Files[1].Name() != "a-2.csv" {
		t.Errorf("%d files, of %s", n, look.Files[n-1].Day())
	}
	f.wantOnly("working/A.csv", "working/a-2.csv", "working/a-2.vcf")
}

func TestAKilledGivingBackIsGoneOnWith(t *testing.T) {
	for n := range 10 {
		t.Run(fmt.Sprintf("at step %d", n+1), func(t *testing.T) {
			f := newFolder(t)
			f.drop("a.csv", rows, time.Hour)
			f.drop("a.vcf", "END:VCARD\n", time.Hour)
			file := f.take()
			f.add(file.Path(), "1202", noon)
			file.box.disk.before = (&killer{n: n + 1}).before
			if err := file.GiveBack(noon); err != nil && n == 9 {
				t.Fatal("it has more steps")
			}
			look := f.look(noon)
			if len(look.Files) == 1 { // killed before it was begun
				f.must(look.Files[0].GiveBack(noon))
			}
			f.look(noon)
			f.wantOnly("a.csv", "a.vcf")
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
			dir, err := file.Refuse(Why{Text: "why"})
			f.must(err)
			late := f.look(noon).Late
			if c.do != nil {
				c.do(f, filepath.Join(dir, "a.csv"))
			}
			now := time.Now().Add(c.at) // by which the end of the watch is told
			if now := f.look(now).Late; c.do != nil {
				late = append(late, now...)
			}
			for _, l := range late {
				if l != (Late{"a.csv", filepath.Join(dir, "a.csv"), true}) {
					t.Errorf("%+v", l)
				}
			}
			if got := len(late); got != c.want {
				t.Errorf("found %d times, want %d", got, c.want)
			}
		})
	}
}
