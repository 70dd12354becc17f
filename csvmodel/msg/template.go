package msg

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// parser reads the templates of messages: text with placeholders, which are {{.Name}}
// or {{function "word" .Name .Other}}.
type parser struct{}

// Cacheable lets go-i18n parse each template once.
func (parser) Cacheable() bool { return true }

func (parser) Parse(text, _, _ string) (template.ParsedTemplate, error) { return parse(text) }

// mustParse panics for a template that is none: a test parses all.
func mustParse(text string) message {
	parsed, err := parse(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

func parse(text string) (parsed message, err error) {
	for {
		before, rest, found := strings.Cut(text, "{{")
		if before != "" {
			parsed = append(parsed, part{text: before})
		}
		if !found {
			return parsed, nil
		}
		inside, after, closed := strings.Cut(rest, "}}")
		placeholder, err := parsePlaceholder(inside)
		if err != nil || !closed {
			return nil, fmt.Errorf("{{%s: %w", inside, err)
		}
		parsed = append(parsed, placeholder)
		text = after
	}
}

// message is a parsed template.
type message []part

// part is a text, or else a placeholder.
type part struct {
	text     string
	function function // nil: the only argument is written by its type
	word     string   // in quotes, for the function
	names    []string // of arguments
}

func parsePlaceholder(inside string) (p part, err error) {
	for i, field := range strings.Fields(inside) {
		name, isName := strings.CutPrefix(field, ".")
		word, errQuote := strconv.Unquote(field)
		switch known := functionOf(field); {
		case isName:
			p.names = append(p.names, name)
		case i > 0 && errQuote == nil:
			p.word = word
		case i == 0 && known != nil:
			p.function = known
		default:
			return p, fmt.Errorf("%q is no placeholder", field)
		}
	}
	if len(p.names) == 0 {
		err = fmt.Errorf("%q names no argument", inside)
	}
	return p, err
}

// Execute makes the text of a message for a *scope.
func (m message) Execute(data any) (string, error) { return m.text(data.(*scope)), nil }

func (m message) text(s *scope) string {
	var b strings.Builder
	b.Grow(200)
	for _, p := range m {
		switch {
		case p.names == nil:
			b.WriteString(p.text)
		case p.function == nil:
			b.WriteString(s.catalog.write(s.get(p.names[0])))
		default:
			b.WriteString(p.function(s, p.word, p.names))
		}
	}
	return b.String()
}

// scope has the arguments of one message: by name, or else by the place of the name.
type scope struct {
	catalog *catalog
	args    Args
	names   []string
	values  []any
}

// get returns nil for an argument that is not there. Values without a name go with
// the last one, as a list.
func (s *scope) get(name string) any {
	for i, n := range s.names {
		switch {
		case n != name || i >= len(s.values):
		case i == len(s.names)-1 && len(s.values) > len(s.names):
			return plainArgs(s.values[i:])
		default:
			return s.values[i]
		}
	}
	return s.args[name]
}

// plain are the arguments for a message that is not known.
func (s *scope) plain() []string {
	plain := plainArgs(s.values)
	for name, arg := range s.args {
		plain = append(plain, name+"="+strings.Join(plainArgs([]any{arg}), " "))
	}
	return plain
}
