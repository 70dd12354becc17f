// Package msg has all that the program says to people: codes that say why, for
// machines, and sentences in each language, for people.
//
// Sentences are in message files, one a language, in the form of go-i18n: en.toml,
// ru.toml. A language more is a file more. What is stored is a Reason, a code with
// its arguments, and never a sentence. Text and Reason.Text make the sentence for
// the reader.
//
// Placeholders have names, such as {{.Column}}, and are written as the language has
// them by the type of the argument: see catalog.write. Three things go-i18n does not
// have, and are here: sentences in which several words agree with numbers take them
// from other messages, {{n "rows" .Rows}}; templates are a small part of
// text/template, and those without forms for numbers are looked up without its
// Localizer, since results may have a hundred thousand sentences; and messages that a language lacks are in English.
//
// Any number of goroutines may use the package. It reads a message file when the
// first sentence of its language is made.
package msg

import (
	"cmp"
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Language is that of a reader, by its two letters. The zero value is none that was
// asked for: sentences in it are English.
type Language string

const (
	English Language = "en"
	Russian Language = "ru"
)

// Args are the arguments of a text, by the names of its placeholders.
type Args map[string]any

//go:embed *.toml
var files embed.FS

var texts = library{files: files}

// Languages are those that have a message file, in the order of their letters.
func Languages() []Language { return texts.languages() }

// ParseLanguage returns the language that a person means by its two letters.
func ParseLanguage(s string) (Language, error) {
	l := Language(strings.ToLower(s))
	if all := Languages(); !slices.Contains(all, l) {
		return "", Problem("usage.unknown-language", Args{"Language": s, "Languages": names(all)})
	}
	return l, nil
}

func names(languages []Language) (names []string) {
	for _, l := range languages {
		names = append(names, string(l))
	}
	return names
}

// Text returns the text of a key in a language. Where both the language and English
// lack it, that is the key with its arguments.
func Text(l Language, key string, args Args) string {
	return texts.text(l, key, &scope{args: args})
}

// Lookup is Text for a key that need not be there: it is made of a word from
// elsewhere.
func Lookup(l Language, key string, args Args) (text string, known bool) {
	return texts.lookup(l, key, &scope{args: args})
}

// Number writes an integer so that a large one can be read.
func Number(l Language, n int) string { return texts.of(cmp.Or(l, English)).number(n) }

// library has the message files of all languages.
type library struct {
	files  fs.FS
	loaded sync.Map // func() *catalog by Language
}

func (t *library) languages() (all []Language) {
	names, _ := fs.Glob(t.files, "*.toml") // the pattern is right
	for _, name := range names {
		all = append(all, Language(strings.TrimSuffix(name, path.Ext(name))))
	}
	return all
}

func (t *library) text(l Language, key string, s *scope) string {
	if text, known := t.lookup(l, key, s); known {
		return text
	}
	return strings.Join(append([]string{key}, s.plain()...), ": ")
}

func (t *library) lookup(l Language, key string, s *scope) (text string, known bool) {
	if l != "" && l != English {
		text = t.of(l).localize(key, s)
	}
	if text == "" {
		text = t.of(English).localize(key, s)
	}
	return text, text != ""
}

func (t *library) of(l Language) *catalog {
	load, known := t.loaded.Load(l)
	if !known {
		load, _ = t.loaded.LoadOrStore(l, sync.OnceValue(func() *catalog { return t.load(l) }))
	}
	return load.(func() *catalog)()
}

// load reads a message file. One that cannot be read is a panic: a test reads all.
func (t *library) load(l Language) *catalog {
	bundle := i18n.NewBundle(language.Make(string(l)))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	name := string(l) + ".toml"
	c := &catalog{library: t, language: l, localizer: i18n.NewLocalizer(bundle, string(l)), fixed: map[string]func() message{}}
	if text, err := fs.ReadFile(t.files, name); err == nil {
		file, err := bundle.ParseMessageFileBytes(text, name)
		if err != nil {
			panic(err)
		}
		for _, m := range file.Messages {
			if m.One+m.Few+m.Many+m.Two+m.Zero == "" {
				c.fixed[m.ID] = sync.OnceValue(func() message { return mustParse(m.Other) })
			}
		}
	}
	for key, format := range map[string]*string{
		"format.group": &c.group, "format.decimal": &c.decimal,
		"format.moment": &c.moment, "format.minute": &c.minute, "format.day": &c.day,
	} {
		if *format = c.localize(key, &scope{}); *format == "" && l != English {
			*format = t.of(English).localize(key, &scope{})
		}
	}
	return c
}

// catalog is what is said in one language.
type catalog struct {
	library                             *library
	language                            Language
	localizer                           *i18n.Localizer
	fixed                               map[string]func() message // without forms for numbers
	group, decimal, moment, minute, day string
}

// localize returns "" where there is no such message.
func (c *catalog) localize(key string, s *scope) string {
	bound := *s
	bound.catalog = c
	if fixed := c.fixed[key]; fixed != nil {
		return fixed().text(&bound)
	}
	config := i18n.LocalizeConfig{MessageID: key, TemplateData: &bound, TemplateParser: parser{}}
	if count := s.get("Count"); count != nil {
		config.PluralCount = pluralOf(count)
	}
	text, _ := c.localizer.Localize(&config) // an error is that of a form that is not there, beside the text
	return text
}

// own is the text of a key that the language may lack.
func (c *catalog) own(key string, args Args) (text string, known bool) {
	text = c.localize(key, &scope{args: args})
	return text, text != ""
}

// text is that of another key.
func (c *catalog) text(key string, args Args) string {
	return c.library.text(c.language, key, &scope{args: args})
}
