package csvmodel

import (
	_ "embed"
	"strings"
	"unicode"
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
)

// fieldNames, wholeNames and telephones have the keys of aliases.txt. Those of a field can
// mean nothing else, whole names are first and last names together, and telephones are of
// the chats or of the cards, without the number of a numbered column.
var fieldNames, wholeNames, telephones = parseAliases(aliases)

func parseAliases(text string) (fields map[string]string, whole map[string]bool, numbers map[string]telephoneRank) {
	ranks := map[string]telephoneRank{"mobile": mobile, "telephone": ordinary, "elsewhere": elsewhere}
	fields, whole, numbers = map[string]string{}, map[string]bool{}, map[string]telephoneRank{}
	for line := range strings.Lines(text) {
		kind, keys, _ := strings.Cut(line, ": ")
		for key := range strings.FieldsSeq(keys) {
			switch {
			case ranks[kind] != notTelephone:
				numbers[key] = ranks[kind]
			case kind == "wholeName":
				whole[key] = true
			default:
				fields[key] = kind
			}
		}
	}
	return fields, whole, numbers
}

// rankOf returns the rank of a telephone column. Where columns are numbered, the
// first is as good as one without a number.
func rankOf(key string) telephoneRank {
	if r := telephones[strings.Replace(key, "1", "", 1)]; r != notTelephone {
		return r
	}
	if telephones[strings.Map(dropDigit, key)] != notTelephone {
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

func isKnown(key string) bool {
	return fieldNames[key] != "" || wholeNames[key] || rankOf(key) != notTelephone
}

func countKnown(header []string) (known int) {
	for _, name := range header {
		if isKnown(keyOf(name)) {
			known++
		}
	}
	return known
}

// composeLetters writes as one letter what some systems write as two, and the ё as
// the е that many people write for it.
var composeLetters = strings.NewReplacer("и\u0306", "й", "е\u0308", "е", "ё", "е")

// keyOf returns what is compared of a name: its letters and digits, in lower case.
func keyOf(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, composeLetters.Replace(strings.ToLower(name)))
}

func apiField(key string) string {
	for _, field := range columns {
		if strings.EqualFold(key, field) {
			return field
		}
	}
	return ""
}
