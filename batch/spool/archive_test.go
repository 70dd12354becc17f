package spool

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"testing"
	"time"
)

// doneWith is a run that is done with all that it finds; errors are for the next.
func (f folder) doneWith(k *killer, putAway func(*File, string) error) {
	f.Helper()
	with := f.options()
	with.OnArchive = putAway
	s, err := Open(f.dir, with)
	f.must(err)
	defer s.Close()
	s.disk.intercept = k.before
	scan, err := s.Scan(f.Context(), noon)
	if errors.Is(err, errKilled) {
		return
	}
	f.must(err)
	for _, file := range scan.Files {
		_, _ = file.Archive()
	}
}

func TestWhereAFileIsIsToldBeforeItIsForgotten(t *testing.T) {
	whole := &killer{n: 1 << 30}
	want := map[string]string{"a.csv": "done/2026-11-22/a", "gone.csv": "done/2026-11-22/gone", "nothing.csv": ""}
	placesKilledAt := func(n int) map[string]string {
		f := newFolder(t)
		places := map[string]string{}
		for name := range want {
			f.drop(name, rows, time.Hour)
		}
		for _, file := range f.scan(noon).Files {
			switch file.Name() {
			case "gone.csv":
				f.write(file.OutputPath(".results.csv"), "results")
				fallthrough
			case "nothing.csv":
				f.must(file.spool.disk.root.Remove(string(file.record.Input)))
			}
		}
		for _, k := range []*killer{{n: n}, whole} {
			f.doneWith(k, func(file *File, folder string) error {
				if folder != "" {
					folder, _ = filepath.Rel(f.dir, folder)
				}
				places[file.Name()] = folder
				return nil
			})
		}
		return places
	}
	placesKilledAt(1 << 30)
	for n := range whole.done {
		t.Run(fmt.Sprintf("killed at step %d", n+1), func(t *testing.T) {
			if got := placesKilledAt(n + 1); !maps.Equal(got, want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestAFileIsNotForgottenWhileItsPlaceCannotBeTold(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	calls := 0
	for range 2 {
		f.doneWith(&killer{n: 1 << 30}, func(*File, string) error { calls++; return errors.New("no room") })
	}
	f.doneWith(&killer{n: 1 << 30}, func(*File, string) error { calls++; return nil })
	f.doneWith(&killer{n: 1 << 30}, func(*File, string) error { calls++; return nil })
	if calls != 3 {
		t.Errorf("called %d times", calls)
	}
	f.wantOnly("done/2026-11-22/a/a.csv")
}
