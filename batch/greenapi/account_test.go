package greenapi

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestWhatIsWrongWithAnAccount(t *testing.T) {
	good := Account{APIURL: "https://7105.api.greenapi.com", IDInstance: "7105123456", Token: NewToken(testToken)}
	tests := []struct {
		name   string
		change func(*Account)
		want   error
	}{
		{"nothing, with a path", func(a *Account) { a.APIURL += "/proxy/" }, nil},
		{"nothing, with a port and http", func(a *Account) { a.APIURL = "HTTP://127.0.0.1:8080" }, nil},
		{"nothing, with white space around all", func(a *Account) { *a = Account{" " + a.APIURL + "\n", " 7105 ", NewToken("\t" + testToken + "\r\n")} }, nil},
		{"nothing, with http to this machine by name", func(a *Account) { a.APIURL = "http://localhost:7105" }, nil},
		{"nothing, with http to this machine by its newer address", func(a *Account) { a.APIURL = "http://[::1]:7105/x" }, nil},
		{"nothing, with http to another address of this machine", func(a *Account) { a.APIURL = "http://127.8.9.1" }, nil},
		{"http to another host", func(a *Account) { a.APIURL = "http://7105.api.greenapi.com" }, errURLPlain},
		{"http to another machine of the network", func(a *Account) { a.APIURL = "HTTP://192.168.0.1:7105" }, errURLPlain},
		{"http to all addresses", func(a *Account) { a.APIURL = "http://0.0.0.0" }, errURLPlain},
		{"http to a name that net/http would ask a proxy for", func(a *Account) { a.APIURL = "http://LOCALHOST" }, errURLPlain},
		{"http to a host that begins like this machine", func(a *Account) { a.APIURL = "http://localhost.example" }, errURLPlain},
		{"no URL", func(a *Account) { a.APIURL = " " }, errURLMissing},
		{"a URL without its scheme", func(a *Account) { a.APIURL = "7105.api.greenapi.com" }, errURLForm},
		{"a URL of another scheme", func(a *Account) { a.APIURL = "ftp://7105.api.greenapi.com" }, errURLForm},
		{"a URL without a host", func(a *Account) { a.APIURL = "https://" }, errURLForm},
		{"a URL with only a port", func(a *Account) { a.APIURL = "https://:443" }, errURLForm},
		{"a URL that cannot be read", func(a *Account) { a.APIURL = "https://a b/%zz" + testToken }, errURLForm},
		{"a URL with a user", func(a *Account) { a.APIURL = "https://u:" + testToken + "@host" }, errURLExtra},
		{"a URL with a question", func(a *Account) { a.APIURL += "/?a=" + testToken }, errURLExtra},
		{"a URL with an empty question", func(a *Account) { a.APIURL += "?" }, errURLExtra},
		{"a URL with a fragment", func(a *Account) { a.APIURL += "#" + testToken }, errURLExtra},
		{"the URL of a method", func(a *Account) { a.APIURL += "/waInstance7105/sendContact/" + testToken }, errURLMethod},
		{"no instance", func(a *Account) { a.IDInstance = "" }, errIDMissing},
		{"an instance with letters", func(a *Account) { a.IDInstance = "waInstance7105" }, errIDForm},
		{"no token", func(a *Account) { a.Token = NewToken(" \n") }, errTokenMissing},
		{"a token with a space", func(a *Account) { a.Token = NewToken(testToken + " " + testToken) }, errTokenForm},
		{"a token with a slash", func(a *Account) { a.Token = NewToken("a/" + testToken) }, errTokenForm},
		{"a token with a zero byte", func(a *Account) { a.Token = NewToken("a\x00" + testToken) }, errTokenForm},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := good
			test.change(&a)
			c, err := New(a, Options{})
			if !errors.Is(err, test.want) || (c == nil) != (test.want != nil) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), testToken) {
				t.Errorf("the error holds the token: %v", err)
			}
		})
	}
}

func TestEveryFaultOfAnAccountIsNamed(t *testing.T) {
	_, err := New(Account{}, Options{})
	for _, want := range []error{errURLMissing, errIDMissing, errTokenMissing} {
		if !errors.Is(err, want) {
			t.Errorf("%v does not name: %v", err, want)
		}
	}
}

func TestAProxyThatIsNoAddressIsFoundAtOnce(t *testing.T) {
	tr := newTransport(1)
	tr.Proxy = func(*http.Request) (*url.URL, error) { return nil, errors.New("user:" + testToken) }
	_, err := New(Account{APIURL: "http://127.0.0.1", IDInstance: "1", Token: NewToken("t")}, Options{Transport: tr})
	if err != errProxyNotValid {
		t.Errorf("got %v", err)
	}
}
