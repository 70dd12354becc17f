package batch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// noon is when the first row of a history was asked for, in the service's clock.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const testS = 2 * time.Minute

const (
	chatA, chatB, chatC = "12025550101@c.us", "12025550102@c.us", "12025550103@c.us"
	card                = 447700900123
)

// unknown is a row that was asked for so long after noon.
func unknown(seq int64, chat string, after time.Duration) doubt {
	row := ledger.Row{Run: 1, Seq: seq, Intended: noon.Add(after), Ended: noon.Add(after + time.Minute),
		Fields: csvmodel.Fields{ChatID: chat, PhoneContact: fmt.Sprint(card), FirstName: "Ada", LastName: "Lovelace"}}
	row.Card[0] = chat[len("12025550101")-1] // equal fields, equal card
	return doubt{Row: row, begin: row.Intended.Add(-testS - clockMargin), due: true}
}

func (d doubt) with(change func(*doubt)) doubt { change(&d); return d }

// sent is an entry of the journal, so long after noon.
func sent(chat, id string, after time.Duration) entry {
	return entry{chat: chat, id: id, phone: card, name: "Ada Lovelace", at: noon.Add(after)}
}

// queued is an entry of the queue.
func queued(chat, id string) entry {
	body := unknown(0, chat, 0).Fields
	return entry{chat: chat, id: id, phone: card, name: "Ada Lovelace", body: &body}
}

func TestWhatTheRecordsSayOfAnUnknownRow(t *testing.T) {
	noBody := func(e entry) entry { e.body = nil; return e }
	cases := []struct {
		name    string
		doubts  []doubt
		queue   []entry
		journal []entry
		change  func(*evidence) // of what covers everything
		want    string          // for each row: an id and how, free or unknown
		repeats int
	}{
		{name: "killed between intent and request: nothing shows it", doubts: []doubt{unknown(1, chatA, 0)}, want: "free"},
		{name: "killed after the request, taken 50 s later", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{sent(chatA, "X", 50*time.Second)}, want: "X journal"},
		{name: "taken, and waiting in the queue", doubts: []doubt{unknown(1, chatA, 0)},
			queue: []entry{queued(chatB, "V"), queued(chatA, "X")}, want: "X queue"},
		{name: "found in the queue, before the journal was read", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: []entry{queued(chatA, "X")}, change: func(e *evidence) { e.journalFrom = time.Time{} }, want: "X queue, unknown"},
		{name: "hidden at the queue's head for five minutes, then in the journal", doubts: []doubt{unknown(1, chatA, 0)},
			queue: []entry{queued(chatB, "V")}, journal: []entry{sent(chatA, "X", 6*time.Minute)}, want: "X journal"},
		{name: "in the queue first and then in the journal is one message", doubts: []doubt{unknown(1, chatA, 0)},
			queue: []entry{queued(chatA, "X")}, journal: []entry{sent(chatA, "X", 6*time.Minute)}, want: "X journal"},
		{name: "a queue of 500 or more hides the rest", doubts: []doubt{unknown(1, chatA, 0)},
			change: func(e *evidence) { e.queueCovers = false }, want: "unknown"},
		{name: "a queue of 500 or more still shows what it shows", doubts: []doubt{unknown(1, chatA, 0)},
			queue: []entry{queued(chatA, "X")}, change: func(e *evidence) { e.queueCovers = false }, want: "X queue"},
		{name: "a journal that was cut short proves nothing", doubts: []doubt{unknown(1, chatA, 0)},
			change: func(e *evidence) { e.journalFrom = time.Time{} }, want: "unknown"},
		{name: "a journal that begins after the row proves nothing", doubts: []doubt{unknown(1, chatA, 0)},
			change: func(e *evidence) { e.journalFrom = noon }, want: "unknown"},
		{name: "given up too late for this reading of the queue", doubts: []doubt{unknown(1, chatA, 0).with(func(d *doubt) { d.due = false })}, want: "unknown"},
		{name: "given up too late for this reading, but shown", doubts: []doubt{unknown(1, chatA, 0).with(func(d *doubt) { d.due = false })},
			journal: []entry{sent(chatA, "X", 0)}, want: "X journal"},
		{name: "one row, one @lid", doubts: []doubt{unknown(1, chatA, 0)}, journal: []entry{sent("5@lid", "X", 0)}, want: "X elimination"},
		{name: "the same number to two chats, one @lid: nobody knows which", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: []entry{sent("5@lid", "X", 0)}, want: "unknown, unknown"},
		{name: "the same number to two chats, two @lids: nobody knows which is which", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: []entry{sent("5@lid", "X", 0), sent("6@lid", "Y", 0)}, want: "unknown, unknown"},
		{name: "the same number to two chats, one @lid that is known", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: []entry{sent("5@lid", "X", 0)}, change: func(e *evidence) { e.chats["5@lid"] = chatB }, want: "free, X journal"},
		{name: "an @lid that is known to be a third chat's", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{sent("5@lid", "X", 0)}, change: func(e *evidence) { e.chats["5@lid"] = chatC }, want: "free"},
		{name: "an @lid whose card has another name is not taken for the row, nor as proof against it", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{{chat: "5@lid", id: "X", phone: card, name: "Bob", at: noon}}, want: "unknown"},
		{name: "the queue tells whose @lid it is", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: []entry{queued(chatA, "X")}, journal: []entry{sent("5@lid", "X", 0)}, want: "X journal, free"},
		{name: "two equal cards to one chat, one taken", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: []entry{sent(chatA, "X", 0)}, want: "X journal, free"},
		{name: "two equal cards to one chat, both taken, oldest to oldest", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: []entry{sent(chatA, "Y", time.Minute), sent(chatA, "X", 0)}, want: "X journal, Y journal"},
		{name: "of two equal cards the younger cannot be what was sent before it", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatA, time.Hour)},
			journal: []entry{sent(chatA, "X", 0), sent(chatA, "Y", time.Second)}, want: "X journal, free", repeats: 1},
		{name: "two cards that the journal cannot tell apart, one taken", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatA, time.Second).with(func(d *doubt) { d.Card[1] = 1; d.Fields.Company = "Acme" })},
			journal: []entry{sent(chatA, "X", 0)}, want: "unknown, unknown"},
		{name: "what the service repeats by itself is reported", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{sent(chatA, "X", 0), sent(chatA, "Y", time.Minute)}, want: "X journal", repeats: 1},
		{name: "one message shown twice is one", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: []entry{sent(chatA, "X", 0), sent(chatA, "X", 0)}, want: "X journal, free"},
		{name: "an entry of which it is not clear whose it is keeps the row from being freed", doubts: []doubt{unknown(1, chatA, 0)},
			change: func(e *evidence) { e.blurred = []entry{sent("5@lid", "X", 0)} }, want: "unknown"},
		{name: "a chat whose @lid is known is not behind another one", doubts: []doubt{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: []entry{sent("6@lid", "X", 0)}, change: func(e *evidence) { e.chats["5@lid"] = chatA }, want: "free, X elimination"},
		{name: "another company on the card", doubts: []doubt{unknown(1, chatA, 0).with(func(d *doubt) { d.Fields.Company = "Acme" })},
			journal: []entry{func() entry { e := sent(chatA, "X", 0); e.org = orgOf("BEGIN:VCARD\nORG:Other\n"); return e }()}, want: "unknown"},
		{name: "the same company on the card, escaped", doubts: []doubt{unknown(1, chatA, 0).with(func(d *doubt) { d.Fields.Company = "Acme, Inc; Sons" })},
			journal: []entry{func() entry {
				e := sent(chatA, "X", 0)
				e.org = orgOf("BEGIN:VCARD\r\nORG:Acme\\, Inc\\; Sons;\r\n")
				return e
			}()}, want: "X journal"},
		{name: "clocks two seconds apart", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{sent(chatA, "X", -testS-2*time.Second)}, want: "X journal"},
		{name: "what was sent long before is another's", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{sent(chatA, "X", -testS-3*time.Second)}, want: "free"},
		{name: "another number to the same chat", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{{chat: chatA, id: "X", phone: card + 1, name: "Ada Lovelace", at: noon}}, want: "free"},
		{name: "a card that cannot be read", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{{chat: chatA, id: "X", at: noon}}, want: "unknown"},
		{name: "another name to the same chat may be the row, and does not prove it", doubts: []doubt{unknown(1, chatA, 0)},
			journal: []entry{{chat: chatA, id: "X", phone: card, name: "Ada", at: noon}}, want: "unknown"},
		{name: "a number that WhatsApp knows with a digit less in front", doubts: []doubt{unknown(1, "5511912345678@c.us", 0)},
			journal: []entry{sent("551112345678@c.us", "X", 0)}, want: "unknown"},
		{name: "a body in the queue that differs is not the row, and no proof against it", doubts: []doubt{unknown(1, chatA, 0).with(func(d *doubt) { d.Fields.Company = "Acme" })},
			queue: []entry{queued(chatA, "X")}, want: "unknown"},
		{name: "spaces in a name do not count", doubts: []doubt{unknown(1, chatA, 0).with(func(d *doubt) { d.Fields.FirstName = "Ada  " })},
			journal: []entry{noBody(sent(chatA, "X", 0))}, want: "X journal"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			entries, chats := merge(c.queue, c.journal)
			e := evidence{doubts: c.doubts, entries: entries, chats: chats, queueCovers: true, journalFrom: noon.Add(-time.Hour)}
			if c.change != nil {
				c.change(&e)
			}
			verdicts, repeats := settle(e)
			if got := inWords(verdicts); got != c.want || len(repeats) != c.repeats {
				t.Errorf("got %s and %d repeats, want %s and %d", got, len(repeats), c.want, c.repeats)
			}
		})
	}
}

func inWords(verdicts []verdict) string {
	words := make([]string, len(verdicts))
	for i, v := range verdicts {
		switch {
		case v.found != nil && v.free:
			words[i] = "both found and free"
		case v.found != nil:
			words[i] = v.found.id + " " + v.how
		case v.free:
			words[i] = "free"
		default:
			words[i] = "unknown"
		}
	}
	return strings.Join(words, ", ")
}

func TestWhatRowsOfTheLedgerHoldIsNobodyElses(t *testing.T) {
	holds := func(seq int64, chat, id string) doubt {
		return unknown(seq, chat, 0).with(func(d *doubt) { d.IDMessage = id })
	}
	cases := []struct {
		name    string
		entries []entry
		holders []doubt
		rest    []string // chat and id
		learned string
	}{
		{"the same chat and id", []entry{sent(chatA, "X", 0)}, []doubt{holds(1, chatA, "X")}, nil, "map[]"},
		{"an id that is equal in two chats", []entry{sent(chatB, "X", 0), sent(chatA, "X", 0)}, []doubt{holds(1, chatA, "X")}, []string{chatB + " X"}, "map[]"},
		{"an @lid with the same id and card is learned", []entry{sent("5@lid", "X", 0)}, []doubt{holds(1, chatA, "X")}, nil, "map[5@lid:" + chatA + "]"},
		{"of two @lids with one id nobody knows whose they are", []entry{sent("5@lid", "X", 0), sent("6@lid", "X", 0)},
			[]doubt{holds(1, chatA, "X"), holds(2, chatB, "X")}, []string{"5@lid X blurred", "6@lid X blurred"}, "map[]"},
		{"also when one row holds it", []entry{sent("5@lid", "X", 0), sent("6@lid", "X", 0)}, []doubt{holds(1, chatA, "X")},
			[]string{"5@lid X blurred", "6@lid X blurred"}, "map[]"},
		{"also when two rows hold it", []entry{sent("5@lid", "X", 0)}, []doubt{holds(1, chatA, "X"), holds(2, chatB, "X")}, []string{"5@lid X blurred"}, "map[]"},
		{"an entry from before its holder is not held", []entry{sent("5@lid", "X", -time.Hour)}, []doubt{holds(1, chatA, "X")}, []string{"5@lid X"}, "map[]"},
		{"an @lid with another card is not held", []entry{{chat: "5@lid", id: "X", phone: card + 1, at: noon}}, []doubt{holds(1, chatA, "X")}, []string{"5@lid X"}, "map[]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rest, blurred, learned := withoutHeld(c.entries, c.holders)
			var got []string
			for _, en := range rest {
				got = append(got, en.chat+" "+en.id)
			}
			for _, en := range blurred {
				got = append(got, en.chat+" "+en.id+" blurred")
			}
			if !slices.Equal(got, c.rest) || fmt.Sprint(learned) != c.learned {
				t.Errorf("left %v, learned %v", got, learned)
			}
		})
	}
}
