package greenapi

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// hiddenToken stands wherever a token would have been printed.
const hiddenToken = "(token)"

// Token is an apiTokenInstance. However it is printed, logged or marshalled,
// alone or inside other values, it never shows what it holds. The zero value
// holds none.
type Token struct {
	// A pointer, since fmt reaches past the methods of a Token that stands in
	// an unexported field, and then prints an address instead of the text.
	secret *string
}

// NewToken takes the token as the vendor's console shows it; white space
// around it, such as the line end of a file, does not belong to it.
func NewToken(text string) Token {
	text = strings.TrimSpace(text)
	if text == "" {
		return Token{}
	}
	return Token{secret: &text}
}

// IsZero says whether there is no token.
func (t Token) IsZero() bool { return t.secret == nil }

// String never shows the token, nor do the other methods.
func (t Token) String() string {
	if t.IsZero() {
		return "(no token)"
	}
	return hiddenToken
}

// GoString is for %#v.
func (t Token) GoString() string { return t.String() }

// Format is for every verb of fmt.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue is for log/slog.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText is for encoding/json and its kind.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// reveal is the text itself, for URLs.
func (t Token) reveal() string {
	if t.IsZero() {
		return ""
	}
	return *t.secret
}
