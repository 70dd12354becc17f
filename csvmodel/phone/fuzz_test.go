package phone_test

import (
	"strings"
	"testing"
	"unicode"

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

// checkDigits compares with all digits of the cell; those that may be left out are the
// exponent, zeros after the decimal point, what is dialled for another country or within
// one, the same number once more, and what follows in a link.
func checkDigits(t *testing.T, cell, digits string, remark msg.Code) {
	t.Helper()
	all := strings.TrimPrefix(strings.Map(asciiDigit, cell), "00")
	rest, ok := strings.CutPrefix(all, digits)
	inBrackets, dropped := strings.ContainsAny(cell, "([（［"), false
	for i := range len(all) {
		dropped = dropped || inBrackets && all[i] == '0' && all[:i]+all[i+1:] == digits
	}
	switch notation := strings.ContainsAny(cell, "eEｅＥ"); {
	case ok && rest == "", dropped:
	case ok && (rest == "0" || rest == "00") && strings.ContainsAny(cell, ".,．，"):
	case ok && notation && (remark == msg.NumberNotation || remark == msg.NumberUnusual):
	case strings.Contains(all, digits) && strings.Contains(cell, "/"):
	case strings.Trim(strings.ReplaceAll(all, digits, ""), "0") == "" && 2*len(digits) <= len(all):
	default:
		t.Fatalf("%q became %q", cell, digits)
	}
}

func asciiDigit(r rune) rune {
	if !unicode.IsDigit(r) {
		return -1
	}
	value := '0'
	for unicode.IsDigit(r - 1) {
		r, value = r-1, '0'+(value-'0'+1)%10
	}
	return value
}
