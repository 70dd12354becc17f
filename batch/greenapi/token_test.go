package greenapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// awkwardToken is one that looks different in each place it may stand in.
const awkwardToken = `d75b3a66%&"<é>+c698abc2067`

// TestTheTokenIsNeverShown prints, in every way there is, all that the package
// gives away: under each failure, and each status with the token in its body.
func TestTheTokenIsNeverShown(t *testing.T) {
	type source struct {
		name  string
		start func(*testing.T) (string, Options)
	}
	var sources []source
	for _, f := range slices.Concat(failures, timeouts) {
		sources = append(sources, source{f.name, f.start})
	}
	for _, status := range []int{200, 201, 301, 307, 400, 401, 403, 404, 405, 408, 413, 429, 466, 499, 500, 502, 503, 504} {
		for i, body := range leakyBodies {
			sources = append(sources, source{fmt.Sprintf("status %d, body %d", status, i), func(t *testing.T) (string, Options) {
				return "http://api.example", Options{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					return leakyResponse(r, status, body), nil
				})}
			}})
		}
	}
	for _, token := range []string{testToken, awkwardToken} {
		for _, s := range sources {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				url, o := s.start(t)
				account := Account{APIURL: url, IDInstance: "7105123456", Token: NewToken(token)}
				c, err := New(account, o)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				withoutLimits(c)
				for _, value := range everything(t, c, account) {
					assertHidden(t, token, value)
				}
			})
		}
	}
}

// leakyBodies have TOKEN, and its escaped form ESCAPED, in all places.
var leakyBodies = []string{
	`TOKEN`, `"/waInstance7105/sendContact/ESCAPED"`, `{"message":"UPPER CUT"}`,
	`{"idMessage":"UPPER","type":"CUT","typeMessage":"CUT","chatId":"UPPER","statusMessage":"CUT","contact":{"displayName":"UPPER","vcard":"CUT"},"stateInstance":"CUT"}`,
	`{"statusCode":400,"path":"/waInstance7105/sendContact/TOKEN","message":"Cannot POST /waInstance7105/sendContact/TOKEN: TOKEN ESCAPED"}`,
	`{"statusCode":400,"message":"Validation failed TOKEN"}`, `{"statusCode":400,"message":"Message not found by id TOKEN"}`,
	`{"idMessage":"TOKEN","type":"TOKEN","typeMessage":"TOKEN","chatId":"ESCAPED","statusMessage":"TOKEN","contact":{"displayName":"TOKEN","vcard":"TOKEN"}}`,
	`{"stateInstance":"TOKEN","delaySendMessagesMilliseconds":"TOKEN","count":"TOKEN"}`,
	`[{"idMessage":"TOKEN","chatId":"TOKEN","messageID":"ESCAPED","type":"TOKEN","contact":{"displayName":"TOKEN","vcard":"ESCAPED"},
	 "body":{"chatId":"TOKEN","contact":{"phoneContact":"TOKEN","firstName":"TOKEN","lastName":"ESCAPED","company":"TOKEN"},"quotedMessageId":"TOKEN"}}]`,
	`[{"timestamp":"TOKEN","messageID":{"TOKEN":1}}]`, `[TOKEN`,
}

func leakyResponse(r *http.Request, status int, body string) *http.Response {
	token := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	quoted, _ := json.Marshal(token)
	body = strings.ReplaceAll(body, "TOKEN", strings.Trim(string(quoted), `"`))
	body = strings.ReplaceAll(body, "ESCAPED", url.PathEscape(token))
	body = strings.ReplaceAll(body, "UPPER", strings.ToUpper(url.PathEscape(token)))
	body = strings.ReplaceAll(body, "CUT", url.PathEscape(token)[:len(token)-4])
	return &http.Response{
		StatusCode: status, Status: token, ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: -1,
		Header: http.Header{"Location": {r.URL.String()}, "Date": {token}},
		Body:   nopCloser{strings.NewReader(body)},
	}
}

type nopCloser struct{ *strings.Reader }

func (nopCloser) Close() error { return nil }

// everything is all that can be had from a client.
func everything(t *testing.T, c *Client, a Account) []any {
	ctx := context.Background()
	values := []any{c, c.redactor, a, &a, a.Token, &a.Token, []Account{a}, struct{ account Account }{a}, struct{ client *Client }{c}}
	values = append(values, c.SendContact(ctx, testContact(t), nil))
	add := func(v any, err error) { values = append(values, v, err) }
	state, err := c.State(ctx)
	add(state, err)
	settings, err := c.Settings(ctx)
	add(settings, err)
	count, err := c.MessagesCount(ctx)
	add(count, err)
	queue, err := c.Queue(ctx)
	add(queue, err)
	message, err := c.Message(ctx, "11001234567@c.us", "3EB0")
	add(message, err)
	err = c.Journal(ctx, 5, func(e JournalEntry) error {
		values = append(values, e)
		return nil
	})
	values = append(values, err)
	for _, v := range values {
		if err, ok := v.(error); ok {
			values = append(values, errors.Unwrap(err))
		}
	}
	return values
}

func assertHidden(t *testing.T, token string, value any) {
	t.Helper()
	var shown bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&shown, verb+"\n", value)
	}
	slog.New(slog.NewTextHandler(&shown, nil)).Info("m", "v", value)
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("m", "v", value)
	_ = json.NewEncoder(&shown).Encode(value)
	func() {
		defer func() { fmt.Fprint(&shown, recover()) }()
		panic(fmt.Sprint(value))
	}()
	quoted, _ := json.Marshal(token)
	for _, form := range []string{
		token, url.PathEscape(token), url.QueryEscape(token), strings.Trim(string(quoted), `"`),
		fmt.Sprintf("%x", token), fmt.Sprintf("%X", token), strings.Trim(fmt.Sprintf("%q", token), `"`),
		strings.ToUpper(url.PathEscape(token)), url.PathEscape(token)[:len(token)-4],
	} {
		if strings.Contains(shown.String(), form) {
			t.Fatalf("%T shows the token as %s: %s", value, form, shown.String())
		}
	}
}

func TestWhatIsLeftOfATokenIsTakenOut(t *testing.T) {
	everyByte := func(text string) (encoded string) {
		for _, b := range []byte(text) {
			encoded += fmt.Sprintf("%%%02x", b)
		}
		return encoded
	}
	tests := []struct{ name, text, want string }{
		{"whole", "a " + testToken + " b", "a (token) b"},
		{"in capitals", strings.ToUpper(testToken), "(token)"},
		{"in mixed letters", "a" + strings.ToUpper(testToken[:20]) + testToken[20:], "a(token)"},
		{"without its last character", testToken[:49] + "…", "(token)…"},
		{"without its first characters", "…" + testToken[20:], "…(token)"},
		{"the middle of it", "x-" + testToken[11:30] + "-x", "x-(token)-x"},
		{"ten characters of it", testToken[:10], "(token)"},
		{"twice", testToken + "," + testToken, "(token),(token)"},
		{"twice without anything between", testToken + testToken, "(token)(token)"},
		{"percent-encoded", "50% of " + everyByte(testToken) + " %", "50% of (token) %"},
		{"percent-encoded twice", strings.ReplaceAll(everyByte(testToken), "%", "%25"), "(token)"},
		{"percent-encoded three times", strings.ReplaceAll(everyByte(testToken), "%", "%2525"), "(token)"},
		{"partly percent-encoded, and cut", everyByte(testToken[:7]) + testToken[7:30], "(token)"},
		{"an id that begins like it", testToken[:9], testToken[:9]},
		{"another token", strings.Repeat("0123456789abcdef", 3), strings.Repeat("0123456789abcdef", 3)},
		{"letters whose case has another length", "İ" + testToken + "ẞ", "İ(token)ẞ"},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := newRedactor(NewToken(testToken)).redact(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := newRedactor(NewToken("12345678")).redact("/123456781234567"); got != "/(token)1234567" {
		t.Errorf("of a short token: %q", got)
	}
}

func BenchmarkRedact(b *testing.B) {
	s, text := newRedactor(NewToken(testToken)), strings.Repeat("TEL;type=CELL;waid=79001234568:+79001234568\n", 5)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.redact(text)
	}
}

func TestATokenSaysOnlyWhetherThereIsOne(t *testing.T) {
	tests := []struct {
		name  string
		token Token
		want  string
		zero  bool
	}{
		{"the zero token", Token{}, "(no token)", true},
		{"white space is none", NewToken(" \n"), "(no token)", true},
		{"any other", NewToken(" a\n"), "(token)", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, err := test.token.MarshalText()
			if got := fmt.Sprintf("%v", test.token); got != test.want || string(text) != test.want || err != nil || test.token.IsZero() != test.zero {
				t.Errorf("got %s, %s, %v, %v", got, text, err, test.token.IsZero())
			}
		})
	}
}
