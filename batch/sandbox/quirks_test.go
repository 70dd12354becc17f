package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

// behave gives the account a quirk of the table.
func (a *account) behave(name string) {
	a.t.Helper()
	for _, q := range sandbox.Quirks() {
		if q.Name == name {
			q.Apply(a.Instance)
			return
		}
	}
	a.t.Fatalf("no quirk %s", name)
}

// TestQuirks has what each of the table does, to an account that has sent ten cards.
func TestQuirks(t *testing.T) {
	asked := func(a *account, method, body string) (answer string) {
		_, answer, _ = a.ask(path(method), body)
		return answer
	}
	wants := map[string]func(a *account, ids []string) (got string, ok bool){
		"journal-loses": func(a *account, _ []string) (string, bool) {
			list := a.journal("")
			return fmt.Sprint(len(list)), len(list) > 0 && len(list) < 10
		},
		"journal-late": func(a *account, _ []string) (string, bool) {
			now := len(a.journal(""))
			time.Sleep(2 * time.Minute)
			return fmt.Sprint(now), now == 0 && len(a.journal("")) == 10
		},
		"journal-odd": func(a *account, ids []string) (string, bool) {
			body := asked(a, "lastOutgoingMessages", "")
			whole := true
			for _, id := range ids {
				whole = whole && strings.Contains(body, id)
			}
			return body, whole && strings.Contains(body, ",,") && strings.Contains(body, ".5,") && strings.Contains(body, `"typeMessage":""`) &&
				strings.Contains(body, `"timestamp":"`) && strings.Count(body, "statusMessage") == 8 && strings.Count(body, "waid=") == 9
		},
		"count-lies": func(a *account, _ []string) (string, bool) {
			a.Configure(func(c *sandbox.Config) { c.State = sandbox.SleepMode })
			a.send(alice)
			body := asked(a, "getMessagesCount", "")
			return body, body == `{"count":0}`
		},
		"count-missing": func(a *account, _ []string) (string, bool) {
			status, body, _ := a.ask(path("getMessagesCount"), "")
			return body, status == 404
		},
		"count-cyrillic": func(a *account, _ []string) (string, bool) {
			body := asked(a, "getMessagesCount", "")
			return body, body == `{"сount":0}`
		},
		"message-empty": func(a *account, ids []string) (string, bool) {
			body := asked(a, "getMessage", fmt.Sprintf(`{"chatId":%q,"idMessage":%q}`, alice, ids[0]))
			return body, body == sandbox.BodyIncomplete
		},
		"delay-grows": func(a *account, _ []string) (string, bool) {
			a.Configure(func(c *sandbox.Config) { c.Delay = time.Second })
			a.send(alice)
			delay := a.Config().Delay
			return delay.String(), delay == time.Second // it grew once, from nothing
		},
		"equal-ids": func(a *account, ids []string) (string, bool) {
			return fmt.Sprint(ids), ids[0] == ids[1] && ids[2] == ids[3] && ids[0] != ids[2]
		},
		"lids": func(a *account, _ []string) (string, bool) {
			chat := a.journal("")[0].ChatID
			return chat, strings.HasSuffix(chat, "@lid")
		},
	}
	for _, q := range sandbox.Quirks() {
		t.Run(q.Name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.behave(q.Name)
				a.Script() // which leaves quirks alone
				var ids []string
				for n := range 10 {
					chat := []string{alice, bob}[n%2]
					body := fmt.Sprintf(`{"chatId":%q,"contact":{"phoneContact":%d,"company":"C"}}`, chat, 11000000100+n)
					if status, answer, err := a.ask(path("sendContact"), body); status == 200 {
						ids = append(ids, answer[len(`{"idMessage":"`):len(answer)-len(`"}`)])
					} else {
						t.Fatal(status, answer, err)
					}
				}
				want, known := wants[q.Name]
				if !known {
					t.Fatal("no test")
				}
				if got, ok := want(a, ids); !ok {
					t.Error(got)
				}
			})
		})
	}
}

func TestTheDelayGrowsOnce(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.behave("delay-grows")
		a.Configure(func(c *sandbox.Config) { c.Delay = time.Second })
		a.sendMany(9)
		before := a.Config().Delay
		a.sendMany(20)
		if after := a.Config().Delay; before != time.Second || after != 4*time.Second {
			t.Errorf("%v, then %v", before, after)
		}
	})
}
