package csvmodel

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"contact-distributor/csvmodel/charset"
)

//go:embed aliases.txt
var aliases string

// telephoneRank says how likely a telephone column is to hold the number that WhatsApp
// knows a person by. The lower of two is the better, but notTelephone is none.
type telephoneRank int

const (
	notTelephone telephoneRank = iota
	mobile
	ordinary
	elsewhere // at home, at work, or one more number
	vague     // or the number of something else
)

type aliasTable struct {
	fields     map[string]string        // that can mean nothing else
	wholeNames map[string]bool          // first and last names together
	telephones map[string]telephoneRank // of the chats or of the cards, without the number of a numbered column
	instances  map[string]bool          // of the account that sends
	remarks    map[string]bool          // words behind a name that do not change what it means
}

var known = sync.OnceValue(func() aliasTable { return parseAliases(aliases) })

func parseAliases(text string) aliasTable {
	ranks := map[string]telephoneRank{"mobile": mobile, "telephone": ordinary, "elsewhere": elsewhere, "vague": vague}
	t := aliasTable{map[string]string{}, map[string]bool{}, map[string]telephoneRank{}, map[string]bool{}, map[string]bool{}}
	for line := range strings.Lines(text) {
		kind, names, _ := strings.Cut(line, ": ")
		for name := range strings.FieldsSeq(names) {
			switch key := keyOf(name); {
			case ranks[kind] != notTelephone:
				t.telephones[key] = ranks[kind]
			case kind == "wholeName":
				t.wholeNames[key] = true
			case kind == "instance":
				t.instances[key] = true
			case kind == "remark":
				t.remarks[key] = true
			default:
				t.fields[key] = kind
			}
		}
	}
	return t
}

// rankOf returns the rank of a telephone column. Where columns are numbered, the
// first is as good as one without a number.
func rankOf(key string) telephoneRank {
	if r := known().telephones[strings.Replace(key, "1", "", 1)]; r != notTelephone {
		return r
	}
	if known().telephones[strings.Map(dropDigit, key)] != notTelephone {
		return elsewhere
	}
	return notTelephone
}

func dropDigit(r rune) rune {
	if unicode.IsDigit(r) {
		return -1
	}
	return r
}

func countDigits(s string) (digits int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits
}

func isKnown(key string) bool {
	return known().fields[key] != "" || known().wholeNames[key] || rankOf(key) != notTelephone
}

func meaningOf(key string) string {
	if known().wholeNames[key] {
		return "wholeName"
	}
	return cmp.Or(known().fields[key], key)
}

func countKnown(header []string) (known int) {
	for _, key := range keysOf(header) {
		if isKnown(key) {
			known++
		}
	}
	return known
}

// composeLetters takes for one letter what people write for another, and leaves two as
// they are that decomposed would be others.
var composeLetters = strings.NewReplacer("и\u0306", "й", "і\u0308", "ї", "ı", "i", "ł", "l", "đ", "d", "ß", "ss", "ø", "o", "æ", "ae")

// keyOf returns what is compared of a name: its letters and digits, in lower case and
// without accents.
func keyOf(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, composeLetters.Replace(charset.Decompose(strings.ToLower(name))))
}

// headingKey returns the key of a name without the remark behind it, where that leaves the
// meaning.
func headingKey(name string) string {
	key, start := keyOf(name), strings.IndexAny(name, "([{（*:,;/–—\n")
	if start < 0 || isKnown(key) || !isKnown(keyOf(name[:start])) {
		return key
	}
	for word := range strings.FieldsFuncSeq(name[start:], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if word = keyOf(word); !known().remarks[word] && strings.Trim(word, "0123456789xх") != "" {
			return key
		}
	}
	return keyOf(name[:start])
}

// besides are names, those beside which they mean something else, and what that is.
var besides = [][3]string{
	{"name", "vorname", "surname"}, {"naam", "voornaam", "surname"}, {"nom", "prenom", "surname"},
	{"ad", "soyad", "firstname"}, {"ad", "soyadi", "firstname"},
}

func keysOf(names []string) (keys []string) {
	for _, name := range names {
		keys = append(keys, headingKey(name))
	}
	for _, b := range besides {
		if i := slices.Index(keys, b[0]); i >= 0 && slices.Contains(keys, b[1]) {
			keys[i] = b[2]
		}
	}
	return keys
}

func apiField(key string) string {
	for _, field := range columns {
		if strings.EqualFold(key, field) {
			return field
		}
	}
	return ""
}

// minTypoLength is the number of letters of the shortest name that has typos. Too many
// words are nearly a shorter one.
const minTypoLength = 6

// notTypos are words of their own that are nearly the name of a field.
var notTypos = map[string]bool{
	"кампания": true, "номерконтракта": true, "listname": true,
}

func typoField(key string) string {
	if isKnown(key) || notTypos[key] || strings.ContainsFunc(key, unicode.IsDigit) {
		return ""
	}
	letters := []rune(key)
	nearest := len(columns)
	for name, field := range known().fields {
		if len(name) > len(key)+utf8.UTFMax || len(key) > len(name)+utf8.UTFMax {
			continue
		}
		known := []rune(name)
		if len(known) >= minTypoLength && isTypo(letters, known) {
			nearest = min(nearest, slices.Index(columns[:], field))
		}
	}
	if nearest == len(columns) {
		return ""
	}
	return columns[nearest]
}

// isTypo reports whether a becomes b by one letter added, left out or replaced,
// or by two neighbours changing places.
func isTypo(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 2 && len(b) == 2 {
		return a[0] == b[1] && a[1] == b[0]
	}
	return len(a) <= 1 && len(b) <= 1
}
