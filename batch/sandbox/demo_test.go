package sandbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

func TestDemoChats(t *testing.T) {
	for _, c := range []struct {
		chat, want string
	}{
		{"11000000001@c.us", "200, then read"},
		{"11000000400@c.us", "400, not taken"},
		{"11000000466@c.us", "466, not taken"},
		{"11000000429@c.us", "429, not taken"},
		{"11000000408@c.us", "0, then read"},
		{"11000000502@c.us", "502, not taken"},
		{"11000000504@c.us", "0, not taken"},
		{"11000000404@c.us", "200, then noAccount"},
		{"11000000417@c.us", "200, then failed"},
	} {
		t.Run(c.chat, func(t *testing.T) {
			inBubble(t, sandbox.Options{Demo: true}, func(a *account) {
				ctx, cancel := context.WithTimeout(a.t.Context(), time.Minute)
				defer cancel()
				status, _, _ := a.askWithin(ctx, path("sendContact"), card(c.chat))
				time.Sleep(time.Minute)
				got := fmt.Sprintf("%d, not taken", status)
				if list := a.Messages(); len(list) == 1 {
					got = fmt.Sprintf("%d, then %s", status, list[0].Status)
				}
				if got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestDemoChatsAreOffForTests(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		for _, d := range sandbox.DemoChats() {
			a.send(d.ChatID)
		}
	})
}

func TestADemoChatThatWas429IsTakenNext(t *testing.T) {
	inBubble(t, sandbox.Options{Demo: true}, func(a *account) {
		a.ask(path("sendContact"), card("11000000429@c.us"))
		a.send("11000000429@c.us")
	})
}

func TestANumberWithoutAnAccountDoesNotExist(t *testing.T) {
	inBubble(t, sandbox.Options{Demo: true}, func(a *account) {
		_, body, _ := a.ask(path("checkWhatsapp"), `{"phoneNumber":11000000404}`)
		if body != `{"existsWhatsapp":false}` {
			t.Error(body)
		}
	})
}
