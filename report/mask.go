package report

import (
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
	dayLike    = regexp.MustCompile(`^(?:` + dayForm + `)$`)
	numberLike = regexp.MustCompile(dayForm + `|` + idForm + `|` + digitsForm)
	digitsLike = regexp.MustCompile(digitsForm)
	wordLike   = regexp.MustCompile(`\p{L}[\p{L}\p{M}]*`)
)

// shortestNumber is how many digits make a number that is somebody's.
const shortestNumber = 7

// mask hides who the people are, unless it is off.
type mask struct {
	off      bool
	sentence func(msg.Reason) string
	columns  map[string]bool // words in the names of columns
}

func newMask(page Page, sentence func(msg.Reason) string) mask {
	m := mask{page.Full, sentence, map[string]bool{"contact": true}}
	form := page.File.Layout
	for _, name := range slices.Concat(form.Header, form.Columns, apiNames) {
		addWords(m.columns, name)
	}
	return m
}

// apiNames are the names that messages about a cell may have for its column.
var apiNames = []string{"chatId", "phoneContact", "firstName", "middleName", "lastName", "company", "quotedMessageId"}

func addWords(known map[string]bool, text string) {
	for _, word := range wordLike.FindAllString(text, -1) {
		known[word] = true
	}
}

// numbers hides the numbers in a text, but those that are known.
func (m mask) numbers(text string, known map[string]bool) string {
	if m.off {
		return text
	}
	return numberLike.ReplaceAllStringFunc(text, func(found string) string {
		if dayLike.MatchString(found) || isID(found) || known[found] {
			return found
		}
		return digitsLike.ReplaceAllStringFunc(found, maskDigits)
	})
}

// isID reports whether what may be hexadecimal is that, and not a number with an
// exponent.
func isID(text string) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 2
}

// maskDigits leaves the first four digits and the last two, fewer if that would leave
// less than five to guess.
func maskDigits(number string) string {
	digits := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, number))
	if len(digits) < shortestNumber {
		return number
	}
	head, tail := min(4, len(digits)-shortestNumber), len(digits)-2
	return string(digits[:head]) + strings.Repeat("•", tail-head) + string(digits[tail:])
}

// chat shows whom a row goes to: the number of a person, or the id of a group.
func (m mask) chat(id string) string {
	local := strings.TrimSuffix(id, "@c.us")
	if m.off {
		return local
	}
	local, suffix := cutSuffix(local, "@g.us", "@lid")
	return m.names(m.numbers(local, nil)) + suffix
}

func cutSuffix(text string, suffixes ...string) (rest, suffix string) {
	for _, suffix := range suffixes {
		if rest, found := strings.CutSuffix(text, suffix); found {
			return rest, suffix
		}
	}
	return text, ""
}

// names makes initials of the words in a text, of the first four.
func (m mask) names(text string) string {
	if m.off {
		return text
	}
	words := wordLike.FindAllString(text, 5)
	if len(words) == 0 {
		return m.numbers(text, nil)
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
func initial(word string) string {
	letters := []rune(word)
	n := 1
	for n < len(letters) && unicode.Is(unicode.M, letters[n]) {
		n++
	}
	return string(letters[:n]) + "."
}

// name is what the card is called.
func (m mask) name(f csvmodel.Fields) string {
	name := strings.Join(strings.Fields(f.FirstName+" "+f.MiddleName+" "+f.LastName), " ")
	if name == "" {
		name = strings.Join(strings.Fields(f.Company), " ")
	}
	return m.names(name)
}

// reasons hides what sentences quote: numbers, the words between their first and
// their last quotation mark that are none of their own, and the names in the row.
func (m mask) reasons(text, codes string, f csvmodel.Fields) string {
	if m.off {
		return text
	}
	known, names := m.known(codes), map[string]bool{}
	addWords(names, strings.Join([]string{f.FirstName, f.MiddleName, f.LastName, f.Company}, " "))
	text = m.numbers(text, known)
	from, to := strings.IndexByte(text, '"'), strings.LastIndexByte(text, '"')
	var out strings.Builder
	end := 0
	for _, at := range wordLike.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		quoted := at[0] > from && at[0] < to
		out.WriteString(text[end:at[0]])
		if end = at[1]; !known[word] && len(word) > 1 && (quoted || names[word]) {
			word = initial(word)
		}
		out.WriteString(word)
	}
	return out.String() + text[end:]
}

// known are the words and numbers that the sentences for these codes have, whatever
// the count that they speak of, and the words that name columns.
func (m mask) known(codes string) map[string]bool {
	known := map[string]bool{}
	for word := range m.columns {
		known[word] = true
	}
	for _, code := range strings.Fields(codes) {
		for _, n := range []string{"1", "2", "5"} {
			sentence := m.sentence(msg.Reason{Code: msg.Code(code), Args: []any{n, n, n, n}})
			addWords(known, sentence)
			for _, number := range numberLike.FindAllString(sentence, -1) {
				known[number] = true
			}
		}
	}
	return known
}
