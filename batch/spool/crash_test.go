package spool

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var errKilled = errors.New("killed")

// killer fails the n-th change and all after it, as if the process had been killed
// before it.
type killer struct{ n, done int }

func (k *killer) before(string, ...string) error {
	if k.done++; k.done >= k.n {
		return errKilled
	}
	return nil
}

// run is what a caller does with a folder in one run: one file is done, one is
// refused, one stays. Errors are for the next run.
func (f folder) run(k *killer, now time.Time) {
	f.Helper()
	s, err := Open(f.dir, f.options())
	if err != nil {
		return // killed while making working
	}
	defer s.Close()
	s.disk.intercept = k.before
	scan, err := s.Scan(f.Context(), now)
	if errors.Is(err, errKilled) {
		return
	}
	f.must(err)
	for _, file := range scan.Files {
		switch {
		case file.IsCancelled():
			_, _ = file.Archive()
		case strings.HasPrefix(file.Name(), "keep"):
			_ = file.SetNote("later")
		case strings.HasPrefix(file.Name(), "bad"):
			_, _ = file.Refuse(Refusal{Text: "is bad: mend it"})
		default:
			f.write(file.OutputPath(".results.csv"), "of "+file.Name())
			_, _ = file.Archive()
		}
	}
}

// dropAll drops one file of each kind, with a text of its own.
func (f folder) dropAll() {
	for _, name := range []string{"good.csv", "good.vcf", "GOOD.csv", "bad.csv", "keep.csv", "photo.jpg", "alone.vcf"} {
		f.drop(name, "text of "+name+"\n", time.Hour)
	}
}

// places counts in how many files each text is.
func (f folder) places() map[string]int {
	places := map[string]int{}
	for _, text := range f.tree() {
		places[text]++
	}
	return places
}

func TestAKilledRunIsGoneOnWith(t *testing.T) {
	f := newFolder(t)
	f.dropAll()
	whole := &killer{n: 1 << 30}
	f.run(whole, noon)
	want := f.tree()
	f.wantOnly("done/2026-11-22/GOOD/GOOD.csv", "done/2026-11-22/GOOD/GOOD.results.csv",
		"done/2026-11-22/good-2/good-2.csv", "done/2026-11-22/good-2/good-2.vcf", "done/2026-11-22/good-2/good-2.results.csv",
		"refused/2026-11-22/bad/bad.csv", "refused/2026-11-22/bad/WHY.txt", "working/keep.csv", "working/keep.waiting.txt",
		"refused/2026-11-22/photo/photo.jpg", "refused/2026-11-22/photo/WHY.txt",
		"refused/2026-11-22/alone/alone.vcf", "refused/2026-11-22/alone/WHY.txt")
	for n := range whole.done {
		t.Run(fmt.Sprintf("at step %d", n+1), func(t *testing.T) {
			t.Parallel()
			killAt(t, n+1, want)
		})
	}
}

// killAt kills a first run and, a little later, a second one.
func killAt(t *testing.T, n int, want map[string]string) {
	f := newFolder(t)
	f.dropAll()
	f.run(&killer{n: n}, noon)
	for name, count := range f.places() {
		if strings.HasPrefix(name, "text of ") && count > 1 {
			t.Errorf("%s is in %d places", name, count)
		}
	}
	f.run(&killer{n: n/2 + 1}, noon)
	for range 2 {
		f.run(&killer{n: 1 << 30}, noon)
	}
	if got := f.tree(); !maps.Equal(got, want) || len(f.saved) != 2 { // the one that stays, and what was observed
		t.Errorf("got\n%q\nwant\n%q\nsaved %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)), f.saved)
	}
}

func TestAClaimThatWasNotMadeIsJudgedAgain(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	s := f.open()
	s.disk.intercept = denied("a.csv")
	if scan, err := s.Scan(t.Context(), noon); err != nil || len(scan.Files) > 0 {
		t.Errorf("got %+v, %v", scan, err)
	}
	f.must(s.Close())
	f.drop("a.csv", rows+"half a", 0)
	if scan := f.scan(noon.Add(time.Minute)); scan.Waiting != 1 {
		t.Errorf("got %+v", scan)
	}
}

func TestWhatAKilledRunPutAwayIsToldByTheNext(t *testing.T) {
	f := newFolder(t)
	f.drop("a.pdf", "%PDF", time.Hour)
	f.drop("b.csv", rows, time.Hour)
	s := f.open()
	killed := false
	s.disk.intercept = func(change string, names ...string) error {
		killed = killed || change == "forget"
		if killed {
			return errKilled
		}
		return nil
	}
	if _, err := s.Scan(t.Context(), noon); !errors.Is(err, errKilled) {
		t.Error(err)
	}
	f.must(s.Close())
	want := []archived{{"a.pdf", filepath.Join(f.dir, "refused/2026-11-22/a"), options.Refusal("a.pdf", false)}}
	if scan := f.scan(noon); !slices.Equal(*f.archived, want) || len(scan.Files) != 1 {
		t.Errorf("got %+v, %+v", scan, *f.archived)
	}
	if f.scan(noon); len(*f.archived) > 0 {
		t.Errorf("told once more: %+v", *f.archived)
	}
}
