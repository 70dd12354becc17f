package ledger_test

import (
	"testing"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func TestWhoHoldsIsSaidAsFarAsItIsKnown(t *testing.T) {
	since := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		name             string
		held             ledger.HeldError
		english, russian string
	}{
		{"nothing else is known", ledger.HeldError{Name: "c.csv"},
			"c.csv is being worked on by another run", "c.csv: занято другим запуском"},
		{"since when", ledger.HeldError{Name: "/in", Since: since},
			"/in is being worked on by another run since 2026-03-01 12:00:00", "/in: занято другим запуском с 2026-03-01 12:00:00"},
		{"by whom", ledger.HeldError{Instance: "1101", Holder: "ada@desk", Since: since},
			"instance 1101 is being worked on by another run (ada@desk) since 2026-03-01 12:00:00", "инстанс 1101: занято другим запуском (ada@desk) с 2026-03-01 12:00:00"},
		{"how far that is", ledger.HeldError{Instance: "1101", Holder: "ada@desk", Since: since, File: "c.csv", Done: 1234, Rows: 20000},
			"instance 1101 is being worked on by another run (ada@desk) since 2026-03-01 12:00:00, which has done 1234 of the 20000 rows of c.csv",
			"инстанс 1101: занято другим запуском (ada@desk) с 2026-03-01 12:00:00, который в файле c.csv сделал строк: 1234 из 20000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.held.Error(); got != c.english {
				t.Errorf("got %q", got)
			}
			if got := msg.Explain(msg.Russian, &c.held); got != c.russian {
				t.Errorf("got %q", got)
			}
		})
	}
}
