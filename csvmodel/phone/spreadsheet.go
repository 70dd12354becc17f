package phone

import (
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// parseSpreadsheet reads what a spreadsheet writes that has taken a telephone number
// for one to compute with: with an exponent, with zeros after the decimal
// point, with separators between the thousands. It reports whether text is such
// a number, even if it has a fault.
func parseSpreadsheet(text string) (number raw, fault msg.Code, ok bool) {
	if number, fault, ok = parseScientific(text); ok {
		return number, fault, true
	}
	whole, fraction, decimal := text, "", byte(0)
	if i := strings.LastIndexAny(text, ".,"); i >= 0 && len(text)-i <= len(".00") {
		whole, fraction, decimal = text[:i], text[i+1:], text[i]
	}
	if digits := ungroup(whole, decimal); len(digits) >= MinDigits &&
		(decimal == 0 || IsDigits(fraction) && isZeros(fraction)) {
		return raw{digits: digits}, "", true
	}
	if whole, fraction, dotted := strings.Cut(text, "."); dotted && IsDigits(whole) && IsDigits(fraction) {
		return raw{}, decimalFault(whole, fraction), true
	}
	return raw{}, "", false
}

func decimalFault(whole, fraction string) msg.Code {
	if len(whole) >= MinDigits && len(fraction) >= MinDigits {
		return msg.NumberTwo
	}
	return msg.Phone
}

// IsScientific reports whether a cell is a number such as 7.9001234567E+10.
func IsScientific(cell string) bool {
	_, _, ok := parseScientific(cell)
	return ok
}

// parseScientific reads 7.9001234567E+10, whose digits are all there only if as many
// follow the point as the exponent says. Whether those that are missing were
// zeros, nobody knows.
func parseScientific(text string) (number raw, fault msg.Code, ok bool) {
	e := strings.IndexAny(text, "eE")
	if e < 0 {
		return raw{}, "", false
	}
	mantissa, plus := strings.CutPrefix(text[:e], "+")
	exponent, err := strconv.ParseUint(strings.TrimPrefix(text[e+1:], "+"), 10, 8)
	point := strings.IndexAny(mantissa, ".,")
	whole, fraction := mantissa, "0"
	if point >= 0 {
		whole, fraction = mantissa[:point], mantissa[point+1:]
	}
	if err != nil || !IsDigits(whole) || !IsDigits(fraction) {
		return raw{}, "", false
	}
	places := int(exponent)
	switch {
	case point < 0 && places > 0, len(fraction) < places:
		return raw{}, msg.NumberLost, true
	case !isZeros(fraction[places:]):
		return raw{}, msg.Phone, true
	}
	return raw{digits: whole + fraction[:places], plus: plus, fromSpreadsheet: true}, "", true
}

// ungroup takes the separators between thousands off, which are not that of
// the decimals; what is no whole number becomes empty.
func ungroup(whole string, decimal byte) string {
	if IsDigits(whole) {
		return whole
	}
	i := strings.IndexAny(whole, " .,")
	if i < 1 || i > 3 || whole[i] == decimal {
		return ""
	}
	groups := strings.Split(whole, whole[i:i+1])
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return ""
		}
	}
	if digits := strings.Join(groups, ""); IsDigits(digits) {
		return digits
	}
	return ""
}

func isZeros(s string) bool { return strings.Trim(s, "0") == "" }
