package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Quirk is something that the service is known to do at times, for an account to
// do always. Names and words are for who plays with the program.
type Quirk struct {
	Name, Does string
	Apply      func(*Instance)
}

var quirks = []Quirk{
	{"journal-loses", "one message of five leaves and is never in the journal", func(in *Instance) {
		in.Configure(func(c *Config) { c.JournalLoses = oneOfFive })
	}},
	{"journal-late", "a message is in the journal two minutes after it left", func(in *Instance) {
		in.Configure(func(c *Config) { c.JournalLag = 2 * time.Minute })
	}},
	{"journal-odd", "stray commas in the journal, entries that cannot be read", func(in *Instance) {
		in.addFault(Fault{Method: "lastOutgoingMessages", When: After, Do: OddJournal})
	}},
	{"count-lies", "getMessagesCount says 0", countFault(Respond(200, `{"count":0}`))},
	{"count-missing", "getMessagesCount is 404, as in older pools", countFault(func(x *Exchange) bool { return x.Reply(x.instance.server.notFound(x.R)) })},
	{"count-cyrillic", "getMessagesCount writes its key with a Cyrillic letter", countFault(func(x *Exchange) bool {
		x.Answer.Body = bytes.Replace(x.Answer.Body, []byte("count"), []byte("сount"), 1)
		return false
	})},
	{"message-empty", "getMessage answers 200 with next to nothing", func(in *Instance) {
		in.addFault(Fault{Method: "getMessage", When: After, Do: Respond(200, BodyIncomplete)})
	}},
	{"delay-grows", "the delay is four times as long once 10 cards are taken", func(in *Instance) {
		var taken atomic.Int64
		in.addFault(Fault{When: After, Do: func(x *Exchange) bool {
			if taken.Add(1) == 10 {
				in.Configure(func(c *Config) { c.Delay *= 4 })
			}
			return false
		}})
	}},
	{"equal-ids", "the first messages of all chats have one id, and so on", func(in *Instance) {
		in.Configure(func(c *Config) { c.NewID = idsOfChats() })
	}},
	{"lids", "the journal shows every person by an @lid", func(in *Instance) {
		in.Configure(func(c *Config) { c.ShowLID = true })
	}},
}

// Quirks is the table of them.
func Quirks() []Quirk { return slices.Clone(quirks) }

func countFault(do Action) func(*Instance) {
	return func(in *Instance) { in.addFault(Fault{Method: "getMessagesCount", When: After, Do: do}) }
}

func oneOfFive(s SendContact) bool {
	h := fnv.New32a()
	fmt.Fprint(h, s.ChatID, s.Contact.PhoneContact)
	return h.Sum32()%5 == 0
}

func idsOfChats() func(SendContact) string {
	sent := map[string]int{}
	return func(s SendContact) string {
		sent[s.ChatID]++
		return fmt.Sprintf("3EB0%016X", sent[s.ChatID])
	}
}

var (
	timestamp = regexp.MustCompile(`"timestamp":(\d+)`)
	status    = regexp.MustCompile(`"statusMessage":"\w+",`)
)

// oddities are what OddJournal does to one entry after another.
var oddities = []func(string) string{
	func(e string) string { return e + "," }, // seen: #800
	func(e string) string { return timestamp.ReplaceAllString(e, `"timestamp":$1.5`) },
	func(e string) string { return status.ReplaceAllString(e, "") }, // seen: #494
	func(e string) string { return timestamp.ReplaceAllString(e, `"timestamp":"$1"`) },
	func(e string) string { return strings.Replace(e, `"contactMessage"`, `""`, 1) },
	func(e string) string { return strings.Replace(e, "waid=", "", 1) },
}

// OddJournal spoils the entries of a journal, each in another way. After.
func OddJournal(x *Exchange) bool {
	var entries []json.RawMessage
	if json.Unmarshal(x.Answer.Body, &entries) != nil {
		return false
	}
	odd := make([]string, len(entries))
	for i, e := range entries {
		odd[i] = oddities[i%len(oddities)](string(e))
	}
	x.Answer.Body = []byte("[" + strings.Join(odd, ",") + "]")
	return false
}

// DemoChat is a chat that always gets a particular answer, so that a person who
// plays with the program sees each of its statuses.
type DemoChat struct {
	ChatID  string
	Does    string // in a few words, to a card for it
	fault   func() Fault
	outcome string
}

var demo = []DemoChat{
	{"11000000400@c.us", "is refused (400)", always(Before, RespondEnvelope(http.StatusBadRequest,
		"Validation failed. Details: 'chatId' is a chat that the sandbox refuses")), ""},
	{"11000000466@c.us", "is outside the plan's allowance (466)", always(Before, ChatsExceeded), ""},
	{"11000000429@c.us", "is too fast at the first attempt (429), taken at the second", alternately(
		Respond(http.StatusTooManyRequests, "")), ""},
	{"11000000408@c.us", "is taken, but the answer is lost: the connection closes", always(After, CloseConn), ""},
	{"11000000502@c.us", "is not taken, and nobody can tell by the answer (502)", always(Before,
		Respond(http.StatusBadGateway, "")), ""},
	{"11000000504@c.us", "is not taken and never answered: the client's own time-out ends it", always(Before, Hang(0)), ""},
	{"11000000404@c.us", "is taken, but has no WhatsApp account (noAccount)", nil, "noAccount"},
	{"11000000417@c.us", "is taken, but its delivery fails (failed)", nil, "failed"},
}

// DemoChats is the table of the chats that [Options.Demo] is about. All others
// are taken, delivered after 2 s and read after 10 s.
func DemoChats() []DemoChat { return slices.Clone(demo) }

func always(when When, do Action) func() Fault {
	return func() Fault { return Fault{When: when, Do: do} }
}

// alternately strikes the first of two requests, each time anew for an instance.
func alternately(do Action) func() Fault {
	return func() Fault {
		var n atomic.Int64
		return Fault{Do: func(x *Exchange) bool { return n.Add(1)%2 == 1 && do(x) }}
	}
}

func demoFaults() []Fault {
	var list []Fault
	for _, d := range demo {
		if d.fault != nil {
			f := d.fault()
			f.If = ToChat(d.ChatID)
			list = append(list, f)
		}
	}
	return list
}

func demoOutcome(s SendContact) string {
	for _, d := range demo {
		if d.ChatID == s.ChatID {
			return d.outcome
		}
	}
	return ""
}
