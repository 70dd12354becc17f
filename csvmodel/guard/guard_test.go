package guard

import (
	"regexp"
	"strings"
	"testing"

	"contact-distributor/csvmodel/phone"
)

func TestFormulasAreHarmless(t *testing.T) {
	cases := []struct {
		name    string
		run     bool
		samples []string
	}{
		{"what a spreadsheet runs gets an apostrophe", true, []string{
			"=1+1", "+cmd|' /C calc'!A0", "-2+A1", "@SUM(A1)", "\tx", "\rx", "＝1+1", "＋1", "－A1", "＠x",
			"+", "-", "+7 900 x", "-1+1", "+7900+7900",
		}},
		{"numbers and text stay", false, []string{
			"", "Anna", "Анна", "'=1", "7.5", "-5", "-1.5", "-1,5", "+79001234567", "+7 900 123-45-67",
			"+7 (900) 123–45–67", "a=1", " =1", "#5", `"x"`, "🎈",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, cell := range c.samples {
				if got := EscapeFormula(cell); (got == "'"+cell) != c.run || !c.run && got != cell {
					t.Errorf("%q became %q", cell, got)
				}
			}
		})
	}
}

func TestNumbersThatASpreadsheetComputesWithGetAnApostrophe(t *testing.T) {
	for cell, want := range map[string]string{
		"7.90012E+10": "'7.90012E+10", "7,9": "'7,9", ".5": "'.5", "5.": "'5.", "-1e5": "'-1e5",
		"79000000001": "79000000001", "+79000000001": "+79000000001", "--1.5": "--1.5", ".": ".", "e5": "e5", "": "",
		"79000000001@c.us": "79000000001@c.us", "1.5 x": "1.5 x",
	} {
		if got := EscapeNumber(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
		if back := phone.Unwrap(want); back != cell {
			t.Errorf("%q is read back as %q", want, back)
		}
	}
}

func TestNoFormulaBeginsBehindASeparator(t *testing.T) {
	for cell, want := range map[string]string{
		`x;=HYPERLINK("http://x")`: `x;'=HYPERLINK("http://x")`, "x,=1;@y": "x,'=1;'@y", "x|-a": "x|'-a",
		"x\t=1": "x\t'=1", "x\n=1": "x\n'=1", "\t=1": "'\t'=1", "\r=1": "'\r'=1", "=1;=2": "'=1;'=2", `x;"=1"`: `x;"'=1"`,
		`x;""=1`: `x;""'=1`, "x;'=1": "x;''=1", "x;＝1": "x;'＝1", ";=": ";'=",
		// Numbers and text stay.
		"+79001234567;+79001234568": "'+79001234567;+79001234568", "79001234567;+7 (900) 123-45-68, -5": "79001234567;+7 (900) 123-45-68, -5",
		"x; =1": "x; =1", "x;y=1,z": "x;y=1,z", "x, @c.us": "x, @c.us", "x;": "x;", "a\nb": "a\nb", "x;'y": "x;'y",
	} {
		if got := EscapeFormula(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
		if back := unescapeFormula(want); back != cell {
			t.Errorf("%q is read back as %q", want, back)
		}
	}
}

// FuzzEscapeFormula splits a cell as other programs may.
func FuzzEscapeFormula(f *testing.F) {
	f.Add("x;=HYPERLINK(1)")
	f.Add("'\t'=1\n\"=2|''-a")
	f.Fuzz(func(t *testing.T, cell string) {
		escaped := EscapeFormula(cell)
		for i, part := range regexp.MustCompile("[;,\t|\n\r]").Split(escaped, -1) {
			if i > 0 && isFormula(strings.TrimLeft(part, `"`)) || isFormula(escaped) {
				t.Errorf("%q became %q, with the formula %q", cell, escaped, part)
			}
		}
		if rest, quoted := strings.CutPrefix(cell, "'"); quoted && isFormula(rest) {
			return
		}
		if back := unescapeFormula(escaped); back != cell {
			t.Errorf("%q became %q, and %q", cell, escaped, back)
		}
	})
}
