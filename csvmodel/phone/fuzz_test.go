package phone_test

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// FuzzNumbers checks that no digit is made up or lost.
func FuzzNumbers(f *testing.F) {
	for _, c := range nums {
		f.Add(c.cell, false, false)
		f.Add(c.cell, true, true)
	}
	none, russian, reread := phone.NewParser(""), phone.NewParser("RU"), &phone.Parser{}
	f.Fuzz(func(t *testing.T, cell string, inRegion, short bool) {
		n := none
		if inRegion {
			n = russian
		}
		least := 11
		if n.ShortNumbers = short; short {
			least = phone.MinDigits
		}
		digits, fault, remark := n.Phone(cell)
		if fault == "" {
			if again, fault, _ := reread.Phone(digits); again != digits || fault != "" {
				t.Fatalf("%s became %s: %s", digits, again, fault)
			}
			if !phone.IsDigits(digits) || len(digits) < least || len(digits) > 16 || digits[0] == '0' {
				t.Fatalf("%q became %q", cell, digits)
			}
			if !inRegion {
				checkDigits(t, cell, digits, remark)
			}
		}
		id, fault, remark := n.Chat(cell)
		if fault != "" {
			return
		}
		if again, fault, _ := reread.Chat(id); again != id || fault != "" {
			t.Fatalf("%s became %s: %s", id, again, fault)
		}
		if !inRegion && !strings.Contains(cell, "@") {
			checkDigits(t, cell, strings.TrimSuffix(id, "@c.us"), remark)
		}
	})
}

// checkDigits compares with all digits of the cell; those that may be left out
// are the exponent, and zeros after the decimal point.
func checkDigits(t *testing.T, cell, digits string, remark msg.Code) {
	t.Helper()
	all := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, cell)
	rest, ok := strings.CutPrefix(all, digits)
	switch notation := strings.ContainsAny(cell, "eEｅＥ"); {
	case ok && rest == "":
	case ok && (rest == "0" || rest == "00") && strings.ContainsAny(cell, ".,．，"):
	case ok && notation && (remark == msg.NumberNotation || remark == msg.NumberUnusual):
	default:
		t.Fatalf("%q became %q", cell, digits)
	}
}
