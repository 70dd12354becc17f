package phone

import (
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// TestPatternsMatchAsRegexpDoes makes digits that mostly fit each pattern of the library.
func TestPatternsMatchAsRegexpDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	matched := 0
	for source := range sources() {
		whole, p := regexp.MustCompile("^(?:"+source+")$"), newPattern(source)
		for range 20 {
			digits := ""
			for at := p.start; len(digits) < 17 && (!at.isMatch || random.IntN(3) > 0); {
				digit := '0' + rune(random.IntN(10))
				for tries := 0; tries < 8 && len(p.step(at, digit).insts) == 0; tries++ {
					digit = '0' + rune(random.IntN(10))
				}
				digits += string(digit)
				at = p.step(at, digit)
			}
			if got := p.matches(digits); got != whole.MatchString(digits) {
				t.Fatalf("%s matches %s: %v", source, digits, got)
			} else if got {
				matched++
			}
		}
	}
	if matched < 1000 {
		t.Error(matched, "matched")
	}
}

// sources are all patterns of the library.
func sources() map[string]bool {
	all, _ := phonenumbers.MetadataCollection()
	found := map[string]bool{}
	for _, m := range all.GetMetadata() {
		t := newTerritory(m)
		if t.leading != nil {
			t.kinds = append(t.kinds, t.leading)
		}
		for _, k := range append(t.kinds, t.general) {
			found[k.source] = true
		}
	}
	return found
}
