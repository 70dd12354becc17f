package audit

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"contact-distributor/batch/ledger"
)

// chainOf is a chain of manifests of runs with these numbers.
func chainOf(t *testing.T, runs ...int64) []ledger.Manifest {
	t.Helper()
	var links []ledger.Manifest
	previous := ""
	for i, run := range runs {
		m := Manifest{Format: 1, Number: int64(i) + 1, Previous: previous, Run: RunOrigin{ID: run}}
		text, hash, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		links = append(links, ledger.Manifest{ID: m.Number, Run: run, JSON: text, Hash: hash})
		previous = Hex(hash)
	}
	return links
}

func read(t *testing.T, links []ledger.Manifest, wanted *[32]byte) *chain {
	t.Helper()
	c, err := readChain(each(links), ledger.Run{}, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func each(links []ledger.Manifest) iter.Seq2[ledger.Manifest, error] {
	return func(yield func(ledger.Manifest, error) bool) {
		for _, link := range links {
			if !yield(link, nil) {
				return
			}
		}
	}
}

// rewrite alters the text of a link and, if asked, makes its hash fit.
func rewrite(link *ledger.Manifest, old, new string, hash bool) {
	link.JSON = []byte(strings.Replace(string(link.JSON), old, new, 1))
	if hash {
		link.Hash = sha256.Sum256(link.JSON)
	}
}

func TestWhatIsWrongWithAChain(t *testing.T) {
	for _, c := range []struct {
		name   string
		alter  func(links []ledger.Manifest) []ledger.Manifest
		faults string
		after  int // the third of four
	}{
		{"a chain as it was made", func(l []ledger.Manifest) []ledger.Manifest { return l }, "", 1},
		{"one that ends there", func(l []ledger.Manifest) []ledger.Manifest { return l[:3] }, "", 0},
		{"one that was cut off before", func(l []ledger.Manifest) []ledger.Manifest { return l[:2] }, "", -1},
		{"none at all", func(l []ledger.Manifest) []ledger.Manifest { return nil }, "", -1},
		{"one was taken out", func(l []ledger.Manifest) []ledger.Manifest { return slices.Delete(l, 1, 2) }, "proof.manifest-gone 2", 1},
		{"two were taken out", func(l []ledger.Manifest) []ledger.Manifest { return slices.Delete(l, 1, 3) }, "proof.manifests-gone 2 3", -1},
		{"the first was taken out", func(l []ledger.Manifest) []ledger.Manifest { return l[1:] }, "proof.manifest-gone 1", 1},
		{"one was altered", func(l []ledger.Manifest) []ledger.Manifest { rewrite(&l[1], `"note": 0`, `"note": 1`, false); return l }, "proof.manifest 2", 1},
		{"one was altered, and its hash", func(l []ledger.Manifest) []ledger.Manifest { rewrite(&l[1], `"note": 0`, `"note": 1`, true); return l }, "proof.manifest-link 2", 1},
		{"the last was altered, and its hash", func(l []ledger.Manifest) []ledger.Manifest { rewrite(&l[3], `"note": 0`, `"note": 1`, true); return l }, "", 1},
		{"one was altered to nothing that can be read", func(l []ledger.Manifest) []ledger.Manifest { rewrite(&l[1], `{`, ``, true); return l }, "proof.manifest 2; proof.manifest-link 2", 1},
		{"one was given to another run", func(l []ledger.Manifest) []ledger.Manifest { l[1].Run = 9; return l }, "proof.manifest 2", 1},
		{"one was given another number", func(l []ledger.Manifest) []ledger.Manifest { l[3].ID = 7; return l }, "proof.manifest 7", 1},
		{"the first has one before it", func(l []ledger.Manifest) []ledger.Manifest {
			rewrite(&l[0], `"previous": ""`, `"previous": "ab"`, true)
			return l
		}, "proof.manifest 1; proof.manifest-link 1", 1},
		{"two were exchanged", func(l []ledger.Manifest) []ledger.Manifest { l[1], l[2] = l[2], l[1]; return l }, "proof.manifest-gone 2; proof.manifest-gone 4; proof.manifest-gone 3", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			links := chainOf(t, 1, 2, 1, 3)
			wanted := links[2].Hash
			chain := read(t, c.alter(links), &wanted)
			var faults []string
			for _, r := range chain.faults {
				faults = append(faults, strings.TrimSpace(fmt.Sprintln(append([]any{r.Reason.Code}, r.Reason.Args...)...)))
			}
			if got := strings.Join(faults, "; "); got != c.faults || chain.after != c.after {
				t.Errorf("got %s, %d after it", got, chain.after)
			}
		})
	}
}

func TestAManifestOfANewerFormatIsNotJudged(t *testing.T) {
	links := chainOf(t, 1)
	rewrite(&links[0], `"format": 1`, `"format": 2`, true)
	if chain := read(t, links, nil); !chain.isNewer {
		t.Error("is taken for one of this version")
	}
}
