// Package msg has all that the program says to people: codes that say why, for machines, and
// sentences in each language.
//
// Call NewReason first: a Reason is a code with its arguments, and is what ledgers store.
// Reason.Text makes its sentence, Text that of any other key, Explain that of an error. What
// is not known of a Reason stays as it is. Any number of goroutines may use the package.
//
// The message files are those of go-i18n: en.toml, ru.toml. Each sentence is a text/template
// with named arguments, such as {{.Column}}, written by their types. {{n "rows" .Rows}} is a
// number with its word, from the section n; catalog.functions has the other functions.
//
// A Language is for who has a terminal, Language.Office for who has none. A sentence that
// names a flag, a command or the ledger has a second key KEY.office, which says what such
// a person can do or is to tell IT. A test finds the codes that need one.
//
// To add a sentence, add its key to each message file; that of a Reason also to
// arguments.txt and, where several use it, to codes.go. What a new message file lacks is in
// English. Tests find what is missing; go test -update writes what they compare with.
package msg

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Language is that of a reader, by its two letters. Sentences in the zero value are English.
type Language string

const (
	English Language = "en"
	Russian Language = "ru"
)

const office = ".office"

// Office returns the language for a reader without a terminal.
func (l Language) Office() Language { return cmp.Or(l.base(), English) + office }

// IsOffice reports whether it is for a reader without a terminal.
func (l Language) IsOffice() bool { return strings.HasSuffix(string(l), office) }

func (l Language) base() Language { return Language(strings.TrimSuffix(string(l), office)) }

// Tag is the language in HTML.
func (l Language) Tag() string { return string(cmp.Or(l.base(), English)) }

// Args are the arguments of a text, by the names of its placeholders.
type Args map[string]any

//go:embed *.toml
var embedded embed.FS

var catalogs map[Language]func() *catalog

func init() { catalogs = catalogsOf(embedded) }

func catalogsOf(files fs.FS) map[Language]func() *catalog {
	names, _ := fs.Glob(files, "*.toml") // the pattern is right
	all := map[Language]func() *catalog{}
	for _, name := range names {
		l := Language(strings.TrimSuffix(name, ".toml"))
		all[l] = sync.OnceValue(func() *catalog { return loadCatalog(files, l) })
	}
	return all
}

func catalogOf(l Language) *catalog {
	load, known := catalogs[l.base()]
	if !known {
		load = catalogs[English]
	}
	if l.IsOffice() {
		return load().office
	}
	return load()
}

// Languages are those that have a message file, in the order of their letters.
func Languages() []Language { return slices.Sorted(maps.Keys(catalogs)) }

// ParseLanguage returns the language that a person means by its two letters.
func ParseLanguage(s string) (Language, error) {
	var names []string
	for _, known := range Languages() {
		if strings.EqualFold(s, string(known)) {
			return known, nil
		}
		names = append(names, string(known))
	}
	return "", Problem("usage.unknown-language", Args{"Language": s, "Languages": names})
}

// Text returns the text of a key in a language, in English where that lacks it, or the key.
func Text(l Language, key string, args Args) string {
	text, _ := Lookup(l, key, args)
	return cmp.Or(text, key)
}

// Lookup is Text for a key that need not be there.
func Lookup(l Language, key string, args Args) (text string, known bool) {
	english := English
	if l.IsOffice() {
		english = English.Office()
	}
	if text = catalogOf(l).localize(key, args); text == "" && l != english {
		text = catalogOf(english).localize(key, args)
	}
	return text, text != ""
}

// Number writes an integer so that a large one can be read.
func Number(l Language, n int) string { return catalogOf(l).number(n) }

type catalog struct {
	language  Language
	localizer *i18n.Localizer
	parser    parser
	own       map[string]bool // the keys that end in office; nil for readers with a terminal
	office    *catalog        // for those without
}

// parser lets go-i18n parse each template once: a catalog has one set of functions.
type parser struct{ template.TextParser }

func (*parser) Cacheable() bool { return true }

// loadCatalog panics where a message file cannot be read: a test reads all.
func loadCatalog(files fs.FS, l Language) *catalog {
	bundle := i18n.NewBundle(language.Make(string(l)))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	file, err := bundle.LoadMessageFileFS(files, string(l)+".toml")
	if err != nil {
		panic(err)
	}
	c := newCatalog(l, i18n.NewLocalizer(bundle, string(l)))
	c.office = newCatalog(l.Office(), c.localizer)
	c.office.own = map[string]bool{}
	for _, message := range file.Messages {
		c.office.own[message.ID] = strings.HasSuffix(message.ID, office)
	}
	return c
}

func newCatalog(l Language, localizer *i18n.Localizer) *catalog {
	c := &catalog{language: l, localizer: localizer}
	c.parser.TextParser = template.TextParser{Funcs: c.functions(), Option: "missingkey=zero"}
	return c
}

func (c *catalog) localize(key string, args Args) string {
	if c.own[key+office] {
		key += office
	}
	config := i18n.LocalizeConfig{MessageID: key, TemplateData: c.data(args), TemplateParser: &c.parser}
	if count, has := args["Count"]; has {
		config.PluralCount = 5 // a text agrees like many
		if n, is := parseNumber(count); is {
			config.PluralCount = n
		}
	}
	text, _ := c.localizer.Localize(&config) // an error beside a text is that of a form that is not there
	return text
}

func (c *catalog) data(args Args) map[string]value {
	data := make(map[string]value, len(args))
	for name, arg := range args {
		data[name] = value{c, arg}
	}
	return data
}

func (c *catalog) text(key string, args Args) string { return Text(c.language, key, args) }

type value struct {
	catalog *catalog // nil: the argument is missing
	arg     any
}

func (v value) String() string {
	if v.catalog == nil {
		return ""
	}
	return v.catalog.write(v.arg)
}

// Problem returns an error of which Explain makes the text. It wraps those among its arguments.
func Problem(key string, args Args) error { return &problem{key, args} }

type problem struct {
	key  string
	args Args
}

func (p *problem) Error() string { return p.Text(English) }

func (p *problem) Text(l Language) string { return Text(l, p.key, p.args) }

func (p *problem) Unwrap() (wrapped []error) {
	for _, arg := range p.args {
		if err, is := arg.(error); is {
			wrapped = append(wrapped, err)
		}
	}
	return wrapped
}

// ErrorArg returns an error as an argument: what the service answered, or its text.
func ErrorArg(err error) any {
	var answered interface{ Answer() Reason }
	if errors.As(err, &answered) {
		return answered.Answer()
	}
	return err.Error()
}

// Explain is the text of an error in a language. What has no method Text or Message, such as
// an error of the operating system, stays as it is.
func Explain(l Language, err error) string {
	switch err := err.(type) {
	case interface{ Text(Language) string }:
		return err.Text(l)
	case interface {
		Message() (string, map[string]any)
	}:
		key, args := err.Message()
		return Text(l, key, args)
	}
	text, inner := err.Error(), []error{errors.Unwrap(err)}
	joined, isJoined := err.(interface{ Unwrap() []error })
	if isJoined {
		inner = joined.Unwrap()
	}
	for _, cause := range inner {
		if cause != nil {
			text = strings.Replace(text, cause.Error(), Explain(l, cause), 1)
		}
	}
	if isJoined {
		return text // on a line each
	}
	return OneLine(text)
}

// Refusal is the error of a whole file that is refused. It says what to do about it.
type Refusal struct {
	Reasons  []Reason // all of a card; of others one, and a way out
	Cyrillic bool     // the file holds Cyrillic text, as far as it could be read
	Err      error    // of the system or a decoder; may be nil
}

// Refuse returns the Refusal for one reason.
func Refuse(code Code, args ...any) *Refusal {
	return &Refusal{Reasons: []Reason{NewReason(code, args...)}}
}

// Error is the English sentence, which goes after the file's name.
func (r *Refusal) Error() string { return r.Text(English) }

// Text returns the sentence in a language.
func (r *Refusal) Text(l Language) string { return Join(r.Reasons, l) }

func (r *Refusal) Unwrap() error { return r.Err }

// Because adds the error behind it.
func (r *Refusal) Because(err error) *Refusal {
	r.Err = err
	return r
}

// OfCard returns the refusal of the table that goes with this card, a file of that name.
func (r *Refusal) OfCard(name string) *Refusal {
	reasons := append([]Reason{NewReason("card", name, r.Reasons[0])}, r.Reasons[1:]...)
	return &Refusal{Reasons: reasons, Cyrillic: r.Cyrillic, Err: r}
}

// LanguageOf returns the language of people who write Cyrillic text, or do not.
func LanguageOf(cyrillic bool) Language {
	if cyrillic {
		return Russian
	}
	return English
}
