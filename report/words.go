package report

import (
	"cmp"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode"

	"contact-distributor/csvmodel/msg"
)

type words struct {
	lang msg.Language
	zone *time.Location
}

func newWords(lang msg.Language, zone *time.Location) words {
	if zone == nil {
		zone = time.UTC
	}
	return words{lang.Office(), zone}
}

func (w words) text(key string, args ...any) string {
	named := msg.Args{}
	for i := 1; i < len(args); i += 2 {
		if at, is := args[i].(time.Time); is {
			args[i] = at.In(w.zone)
		}
		named[args[i-1].(string)] = args[i]
	}
	return msg.Text(w.lang, "report."+key, named)
}

// name is the text for a word from the rows, or that word.
func (w words) name(kind, word string) string {
	if text, isThere := msg.Lookup(w.lang, "report."+kind+"."+word, nil); isThere {
		return text
	}
	return brief(word)
}

func (w words) count(n int) string { return msg.Number(w.lang, n) }

// share is a part of a whole in per cent. Only all is 100, and only nothing is 0.
func (w words) share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	percent := func(share float64) string { return w.text("percent", "Percent", 100*share) }
	switch share := float64(part) / float64(whole); {
	case part == whole:
		return w.text("percent.all")
	case part > 0 && share < 0.001:
		return "< " + percent(0.001)
	case part < whole && share > 0.999:
		return "> " + percent(0.999)
	default:
		return percent(share)
	}
}

func (w words) moment(t time.Time) string { return cmp.Or(w.stamp(t), w.text("not-known")) }

func (w words) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.day(t) + " " + w.clock(t) + " " + w.offset(t)
}

func (w words) day(t time.Time) string { return t.In(w.zone).Format(w.text("layout.day")) }

func (w words) clock(t time.Time) string { return t.In(w.zone).Format("15:04") }

// offset is the zone at that time, such as UTC+5:30: abbreviations mean several.
func (w words) offset(t time.Time) string {
	offset := t.In(w.zone).Format("-07:00")
	if offset == "+00:00" {
		return "UTC"
	}
	sign, hours := strings.Replace(offset[:1], "-", "\u2212", 1), strings.TrimPrefix(offset[1:3], "0")
	return "UTC" + sign + hours + strings.TrimSuffix(offset[3:], ":00")
}

// clip returns text from elsewhere on one line, in at most so many bytes of HTML.
func clip(text string, most int) string { return cut(visible(text), most) }

func brief(text string) string { return clip(text, 300) }

// visible writes out what cannot be seen or turns the direction of what follows. msg.Quoted
// replaces such characters; an auditor is to see which ones they are.
func visible(text string) string {
	var out strings.Builder
	marks := 0
	for _, r := range strings.ToValidUTF8(text, "\ufffd") {
		if marks++; !unicode.Is(unicode.Mn, r) {
			marks = 0
		}
		if marks <= maxMarks {
			out.WriteString(sign(r))
		}
	}
	return out.String()
}

const maxMarks = 3 // accents on a letter: more would reach into other lines

func sign(r rune) string {
	switch {
	case r == '\n', r == '\r', r == '\u2028', r == '\u2029':
		return "⏎"
	case r == '\t':
		return "⇥"
	case r < ' ':
		return string('\u2400' + r)
	case r == '\u200c', r == '\u200d': // join letters and emoji
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Noncharacter_Code_Point):
		return fmt.Sprintf("‹U+%04X›", r)
	}
	return string(r)
}

// cut shortens text to so many bytes of HTML, the ellipsis included.
func cut(text string, most int) string {
	size, end := 0, 0
	for i, r := range text {
		size += len(html.EscapeString(string(r)))
		if size > most {
			return text[:end] + "…"
		}
		if size <= most-len("…") {
			end = i + len(string(r))
		}
	}
	return text
}
