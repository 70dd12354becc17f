package phone

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"
)

// walk writes a random text of a pattern.
func walk(r *rand.Rand, re *syntax.Regexp, to *strings.Builder) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			to.WriteRune(c)
		}
	case syntax.OpCharClass:
		total := 0
		for i := 0; i < len(re.Rune); i += 2 {
			total += int(re.Rune[i+1]-re.Rune[i]) + 1
		}
		n := r.IntN(total)
		for i := 0; i < len(re.Rune); i += 2 {
			size := int(re.Rune[i+1]-re.Rune[i]) + 1
			if n < size {
				to.WriteRune(re.Rune[i] + rune(n))
				return
			}
			n -= size
		}
	case syntax.OpCapture, syntax.OpConcat:
		for _, s := range re.Sub {
			walk(r, s, to)
		}
	case syntax.OpAlternate:
		walk(r, re.Sub[r.IntN(len(re.Sub))], to)
	case syntax.OpRepeat:
		for range re.Min + r.IntN(re.Max-re.Min+1) {
			walk(r, re.Sub[0], to)
		}
	case syntax.OpQuest:
		if r.IntN(2) == 0 {
			walk(r, re.Sub[0], to)
		}
	default:
		panic(re.Op.String())
	}
}

type generator struct {
	data *region
	plan numberingPlan
	re   *syntax.Regexp
	k    *kind
}

func newGenerator(name string) generator {
	d := regionOf(name)
	k := d.kinds[0]
	plan, _ := split(d.code)
	re, err := syntax.Parse(strings.TrimSuffix(strings.TrimPrefix(k.pattern().String(), "^"), "$"), syntax.Perl)
	if err != nil {
		panic(err)
	}
	return generator{d, plan, re, k}
}

func (g generator) next(r *rand.Rand) string {
	for range 100000 {
		var b strings.Builder
		walk(r, g.re, &b)
		if s := b.String(); g.k.lengths.has(len(s)) && g.plan.has(s) {
			return s
		}
	}
	panic(g.data.name)
}

var measure = flag.Int("measure", 1, "how many times more numbers TestNationalNumbersDoNotGo makes")

// measured are countries, and those of which a part of the numbers without a plus does not
// go although it has the country code.
var measured = strings.Fields("CN BR TR DE MX US IT RU IN ID ES PT FR GB PL UA KZ NG ZA AR SA AE EG JP KR")

// passing returns how many of the numbers of a column go.
func passing(cells []string) (n int) {
	first, again := NewParser(""), NewParser("")
	for _, c := range cells {
		first.Chat(c)
	}
	again.Against = first.Verdicts()
	for _, c := range cells {
		if _, fault, _ := again.Chat(c); fault == "" {
			n++
		}
	}
	return n
}

// damaged returns what a person makes of a number by mistake.
func damaged(r *rand.Rand, number string) string {
	i := 1 + r.IntN(len(number)-1)
	switch r.IntN(4) {
	case 0:
		return number[:i] + number[i+1:]
	case 1:
		return number + string(rune('0'+r.IntN(10)))
	case 2:
		return number[:i] + string(rune('0'+r.IntN(10))) + number[i+1:]
	}
	return strconv.FormatUint(1_000_000+r.Uint64N(pow10(8+r.IntN(5))), 10)
}

// TestNationalNumbersDoNotGo makes columns of national numbers, of which none should go, and
// of the same numbers with their country code, of which all should. With -v it prints, for
// columns of several sizes and shares of damaged numbers, how many percent went of the
// former, and did not of the latter.
func TestNationalNumbersDoNotGo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var wrong, held, all int
	for _, name := range measured {
		g, line := newGenerator(name), name
		for _, share := range []int{0, 10, 20} {
			for _, size := range []int{5, 20, 300} {
				w, h, n := 0, 0, 0
				for range *measure * max(1, 20/size) {
					var national, international []string
					sound := 0
					for range size {
						number := g.next(r)
						whole := g.data.code + number
						if r.IntN(100) < share {
							number, whole = damaged(r, number), damaged(r, whole)
						} else {
							sound++
						}
						national, international = append(national, number), append(international, whole)
					}
					n += sound
					w += passing(national)
					h += max(0, sound-passing(international))
				}
				line += fmt.Sprintf(" %5.1f/%4.1f", 100*float64(w)/float64(n), 100*float64(h)/float64(n))
				wrong, held, all = wrong+w, held+h, all+n
			}
		}
		t.Log(line)
	}
	if wrong*1000 > all || held*100 > all {
		t.Errorf("of %d numbers %d went to others, and %d did not go", all, wrong, held)
	}
}

func TestMixedColumns(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var international, mixed []string
	for _, name := range measured {
		g := newGenerator(name)
		for range 8 {
			international = append(international, g.data.code+g.next(r))
		}
	}
	if n := passing(international); n < len(international)-2 {
		t.Errorf("of %d numbers of many countries %d go", len(international), n)
	}
	g := newGenerator("CN")
	for range 80 {
		mixed = append(mixed, "86"+g.next(r))
	}
	for range 20 {
		mixed = append(mixed, g.next(r))
	}
	if n := passing(mixed); n != 80 {
		t.Errorf("of 80 numbers with a country code and 20 without %d go", n)
	}
}

func TestATownWhoseNumbersAreThoseOfACountry(t *testing.T) {
	var town []string
	for i := range 40 {
		town = append(town, fmt.Sprint(51987650000+i)) // Porto Alegre, or Peru
	}
	if n := passing(town); n != 40 {
		t.Errorf("of Peru, %d go", n)
	}
	for i := range 8 {
		town = append(town, fmt.Sprint(21987650000+i))
	}
	if n := passing(town); n != 0 {
		t.Errorf("of Brazil, %d go", n)
	}
}

func TestTheShareOfCoincidencesIsKnown(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range countries() {
		g, found := newGenerator(c.name), 0
		for range 1000 {
			if n := g.next(r); n[0] != '0' && len(n) >= MinDigits && validityOf(n) == valid {
				found++
			}
		}
		if share := float64(found) / 1000; share > c.coincidence+0.05 {
			t.Errorf("%s: %.2f of its numbers are also of another country", c.name, share)
		}
	}
}

func TestTheFirstKindOfARegionIsPartOfTheGeneralOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, region := range regions() {
		if len(region.kinds) == 0 || strings.Contains(region.kinds[0].pattern().String(), "NA") {
			continue // no number has it
		}
		g := generator{region, nil, nil, region.kinds[0]}
		g.re, _ = syntax.Parse(strings.TrimSuffix(strings.TrimPrefix(g.k.pattern().String(), "^"), "$"), syntax.Perl)
		for range 300 {
			var b strings.Builder
			walk(r, g.re, &b)
			if national := b.String(); region.general.lengths.has(len(national)) && g.k.matches(national) && !region.general.matches(national) {
				t.Fatalf("%s of %s", national, region.name)
			}
		}
	}
}
