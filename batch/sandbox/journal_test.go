package sandbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

// entry is one of the journal, as a client reads it.
type entry struct {
	Type, IDMessage, TypeMessage, ChatID, StatusMessage string
	Timestamp                                           int64
	Contact                                             struct{ DisplayName, VCard string }
	SendByAPI                                           bool
}

func decodeEntry(t *testing.T, body string) (e entry) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// journal reads lastOutgoingMessages; minutes "" leaves it to the service.
func (a *account) journal(minutes string) (list []entry) {
	a.t.Helper()
	query := ""
	if minutes != "" {
		query = "?minutes=" + minutes
	}
	status, body, err := a.ask(path("lastOutgoingMessages")+query, "")
	if err != nil || status != 200 {
		a.t.Fatalf("%d %s %v", status, body, err)
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		a.t.Fatal(err)
	}
	return list
}

func TestAnEntryOfTheJournal(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		at := time.Now().Unix()
		id := a.send(alice)
		list := a.journal("")
		if len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		e := list[0]
		e.Contact = struct{ DisplayName, VCard string }{}
		if want := (entry{"outgoing", id, "contactMessage", alice, "sent", at, e.Contact, true}); e != want {
			t.Errorf("%+v, want %+v", e, want)
		}
	})
}

func TestAnEntryHasTheFieldsOfAllMessages(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.send(alice)
		a.ask(path("sendContact"), `{"quotedMessageId":"Q",`+card(alice)[1:])
		_, body, _ := a.ask(path("lastOutgoingMessages"), "")
		for _, field := range []string{`"isForwarded":false`, `"forwardingScore":0`, `"deletedMessageId":""`, `"editedMessageId":""`,
			`"isEdited":false`, `"isDeleted":false`, `"sendByApi":true`, `"quotedMessage":{"stanzaId":"Q"}`} {
			if !strings.Contains(body, field) {
				t.Errorf("no %s in %s", field, body)
			}
		}
	})
}

func TestTheHistoryOfAChat(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		first := a.send(alice)
		a.send(bob)
		time.Sleep(time.Minute)
		second, third := a.send(alice), a.send(alice)
		time.Sleep(time.Minute)
		for count, want := range map[string][]string{"": {third, second, first}, `,"count":2`: {third, second}} {
			for _, show := range []bool{false, true} {
				a.Configure(func(c *sandbox.Config) { c.ShowLID = show })
				var got []entry
				_, body, _ := a.ask(path("getChatHistory"), fmt.Sprintf(`{"chatId":%q%s}`, alice, count))
				json.Unmarshal([]byte(body), &got)
				var ids []string
				for _, e := range got {
					ids = append(ids, e.IDMessage)
				}
				if fmt.Sprint(ids) != fmt.Sprint(want) {
					t.Errorf("%s: %s, want %s", count, body, want)
				}
			}
		}
		time.Sleep(25 * time.Hour)
		if _, body, _ := a.ask(path("getChatHistory"), `{"chatId":"`+alice+`"}`); body != "[]" {
			t.Errorf("after a day: %s", body)
		}
	})
}

func TestCards(t *testing.T) {
	for _, c := range []struct {
		name, contact, display string
		lines                  []string
	}{
		{"all names", `"firstName":"Anna","middleName":"M","lastName":"Test","company":"Bikes"`, "Anna M Test",
			[]string{"N:Test;Anna;M;", "FN:Anna M Test", "ORG:Bikes"}},
		{"first and last", `"firstName":"Anna","lastName":"Test"`, "Anna Test", []string{"N:Test;Anna;;", "FN:Anna Test"}},
		{"a company alone", `"company":"Bikes"`, "Bikes", []string{"N:;;;", "FN:Bikes", "ORG:Bikes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.ask(path("sendContact"), `{"chatId":"`+alice+`","contact":{"phoneContact":11000000009,`+c.contact+`}}`)
				got := a.journal("")[0].Contact
				want := append(c.lines, "BEGIN:VCARD", "TEL;type=CELL;type=VOICE;waid=11000000009:+11000000009", "END:VCARD")
				for _, line := range want {
					if !strings.Contains("\n"+got.VCard+"\n", "\n"+line+"\n") {
						t.Errorf("no line %s in %q", line, got.VCard)
					}
				}
				if got.DisplayName != c.display {
					t.Errorf("display name %q", got.DisplayName)
				}
			})
		})
	}
}

func TestWhatTheJournalShows(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		ids := func(minutes string) (list []string) {
			for _, e := range a.journal(minutes) {
				list = append(list, e.IDMessage)
			}
			return list
		}
		expect := func(what string, got, want []string) {
			t.Helper()
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		a.Configure(func(c *sandbox.Config) { c.JournalLag = 2 * time.Minute })
		first := a.send(alice)
		time.Sleep(time.Minute)
		expect("what has left is late", ids(""), nil)
		second := a.send(alice)
		time.Sleep(2 * time.Minute)
		expect("newest first", ids(""), []string{second, first})
		expect("only the minutes asked for", ids("2"), []string{second})
		time.Sleep(24*time.Hour - 3*time.Minute)
		expect("24 hours to the second", ids("9999"), []string{second, first})
		time.Sleep(time.Second)
		expect("and not longer", ids("9999"), []string{second})
		a.Configure(func(c *sandbox.Config) { c.Stuck = true })
		a.send(alice)
		time.Sleep(25 * time.Hour)
		expect("nothing that was dropped", ids(""), nil)
		if list := a.Messages(); list[2].Status != "dropped" || !list[2].DepartedAt.IsZero() {
			t.Errorf("record: %+v", list[2])
		}
	})
}

func TestAMessageIsFoundOnceTheJournalHasIt(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.JournalLag = time.Minute })
		id := a.send(alice)
		ask := fmt.Sprintf(`{"chatId":%q,"idMessage":%q}`, alice, id)
		if status, body, _ := a.ask(path("getMessage"), ask); status != 400 || !strings.Contains(body, "Message not found by id "+id) {
			t.Errorf("%d %s", status, body)
		}
		time.Sleep(time.Minute)
		status, body, _ := a.ask(path("getMessage"), ask)
		if status != 200 || decodeEntry(t, body).IDMessage != id {
			t.Errorf("%d %s", status, body)
		}
	})
}

func TestStatuses(t *testing.T) {
	const group = "120363000000000001@g.us"
	for _, c := range []struct {
		name   string
		change func(*sandbox.Config)
		after  time.Duration
		want   string
	}{
		{"without a webhook it stays sent", func(*sandbox.Config) {}, time.Hour, "sent"},
		{"with one it is sent", func(c *sandbox.Config) { c.OutgoingWebhook = true }, time.Second, "sent"},
		{"then delivered", func(c *sandbox.Config) { c.OutgoingWebhook = true }, 5 * time.Second, "delivered"},
		{"then read", func(c *sandbox.Config) { c.OutgoingWebhook = true }, time.Minute, "read"},
		{"a test has the last word", func(c *sandbox.Config) {
			c.Outcome = func(sandbox.SendContact) string { return "notInGroup" }
		}, 0, "notInGroup"},
		{"a suspended account's fails", func(c *sandbox.Config) { c.State = sandbox.Suspended }, 0, "suspended"},
		{"under a yellow card it fails", func(c *sandbox.Config) { c.State = sandbox.YellowCard }, 0, "yellowCard"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.Configure(c.change)
				a.send(group)
				time.Sleep(c.after)
				if e := a.journal("")[0]; e.StatusMessage != c.want || a.Messages()[0].Status != c.want {
					t.Errorf("%s, in the record %s, want %s", e.StatusMessage, a.Messages()[0].Status, c.want)
				}
			})
		})
	}
}

func TestTheJournalMayShowPersonsByTheirLID(t *testing.T) {
	const group = "120363000000000001@g.us"
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Configure(func(c *sandbox.Config) { c.ShowLID = true })
		id := a.send(alice)
		a.send(group)
		list := a.journal("")
		lid := sandbox.LID(alice)
		if !strings.HasSuffix(lid, "@lid") || list[1].ChatID != lid || list[0].ChatID != group || lid == sandbox.LID(bob) {
			t.Errorf("%+v", list)
		}
		for _, chat := range []string{alice, lid} {
			if status, body, _ := a.ask(path("getMessage"), fmt.Sprintf(`{"chatId":%q,"idMessage":%q}`, chat, id)); status != 200 {
				t.Errorf("%s: %d %s", chat, status, body)
			}
		}
	})
}
