package report

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// What has digits but is no telephone number: days, times, and ids of messages.
const (
	dayForm = `\b(?:19|20)\d\d-(?:0\d|1[0-2])-[0-3]\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?\b|` +
		`\b[0-3]\d\.(?:0\d|1[0-2])\.(?:19|20)\d\d\b`
	idForm     = `\b[0-9A-Fa-f]{16,}\b`
	digitsForm = `\p{Nd}(?:[^\p{L}\p{Nd}"',;:]{0,3}\p{Nd})*`
)

var (
	dayLike     = regexp.MustCompile(`^(?:` + dayForm + `)$`)
	numberLike  = regexp.MustCompile(dayForm + `|` + idForm + `|` + digitsForm)
	digitsLike  = regexp.MustCompile(digitsForm)
	firstLetter = regexp.MustCompile(`\p{L}\p{M}*`)
	wordLike    = regexp.MustCompile(`\p{L}[\p{L}\p{M}]*`)
)

const shortestNumber = 7 // digits, of a number that is somebody's

// mask hides who the people are, unless it is off.
type mask struct {
	off     bool
	columns wordSet // in the names of columns
}

func newMask(page Page) mask {
	layout := page.File.Layout
	return mask{page.Full, newWordSet(slices.Concat(layout.Header, layout.Columns, csvmodel.FieldNames())...)}
}

type wordSet map[string]bool

func newWordSet(texts ...string) wordSet {
	set := wordSet{}
	for _, word := range wordLike.FindAllString(strings.Join(texts, " "), -1) {
		set[word] = true
	}
	return set
}

// serviceArgs are words of the service, never names of people.
var serviceArgs = map[string]bool{"State": true, "Delivery": true, "Where": true, "Method": true}

// cellArgs are cells of a file. The empty name is that of a code that is not known.
var cellArgs = map[string]bool{
	"": true, "Value": true, "End": true, "Start": true, "Phone": true, "Phones": true, "Number": true,
}

// reasons hides a name of the row's contact wherever it stands.
func (m mask) reasons(reasons []msg.Reason, contact csvmodel.Fields) []msg.Reason {
	if m.off {
		return reasons
	}
	names := newWordSet(contact.FirstName, contact.MiddleName, contact.LastName, contact.Company)
	masked := make([]msg.Reason, len(reasons))
	for i, r := range reasons {
		masked[i] = r.MapArgs(func(name string, arg any) any {
			switch text, _ := arg.(string); {
			case name == "Meant": // initials are no advice
				return ""
			case name == "Value" && r.Code == msg.NameError && len(wordLike.FindAllString(text, 2)) < 2: // no name beside it
				return m.numbers(text)
			}
			return m.arg(name, arg, names)
		})
	}
	return masked
}

func (m mask) arg(name string, arg any, names wordSet) any {
	if name == "Instance" {
		return arg
	}
	switch arg := arg.(type) {
	case string:
		if serviceArgs[name] {
			return m.numbers(arg)
		}
		return m.text(arg, cellArgs[name], names)
	case []string:
		masked := make([]string, len(arg))
		for i, text := range arg {
			masked[i] = m.text(text, cellArgs[name], names)
		}
		return masked
	}
	return arg
}

// text makes initials of the names and of the words between the first quotation mark and
// the last one, in a cell of all words but those of columns.
func (m mask) text(text string, isCell bool, names wordSet) string {
	text = m.numbers(text)
	from, to := strings.IndexByte(text, '"'), strings.LastIndexByte(text, '"')
	var out strings.Builder
	end := 0
	for _, at := range wordLike.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		isQuoted := from < at[0] && (at[0] < to || from == to && from >= 0)
		out.WriteString(text[end:at[0]])
		if end = at[1]; len(word) > 1 && !m.columns[word] && (isCell || isQuoted || names[word]) {
			word = initial(word)
		}
		out.WriteString(word)
	}
	return out.String() + text[end:]
}

func (m mask) numbers(text string) string {
	if m.off {
		return text
	}
	return numberLike.ReplaceAllStringFunc(text, func(found string) string {
		letters := only(found, unicode.IsLetter)
		if dayLike.MatchString(found) || len(letters) > 2 { // fewer may be those of an exponent
			return found
		}
		return digitsLike.ReplaceAllStringFunc(found, maskDigits)
	})
}

// maskDigits leaves the first four digits and the last two, and at least five to guess.
func maskDigits(number string) string {
	digits := only(number, unicode.IsDigit)
	if len(digits) < shortestNumber {
		return number
	}
	head, tail := min(4, len(digits)-shortestNumber), len(digits)-2
	return string(digits[:head]) + strings.Repeat("•", tail-head) + string(digits[tail:])
}

func only(text string, keeps func(rune) bool) []rune {
	return slices.DeleteFunc([]rune(text), func(r rune) bool { return !keeps(r) })
}

// chat shows whom a row goes to: the number of a person, or the id of a group.
func (m mask) chat(id string) string {
	local := strings.TrimSuffix(id, "@c.us")
	for _, suffix := range []string{"@g.us", "@lid"} {
		if local, found := strings.CutSuffix(local, suffix); found {
			return m.initials(local) + suffix
		}
	}
	return m.initials(local)
}

func (m mask) name(contact csvmodel.Fields) string {
	spaced := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	return m.initials(cmp.Or(spaced(contact.FirstName+" "+contact.MiddleName+" "+contact.LastName), spaced(contact.Company)))
}

// initials takes a text without words for a number.
func (m mask) initials(text string) string {
	words := wordLike.FindAllString(text, 5)
	if m.off || len(words) == 0 {
		return m.numbers(text)
	}
	for i, word := range words {
		words[i] = initial(word)
	}
	if len(words) == 5 {
		words[4] = "…"
	}
	return strings.Join(words, " ")
}

// initial is the first letter of a word with its accents, and a dot.
func initial(word string) string { return firstLetter.FindString(word) + "." }
