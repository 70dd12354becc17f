package csvmodel

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"contact-distributor/csvmodel/msg"
)

// countryCodes are the names of columns with country codes: "code" for those that can have
// nothing else, "country" for those that may have the country of an address.
//
//go:embed countrycodes.txt
var countryCodes string

var countryCodeNames = sync.OnceValue(func() map[string]string { return parseAliases(countryCodes).fields })

// countryCode is the column with the country codes of the numbers in another one.
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

// normalize is that of the row's fields, with its country code.
func (r *Reader) normalize(row *Row) (faults, remarks []msg.Reason) {
	if r.code.column >= 0 {
		cell := r.layout.cells(row.Source)[r.code.column]
		r.phones.SetCode(strings.TrimSpace(cell), r.code.field == columns[0], r.code.isVague)
	}
	return row.Fields.normalize(r.phones)
}
