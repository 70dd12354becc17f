package cli

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// servedSandbox starts the verb, and returns what it prints to copy, by variable.
func servedSandbox(t *testing.T, o imitationOptions) map[string]string {
	t.Helper()
	o.addr = "127.0.0.1:0"
	ctx, stop := context.WithCancel(context.Background())
	printed, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serveSandbox(ctx, Streams{Out: out, Err: io.Discard}, o) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	variables := map[string]string{}
	for lines := bufio.NewScanner(printed); len(variables) < 3 && lines.Scan(); {
		name, value, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "=")
		variables[name] = value
	}
	return variables
}

func TestTheTokenOfTheSandboxIsAnotherOneEachTime(t *testing.T) {
	first, second := servedSandbox(t, imitationOptions{})[tokenVariable], servedSandbox(t, imitationOptions{})[tokenVariable]
	form := regexp.MustCompile(`^[0-9a-f]{50}$`)
	if first == second || !form.MatchString(first) || !form.MatchString(second) {
		t.Errorf("%q, then %q", first, second)
	}
}

func TestTheSandboxAnswersProgramsAndNoWebPage(t *testing.T) {
	v := servedSandbox(t, imitationOptions{quirks: []string{"count-lies", "lids"}})
	for _, c := range []struct {
		method, host, origin string
		status               int
		body                 string
	}{
		{"getMessagesCount", "", "", 200, `{"count":0}`},
		{"getStateInstance", "", "", 200, `{"stateInstance":"authorized"}`},
		{"getSettings", "", "https://page.example", 403, "not for web pages\n"},
		{"getSettings", "rebound.example", "", 403, "not for web pages\n"},
	} {
		r, err := http.NewRequest("GET", v["GREENAPI_API_URL"]+"/waInstance"+v["GREENAPI_ID_INSTANCE"]+"/"+c.method+"/"+v[tokenVariable], nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		r.Close = true
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status || string(body) != c.body {
			t.Errorf("%+v: %d %q", c, res.StatusCode, body)
		}
	}
}
