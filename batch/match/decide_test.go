package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
)

// noon is when the first row of a history was asked for, in the service's clock.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const testS = 2 * time.Minute

const (
	chatA, chatB, chatC = "12025550101@c.us", "12025550102@c.us", "12025550103@c.us"
	card                = 447700900123
)

type (
	rows    = []match.Candidate
	queue   = []greenapi.QueueEntry
	entries = []greenapi.JournalEntry // newest last
)

// unknown is a row that was asked for so long after noon.
func unknown(seq int64, chat string, after time.Duration) match.Candidate {
	row := ledger.Row{Run: 1, Seq: seq, Intended: noon.Add(after), Ended: noon.Add(after + time.Minute),
		Fields: csvmodel.Fields{ChatID: chat, PhoneContact: fmt.Sprint(card), FirstName: "Ada", LastName: "Lovelace"}}
	row.Card[0] = chat[len("12025550101")-1] // equal fields, equal card
	return match.NewCandidate(row, testS, true)
}

func with(c match.Candidate, change func(*match.Candidate)) match.Candidate { change(&c); return c }

func ofAcme(c *match.Candidate) { c.Fields.Company = "Acme" }

// sent is an entry of the journal, so long after noon.
func sent(chat, id string, after time.Duration) greenapi.JournalEntry {
	return greenapi.JournalEntry{ChatID: chat, IDMessage: id, Phone: card, DisplayName: "Ada Lovelace", Time: noon.Add(after)}
}

// showing is an entry of the journal with this on its card.
func showing(chat string, phone int64, name, vcard string) greenapi.JournalEntry {
	return greenapi.JournalEntry{ChatID: chat, IDMessage: "X", Phone: phone, DisplayName: name, VCard: vcard, Time: noon}
}

// queued is an entry of the queue.
func queued(chat, id string) greenapi.QueueEntry {
	return greenapi.QueueEntry{MessageID: id, Type: "sendContact", Fields: unknown(0, chat, 0).Fields, Phone: card}
}

// journal gives the entries as the service does, newest first.
func journal(entries entries) []match.Message {
	slices.Reverse(entries)
	return match.FromJournal(entries)
}

func TestWhatTheRecordsSayOfAnUnknownRow(t *testing.T) {
	cases := []struct {
		name    string
		rows    rows
		queue   queue
		journal entries
		change  func(*match.Evidence) // of what covers everything
		want    string                // for each row: an id and how, free or unknown
		resends int
	}{
		{name: "killed between intent and request: nothing shows it", rows: rows{unknown(1, chatA, 0)}, want: "free"},
		{name: "killed after the request, taken 50 s later", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", 50*time.Second)}, want: "X journal"},
		{name: "taken, and waiting in the queue", rows: rows{unknown(1, chatA, 0)},
			queue: queue{queued(chatB, "V"), queued(chatA, "X")}, want: "X queue"},
		{name: "found in the queue, before the journal was read", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: queue{queued(chatA, "X")}, change: func(e *match.Evidence) { e.JournalFrom = time.Time{} }, want: "X queue, unknown"},
		{name: "hidden at the queue's head for five minutes, then in the journal", rows: rows{unknown(1, chatA, 0)},
			queue: queue{queued(chatB, "V")}, journal: entries{sent(chatA, "X", 6*time.Minute)}, want: "X journal"},
		{name: "in the queue first and then in the journal is one message", rows: rows{unknown(1, chatA, 0)},
			queue: queue{queued(chatA, "X")}, journal: entries{sent(chatA, "X", 6*time.Minute)}, want: "X journal"},
		{name: "a queue of 500 or more hides the rest", rows: rows{unknown(1, chatA, 0)},
			change: func(e *match.Evidence) { e.QueueCovers = false }, want: "unknown"},
		{name: "a queue of 500 or more still shows what it shows", rows: rows{unknown(1, chatA, 0)},
			queue: queue{queued(chatA, "X")}, change: func(e *match.Evidence) { e.QueueCovers = false }, want: "X queue"},
		{name: "a journal that was cut short proves nothing", rows: rows{unknown(1, chatA, 0)},
			change: func(e *match.Evidence) { e.JournalFrom = time.Time{} }, want: "unknown"},
		{name: "a journal that begins after the row proves nothing", rows: rows{unknown(1, chatA, 0)},
			change: func(e *match.Evidence) { e.JournalFrom = noon }, want: "unknown"},
		{name: "given up too late for this reading of the queue", rows: rows{with(unknown(1, chatA, 0), func(c *match.Candidate) { c.IsDue = false })}, want: "unknown"},
		{name: "given up too late for this reading, but shown", rows: rows{with(unknown(1, chatA, 0), func(c *match.Candidate) { c.IsDue = false })},
			journal: entries{sent(chatA, "X", 0)}, want: "X journal"},
		{name: "one row, one @lid", rows: rows{unknown(1, chatA, 0)}, journal: entries{sent("5@lid", "X", 0)}, want: "X elimination"},
		{name: "the same number to two chats, one @lid: nobody knows which", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("5@lid", "X", 0)}, want: "unknown, unknown"},
		{name: "the same number to two chats, two @lids: nobody knows which is which", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("5@lid", "X", 0), sent("6@lid", "Y", 0)}, want: "unknown, unknown"},
		{name: "the same number to two chats, one @lid that is known", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("5@lid", "X", 0)}, change: func(e *match.Evidence) { e.Chats["5@lid"] = chatB }, want: "free, X journal"},
		{name: "an @lid that is known to be a third chat's", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent("5@lid", "X", 0)}, change: func(e *match.Evidence) { e.Chats["5@lid"] = chatC }, want: "free"},
		{name: "an @lid whose card has another name is not taken for the row, nor as proof against it", rows: rows{unknown(1, chatA, 0)},
			journal: entries{showing("5@lid", card, "Bob", "")}, want: "unknown"},
		{name: "the queue tells whose @lid it is", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: queue{queued(chatA, "X")}, journal: entries{sent("5@lid", "X", 0)}, want: "X journal, free"},
		{name: "two equal cards to one chat, one taken", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: entries{sent(chatA, "X", 0)}, want: "X journal, free"},
		{name: "two equal cards to one chat, both taken, oldest to oldest", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: entries{sent(chatA, "Y", time.Minute), sent(chatA, "X", 0)}, want: "X journal, Y journal"},
		{name: "of two equal cards the younger cannot be what was sent before it", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Hour)},
			journal: entries{sent(chatA, "X", 0), sent(chatA, "Y", time.Second)}, want: "X journal, free", resends: 1},
		{name: "two cards that the journal cannot tell apart, one taken", rows: rows{unknown(1, chatA, 0), with(unknown(2, chatA, time.Second), func(c *match.Candidate) { c.Card[1] = 1; c.Fields.Company = "Acme" })},
			journal: entries{sent(chatA, "X", 0)}, want: "unknown, unknown"},
		{name: "what the service repeats by itself is reported", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", 0), sent(chatA, "Y", time.Minute)}, want: "X journal", resends: 1},
		{name: "one message shown twice is one", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: entries{sent(chatA, "X", 0), sent(chatA, "X", 0)}, want: "X journal, free"},
		{name: "an entry of which it is not clear whose it is keeps the row from being freed", rows: rows{unknown(1, chatA, 0)},
			change: func(e *match.Evidence) { e.Ambiguous = journal(entries{sent("5@lid", "X", 0)}) }, want: "unknown"},
		{name: "a chat whose @lid is known is not behind another one", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("6@lid", "X", 0)}, change: func(e *match.Evidence) { e.Chats["5@lid"] = chatA }, want: "free, X elimination"},
		{name: "another company on the card", rows: rows{with(unknown(1, chatA, 0), ofAcme)},
			journal: entries{showing(chatA, card, "Ada Lovelace", "BEGIN:VCARD\nORG:Other\n")}, want: "unknown"},
		{name: "the same company on the card, escaped", rows: rows{with(unknown(1, chatA, 0), func(c *match.Candidate) { c.Fields.Company = "Acme, Inc; Sons" })},
			journal: entries{showing(chatA, card, "Ada Lovelace", "BEGIN:VCARD\r\nORG:Acme\\, Inc\\; Sons;\r\n")}, want: "X journal"},
		{name: "clocks two seconds apart", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", -testS-2*time.Second)}, want: "X journal"},
		{name: "what was sent long before is another's", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", -testS-3*time.Second)}, want: "free"},
		{name: "another number to the same chat", rows: rows{unknown(1, chatA, 0)},
			journal: entries{showing(chatA, card+1, "Ada Lovelace", "")}, want: "free"},
		{name: "a card that cannot be read", rows: rows{unknown(1, chatA, 0)},
			journal: entries{showing(chatA, 0, "", "")}, want: "unknown"},
		{name: "another name to the same chat may be the row, and does not prove it", rows: rows{unknown(1, chatA, 0)},
			journal: entries{showing(chatA, card, "Ada", "")}, want: "unknown"},
		{name: "a number that WhatsApp knows with a digit less in front", rows: rows{unknown(1, "5511912345678@c.us", 0)},
			journal: entries{sent("551112345678@c.us", "X", 0)}, want: "unknown"},
		{name: "a body in the queue that differs is not the row, and no proof against it", rows: rows{with(unknown(1, chatA, 0), ofAcme)},
			queue: queue{queued(chatA, "X")}, want: "unknown"},
		{name: "spaces in a name do not count", rows: rows{with(unknown(1, chatA, 0), func(c *match.Candidate) { c.Fields.FirstName = "Ada  " })},
			journal: entries{sent(chatA, "X", 0)}, want: "X journal"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := match.Unclaimed(match.FromQueue(c.queue), journal(c.journal), nil)
			e := match.Evidence{Candidates: c.rows, Messages: r.Messages, Chats: r.Learned, QueueCovers: true, JournalFrom: noon.Add(-time.Hour)}
			if c.change != nil {
				c.change(&e)
			}
			verdicts := match.Decide(e)
			resends := 0
			for _, v := range verdicts {
				resends += len(v.Resends)
			}
			if got := inWords(verdicts); got != c.want || resends != c.resends {
				t.Errorf("got %s and %d resends, want %s and %d", got, resends, c.want, c.resends)
			}
		})
	}
}

func inWords(verdicts []match.Verdict) string {
	words := make([]string, len(verdicts))
	for i, v := range verdicts {
		switch {
		case v.Found != nil && v.IsFree:
			words[i] = "both found and free"
		case v.Found != nil:
			words[i] = v.Found.ID + " " + v.ResolvedBy
		case v.IsFree:
			words[i] = "free"
		default:
			words[i] = "unknown"
		}
	}
	return strings.Join(words, ", ")
}

func TestWhatRowsOfTheLedgerHoldIsNobodyElses(t *testing.T) {
	holds := func(seq int64, chat, id string) match.Candidate {
		return with(unknown(seq, chat, 0), func(c *match.Candidate) { c.IDMessage = id })
	}
	cases := []struct {
		name    string
		entries entries
		holders rows
		rest    []string // chat and id
		learned string
	}{
		{"the same chat and id", entries{sent(chatA, "X", 0)}, rows{holds(1, chatA, "X")}, nil, "map[]"},
		{"an id that is equal in two chats", entries{sent(chatB, "X", 0), sent(chatA, "X", 0)}, rows{holds(1, chatA, "X")}, []string{chatB + " X"}, "map[]"},
		{"an @lid with the same id and card is learned", entries{sent("5@lid", "X", 0)}, rows{holds(1, chatA, "X")}, nil, "map[5@lid:" + chatA + "]"},
		{"of two @lids with one id nobody knows whose they are", entries{sent("5@lid", "X", 0), sent("6@lid", "X", 0)},
			rows{holds(1, chatA, "X"), holds(2, chatB, "X")}, []string{"5@lid X ambiguous", "6@lid X ambiguous"}, "map[]"},
		{"also when one row holds it", entries{sent("5@lid", "X", 0), sent("6@lid", "X", 0)}, rows{holds(1, chatA, "X")},
			[]string{"5@lid X ambiguous", "6@lid X ambiguous"}, "map[]"},
		{"also when two rows hold it", entries{sent("5@lid", "X", 0)}, rows{holds(1, chatA, "X"), holds(2, chatB, "X")}, []string{"5@lid X ambiguous"}, "map[]"},
		{"an entry from before its holder is not held", entries{sent("5@lid", "X", -time.Hour)}, rows{holds(1, chatA, "X")}, []string{"5@lid X"}, "map[]"},
		{"an @lid with another card is not held", entries{showing("5@lid", card+1, "", "")}, rows{holds(1, chatA, "X")}, []string{"5@lid X"}, "map[]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := match.Unclaimed(nil, journal(c.entries), c.holders)
			var got []string
			for _, m := range r.Messages {
				got = append(got, m.Chat+" "+m.ID)
			}
			for _, m := range r.Ambiguous {
				got = append(got, m.Chat+" "+m.ID+" ambiguous")
			}
			if !slices.Equal(got, c.rest) || fmt.Sprint(r.Learned) != c.learned {
				t.Errorf("left %v, learned %v", got, r.Learned)
			}
		})
	}
}
