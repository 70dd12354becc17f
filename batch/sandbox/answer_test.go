package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

func TestRoutes(t *testing.T) {
	for _, c := range []struct {
		name, path, body string
		status           int
		want             string // the whole answer, or with "…" at the end its beginning
	}{
		{"the state of an instance", path("getStateInstance"), "", 200, `{"stateInstance":"authorized"}`},
		{"a wrong token is 401 and empty", "/waInstance" + id + "/getStateInstance/x", "", 401, ""},
		{"an instance of another pool gets no further than nginx", "/waInstance7/getStateInstance/" + token, "", 403, "<html>…"},
		{"a wrong verb is 404", path("getStateInstance"), "{}", 404, `{"statusCode":404,…`},
		{"an unknown method is 404", path("sendMessage"), "{}", 404, `{"statusCode":404,…`},
		{"words may be written in letters of any case", "/wainstance" + id + "/GETStateInstance/" + token, "", 200, `{"stateInstance":"authorized"}`},
		{"a path that goes on is 404", path("getStateInstance") + "/", "", 404, `{"statusCode":404,…`},
		{"a path of another kind is 404", "/", "", 404, `{"statusCode":404,…`},
		{"the settings cannot be changed", path("setSettings"), `{"delaySendMessagesMilliseconds":1}`, 404, `{"statusCode":404,…`},
		{"the queue can be cleared", path("clearMessagesQueue"), "", 200, `{"isCleared":true}`},
		{"a number is on WhatsApp", path("checkWhatsapp"), `{"phoneNumber":11000000001}`, 200, `{"chatId":"` + sandbox.LID(alice) + `","existsWhatsapp":true}`},
		{"a chat is on WhatsApp", path("checkWhatsapp"), `{"chatId":"11000000001@c.us"}`, 200, `{"chatId":"` + sandbox.LID(alice) + `","existsWhatsapp":true}`},
		{"nobody is asked for", path("checkWhatsapp"), `{}`, 400, `{"statusCode":400,…`},
		{"nobody has written", path("lastIncomingMessages"), "", 200, `[]`},
		{"a number in quotes is refused", path("checkWhatsapp"), `{"phoneNumber":"11000000001"}`, 400, `{"statusCode":400,…`},
		{"a span of nothing is refused", path("lastOutgoingMessages") + "?minutes=0", "", 400, `{"statusCode":400,…`},
		{"a message that was never sent is not found", path("getMessage"), `{"chatId":"11000000001@c.us","idMessage":"A"}`, 400, `{"statusCode":400,…`},
		{"a body over 100 kB is 500", path("sendContact"), strings.Repeat(" ", 110<<10), 500, `{"statusCode":500,…`},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				status, body, err := a.ask(c.path, c.body)
				beginning, cut := strings.CutSuffix(c.want, "…")
				if err != nil || status != c.status || (body != c.want && !cut) || !strings.HasPrefix(body, beginning) {
					t.Errorf("%d %s %v, want %d %s", status, body, err, c.status, c.want)
				}
			})
		})
	}
}

func TestA404HoldsTheTokenTwiceAndA400Once(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		for p, want := range map[string]int{path("nothing"): 2, path("sendContact"): 1} {
			_, body, _ := a.ask(p, `{}`)
			if got := strings.Count(body, token); got != want {
				t.Errorf("%s: token %d times in %s", p, got, body)
			}
		}
	})
}

func TestSendContactValidates(t *testing.T) {
	contact := func(fields string) string { return `{"chatId":"` + alice + `","contact":{` + fields + `}}` }
	chat := func(id string) string {
		return `{"chatId":"` + id + `","contact":{"phoneContact":79001234568,"company":"C"}}`
	}
	for _, c := range []struct {
		name, body, fault string // without a fault it is taken
	}{
		{"a person", chat("1100000@c.us"), ""},
		{"a group of the old kind", chat("11000000001-1500000000@g.us"), ""},
		{"a group of the new kind", chat("120363000000000001@g.us"), ""},
		{"a lid", chat("100000000000001@lid"), ""},
		{"six digits are no person", chat("110000@c.us"), "'chatId' must be"},
		{"seventeen digits are no person", chat("11000000000000001@c.us"), "'chatId' must be"},
		{"a group that is a mere number", chat("11000000001@g.us"), "'chatId' must be"},
		{"a broadcast", chat("11000000001@broadcast"), "'chatId' must be"},
		{"a bare number", chat("11000000001"), "'chatId' must be"},
		{"no chat", `{"contact":{"phoneContact":79001234568,"company":"C"}}`, "'chatId' is required"},
		{"a chat in another spelling", `{"ChatID":"11000000001@c.us","contact":{"phoneContact":79001234568,"company":"C"}}`, "'chatId' is required"},
		{"a chat that is a number", `{"chatId":11000000001,"contact":{"phoneContact":79001234568,"company":"C"}}`, "'chatId' must be a string"},
		{"no contact", `{"chatId":"11000000001@c.us"}`, "'contact.phoneContact' is required"},
		{"a number in quotes", contact(`"phoneContact":"79001234568","company":"C"`), "'contact.phoneContact' must be an integer number"},
		{"a number that is a float", contact(`"phoneContact":7.5e10,"company":"C"`), "'contact.phoneContact' must be an integer number"},
		{"ten digits", contact(`"phoneContact":7900123456,"company":"C"`), ""},
		{"a number below nothing", contact(`"phoneContact":-7900123456,"company":"C"`), "'contact.phoneContact' must have"},
		{"eleven digits", contact(`"phoneContact":79001234568,"company":"C"`), ""},
		{"sixteen digits", contact(`"phoneContact":1100000000000001,"company":"C"`), ""},
		{"seventeen digits", contact(`"phoneContact":11000000000000001,"company":"C"`), "'contact.phoneContact' must have"},
		{"a middle name alone", contact(`"phoneContact":79001234568,"middleName":"M"`), ""},
		{"no name", contact(`"phoneContact":79001234568`), "'contact' must have one of"},
		{"an empty name", contact(`"phoneContact":79001234568,"firstName":""`), "'contact' must have one of"},
		{"a name in another spelling", contact(`"phoneContact":79001234568,"firstname":"F"`), "'contact' must have one of"},
		{"a name that is a number", contact(`"phoneContact":79001234568,"firstName":5`), "'contact.firstName' must be a string"},
		{"a quoted message nobody knows may be the other side's", `{"quotedMessageId":"A",` + contact(`"phoneContact":79001234568,"company":"C"`)[1:], ""},
		{"too short a typing time", `{"typingTime":1,` + contact(`"phoneContact":79001234568,"company":"C"`)[1:], "'typingTime' must be"},
		{"a body that is cut", `{"chatId":`, "the body is no JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				status, body, err := a.ask(path("sendContact"), c.body)
				taken := len(a.Messages()) == 1
				if c.fault == "" && (status != http.StatusOK || !taken) {
					t.Errorf("%d %s %v, want it to be taken", status, body, err)
				}
				if c.fault != "" && (status != 400 || taken || !strings.Contains(body, "Validation failed. Details: "+c.fault)) {
					t.Errorf("%d %s %v, want %s", status, body, err, c.fault)
				}
			})
		})
	}
}

func TestAQuotedMessageIsOneOfTheSameChat(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		quote := `{"quotedMessageId":"` + a.send(alice) + `",`
		if status, body, _ := a.ask(path("sendContact"), quote+card(alice)[1:]); status != 200 {
			t.Errorf("the same chat: %d %s", status, body)
		}
		if status, body, _ := a.ask(path("sendContact"), quote+card(bob)[1:]); status != 400 {
			t.Errorf("another chat: %d %s", status, body)
		}
	})
}

func TestWhatAStateDoesToASend(t *testing.T) {
	for _, c := range []struct{ state, refusal, status string }{
		{sandbox.Authorized, "", "sent"},
		{sandbox.SleepMode, "", "pending"},
		{sandbox.NotAuthorized, "", "pending"},
		{sandbox.Blocked, "", "pending"},
		{sandbox.YellowCard, "", "yellowCard"},
		{sandbox.Suspended, "", "suspended"},
		{sandbox.Starting, sandbox.TextStarting, ""},
	} {
		t.Run(c.state, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.Configure(func(cfg *sandbox.Config) { cfg.State = c.state })
				status, body, _ := a.ask(path("sendContact"), card(alice))
				if (status == 200) != (c.refusal == "") || !strings.Contains(body, c.refusal) {
					t.Errorf("%d %s, want %q", status, body, c.refusal)
				}
				if list := a.Messages(); c.status != "" && list[0].Status != c.status {
					t.Errorf("%s, want %s", list[0].Status, c.status)
				}
				var got struct{ StateInstance string }
				for _, method := range []string{"getStateInstance", "getWaSettings"} {
					if a.get(method, &got); got.StateInstance != c.state {
						t.Errorf("%s: state %q", method, got.StateInstance)
					}
				}
			})
		})
	}
}

func TestTheAccountIsNamedWhileItIsLinked(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		end := time.Now().Add(time.Hour)
		for state, want := range map[string]string{
			sandbox.Authorized: "11000000000 0", sandbox.Blocked: " 0", sandbox.NotAuthorized: " 0",
			sandbox.Suspended: fmt.Sprint("11000000000 ", end.Unix()),
		} {
			a.Configure(func(c *sandbox.Config) { c.State, c.SuspendedUntil = state, end })
			var got struct {
				Phone          string
				SuspendedUntil int64
			}
			if a.get("getWaSettings", &got); fmt.Sprint(got.Phone, " ", got.SuspendedUntil) != want {
				t.Errorf("%s: %+v, want %s", state, got, want)
			}
		}
	})
}

func TestAWrongTokenIs401WithHeadersAndALimit(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.Limits = map[string]int{"getStateInstance": 2} })
		for n, want := range []int{401, 401, 429} {
			res, err := a.client.Get("http://sandbox/waInstance" + id + "/getStateInstance/x")
			if err != nil || res.StatusCode != want || res.ContentLength != 0 || res.Header.Get("X-RateLimit-Replenish-Rate") != "2" {
				t.Errorf("request %d: %v %v", n+1, res, err)
			}
			res.Body.Close()
		}
		if n := a.Requests("getStateInstance"); n != 0 {
			t.Errorf("%d requests are in the record", n)
		}
	})
}

func TestABodyOfAnotherTypeIsNotRead(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		res, err := a.client.Post("http://sandbox"+path("sendContact"), "text/plain", strings.NewReader(card(alice)))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 400 || len(a.Messages()) != 0 {
			t.Errorf("%d", res.StatusCode)
		}
	})
}

func TestTheGuardLetsProgramsInAndNoWebPage(t *testing.T) {
	server := sandbox.New(sandbox.Options{})
	server.AddInstance(id, token)
	guarded := sandbox.Guard(server)
	for _, c := range []struct {
		host   string
		header [2]string
		want   int
	}{
		{"127.0.0.1:7105", [2]string{}, 200},
		{"127.0.0.1", [2]string{}, 200},
		{"localhost:7105", [2]string{}, 200},
		{"[::1]:7105", [2]string{}, 200},
		{"127.0.0.1:7105", [2]string{"Origin", "http://127.0.0.1:7105"}, 200},
		{"rebound.example:7105", [2]string{}, 403},
		{"localhost.example", [2]string{}, 403},
		{"192.168.0.1:7105", [2]string{}, 403},
		{"", [2]string{}, 403},
		{"127.0.0.1:7105", [2]string{"Origin", "https://page.example"}, 403},
		{"127.0.0.1:7105", [2]string{"Origin", "http://127.0.0.1:3000"}, 403},
		{"127.0.0.1:7105", [2]string{"Origin", "null"}, 403},
		{"127.0.0.1:7105", [2]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"localhost:7105", [2]string{"Sec-Fetch-Site", "same-site"}, 403},
	} {
		r := httptest.NewRequest("GET", path("getSettings"), nil)
		r.Host = c.host
		if c.header[0] != "" {
			r.Header.Set(c.header[0], c.header[1])
		}
		server.Instance(id).Configure(func(cfg *sandbox.Config) { cfg.Limits = nil })
		w := httptest.NewRecorder()
		if guarded.ServeHTTP(w, r); w.Code != c.want {
			t.Errorf("%s %v: %d, want %d", c.host, c.header, w.Code, c.want)
		}
	}
}
