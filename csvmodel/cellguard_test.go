package csvmodel

import "testing"

func TestFormulasAreHarmless(t *testing.T) {
	cases := []struct {
		name    string
		run     bool
		samples []string
	}{
		{"what a spreadsheet runs gets an apostrophe", true, []string{
			"=1+1", "+cmd|' /C calc'!A0", "-2+A1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－A1", "＠x",
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
				if got := escapeFormula(cell); (got == "'"+cell) != c.run || !c.run && got != cell {
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
		if got := escapeNumber(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
		if back := unescape(want); back != cell {
			t.Errorf("%q is read back as %q", want, back)
		}
	}
}
