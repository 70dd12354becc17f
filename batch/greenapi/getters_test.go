package greenapi

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// getters are all readings, each with what it gives as text.
var getters = map[string]func(*Client, context.Context) (string, error){
	methodState: func(c *Client, ctx context.Context) (string, error) { v, err := c.State(ctx); return string(v), err },
	methodSettings: func(c *Client, ctx context.Context) (string, error) {
		v, err := c.Settings(ctx)
		return fmt.Sprint(v), err
	},
	methodCount: func(c *Client, ctx context.Context) (string, error) {
		v, err := c.MessagesCount(ctx)
		return fmt.Sprint(v), err
	},
	methodQueue: func(c *Client, ctx context.Context) (string, error) {
		v, err := c.Queue(ctx)
		return fmt.Sprint(len(v)), err
	},
	methodMessage: func(c *Client, ctx context.Context) (string, error) {
		v, err := c.Message(ctx, "1@c.us", "3EB0")
		return v.IDMessage, err
	},
	methodJournal: func(c *Client, ctx context.Context) (string, error) {
		n := 0
		err := c.Journal(ctx, 5, func(JournalEntry) error { n++; return nil })
		return fmt.Sprint(n), err
	},
}

func TestAReadingGivesWhatTheServiceSays(t *testing.T) {
	tests := []struct{ name, method, body, want string }{
		{"a state", methodState, `{"stateInstance":"authorized"}`, "authorized"},
		{"a state of a newer service", methodState, `{"stateInstance":"dreaming","since":[1]}`, "dreaming"},
		{"settings", methodSettings, `{"wid":"1@c.us","delaySendMessagesMilliseconds":5000,"outgoingWebhook":"yes"}`, "{5s true}"},
		{"settings with a delay of nothing", methodSettings, `{"delaySendMessagesMilliseconds":0,"outgoingWebhook":"no"}`, "{0s false}"},
		{"settings with the delay as text", methodSettings, `{"delaySendMessagesMilliseconds":"500"}`, "{500ms false}"},
		{"an empty count", methodCount, `{"count":0}`, "0"},
		{"a count", methodCount, `{"count":172800}`, "172800"},
		{"a count as text", methodCount, `{"count":"7"}`, "7"},
		{"a count under the key with a Cyrillic letter", methodCount, `{"сount":7}`, "7"},
		{"settings with a delay that is no whole number", methodSettings, `{"delaySendMessagesMilliseconds":5000.2}`, "{5.001s false}"},
		{"an empty queue", methodQueue, `[]`, "0"},
		{"a queue of other messages", methodQueue, ` [{"type":"ForwardMessages","messagesIDs":["A"],"body":{"chatId":"1@c.us","messages":["B"]}},{"type":"sendMessage"}]` + "\n", "2"},
		{"an empty journal", methodJournal, `[]`, "0"},
		{"a journal", methodJournal, `[{},{"idMessage":"A"}]`, "2"},
		{"a message", methodMessage, `{"idMessage":"3EB0"}`, "3EB0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := clientOf(t, saying(200, test.body), Options{})
			if got, err := getters[test.method](c, context.Background()); got != test.want || err != nil {
				t.Errorf("got %s, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestAReadingThatIsNotWholeIsNone(t *testing.T) {
	tests := []struct{ name, method, body string }{
		{"a state that is missing", methodState, `{}`},
		{"a state that is no text", methodState, `{"stateInstance":1}`},
		{"settings without a delay", methodSettings, `{"outgoingWebhook":"yes"}`},
		{"settings with a delay of null", methodSettings, `{"delaySendMessagesMilliseconds":null}`},
		{"settings with a delay that is no number", methodSettings, `{"delaySendMessagesMilliseconds":"soon"}`},
		{"settings with a delay below nothing", methodSettings, `{"delaySendMessagesMilliseconds":-1}`},
		{"settings with a delay of years", methodSettings, `{"delaySendMessagesMilliseconds":9223372036854775807}`},
		{"a count that is missing", methodCount, `{}`},
		{"a count below nothing", methodCount, `{"count":-1}`},
		{"a queue that is null", methodQueue, `null`},
		{"a queue that is an object", methodQueue, `{"queue":[]}`},
		{"a queue that is nothing", methodQueue, ``},
		{"a queue with something behind it", methodQueue, `[]x`},
		{"a queue with a second one behind it", methodQueue, `[][]`},
		{"a journal with a comma too few", methodJournal, `[{"idMessage":"A"} {"idMessage":"B"}]`},
		{"a journal closed by another bracket behind a comma", methodJournal, `[{"idMessage":"A"},}`},
		{"a journal with an entry closed by another bracket", methodJournal, `[{"idMessage":["A"}]`},
		{"a journal that is cut behind a stray comma", methodJournal, `[{"idMessage":"A"},,`},
		{"a journal that is cut within a text", methodJournal, `[{"idMessage":"A]`},
		{"a journal of more than is read", methodJournal, "[" + strings.Repeat("1,", 1<<20) + "1]"},
		{"a queue of more than is read", methodQueue, "[" + strings.Repeat("1,", 20*QueueLimit) + "1]"},
		{"a count that nobody can have", methodCount, `{"count":9223372036854775807}`},
		{"a count beyond all numbers", methodCount, `{"count":"1e999"}`},
		{"a journal closed by another bracket", methodJournal, `[{"idMessage":"A"}}`},
		{"a journal without its end", methodJournal, `[{"idMessage":"A"}`},
		{"a journal that stops within an entry", methodJournal, `[{"idMessage":"A"},{"idMes`},
		{"a journal with something behind it", methodJournal, `[{"idMessage":"A"}],`},
		{"a journal with HTML", methodJournal, `<html>`},
		{"a journal with an entry that is too long", methodJournal, `[{"idMessage":"` + strings.Repeat("A", 2*answerLimit) + `"}]`},
		{"a message without an id", methodMessage, `{"chatId":"1@c.us"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := clientOf(t, saying(200, test.body), Options{})
			got, err := getters[test.method](c, context.Background())
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Meaning != Unknown || e.Method != test.method || e.Status != 200 {
				t.Errorf("got %s, %#v", got, err)
			}
		})
	}
}

func TestAFailedReadingHasTheMeaningOfItsAnswer(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		body    string
		meaning Meaning
		code    msg.Code
	}{
		{"a 401", 401, "", Stop, msg.Unauthorized},
		{"a 200 with code 401", 200, `{"code":401,"description":"Unauthorized"}`, Stop, msg.Unauthorized},
		{"a 403", 403, "<html>", Stop, msg.Forbidden},
		{"a 404", 404, "{}", NotTaken, msg.NotFound},
		{"a 429", 429, "", NotTaken, msg.Throttled},
		{"a starting instance", 400, "instance in starting process try later", NotTaken, msg.Starting},
		{"an expired instance", 400, enveloped("Instance account is expired. Renew"), Stop, msg.Expired},
		{"a question that is refused", 400, enveloped("Validation failed. Details: 'minutes'"), Refused, msg.Refused},
		{"a used up method", 466, "{}", Stop, msg.Quota},
		{"a redirect", 302, "", Stop, msg.Protocol},
		{"a 500", 500, "[]", Unknown, msg.OddAnswer},
	}
	for _, test := range tests {
		for method, get := range getters {
			t.Run(method+": "+test.name, func(t *testing.T) {
				c := clientOf(t, saying(test.status, test.body), Options{})
				_, err := get(c, context.Background())
				e, ok := errors.AsType[*Error](err)
				if !ok || e.Meaning != test.meaning || e.Reason.Code != test.code || e.Status != test.status {
					t.Fatalf("got %#v", err)
				}
				if errors.Unwrap(e) != nil || !strings.HasPrefix(e.Error(), method+": ") || strings.Contains(e.Error(), "card") {
					t.Errorf("got %v, which wraps %v", e, errors.Unwrap(e))
				}
			})
		}
	}
}

func TestAFailedReadingSaysWhoEndedIt(t *testing.T) {
	halfABody := func(conn net.Conn) bool {
		_, _ = io.WriteString(conn, okHead+"Content-Length: 200\r\n\r\n[{\"idMessage\":\"A\"},")
		return untilClosed(conn)
	}
	for _, c := range []struct {
		name     string
		answer   func(net.Conn) bool
		deadline time.Duration // of the caller; at 0 it has cancelled before
		patience time.Duration
		meaning  Meaning
		cause    error
	}{
		{"the caller, before", untilClosed, 0, time.Minute, NotTaken, context.Canceled},
		{"the caller's deadline", untilClosed, time.Second, time.Minute, Unknown, context.DeadlineExceeded},
		{"the client's patience", untilClosed, time.Hour, time.Minute, Unknown, os.ErrDeadlineExceeded},
		{"the client's patience within the body", halfABody, time.Hour, time.Minute, Unknown, os.ErrDeadlineExceeded},
	} {
		for method, get := range getters {
			t.Run(method+": "+c.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(c.deadline, time.Hour))
					defer cancel()
					if c.deadline == 0 {
						cancel()
					}
					_, err := get(clientAt(t, "http://api.example", Options{Transport: piped(c.answer), Timeout: c.patience}), ctx)
					assertEnded(t, err, c.meaning, c.cause)
				})
			})
		}
	}
}

func assertEnded(t *testing.T, err error, meaning Meaning, cause error) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Meaning != meaning || !errors.Is(err, cause) {
		t.Errorf("got %#v, want %v because of %v", err, meaning, cause)
	}
}

func TestACutBodyProvesNothing(t *testing.T) {
	for method, get := range getters {
		t.Run(method, func(t *testing.T) {
			body := map[string]string{methodQueue: "[]", methodJournal: "[]"}[method]
			if body == "" {
				body = `{"stateInstance":"authorized","delaySendMessagesMilliseconds":0,"count":0,"idMessage":"A"}`
			}
			url := rawServer(t, writing(okHead+"Content-Length: 999\r\n\r\n"+body))
			_, err := get(clientAt(t, url, Options{}), context.Background())
			if e, ok := errors.AsType[*Error](err); !ok || e.Meaning != Unknown || e.Reason.Code != msg.NoAnswer {
				t.Errorf("got %#v", err)
			}
		})
	}
}

func TestQueueEntriesHaveTheFieldsOfTheFile(t *testing.T) {
	c := clientOf(t, saying(200, `[
		{"messageID":"A","type":"sendContact","body":{"chatId":"11001234567@c.us","quotedMessageId":"Q","typingTime":1000,
		 "contact":{"phoneContact":79001234568,"firstName":"Артем","middleName":"Петрович","lastName":"Евпаторийский","company":"Велосипед"}}},
		{"messageID":"B","type":"sendContact","body":{"chatId":"1-2@g.us","contact":{"phoneContact":"79001234568","company":"C"}}},
		{"messageID":"C","type":"sendContact","body":{"chatId":"1@lid","contact":{"phoneContact":"+0 unreadable"}}},
		{"messageID":"D","type":"sendContact","body":{"chatId":"1@lid","contact":{"phoneContact":7.9E10}}},
		{"messageID":"E","type":"sendMessage","body":{"chatId":"1@c.us","message":"hello"}}]`), Options{})
	want := []QueueEntry{
		{MessageID: "A", Type: "sendContact", Phone: 79001234568, Fields: csvmodel.Fields{ChatID: "11001234567@c.us", PhoneContact: "79001234568",
			FirstName: "Артем", MiddleName: "Петрович", LastName: "Евпаторийский", Company: "Велосипед", QuotedMessageID: "Q"}},
		{MessageID: "B", Type: "sendContact", Phone: 79001234568, Fields: csvmodel.Fields{ChatID: "1-2@g.us", PhoneContact: "79001234568", Company: "C"}},
		{MessageID: "C", Type: "sendContact", Fields: csvmodel.Fields{ChatID: "1@lid"}},
		{MessageID: "D", Type: "sendContact", Fields: csvmodel.Fields{ChatID: "1@lid"}},
		{MessageID: "E", Type: "sendMessage", Fields: csvmodel.Fields{ChatID: "1@c.us"}},
	}
	if got, err := c.Queue(context.Background()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
}

// TestAnOddEntryIsOneOddEntry: it is given as far as it can be read, and so are
// the others.
func TestAnOddEntryIsOneOddEntry(t *testing.T) {
	at := time.Unix(1765207863, 0)
	tests := []struct {
		name, list string
		want       []JournalEntry
	}{
		{"a comma at the end", `[{"idMessage":"A"},]`, []JournalEntry{{IDMessage: "A"}}},
		{"commas at the beginning and between", `[ ,{"idMessage":"A"}, ,{"idMessage":"B"}]`, []JournalEntry{{IDMessage: "A"}, {IDMessage: "B"}}},
		{"nothing but commas", `[,,]`, nil},
		{"a comma within an entry", `[{"idMessage":"A",,"chatId":"1@c.us"},{"idMessage":"B"}]`, []JournalEntry{{}, {IDMessage: "B"}}},
		{"entries that are no objects", `[null,"]",[1],7.5,{"idMessage":"B"}]`, []JournalEntry{{}, {}, {}, {}, {IDMessage: "B"}}},
		{"a fraction of a second", `[{"timestamp":1765207863.7,"idMessage":"A"}]`, []JournalEntry{{IDMessage: "A", Time: at}}},
		{"a time in quotes", `[{"timestamp":"1765207863","idMessage":"A"}]`, []JournalEntry{{IDMessage: "A", Time: at}}},
		{"a time that cannot be read", `[{"timestamp":"now","idMessage":"A"},{"timestamp":1e300,"idMessage":"B"}]`, []JournalEntry{{IDMessage: "A"}, {IDMessage: "B"}}},
		{"a time in milliseconds is none", `[{"timestamp":1765207863000,"idMessage":"A"}]`, []JournalEntry{{IDMessage: "A"}}},
		{"a type and a chat that are numbers", `[{"typeMessage":1,"chatId":2,"idMessage":"A"}]`, []JournalEntry{{IDMessage: "A"}}},
		{"a card that is a text", `[{"typeMessage":"contactMessage","contact":"C","idMessage":"A","statusMessage":"sent"}]`,
			[]JournalEntry{{IDMessage: "A", TypeMessage: "contactMessage", StatusMessage: "sent"}}},
		{"no status", `[{"typeMessage":"contactMessage","idMessage":"A"}]`, []JournalEntry{{IDMessage: "A", TypeMessage: "contactMessage"}}},
		{"ids that are none", `[{"idMessage":"A\u001b[2J"},{"idMessage":"\u202eA"},{"idMessage":"A B"},{"idMessage":"=A"},{"idMessage":"B"}]`,
			[]JournalEntry{{}, {}, {}, {}, {IDMessage: "B"}}},
		{"an id and a card beyond all measure", `[{"idMessage":"` + strings.Repeat("A", 1000) + `","contact":{"vcard":"` + strings.Repeat("A", 1<<16) + `"}}]`, []JournalEntry{{}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []JournalEntry
			c := clientOf(t, saying(200, test.list), Options{})
			err := c.Journal(context.Background(), 5, func(e JournalEntry) error { got = append(got, e); return nil })
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestAnOddEntryOfTheQueueIsOneOddEntry(t *testing.T) {
	c := clientOf(t, saying(200, `[null,{"idMessage":"A","type":"sendContact","body":{"chatId":1,"contact":{"phoneContact":{}}}},,
		{"messageID":"A\u0007"},{"messageID":"B","body":{"chatId":"1@c.us","typingTime":null,"contact":{"phoneContact":true,"firstName":"C"}}}]`), Options{})
	want := []QueueEntry{{}, {MessageID: "A", Type: "sendContact"}, {},
		{MessageID: "B", Fields: csvmodel.Fields{ChatID: "1@c.us", FirstName: "C"}}}
	if got, err := c.Queue(context.Background()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
}

// TestTheQueueIsCountedWhereNoCountCanBeHad has services of all ages.
func TestTheQueueIsCountedWhereNoCountCanBeHad(t *testing.T) {
	entries := func(n int) string { return "[" + strings.Repeat(`{"messageID":"A"},`, n) + "]" }
	tests := []struct {
		name   string
		status int
		count  string
		queue  string
		want   int // -1: the count's own failure
	}{
		{"an older service", 404, `{"statusCode":404}`, entries(3), 3},
		{"another key", 200, `{"total":7}`, entries(0), 0},
		{"a count that nobody can have", 200, `{"count":1e18}`, entries(499), 499},
		{"more than the queue shows", 404, "", entries(500), -1},
		{"no queue either", 404, "", "<html>", -1},
		{"no room for the question", 429, "", entries(3), -1},
		{"a failing service", 502, "", entries(3), -1},
		{"an account that is refused", 200, `{"code":401}`, entries(3), -1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, methodQueue) {
					_, _ = io.WriteString(w, test.queue)
					return
				}
				saying(test.status, test.count)(w, r)
			}, Options{})
			got, err := c.MessagesCount(context.Background())
			if e, failed := errors.AsType[*Error](err); failed != (test.want < 0) || failed && (e.Method != methodCount || e.Status != test.status) ||
				!failed && got != test.want {
				t.Errorf("got %d, %v; want %d", got, err, test.want)
			}
		})
	}
}

// endless repeats a text for ever, and counts what of it was read.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		copied := copy(p[n:], e.text[e.read%len(e.text):])
		n, e.read = n+copied, e.read+copied
	}
	return n, nil
}

func (*endless) Close() error { return nil }

func TestAnEndlessAnswerIsGivenUp(t *testing.T) {
	entry := `{"messageID":"A","typeMessage":"contactMessage","body":{"chatId":"1@c.us","contact":{"firstName":"` + strings.Repeat("F", 9000) + `"}}}`
	for _, test := range []struct {
		name, begin, text string
		limit             int
		methods           []string
	}{
		{"an object", `{"a":"`, "A", answerLimit, slices.Collect(maps.Keys(getters))},
		{"an entry", `[{"a":"`, "A", answerLimit, []string{methodQueue, methodJournal}},
		{"white space", `[`, " ", answerLimit, []string{methodQueue, methodJournal}},
		{"a queue of long entries", `[`, entry + ",", 32 << 20, []string{methodQueue}},
		{"a queue of short entries", `[`, "{},", 1 << 20, []string{methodQueue}},
		{"a journal of long entries", `[`, entry + ",", 50 << 20, []string{methodJournal}},
		{"a journal of short entries", `[`, "{},", 1 << 19, []string{methodJournal}},
	} {
		for _, method := range test.methods {
			t.Run(test.name+" of "+method, func(t *testing.T) {
				body := &endless{text: test.text}
				c := clientAt(t, "http://api.example", Options{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, Request: r, Header: http.Header{}, Body: struct {
						io.Reader
						io.Closer
					}{io.MultiReader(strings.NewReader(test.begin), body), body}}, nil
				})})
				withoutLimits(c)
				_, err := getters[method](c, context.Background())
				if e, ok := errors.AsType[*Error](err); !ok || e.Meaning != Unknown || body.read > 3*test.limit {
					t.Errorf("got %v after %d bytes", err, body.read)
				}
			})
		}
	}
}

func TestAListThatDripsIsGivenUp(t *testing.T) {
	drip := func(conn net.Conn) bool {
		_, err := io.WriteString(conn, okHead+"\r\n[")
		for err == nil {
			time.Sleep(30 * time.Second)
			_, err = io.WriteString(conn, "{},")
		}
		return false
	}
	for _, method := range []string{methodQueue, methodJournal} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				_, err := getters[method](clientAt(t, "http://api.example", Options{Transport: piped(drip)}), t.Context())
				assertEnded(t, err, Unknown, os.ErrDeadlineExceeded)
				if elapsed := time.Since(began); elapsed != listTimeouts*time.Minute {
					t.Errorf("after %v", elapsed)
				}
				time.Sleep(time.Minute) // the server learns of it
			})
		})
	}
}

// FuzzReadings: whatever comes, a reading is within bounds or an *Error.
func FuzzReadings(f *testing.F) {
	f.Add([]byte(`{"count":9223372036854775807,"delaySendMessagesMilliseconds":9223372036854775807,"stateInstance":1}`))
	f.Add([]byte(`{"count":-9223372036854775808,"delaySendMessagesMilliseconds":"0x1p999"}`))
	f.Add([]byte(`{"count":"NaN","delaySendMessagesMilliseconds":"-Inf"}`))
	f.Add([]byte(`[,{"timestamp":1e308,"body":{"contact":{"phoneContact":99999999999999999999}}},]`))
	f.Add([]byte(`["\\\"`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := clientAt(t, "http://api.example", Options{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Request: r, Body: io.NopCloser(bytes.NewReader(body)), Header: http.Header{}}, nil
		})})
		withoutLimits(c)
		if n, err := c.MessagesCount(context.Background()); n < 0 || n > maxCount || err != nil && n != 0 {
			t.Errorf("a count of %d, %v", n, err)
		}
		if s, err := c.Settings(context.Background()); s.Delay < 0 || s.Delay > 24*time.Hour || err != nil && s.Delay != 0 {
			t.Errorf("a delay of %v, %v", s.Delay, err)
		}
		for method, get := range getters {
			if _, err := get(c, context.Background()); err != nil {
				if _, ok := errors.AsType[*Error](err); !ok {
					t.Errorf("%s: %v", method, err)
				}
			}
		}
	})
}

const journalEntry = `{"type":"outgoing","idMessage":"3EB0","timestamp":1765207863,"typeMessage":"contactMessage","chatId":"11001234567@c.us",
	"contact":{"displayName":"Артем","vcard":"BEGIN:VCARD\nVERSION:3.0\nN:;Артем;;\nFN:Артем\nTEL;type=CELL;type=VOICE;waid=79001234568:+79001234568\nEND:VCARD"},
	"statusMessage":"sent","sendByApi":true,"isDeleted":false}`

func TestJournalEntriesHaveTheCardsNumber(t *testing.T) {
	var asked string
	c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.URL.RawQuery
		_, _ = io.WriteString(w, "["+journalEntry+`,{"typeMessage":"textMessage","textMessage":"hello"}]`)
	}, Options{})
	var got []JournalEntry
	err := c.Journal(context.Background(), 90, func(e JournalEntry) error { got = append(got, e); return nil })
	if err != nil || len(got) != 2 || asked != "GET minutes=90" {
		t.Fatalf("got %+v, %v; asked %s", got, err, asked)
	}
	e := got[0]
	if e.Phone != 79001234568 || e.ByHand || e.Time.Unix() != 1765207863 || e.DisplayName != "Артем" || e.StatusMessage != "sent" || e.Type != "outgoing" {
		t.Errorf("got %+v", e)
	}
	if e := got[1]; e.Phone != 0 || !e.Time.IsZero() || e.ByHand {
		t.Errorf("got %+v", e)
	}
}

func TestTheReaderOfAJournalCanStopIt(t *testing.T) {
	c := clientOf(t, saying(200, `[{"idMessage":"A"},{"idMessage":"B"}]`), Options{})
	enough, seen := errors.New("enough"), 0
	err := c.Journal(context.Background(), 5, func(JournalEntry) error { seen++; return enough })
	if err != enough || seen != 1 {
		t.Errorf("got %v after %d", err, seen)
	}
}

func TestALongJournalIsReadToItsEnd(t *testing.T) {
	const entries = 6000
	c := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "["+strings.Repeat(journalEntry+",", entries-1)+journalEntry+"]")
	}, Options{})
	seen := 0
	err := c.Journal(context.Background(), 1440, func(JournalEntry) error { seen++; return nil })
	if err != nil || seen != entries || entries*len(journalEntry) < 2*answerLimit {
		t.Errorf("got %v after %d", err, seen)
	}
}

func TestAMessageIsAskedForByChatAndID(t *testing.T) {
	c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		question, _ := io.ReadAll(r.Body)
		if string(question) != `{"chatId":"1@c.us","idMessage":"3EB0"}` || r.Method != "POST" {
			t.Errorf("asked %s %s", r.Method, question)
		}
		_, _ = io.WriteString(w, journalEntry)
	}, Options{})
	if e, err := c.Message(context.Background(), "1@c.us", "3EB0"); err != nil || e.Phone != 79001234568 {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestAMessageThatIsNotThereIsToldApart(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
		want       bool
	}{
		{"not found", enveloped("Message not found by id: 3EB0"), 400, true},
		{"not found, as bare text", "Message not found by id 3EB0", 400, true},
		{"another refusal", enveloped("Validation failed: Message not found"), 400, false},
		{"a starting instance", "instance in starting process try later", 400, false},
		{"another status", enveloped("Message not found by id"), 404, false},
		{"next to nothing", `{"type":"outgoing","typeMessage":""}`, 200, true},
		{"an account that is refused", `{"code":401}`, 200, false},
		{"no object", `[]`, 200, false},
		{"nothing", ``, 200, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := clientOf(t, saying(test.status, test.body), Options{})
			_, err := c.Message(context.Background(), "1@c.us", "3EB0")
			if errors.Is(err, ErrMessageNotFound) != test.want || err == nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheNumberOfACard(t *testing.T) {
	tests := []struct {
		name, vcard string
		want        int64
	}{
		{"as the service builds it", "BEGIN:VCARD\nTEL;type=CELL;type=VOICE;waid=79001234568:+7 900 123-45-68\nEND:VCARD", 79001234568},
		{"with other line ends, case and a group", "BEGIN:VCARD\r\nitem1.Tel;WAID=79001234568;type=CELL:+79001234568\r\n", 79001234568},
		{"the same number twice", "TEL;waid=79001234568:1\nTEL;waid=79001234568:2", 79001234568},
		{"two numbers are none", "TEL;waid=79001234568:1\nTEL;waid=79001234569:2", 0},
		{"a name with a number is none", "FN:TEL;waid=79001234568:+79001234568", 0},
		{"a telephone without an id is none", "TEL;type=CELL:+79001234568", 0},
		{"an id behind the colon is none", "TEL:;waid=79001234568", 0},
		{"an id with letters is none", "TEL;waid=7900x:+7900", 0},
		{"an id too long is none", "TEL;waid=99999999999999999999:+7", 0},
		{"no card is none", "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := cardPhone(test.vcard); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
