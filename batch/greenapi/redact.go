package greenapi

import (
	"net/url"
	"strings"
)

// secretLength is the shortest token that is looked for in texts. A shorter
// one guards nothing, and taking it out would damage ids that happen to
// contain it.
const secretLength = 8

// redactor takes the token out of what the service says. The nil redactor
// knows of none. It may be used concurrently.
type redactor struct {
	// A func, since of that fmt shows nothing but its address.
	replace func(string) string
}

func newRedactor(t Token) *redactor {
	token := t.reveal()
	if len(token) < secretLength {
		return &redactor{}
	}
	return &redactor{replace: strings.NewReplacer(
		token, hiddenToken,
		url.PathEscape(token), hiddenToken,
		url.QueryEscape(token), hiddenToken,
	).Replace}
}

// redact gives the text without the token in any form, and without the path of
// a method, in which the service's 400 and 404 hold it (documented).
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

// hidePaths puts "/waInstance…" for each path of a method, up to the next
// character that cannot belong to one, so that a shortened token goes as well.
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
