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
	card                = 447400123123
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
	copy(row.Card[:], chat) // equal fields, equal card
	return match.NewCandidate(row, testS, true)
}

func with(c match.Candidate, change func(*match.Candidate)) match.Candidate { change(&c); return c }

func holds(seq int64, chat, id string, after time.Duration) match.Candidate {
	return with(unknown(seq, chat, after), func(c *match.Candidate) { c.IDMessage = id })
}

// inAccount gives a row the card of a chat of the same account.
func inAccount(c match.Candidate, chat string) match.Candidate {
	copy(c.Card[:], chat)
	return c
}

func notDue(c *match.Candidate) { c.IsDue = false }

// noProof is what is left of a journal that was not read as it must be.
func noProof(e *match.Evidence) { e.JournalFrom = time.Time{} }

func ofAcme(c *match.Candidate) { c.Fields.Company = "Acme" }

// asNFD has names as earlier versions took them.
func asNFD(c *match.Candidate) { c.Fields.FirstName, c.Fields.LastName = "Zoe\u0301", "-" }

func named(q greenapi.QueueEntry, first, last string) greenapi.QueueEntry {
	q.Fields.FirstName, q.Fields.LastName = first, last
	return q
}

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
		holders rows // which have their ids
		chats   match.Chats
		rows    rows
		queue   queue
		journal entries
		change  func(*match.Evidence) // of what covers everything
		want    string                // for each row: an id and where it was, free or unknown
		resends int
	}{
		{name: "killed between intent and request: nothing shows it", rows: rows{unknown(1, chatA, 0)}, want: "free"},
		{name: "killed after the request, taken 50 s later", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", 50*time.Second)}, want: "X journal"},
		{name: "taken, queued behind 200 others at a delay of 5 s", rows: rows{unknown(1, chatA, 0)},
			queue: append(slices.Repeat(queue{queued(chatB, "V")}, 200), queued(chatA, "X")), want: "X queue"},
		{name: "found in the queue, before the journal was read", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: queue{queued(chatA, "X")}, change: noProof, want: "X queue, unknown"},
		{name: "taken and hidden at the queue's head for a delay of 300 s", rows: rows{unknown(1, chatA, 0)},
			queue: queue{queued(chatB, "V")}, journal: entries{sent(chatA, "X", 6*time.Minute)}, want: "X journal"},
		{name: "in the queue first and then in the journal is one message", rows: rows{unknown(1, chatA, 0)},
			queue: queue{queued(chatA, "X")}, journal: entries{sent(chatA, "X", 6*time.Minute)}, want: "X journal"},
		{name: "queue of 500 or more", rows: rows{unknown(1, chatA, 0)},
			change: func(e *match.Evidence) { e.QueueCovers = false }, want: "unknown"},
		{name: "a queue of 500 or more still shows what it shows", rows: rows{unknown(1, chatA, 0)},
			queue: queue{queued(chatA, "X")}, change: func(e *match.Evidence) { e.QueueCovers = false }, want: "X queue"},
		{name: "journal cut short", rows: rows{unknown(1, chatA, 0)}, change: noProof, want: "unknown"},
		{name: "journal empty", rows: rows{unknown(1, chatA, 0)}, journal: entries{}, change: noProof, want: "unknown"},
		{name: "journal of another day", rows: rows{unknown(1, chatA, 0)}, journal: entries{sent(chatB, "V", -48*time.Hour)}, change: noProof, want: "unknown"},
		{name: "the account not authorised in between", rows: rows{unknown(1, chatA, 0)}, change: noProof, want: "unknown"},
		{name: "another instance's account asked", rows: rows{unknown(1, chatA, 0)}, journal: entries{sent(chatB, "V", 0)}, change: noProof, want: "unknown"},
		{name: "the process dies while settling: what the queue showed is settled", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: queue{queued(chatA, "X")}, change: noProof, want: "X queue, unknown"},
		{name: "the delay raised in between", rows: rows{unknown(1, chatA, 0)}, change: noProof, want: "unknown"},
		{name: "the account away while nobody looked", rows: rows{unknown(1, chatA, 0)}, change: noProof, want: "unknown"},
		{name: "a foreign card to another @lid", rows: rows{unknown(1, chatA, 0)}, journal: entries{sent("5@lid", "F", 0)}, want: "unknown"},
		{name: "a foreign card to another chat's @lid that is known", rows: rows{unknown(1, chatA, 0)}, chats: match.Chats{"5@lid": chatC},
			journal: entries{sent("5@lid", "F", 0)}, want: "free"},
		{name: "an old unknown row and a new attempt of the same card", rows: rows{with(unknown(1, chatA, -48*time.Hour), notDue), unknown(2, chatA, 0)},
			journal: entries{sent(chatA, "X", time.Minute)}, want: "unknown, X journal"},
		{name: "an old unknown row and a new attempt that waits in the queue", rows: rows{unknown(1, chatA, -48*time.Hour), unknown(2, chatA, 0)},
			queue: queue{queued(chatA, "X")}, want: "unknown, X queue"},
		{name: "an entry at the end of its time", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", time.Minute+testS+24*time.Hour)}, want: "X journal"},
		{name: "an entry after its time", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", time.Minute+testS+24*time.Hour+time.Second)}, want: "free"},
		{name: "an older row that the journal does not reach may be what was found, so that neither is settled", rows: rows{unknown(1, chatA, -2*time.Hour), unknown(2, chatA, 0)},
			journal: entries{sent(chatA, "X", time.Minute)}, want: "unknown, unknown"},
		{name: "an older row by an @lid that the journal does not reach", chats: match.Chats{"5@lid": chatB}, rows: rows{unknown(1, "9@lid", -2*time.Hour), unknown(2, chatB, 0), unknown(3, chatB, 0)},
			journal: entries{sent(chatB, "X", time.Minute)}, want: "unknown, X journal, unknown"},
		{name: "an entry without type or card", rows: rows{unknown(1, chatA, 0)}, journal: entries{{ChatID: chatA, IDMessage: "X", Time: noon}}, want: "unknown"},
		{name: "an entry without anything", rows: rows{unknown(1, chatA, 0)}, journal: entries{{}}, want: "unknown"},
		{name: "an entry without a time", rows: rows{unknown(1, chatA, 0)}, journal: entries{{ChatID: chatA, IDMessage: "X", Phone: card, DisplayName: "Ada Lovelace"}}, want: "unknown"},
		{name: "an entry without an id", rows: rows{unknown(1, chatA, 0)}, journal: entries{sent(chatA, "", 0)}, want: "unknown"},
		{name: "an entry of the queue without an id", rows: rows{unknown(1, chatA, 0)}, queue: queue{queued(chatA, "")}, want: "unknown"},
		{name: "an entry of the queue without type or card", rows: rows{unknown(1, chatA, 0)}, queue: queue{{MessageID: "X"}}, want: "unknown"},
		{name: "a holder known by @lid", holders: rows{holds(9, "9@lid", "X", 0)}, rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", 0)}, want: "unknown"},
		{name: "ids equal over chats: an entry under an @lid that is not its holder's", holders: rows{holds(9, chatB, "X", 0)}, rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent("5@lid", "X", 0)}, want: "unknown"},
		{name: "ids equal over chats that agree in the last 8 digits", holders: rows{holds(9, "5511912345678@c.us", "X", 0)}, rows: rows{unknown(1, "551112345678@c.us", 0)},
			journal: entries{sent("551112345678@c.us", "X", 0)}, want: "unknown"},
		{name: "an id equal in two chats", holders: rows{holds(9, chatB, "X", 0)}, rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatB, "X", 0), sent(chatA, "X", 0)}, want: "X journal"},
		{name: "the service repeats a message of an accepted row while an equal card is in doubt", holders: rows{holds(9, chatB, "X", -time.Hour)}, rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent("5@lid", "X", -time.Hour), sent("5@lid", "Y", 0)}, want: "free"},
		{name: "a journal that begins after the row proves nothing", rows: rows{unknown(1, chatA, 0)},
			change: func(e *match.Evidence) { e.JournalFrom = noon }, want: "unknown"},
		{name: "given up too late for this reading of the queue", rows: rows{with(unknown(1, chatA, 0), notDue)}, want: "unknown"},
		{name: "given up too late for this reading, but shown", rows: rows{with(unknown(1, chatA, 0), notDue)},
			journal: entries{sent(chatA, "X", 0)}, want: "X journal"},
		{name: "one row, one @lid that is tied to its chat", rows: rows{unknown(1, chatA, 0)}, chats: match.Chats{"5@lid": chatA},
			journal: entries{sent("5@lid", "X", 0)}, want: "X journal"},
		{name: "an @lid that a row has taught by its id", holders: rows{holds(9, chatA, "V", -time.Hour)}, rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent("5@lid", "V", -time.Hour), sent("5@lid", "X", 0)}, want: "X journal"},
		{name: "same number to many chats, journal says @lid for all", holders: rows{holds(8, chatB, "V", 0), holds(9, chatC, "W", 0)}, rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent("5@lid", "V", 0), sent("6@lid", "W", 0), sent("7@lid", "X", 0)}, want: "unknown"},
		{name: "the same number to two chats, one @lid: nobody knows which", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("5@lid", "X", 0)}, want: "unknown, unknown"},
		{name: "the same number to two chats, two @lids: nobody knows which is which", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("5@lid", "X", 0), sent("6@lid", "Y", 0)}, want: "unknown, unknown"},
		{name: "the same number to two chats, one @lid that is known", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("5@lid", "X", 0)}, chats: match.Chats{"5@lid": chatB}, want: "free, X journal"},
		{name: "an @lid that is known to be a third chat's", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent("5@lid", "X", 0)}, chats: match.Chats{"5@lid": chatC}, want: "free"},
		{name: "an @lid whose card has another name is not taken for the row, nor as proof against it", rows: rows{unknown(1, chatA, 0)},
			journal: entries{showing("5@lid", card, "Bob", "")}, want: "unknown"},
		{name: "the queue tells whose @lid it is", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: queue{queued(chatA, "X")}, journal: entries{sent("5@lid", "X", 6*time.Minute)}, want: "X journal, free"},
		{name: "what left before the queue was read is not what waited there", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			queue: queue{queued(chatA, "X")}, journal: entries{sent("5@lid", "X", 0)}, want: "X queue, unknown"},
		{name: "two equal cards to one chat, one taken", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: entries{sent(chatA, "X", 0)}, want: "X journal, free"},
		{name: "two equal cards to one chat, both taken, oldest to oldest", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: entries{sent(chatA, "Y", time.Minute), sent(chatA, "X", 0)}, want: "X journal, Y journal"},
		{name: "of two equal cards the younger cannot be what was sent before it", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Hour)},
			journal: entries{sent(chatA, "X", 0), sent(chatA, "Y", time.Second)}, want: "X journal, free", resends: 1},
		{name: "two chats of one account, each with its own message, whatever the order", rows: rows{unknown(1, "525512345678@c.us", 0), inAccount(unknown(2, "5215512345678@c.us", time.Second), "525512345678@c.us")},
			journal: entries{sent("5215512345678@c.us", "Y", time.Minute), sent("525512345678@c.us", "X", 2*time.Minute)}, want: "X journal, Y journal"},
		{name: "two chats of one account, a message for one of them", rows: rows{unknown(1, "525512345678@c.us", 0), inAccount(unknown(2, "5215512345678@c.us", time.Second), "525512345678@c.us")},
			journal: entries{sent("5215512345678@c.us", "Y", time.Minute)}, want: "free, Y journal"},
		{name: "the other chat of the account is no proof, in either way", rows: rows{unknown(1, "525512345678@c.us", 0)},
			journal: entries{sent("5215512345678@c.us", "Y", time.Minute)}, want: "unknown"},
		{name: "two cards that the journal cannot tell apart, one taken", rows: rows{unknown(1, chatA, 0), with(unknown(2, chatA, time.Second), func(c *match.Candidate) { c.Card[15] = 1; c.Fields.Company = "Acme" })},
			journal: entries{sent(chatA, "X", 0)}, want: "unknown, unknown"},
		{name: "what the service repeats by itself is reported", rows: rows{unknown(1, chatA, 0)},
			journal: entries{sent(chatA, "X", 0), sent(chatA, "Y", time.Minute)}, want: "X journal", resends: 1},
		{name: "one message shown twice is one", rows: rows{unknown(1, chatA, 0), unknown(2, chatA, time.Second)},
			journal: entries{sent(chatA, "X", 0), sent(chatA, "X", 0)}, want: "X journal, free"},
		{name: "an entry of which it is not clear whose it is keeps the row from being freed", rows: rows{unknown(1, chatA, 0)},
			change: func(e *match.Evidence) { e.Ambiguous = journal(entries{sent("5@lid", "X", 0)}) }, want: "unknown"},
		{name: "a chat whose @lid is known may be behind another one, too", rows: rows{unknown(1, chatA, 0), unknown(2, chatB, 0)},
			journal: entries{sent("6@lid", "X", 0)}, chats: match.Chats{"5@lid": chatA}, want: "unknown, unknown"},
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
		{name: "a row that was planned with another form of its name, sent in today's", rows: rows{with(unknown(1, chatA, 0), asNFD), with(unknown(2, chatB, 0), asNFD)},
			queue: queue{named(queued(chatB, "Y"), "Zo\u00e9", "")}, journal: entries{showing(chatA, card, "Zo\u00e9", "")}, want: "X journal, Y queue"},
		{name: "and sent as it stood", rows: rows{with(unknown(1, chatA, 0), asNFD), with(unknown(2, chatB, 0), asNFD)},
			queue: queue{named(queued(chatB, "Y"), "Zoe\u0301", "-")}, journal: entries{showing(chatA, card, "Zoe\u0301 -", "")}, want: "X journal, Y queue"},
		{name: "spaces in a name do not count", rows: rows{with(unknown(1, chatA, 0), func(c *match.Candidate) { c.Fields.FirstName = "Ada  " })},
			journal: entries{sent(chatA, "X", 0)}, want: "X journal"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e, _ := match.Gather(match.FromQueue(c.queue, noon.Add(5*time.Minute)), journal(c.journal), c.holders, c.rows, c.chats)
			e.QueueCovers, e.JournalFrom = true, noon.Add(-time.Hour)
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
			words[i] = v.Found.ID + " " + string(v.Found.Source())
		case v.IsFree:
			words[i] = "free"
		default:
			words[i] = "unknown"
		}
	}
	return strings.Join(words, ", ")
}

func TestWhatRowsOfTheLedgerHoldIsNobodyElses(t *testing.T) {
	cases := []struct {
		name    string
		entries entries
		holders rows
		rest    []string // chat and id
		learned string
		doubt   rows
	}{
		{"the same chat and id", entries{sent(chatA, "X", 0)}, rows{holds(1, chatA, "X", 0)}, nil, "map[]", nil},
		{"an id that is equal in two chats", entries{sent(chatB, "X", 0), sent(chatA, "X", 0)}, rows{holds(1, chatA, "X", 0)}, []string{chatB + " X"}, "map[]", nil},
		{"an @lid with the same id and card is learned", entries{sent("5@lid", "X", 0)}, rows{holds(1, chatA, "X", 0)}, nil, "map[5@lid:" + chatA + "]", nil},
		{"of two @lids with one id nobody knows whose they are", entries{sent("5@lid", "X", 0), sent("6@lid", "X", 0)},
			rows{holds(1, chatA, "X", 0), holds(2, chatB, "X", 0)}, []string{"5@lid X ambiguous", "6@lid X ambiguous"}, "map[]", nil},
		{"also when one row holds it", entries{sent("5@lid", "X", 0), sent("6@lid", "X", 0)}, rows{holds(1, chatA, "X", 0)},
			[]string{"5@lid X ambiguous", "6@lid X ambiguous"}, "map[]", nil},
		{"also when two rows hold it", entries{sent("5@lid", "X", 0)}, rows{holds(1, chatA, "X", 0), holds(2, chatB, "X", 0)}, []string{"5@lid X ambiguous"}, "map[]", nil},
		{"an entry from before its holder is not held", entries{sent("5@lid", "X", -time.Hour)}, rows{holds(1, chatA, "X", 0)}, []string{"5@lid X"}, "map[]", nil},
		{"an @lid that may be a row in doubt teaches nothing", entries{sent("5@lid", "X", 0)}, rows{holds(1, chatA, "X", 0)},
			[]string{"5@lid X ambiguous"}, "map[]", rows{unknown(2, chatB, 0)}},
		{"a row in doubt that was asked for later takes nothing from it", entries{sent("5@lid", "X", 0)}, rows{holds(1, chatA, "X", 0)},
			nil, "map[5@lid:" + chatA + "]", rows{unknown(2, chatB, time.Hour)}},
		{"an @lid that two chats' ids tell of is nobody's", entries{sent("5@lid", "X", 0), sent("5@lid", "Y", 0)}, rows{holds(1, chatA, "X", 0), holds(2, chatB, "Y", 0)},
			[]string{"5@lid X ambiguous", "5@lid Y ambiguous"}, "map[5@lid:5@lid]", nil},
		{"nothing is learned where ids are equal over chats", entries{sent("5@lid", "X", 0), sent(chatA, "Y", 0), sent(chatB, "Y", 0)}, rows{holds(1, chatA, "X", 0)},
			[]string{chatA + " Y", chatB + " Y", "5@lid X ambiguous"}, "map[]", nil},
		{"an @lid with another card is not held", entries{showing("5@lid", card+1, "", "")}, rows{holds(1, chatA, "X", 0)}, []string{"5@lid X"}, "map[]", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e, learned := match.Gather(nil, journal(c.entries), c.holders, c.doubt, nil)
			var got []string
			for _, m := range e.Messages {
				got = append(got, m.Chat+" "+m.ID)
			}
			for _, m := range e.Ambiguous {
				got = append(got, m.Chat+" "+m.ID+" ambiguous")
			}
			if !slices.Equal(got, c.rest) || fmt.Sprint(learned) != c.learned {
				t.Errorf("left %v, learned %v", got, learned)
			}
		})
	}
}
