package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"strings"
	"testing"
)

// FuzzNumbers checks that no digit is made up or lost.
func FuzzNumbers(f *testing.F) {
	for _, c := range nums {
		f.Add(c.cell, false)
		f.Add(c.cell, true)
	}
	none, russian := newNumbers(""), newNumbers("RU")
	f.Fuzz(func(t *testing.T, cell string, inRegion bool) {
		n := none
		if inRegion {
			n = russian
		}
		digits, phone, fault, remark := n.phone(cell)
		if fault == "" {
			checkReread(t, Fields{ChatID: "79001234567@c.us", PhoneContact: digits, FirstName: "Anna"}, phone)
			if !isDigits(digits) || len(digits) < fewestInternational || len(digits) > mostDigits || phone < 1e10 {
				t.Fatalf("%q became %q, %d", cell, digits, phone)
			}
			if !inRegion {
				checkDigits(t, cell, digits, remark)
			}
		}
		id, fault, remark := n.chat(cell)
		if fault != "" {
			return
		}
		checkReread(t, Fields{ChatID: id, PhoneContact: "79001234567", FirstName: "Anna"}, 79001234567)
		if !inRegion && !strings.Contains(cell, "@") {
			checkDigits(t, cell, strings.TrimSuffix(id, "@c.us"), remark)
		}
	})
}

func checkReread(t *testing.T, f Fields, phone int64) {
	t.Helper()
	contact, fields, faults := ParseContact(f)
	if len(faults) > 0 || fields != f || contact.Phone() != phone {
		t.Fatalf("%+v became %+v: %v", f, fields, faults)
	}
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
