package report

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// chainOf is a chain of manifests of runs with these numbers.
func chainOf(t *testing.T, runs ...int64) []Link {
	t.Helper()
	var links []Link
	previous := ""
	for i, run := range runs {
		m := Manifest{Format: 1, Number: int64(i) + 1, Previous: previous, Run: ManifestRun{ID: run}}
		text, hash, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		links = append(links, Link{m.Number, run, text, hash})
		previous = Hex(hash)
	}
	return links
}

func check(t *testing.T, links []Link, wanted *[32]byte) Chain {
	t.Helper()
	c, err := CheckChain(func(yield func(Link, error) bool) {
		for _, link := range links {
			if !yield(link, nil) {
				return
			}
		}
	}, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rewrite alters the text of a link and, if asked, makes its hash fit.
func rewrite(link *Link, old, new string, hash bool) {
	link.JSON = []byte(strings.Replace(string(link.JSON), old, new, 1))
	if hash {
		link.Hash = sha256.Sum256(link.JSON)
	}
}

func TestCheckChain(t *testing.T) {
	for _, c := range []struct {
		name   string
		alter  func(links []Link) []Link
		faults string
		after  int // the third of four
	}{
		{"a chain as it was made", func(l []Link) []Link { return l }, "[]", 1},
		{"one that ends there", func(l []Link) []Link { return l[:3] }, "[]", 0},
		{"one that was cut off before", func(l []Link) []Link { return l[:2] }, "[]", -1},
		{"none at all", func(l []Link) []Link { return nil }, "[]", -1},
		{"one was taken out", func(l []Link) []Link { return slices.Delete(l, 1, 2) }, "[{1 2 2}]", 1},
		{"two were taken out", func(l []Link) []Link { return slices.Delete(l, 1, 3) }, "[{1 2 3}]", -1},
		{"the first was taken out", func(l []Link) []Link { return l[1:] }, "[{1 1 1}]", 1},
		{"one was altered", func(l []Link) []Link { rewrite(&l[1], `"note": 0`, `"note": 1`, false); return l }, "[{0 2 0}]", 1},
		{"one was altered, and its hash", func(l []Link) []Link { rewrite(&l[1], `"note": 0`, `"note": 1`, true); return l }, "[{2 2 0}]", 1},
		{"the last was altered, and its hash", func(l []Link) []Link { rewrite(&l[3], `"note": 0`, `"note": 1`, true); return l }, "[]", 1},
		{"one was altered to nothing that can be read", func(l []Link) []Link { rewrite(&l[1], `{`, ``, true); return l }, "[{0 2 0} {2 2 0}]", 1},
		{"one was given to another run", func(l []Link) []Link { l[1].Run = 9; return l }, "[{0 2 0}]", 1},
		{"one was given another number", func(l []Link) []Link { l[3].Number = 7; return l }, "[{0 7 0}]", 1},
		{"the first has one before it", func(l []Link) []Link { rewrite(&l[0], `"previous": ""`, `"previous": "ab"`, true); return l }, "[{0 1 0} {2 1 0}]", 1},
		{"two were exchanged", func(l []Link) []Link { l[1], l[2] = l[2], l[1]; return l }, "[{1 2 2} {1 4 1} {1 3 3}]", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			links := chainOf(t, 1, 2, 1, 3)
			wanted := links[2].Hash
			chain := check(t, c.alter(links), &wanted)
			if got := fmt.Sprint(chain.Faults); got != c.faults || chain.After != c.after {
				t.Errorf("got %s, %d after it", got, chain.After)
			}
		})
	}
}

func TestAManifestOfANewerFormatIsNotJudged(t *testing.T) {
	links := chainOf(t, 1)
	rewrite(&links[0], `"format": 1`, `"format": 2`, true)
	_, err := CheckChain(func(yield func(Link, error) bool) { yield(links[0], nil) }, nil)
	if err != ErrNewerManifest {
		t.Error("got", err)
	}
}
