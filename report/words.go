package report

import (
	"contact-distributor/csvmodel/msg"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
	"golang.org/x/text/number"
)

// text is what is said in each language.
type text struct{ en, ru phrase }

// phrase is a text whose verbs are those of package fmt, by place. If it has
// several forms they are for the count that is its first argument: one and other
// in English, one, few and many in Russian.
type phrase []string

func (p phrase) message() catalog.Message {
	switch len(p) {
	case 2:
		return plural.Selectf(1, "%d", plural.One, p[0], plural.Other, p[1])
	case 3:
		return plural.Selectf(1, "%d", plural.One, p[0], plural.Few, p[1], plural.Other, p[2])
	}
	return catalog.String(p[0])
}

// words speak one language. They are for one goroutine.
type words struct {
	lang    string
	printer *message.Printer
	zone    *time.Location
}

// newWords speaks English where it does not know the language.
func newWords(lang string, zone *time.Location) (words, error) {
	w := words{lang: "en", zone: zone}
	if lang == "ru" {
		w.lang = lang
	}
	if zone == nil {
		w.zone = time.UTC
	}
	tag := language.Make(w.lang)
	texts := catalog.NewBuilder(catalog.Fallback(tag))
	for key, t := range allTexts {
		if err := texts.Set(tag, key, w.of(t).message()); err != nil {
			return w, fmt.Errorf("the text %s: %w", key, err)
		}
	}
	w.printer = message.NewPrinter(tag, message.Catalog(texts))
	return w, nil
}

func (w words) of(t text) phrase {
	if w.lang == "ru" {
		return t.ru
	}
	return t.en
}

// say is the text of that key with its arguments.
func (w words) say(key string, args ...any) string { return w.printer.Sprintf(key, args...) }

// called is the text of a key that is made of a word from the rows; the word
// itself if there is no such text.
func (w words) called(kind, word string) string {
	if _, known := allTexts[kind+"."+word]; known {
		return w.say(kind + "." + word)
	}
	return brief(word)
}

// sentence is what a reason says.
func (w words) sentence(r msg.Reason) string { return r.Text(msg.Language(w.lang)) }

func (w words) count(n int) string { return w.printer.Sprint(n) }

// share is a part of a whole in per cent. Only all is 100, and only nothing is 0.
func (w words) share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	percent := func(share float64) string {
		return w.printer.Sprint(number.Percent(share, number.Scale(1)))
	}
	switch share := float64(part) / float64(whole); {
	case part == whole:
		return w.printer.Sprint(number.Percent(1))
	case part > 0 && share < 0.001:
		return "< " + percent(0.001)
	case part < whole && share > 0.999:
		return "> " + percent(0.999)
	default:
		return percent(share)
	}
}

func (w words) decimal(f float64) string { return w.printer.Sprint(number.Decimal(f)) }

// moment is a time to the minute with its zone.
func (w words) moment(t time.Time) string {
	if t.IsZero() {
		return w.say("not-known")
	}
	return w.day(t) + " " + w.clock(t) + " " + w.offset(t)
}

// stamp is a moment too, but nothing if it is not known.
func (w words) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.moment(t)
}

func (w words) day(t time.Time) string {
	if w.lang == "ru" {
		return t.In(w.zone).Format("02.01.2006")
	}
	return t.In(w.zone).Format("2 Jan 2006")
}

// shortDay is a day of which the year is known.
func (w words) shortDay(t time.Time) string {
	if w.lang == "ru" {
		return t.In(w.zone).Format("02.01")
	}
	return t.In(w.zone).Format("2 Jan")
}

func (w words) clock(t time.Time) string { return t.In(w.zone).Format("15:04") }

// span names a span of so many hours by its beginning.
func (w words) span(from time.Time, hours int) string {
	if hours >= 24 {
		return w.day(from)
	}
	return w.day(from) + " " + w.clock(from)
}

// step says how much time a bar stands for.
func (w words) step(hours int) string {
	if hours >= 24 {
		return w.say("hours.a-day", hours/24)
	}
	return w.say("hours.an-hour", hours)
}

// offset is the zone at that time, such as UTC+5:30: abbreviations mean several.
func (w words) offset(t time.Time) string {
	offset := t.In(w.zone).Format("-07:00")
	if offset == "+00:00" {
		return "UTC"
	}
	sign, hours := strings.Replace(offset[:1], "-", "\u2212", 1), strings.TrimPrefix(offset[1:3], "0")
	return "UTC" + sign + hours + strings.TrimSuffix(offset[3:], ":00")
}
