package greenapi

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"unicode"

	"contact-distributor/csvmodel/msg"
)

// Account is an instance, by the names that the vendor's console has.
type Account struct {
	APIURL     string // such as "https://7105.api.greenapi.com"
	IDInstance string // digits
	Token      Token  // apiTokenInstance
}

// What can be wrong with an Account. None of them quotes what was given: a URL
// pasted from elsewhere may hold the token.
var (
	errURLMissing    = msg.Problem("usage.url-missing", nil)
	errURLForm       = msg.Problem("usage.url", nil)
	errURLExtra      = msg.Problem("usage.url-more", nil)
	errURLMethod     = msg.Problem("usage.url-method", nil)
	errURLPlain      = msg.Problem("usage.url-plain", nil)
	errIDMissing     = msg.Problem("usage.instance-missing", nil)
	errIDForm        = msg.Problem("usage.instance", nil)
	errTokenMissing  = msg.Problem("usage.token-missing", nil)
	errTokenForm     = msg.Problem("usage.token", nil)
	errProxyNotValid = msg.Problem("usage.proxy", nil)
)

// Check returns everything that is wrong with the account.
func (a Account) Check() error {
	endpoint, err := a.endpoint()
	if err == nil {
		err = checkSecret(endpoint)
	}
	return err
}

// endpoint gives what a method's name and the token are appended to. Its error names
// every fault of the account.
func (a Account) endpoint() (string, error) {
	base, errURL := parseAPIURL(a.APIURL)
	id := strings.TrimSpace(a.IDInstance)
	if err := errors.Join(errURL, checkID(id), checkToken(a.Token.reveal())); err != nil {
		return "", err
	}
	return base + "/waInstance" + id + "/", nil
}

func parseAPIURL(text string) (string, error) {
	text = strings.TrimRight(strings.TrimSpace(text), "/")
	if text == "" {
		return "", errURLMissing
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return "", errURLForm
	case u.User != nil, u.RawQuery != "", u.ForceQuery, strings.Contains(text, "#"):
		return "", errURLExtra
	case strings.Contains(strings.ToLower(u.Path), "/wainstance"):
		return "", errURLMethod
	}
	return u.String(), nil
}

// checkSecret finds an address to which the token would go in the clear. A host of
// this machine is reached without a proxy; it must be written as net/http knows it.
func checkSecret(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil {
		return errURLForm
	}
	if host := u.Hostname(); u.Scheme == "https" || host == "localhost" || net.ParseIP(host).IsLoopback() {
		return nil
	}
	return errURLPlain
}

func checkID(id string) error {
	switch {
	case id == "":
		return errIDMissing
	case strings.Trim(id, "0123456789") != "":
		return errIDForm
	}
	return nil
}

func checkToken(token string) error {
	switch {
	case token == "":
		return errTokenMissing
	case strings.ContainsFunc(token, func(r rune) bool {
		return r == '/' || unicode.IsSpace(r) || unicode.IsControl(r)
	}):
		return errTokenForm
	}
	return nil
}

// hiddenToken stands wherever a token would have been printed.
const hiddenToken = "(token)"

// Token is an apiTokenInstance. However it is printed, logged or marshalled, it never
// shows what it holds. The zero value holds none.
type Token struct {
	// A pointer, since fmt reaches past the methods of a Token that stands in
	// an unexported field, and then prints an address instead of the text.
	secret *string
}

// NewToken takes the token as the console shows it, without the white space around it.
func NewToken(text string) Token {
	text = strings.TrimSpace(text)
	if text == "" {
		return Token{}
	}
	return Token{secret: &text}
}

// IsZero reports whether there is no token.
func (t Token) IsZero() bool { return t.secret == nil }

// String never shows the token, nor do the other methods.
func (t Token) String() string {
	if t.IsZero() {
		return "(no token)"
	}
	return hiddenToken
}

// Format is for every verb of fmt.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// MarshalText is for encoding/json and its kind.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func (t Token) reveal() string {
	if t.IsZero() {
		return ""
	}
	return *t.secret
}
