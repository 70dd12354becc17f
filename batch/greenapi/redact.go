package greenapi

import (
	"encoding/hex"
	"regexp"
	"strings"
)

const (
	// secretLength is the shortest token that is looked for in texts. A shorter one
	// guards nothing, and would be found in ids by chance.
	secretLength = 8
	// pieceLength is how much of a longer one is looked for: no id shares so much
	// with a token by chance.
	pieceLength = 10
)

// redactor takes the token out of what the service says. The nil redactor knows of
// none. It may be used concurrently.
type redactor func(string) string // of a func, fmt shows nothing but its address

// redact gives the text without the token and without pieces of it, in letters of
// any case and with any of them percent-encoded, and without the path of a method,
// in which the service's 400 and 404 hold it (documented).
func (s redactor) redact(text string) string {
	text = methodPath.ReplaceAllString(text, "/waInstance…")
	if s == nil {
		return text
	}
	return s(text)
}

// What is longer is not read, so that no answer fills the memory with it.
const (
	maxWord = 512
	maxText = 32 << 10
)

// clean redacts texts in place; one that is longer than the limit is empty then.
func (s redactor) clean(limit int, texts ...*string) {
	for _, t := range texts {
		if len(*t) > limit {
			*t = ""
		}
		*t = s.redact(*t)
	}
}

const maxMessageID = 128

// messageID returns an id of a message; "" for what is no plausible one, which must
// reach no terminal, no spreadsheet and no ledger: a long one, one with characters
// other than printable ASCII, with spaces, quotes, a formula's beginning or a token.
func (s redactor) messageID(id string) string {
	odd := func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\'' }
	if id == "" || len(id) > maxMessageID || strings.ContainsRune("=+-@", rune(id[0])) || strings.ContainsFunc(id, odd) || s.redact(id) != id {
		return ""
	}
	return id
}

// methodPath is up to the next character that cannot belong to one.
var methodPath = regexp.MustCompile(`/waInstance[^ \t\r\n"'<>,;]*`)

func newRedactor(t Token) redactor {
	_, token := plain(t.reveal())
	if len(t.reveal()) < secretLength {
		return nil
	}
	length, pieces := min(len(token), pieceLength), map[string]bool{}
	for i := range len(token) - length + 1 {
		pieces[token[i:i+length]] = true
	}
	return func(text string) string {
		decoded, lower := plain(text)
		var kept strings.Builder
		begin := 0 // of what is not in kept yet
		for i := 0; i+length <= len(lower); i++ {
			end := i + length
			if strings.IndexByte(token, lower[end-1]) < 0 {
				i = end - 1 // no piece reaches over this letter
				continue
			}
			if !pieces[lower[i:end]] {
				continue
			}
			for end < len(lower) && strings.Contains(token, lower[i:end+1]) {
				end++
			}
			kept.WriteString(decoded[begin:i] + hiddenToken)
			begin, i = end, end-1
		}
		if begin == 0 {
			return text
		}
		return kept.String() + decoded[begin:]
	}
}

// plain is a text without percent-encoding, once or more, and the same in small letters.
func plain(text string) (decoded, lower string) {
	if strings.Contains(text, "%") {
		decode := func(s string) string { b, _ := hex.DecodeString(s[len(s)-2:]); return string(b) }
		text = encoded.ReplaceAllStringFunc(text, decode)
	}
	small := []byte(text)
	for i, b := range small {
		if 'A' <= b && b <= 'Z' {
			small[i] = b + 'a' - 'A'
		}
	}
	return text, string(small)
}

var encoded = regexp.MustCompile("%(25)*[0-9a-fA-F]{2}")
