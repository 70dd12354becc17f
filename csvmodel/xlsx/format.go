package xlsx

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// format is how a cell shows a number, as far as that adds to the number.
type format struct {
	isDate bool
	plus   bool // "+"0 shows 12025550101 as +12025550101
	digits int  // 0000000000 shows 612345678 as 0612345678
}

// readFormats returns the formats by the style of a cell.
func (b *book) readFormats(part string) (formats []format, err error) {
	var styles struct {
		Custom []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	err = b.decode(part, &styles)
	custom := map[int]format{}
	for _, f := range styles.Custom {
		custom[f.ID] = parseFormat(f.Code)
	}
	for _, style := range styles.Styles {
		f, is := custom[style.ID]
		if !is {
			f.isDate = isDateFormat(style.ID)
		}
		formats = append(formats, f)
	}
	return formats, err
}

// isDateFormat reports whether a format that every spreadsheet has is one of dates or times.
func isDateFormat(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// parseFormat reads the first section of a format code.
func parseFormat(code string) (f format) {
	code, _, _ = strings.Cut(code, ";")
	shown, symbols := "", "" // with and without what is shown as it stands
	for code != "" {
		first, rest := code[:1], code[1:]
		switch first {
		case `"`:
			text, after, _ := strings.Cut(rest, `"`)
			shown, code = shown+text, after
		case "[":
			inside, after, _ := strings.Cut(rest, "]")
			f.isDate = f.isDate || strings.Trim(strings.ToLower(inside), "hms") == ""
			code = after
		case `\`, "_", "*":
			if first == `\` && rest != "" {
				shown += rest[:1]
			}
			code = rest[min(1, len(rest)):]
		default:
			shown, symbols, code = shown+first, symbols+first, rest
		}
	}
	f.isDate = f.isDate || strings.ContainsAny(strings.ToLower(symbols), "ymdhs")
	if strings.Trim(symbols, "0#+-() ") == "" {
		f.plus, f.digits = strings.HasPrefix(strings.TrimSpace(shown), "+"), strings.Count(symbols, "0")
	}
	return f
}

// number returns a number with all its digits, a date as 2026-11-26.
func (f format) number(value string, from1904 bool) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	days := n
	if from1904 {
		days += 1462
	}
	if f.isDate && days >= 0 && days < 2958466 { // the year 10000
		return date(days)
	}
	if !isDigits(value) {
		value = strconv.FormatFloat(n, 'f', -1, 64)
	}
	if !isDigits(value) {
		return value
	}
	value = strings.Repeat("0", max(0, f.digits-len(value))) + value
	if f.plus {
		value = "+" + value
	}
	return value
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// date returns the date and time of a number of days.
func date(days float64) string {
	day, rest := math.Modf(days)
	t := time.Date(1899, 12, 30, 0, 0, int(math.Round(rest*86400)), 0, time.UTC).AddDate(0, 0, int(day))
	if days < 1 {
		return t.Format(time.TimeOnly)
	}
	return isoDate(t.Format(time.DateTime))
}

// isoDate returns 2026-11-26T10:00:00 with a space, and without the time at midnight.
func isoDate(text string) string {
	text, _, _ = strings.Cut(strings.TrimSuffix(strings.Replace(text, "T", " ", 1), "Z"), ".")
	return strings.TrimSuffix(text, " 00:00:00")
}
