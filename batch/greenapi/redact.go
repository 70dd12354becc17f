package greenapi

import "strings"

const (
	// secretLength is the shortest token that is looked for in texts. A shorter
	// one guards nothing, and taking it out would damage ids that happen to
	// contain it.
	secretLength = 8
	// pieceLength is how much of a longer one is looked for: no id shares so much
	// with a token by chance.
	pieceLength = 10
)

// redactor takes the token out of what the service says. The nil redactor knows of
// none. It may be used concurrently.
type redactor struct {
	// replace is a func, since of that fmt shows nothing but its address.
	replace func(string) string
}

func newRedactor(t Token) *redactor {
	token := t.reveal()
	if len(token) < secretLength {
		return &redactor{}
	}
	p := newPieces(token)
	return &redactor{replace: p.replace}
}

// redact gives the text without the token and without pieces of it, in letters of
// any case and with any of them percent-encoded, and without the path of a method,
// in which the service's 400 and 404 hold it (documented).
func (s *redactor) redact(text string) string {
	text = hidePaths(text)
	if s == nil || s.replace == nil {
		return text
	}
	return s.replace(text)
}

// redactAll cleans texts in place.
func (s *redactor) redactAll(texts ...*string) {
	for _, t := range texts {
		*t = s.redact(*t)
	}
}

// pieces finds what is part of a token.
type pieces struct {
	token  string // in small letters
	length int
	all    map[string]bool // of that length
}

func newPieces(token string) *pieces {
	token = string(normalize(token).bytes)
	p := &pieces{token: token, length: min(len(token), pieceLength), all: map[string]bool{}}
	for i := range len(token) - p.length + 1 {
		p.all[token[i:i+p.length]] = true
	}
	return p
}

func (p *pieces) replace(text string) string {
	plain := normalize(text)
	var kept strings.Builder
	begin := 0 // in text, of what is not in kept yet
	for i := 0; i+p.length <= len(plain.bytes); i++ {
		end := i + p.length
		if !p.all[string(plain.bytes[i:end])] {
			continue
		}
		for end < len(plain.bytes) && strings.Contains(p.token, string(plain.bytes[i:end+1])) {
			end++
		}
		kept.WriteString(text[begin:plain.at(i)] + hiddenToken)
		begin, i = plain.at(end), end-1
	}
	if begin == 0 {
		return text
	}
	return kept.String() + text[begin:]
}

// normalized is a text in small letters and without percent-encoding.
type normalized struct {
	bytes []byte
	from  []int // the place in the text of each byte and of the end; nil: the same place
}

func normalize(text string) normalized {
	n := normalized{bytes: make([]byte, 0, len(text))}
	isEncoded := strings.Contains(text, "%")
	for i := 0; i < len(text); i++ {
		if isEncoded {
			n.from = append(n.from, i)
		}
		b := text[i]
		if high, low := hexDigit(text, i+1), hexDigit(text, i+2); b == '%' && high >= 0 && low >= 0 {
			b = byte(high<<4 | low)
			i += 2
		}
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		n.bytes = append(n.bytes, b)
	}
	if isEncoded {
		n.from = append(n.from, len(text))
	}
	return n
}

func (n normalized) at(i int) int {
	if n.from == nil {
		return i
	}
	return n.from[i]
}

// hexDigit is the value of a digit, -1 where there is none.
func hexDigit(text string, i int) int {
	if i >= len(text) {
		return -1
	}
	return strings.IndexByte("0123456789abcdef", text[i]|0x20)
}

// hidePaths puts "/waInstance…" for each path of a method, up to the next
// character that cannot belong to one.
func hidePaths(text string) string {
	const mark = "/waInstance"
	var kept strings.Builder
	for {
		at := strings.Index(text, mark)
		if at < 0 {
			break
		}
		kept.WriteString(text[:at] + mark + "…")
		end := strings.IndexAny(text[at:], " \t\r\n\"'<>,;")
		if end < 0 {
			return kept.String()
		}
		text = text[at+end:]
	}
	if kept.Len() == 0 {
		return text
	}
	return kept.String() + text
}
