package sandbox_test

import (
	"fmt"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

// left is how many messages have left the queue.
func (a *account) left() (n int) {
	for _, m := range a.Messages() {
		if !m.DepartedAt.IsZero() {
			n++
		}
	}
	return n
}

func (a *account) sendMany(n int) {
	for range n {
		a.send(alice)
	}
}

func (a *account) shown() []struct {
	MessageID, Type string
	Body            sandbox.SendContact
} {
	var list []struct {
		MessageID, Type string
		Body            sandbox.SendContact
	}
	a.get("showMessagesQueue", &list)
	return list
}

func (a *account) count() int {
	var got struct{ Count int }
	a.get("getMessagesCount", &got)
	return got.Count
}

func TestPaceOfTheQueue(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*sandbox.Config)
		sent    int
		after   time.Duration
		left    int
		waiting int
	}{
		{"without a delay all leave at once", func(c *sandbox.Config) { c.Delay = 0 }, 10, 0, 10, 0},
		{"the first leaves at once", func(c *sandbox.Config) { c.Delay = time.Minute }, 3, 0, 1, 2},
		{"one leaves in each delay", func(c *sandbox.Config) { c.Delay = time.Minute }, 9, 5 * time.Minute, 6, 3},
		{"nothing leaves without authorization", func(c *sandbox.Config) { c.State = sandbox.SleepMode }, 5, time.Hour, 0, 5},
		{"a queue can stand still although authorized", func(c *sandbox.Config) { c.Stuck = true }, 5, time.Hour, 0, 5},
		{"after 24 hours what waits is dropped", func(c *sandbox.Config) { c.Delay = 15 * time.Hour }, 5, 25 * time.Hour, 2, 0},
		{"also without authorization", func(c *sandbox.Config) { c.State = sandbox.SleepMode }, 5, 25 * time.Hour, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.Configure(c.change)
				a.sendMany(c.sent)
				time.Sleep(c.after)
				if left, waiting := a.left(), a.count(); left != c.left || waiting != c.waiting {
					t.Errorf("%d left, %d wait, want %d and %d", left, waiting, c.left, c.waiting)
				}
			})
		})
	}
}

func TestAStateThatReturnsLetsTheQueueGoOnFromThen(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.State, c.Delay = sandbox.SleepMode, time.Minute })
		a.sendMany(2)
		time.Sleep(time.Hour)
		back := time.Now()
		a.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
		time.Sleep(time.Hour)
		for i, m := range a.Messages() {
			if want := back.Add(time.Duration(i) * time.Minute); !m.DepartedAt.Equal(want) {
				t.Errorf("message %d left at %v, want %v", i, m.DepartedAt, want)
			}
		}
	})
}

func TestTheQueueHidesItsHeadAndAllBehind500(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.Delay = 5 * time.Minute })
		a.sendMany(2) // one has left, one is being sent
		if list := a.shown(); len(list) != 0 {
			t.Fatalf("the head is shown: %+v", list)
		}
		third := a.send(bob)
		list := a.shown()
		if len(list) != 1 || list[0].MessageID != third || list[0].Type != "sendContact" || list[0].Body.ChatID != bob || list[0].Body.Contact.FirstName != "Артем" {
			t.Fatalf("queue: %+v", list)
		}
		a.sendMany(600)
		if list := a.shown(); len(list) != 500 || list[0].MessageID != third {
			t.Errorf("%d are shown", len(list))
		}
		a.ClearQueue()
		if len(a.shown()) != 0 || a.count() != 0 || a.left() != 1 {
			t.Error("a cleared queue is not empty")
		}
	})
}

func TestAnEntryOfTheQueueHasAllFieldsOfItsBody(t *testing.T) {
	const want = `[{"messageID":"3","type":"sendContact","body":{"chatId":"11000000002@c.us",` +
		`"contact":{"phoneContact":79001234568,"firstName":"Артем"},"quotedMessageId":null,"typingTime":null}},` +
		`{"messageID":"4","type":"sendContact","body":{"chatId":"11000000001@c.us",` +
		`"contact":{"phoneContact":79001234568,"firstName":"Артем"},"quotedMessageId":"A","typingTime":1000}}]`
	inBubble(t, sandbox.Options{}, func(a *account) {
		n := 0
		a.Configure(func(c *sandbox.Config) {
			c.Delay, c.NewID = time.Hour, func(sandbox.SendContact) string { n++; return fmt.Sprint(n) }
		})
		a.sendMany(2)
		a.send(bob)
		a.ask(path("sendContact"), `{"quotedMessageId":"A","typingTime":1000,`+card(alice)[1:])
		if _, body, _ := a.ask(path("showMessagesQueue"), ""); body != want {
			t.Errorf("got  %s\nwant %s", body, want)
		}
	})
}

func TestTheCountIsOfTheLastTenthSecond(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.Delay, c.CountEvery = time.Hour, 10*time.Second })
		time.Sleep(time.Until(time.Now().Truncate(10 * time.Second).Add(11 * time.Second)))
		a.sendMany(3)
		stale := a.count()
		time.Sleep(10 * time.Second)
		if fresh := a.count(); stale != 0 || fresh != 2 {
			t.Errorf("%d, then %d, want 0, then 2", stale, fresh)
		}
	})
}

func TestTheServiceSendsAgainByItself(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		id := a.send(alice)
		if !a.Resend(alice, id, "AGAIN") || a.Resend(bob, id, "NEVER") {
			t.Fatal("wrong message found")
		}
		list := a.Messages()
		if len(list) != 2 || list[1].IDMessage != "AGAIN" || list[1].Request != 0 || list[1].ChatID != alice {
			t.Errorf("record: %+v", list)
		}
	})
}

func TestAnotherSendersMessagesAreInTheSameQueue(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.Delay = time.Minute })
		a.sendMany(2)
		foreign := a.Foreign(sandbox.SendContact{ChatID: bob})
		if list := a.shown(); a.count() != 2 || len(list) != 1 || list[0].MessageID != foreign || list[0].Body.ChatID != bob {
			t.Errorf("%d wait, shown %+v", a.count(), list)
		}
		time.Sleep(2 * time.Minute)
		if last := a.Messages()[2]; last.IDMessage != foreign || last.Request != 0 || last.DepartedAt.IsZero() {
			t.Errorf("record: %+v", last)
		}
		if len(a.Arrivals()) != 2 {
			t.Error("it counts as a request")
		}
	})
}

func TestOneIDInTwoChats(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.NewID = func(sandbox.SendContact) string { return "SAME" } })
		a.send(alice)
		a.send(bob)
		for _, chat := range []string{alice, bob} {
			_, body, _ := a.ask(path("getMessage"), fmt.Sprintf(`{"chatId":%q,"idMessage":"SAME"}`, chat))
			if e := decodeEntry(t, body); e.ChatID != chat {
				t.Errorf("%s: %s", chat, body)
			}
		}
	})
}

func TestASecondHoldsNoMoreThanTheLimit(t *testing.T) {
	for method, limit := range sandbox.DocumentedLimits() {
		t.Run(method, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.Configure(func(c *sandbox.Config) { c.Limits = sandbox.DocumentedLimits() })
				body := map[string]string{"sendContact": card(alice), "getMessage": "{}", "getChatHistory": "{}", "checkWhatsapp": "{}"}[method]
				tooMany := func() bool {
					status, answer, err := a.ask(path(method), body)
					if err != nil || (status == 429 && answer != "") {
						t.Fatalf("%d %s %v", status, answer, err)
					}
					return status == 429
				}
				for range limit {
					if tooMany() {
						t.Fatal("429 within the limit")
					}
				}
				time.Sleep(time.Second - 1)
				if !tooMany() {
					t.Error("one over the limit was let in")
				}
				time.Sleep(1)
				if tooMany() {
					t.Error("429 after a second")
				}
			})
		})
	}
}

func TestA429SaysWhatIsLeftAndNotWhenToRetry(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.Limits = map[string]int{"getStateInstance": 1} })
		for _, want := range []int{200, 429} {
			res, err := a.client.Get("http://sandbox" + path("getStateInstance"))
			if err != nil || res.StatusCode != want {
				t.Fatal(res, err)
			}
			res.Body.Close()
			if res.Header.Get("X-RateLimit-Remaining") != "0" || res.Header.Get("X-RateLimit-Replenish-Rate") != "1" || res.Header.Get("Retry-After") != "" {
				t.Errorf("headers %v", res.Header)
			}
		}
	})
}

func TestSettingsAreFlat(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.Delay, c.OutgoingWebhook = 15*time.Second, true })
		var got map[string]any
		a.get("getSettings", &got)
		if got["delaySendMessagesMilliseconds"] != 15000.0 || got["outgoingWebhook"] != "yes" || got["stateWebhook"] != "no" ||
			got["wid"] != "11000000000@c.us" || got["webhookUrl"] != "" || len(got) < 20 {
			t.Errorf("%v", got)
		}
	})
}
