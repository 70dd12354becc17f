package msg

import (
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	xmessage "golang.org/x/text/message"
	textcatalog "golang.org/x/text/message/catalog"
)

// Phrases are texts in all languages, by what they are in English. Any number of
// goroutines may use them.
type Phrases struct {
	english, russian *xmessage.Printer
}

// NewPhrases takes the Russian text for each English one. Both name their
// arguments by place, such as %[1]s, and words that agree with a number by a name
// in words and the place of the number, such as ${rows(1)}. In English a number is
// a %s, in Russian a %d. Texts that cannot be so understood are a panic.
func NewPhrases(russian map[string]string) *Phrases {
	texts := textcatalog.NewBuilder(textcatalog.Fallback(language.English))
	for name, word := range words {
		must(texts.SetMacro(language.English, name, word.inEnglish()))
		must(texts.SetMacro(language.Russian, name, word.inRussian()))
	}
	for english, text := range russian {
		must(texts.SetString(language.English, english, english))
		must(texts.SetString(language.Russian, english, text))
	}
	return &Phrases{
		english: xmessage.NewPrinter(language.English, xmessage.Catalog(texts)),
		russian: xmessage.NewPrinter(language.Russian, xmessage.Catalog(texts)),
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Say is a text in a language, with its arguments put in. Those of type int are
// written as a Count, those of type float64 as the language has them.
func (p *Phrases) Say(l Language, text string, args ...any) string {
	args = slices.Clone(args)
	for i, arg := range args {
		switch n := arg.(type) {
		case int:
			args[i] = Count(n)
		case float64:
			args[i] = decimal(n)
		}
	}
	if l == Russian {
		return p.russian.Sprintf(text, args...)
	}
	return p.english.Sprintf(text, args...)
}

// Count is a number of things.
type Count int

// String groups the digits by spaces, so that a large number can be read.
func (c Count) String() string {
	digits := strconv.Itoa(int(c))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}

// PluralForm says which form of a word stands beside the number. Of seven digits
// and more the library would not look at the last ones, which are what counts.
func (c Count) PluralForm(tag language.Tag, _ int) (plural.Form, int) {
	n := int(c)
	if n > 999 {
		n = 100 + n%100
	}
	return plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0), n
}

// decimal is a number with a fraction, which fmt writes in English.
type decimal float64

func (d decimal) String() string { return fmt.Sprint(float64(d)) }
