package csvmodel

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// countryCodes are the names of columns with country codes: "code" for those that can have
// nothing else, "country" for those that may have the country of an address.
//
//go:embed countrycodes.txt
var countryCodes string

var countryCodeNames = sync.OnceValue(func() map[string]string { return parseAliases(countryCodes).fields })

type countryCode struct {
	column  int    // in the file; -1: there is none
	field   string // the column of the numbers
	isVague bool   // it may have the country of an address
}

// findCountryCode returns the column with country codes. It belongs to the only column of
// numbers, or to the one beside it.
func (l Layout) findCountryCode() (countryCode, error) {
	numbers := slices.DeleteFunc(slices.Clone(l.Columns), func(field string) bool { return !slices.Contains(columns[:2], field) })
	for _, kind := range []string{"code", "country"} {
		for i, key := range keysOf(l.Header) {
			if l.Columns[i] != "" || countryCodeNames()[key] != kind {
				continue
			}
			field := ""
			for _, beside := range []int{i - 1, i + 1} { // the code stands before the number
				if beside >= 0 && beside < len(l.Columns) && slices.Contains(numbers, l.Columns[beside]) {
					field = l.Columns[beside]
				}
			}
			switch {
			case len(numbers) == 1:
				return countryCode{i, numbers[0], kind == "country"}, nil
			case field != "":
				return countryCode{i, field, kind == "country"}, nil
			case kind == "code":
				return countryCode{}, refuse("column-code-whose", msg.Quoted(displayName(l.Header[i])), numbers)
			}
		}
	}
	return countryCode{column: -1}, nil
}

func (r *Reader) normalize(row *Row) (faults, remarks []msg.Reason) {
	if r.code.column >= 0 {
		cell := r.layout.cells(row.Source)[r.code.column]
		r.phones.SetCode(strings.TrimSpace(cell), r.code.field == columns[0], r.code.isVague)
	}
	return row.Fields.normalize(r.phones)
}

// NationalError says that numbers in a file do not say their country. The rows before it
// do not count: the file is to be read once more, with the verdicts as Options.Against.
type NationalError struct {
	Verdicts phone.Verdicts
	Notes    []msg.Reason // on the columns of which no number without a plus is international
}

// Error is the English text of the notes.
func (e *NationalError) Error() string { return msg.Join(e.Notes, msg.English) }

// Judge returns a *NationalError at the end of a file that must be read once more.
func (r *Reader) Judge() error {
	verdicts := r.phones.Verdicts()
	if verdicts.IsZero() || !r.phones.Against.IsZero() {
		return nil
	}
	e := NationalError{Verdicts: verdicts}
	for _, field := range columns[:2] {
		verdict := verdicts.Chats
		if field == columns[1] {
			verdict = verdicts.Cards
		}
		if i := slices.Index(r.layout.Columns, field); verdict.All && i >= 0 {
			likely := verdict.Countries[:min(len(verdict.Countries), 3)]
			e.Notes = append(e.Notes, msg.NewReason(msg.ColumnNational, strings.TrimSpace(r.layout.Header[i]), likely))
		}
	}
	return &e
}
