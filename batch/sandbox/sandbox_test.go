package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/batch/sandbox"
)

const (
	id    = "1101000001"
	token = "00000000000000000000000000000000000000000000000000"
	alice = "11000000001@c.us"
	bob   = "11000000002@c.us"
)

// account is a client of one instance in a bubble.
type account struct {
	*sandbox.Instance
	t      *testing.T
	server *sandbox.Server
	pipe   *sandbox.Pipe
	client *http.Client
}

// inBubble runs test with an account that has no limits and no delay.
func inBubble(t *testing.T, o sandbox.Options, test func(*account)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(o)
		p := sandbox.NewPipe(s)
		defer p.Close()
		a := &account{s.AddInstance(id, token), t, s, p, &http.Client{Transport: p.Transport()}}
		a.Configure(func(c *sandbox.Config) { c.Limits, c.Delay, c.CountEvery = nil, 0, 0 })
		test(a)
	})
}

func path(method string) string { return "/waInstance" + id + "/" + method + "/" + token }

// ask makes a request, by POST if it has a body; any error of the connection or
// of reading the answer is err.
func (a *account) ask(path, body string) (status int, answer string, err error) {
	return a.askWithin(context.Background(), path, body)
}

func (a *account) askWithin(ctx context.Context, path, body string) (int, string, error) {
	verb := http.MethodGet
	if body != "" {
		verb = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, verb, "http://sandbox"+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := a.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return res.StatusCode, string(data), err
}

func card(chat string) string {
	return fmt.Sprintf(`{"chatId":%q,"contact":{"phoneContact":79001234568,"firstName":"Артем"}}`, chat)
}

// send sends a card that must be taken, and gives its id.
func (a *account) send(chat string) string {
	a.t.Helper()
	status, body, err := a.ask(path("sendContact"), card(chat))
	var answer struct{ IDMessage string }
	json.Unmarshal([]byte(body), &answer)
	if err != nil || status != 200 || answer.IDMessage == "" {
		a.t.Fatalf("sendContact: %d %s %v", status, body, err)
	}
	return answer.IDMessage
}

// get decodes the answer of a method without a body into v.
func (a *account) get(method string, v any) {
	a.t.Helper()
	status, body, err := a.ask(path(method), "")
	if err != nil || status != 200 {
		a.t.Fatalf("%s: %d %s %v", method, status, body, err)
	}
	if err := json.Unmarshal([]byte(body), v); err != nil {
		a.t.Fatal(err)
	}
}

func TestARecordOfWhatWasTaken(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.Delay = 5 * time.Second })
		first, second := a.send(alice), a.send(bob)
		begun := time.Now()
		time.Sleep(time.Minute)
		got := a.Messages()
		if len(got) != 2 || got[0].IDMessage != first || got[1].IDMessage != second || first == second {
			t.Fatalf("record: %+v", got)
		}
		if got[0].ChatID != alice || got[0].Contact.PhoneContact != 79001234568 || got[0].Contact.FirstName != "Артем" || got[1].Request != 2 {
			t.Errorf("record: %+v", got)
		}
		if !got[0].DepartedAt.Equal(begun) || !got[1].DepartedAt.Equal(begun.Add(5*time.Second)) {
			t.Errorf("left at %v and %v, begun %v", got[0].DepartedAt, got[1].DepartedAt, begun)
		}
		if n := len(a.Arrivals()); n != 2 || a.Requests("sendContact") != 2 {
			t.Errorf("%d arrivals", n)
		}
	})
}
