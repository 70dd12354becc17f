package batch

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// doubt is an unknown row: asked for once, and nobody knows whether the service
// took it.
type doubt struct {
	ledger.Row
	// begin is before anything the row can have caused, in the service's clock.
	begin time.Time
	// due: it was given up long enough before the queue was read.
	due bool
}

// entry is a contact message in the service's queue, in its journal, or in both.
type entry struct {
	chat, id string
	phone    int64            // 0: the card cannot be read
	name     string           // as the card shows it, spaces folded
	org      *string          // the card's company, if it can be read
	body     *csvmodel.Fields // what was asked for, in the queue only
	at       time.Time        // of leaving the queue, zero if it is in the queue only
}

// evidence is all that is known at one time of an instance's unknown rows. Only
// what is in here decides.
type evidence struct {
	doubts []doubt
	// entries are one per chat and id, without those that rows of the ledger hold.
	entries []entry
	// blurred are entries that may be held or not: rows and entries share an id.
	blurred []entry
	chats   map[string]string // of @lids that are known
	// queueCovers: the queue was read whole, and shows less than it can.
	queueCovers bool
	// journalFrom is since when the journal shows everything, in the service's
	// clock; zero if it was not read whole, not late enough, not with the account
	// authorised all the while, or misses everything that it must have.
	journalFrom time.Time
}

// verdict is what the evidence says of one row.
type verdict struct {
	doubt
	found *entry
	how   string // learned: queue, journal, elimination
	free  bool   // was surely not taken
}

// settle decides, of each unknown row, whether the service took it: found, free
// to be sent, or, with neither in the verdict, still unknown. The second result
// are messages that the service sent once more by itself.
//
// It is right under three assumptions, with S = Settings.SettleAfter:
//
//	A1  a request is taken at most S after it was given up, or never;
//	A2  the queue is first in, first out, and while the account stays authorised
//	    the message that it hides leaves within the delay and S;
//	A3  what has left is in the journal within S, and stays for 24 hours.
//
// So the queue is read S after a row was given up, and the journal the delay
// and twice S after that: a message taken is in one of them. The other order would
// miss what moves in between. What was found may be used as soon as it is seen;
// only that nothing was found needs both.
//
// Ids are unique within a chat only, and the journal may name a chat by an @lid:
// where it is not clear whose an entry is, nothing that it could be is freed.
//
// Two things it cannot see: a queue that stands still though the account says
// authorised may yet send what was freed, and a queue that a person cleared
// frees what the service had taken.
func settle(e evidence) (verdicts []verdict, repeats []entry) {
	verdicts = make([]verdict, len(e.doubts))
	for i, d := range e.doubts {
		verdicts[i].doubt = d
	}
	left, repeats := e.matchEqual(verdicts)
	for i := range verdicts {
		v := &verdicts[i]
		switch near := e.near(v.doubt, left); {
		case v.found != nil:
		case e.isBlurred(v.doubt):
		case len(near) == 0:
			v.free = v.due && e.covers(v.doubt)
		case len(near) == 1 && e.onlyOne(v.doubt, *near[0], verdicts):
			v.found, v.how = near[0], "elimination"
		}
	}
	return verdicts, repeats
}

// covers reports whether queue and journal must show the row if it was taken.
func (e evidence) covers(d doubt) bool {
	return e.queueCovers && !e.journalFrom.IsZero() && !d.begin.Before(e.journalFrom)
}

// isBlurred reports whether the row could be an entry of which it is not clear
// whose it is.
func (e evidence) isBlurred(d doubt) bool {
	return slices.ContainsFunc(e.blurred, func(en entry) bool { return e.couldBe(en, d) })
}

// matchEqual gives the rows that look alike the entries that are them, oldest to
// oldest, and returns the entries that are nobody's. What is left over of such
// entries the service has sent by itself.
func (e evidence) matchEqual(verdicts []verdict) (left []*entry, repeats []entry) {
	taken := map[*entry]bool{}
	for _, alike := range lookAlikes(verdicts) {
		entries := e.thatAre(alike)
		pairs, spare := pair(alike, entries)
		if len(pairs) < len(alike) && !interchangeable(alike) {
			continue // some of these rows, and nobody knows which
		}
		for _, en := range entries {
			taken[en] = true
		}
		for v, en := range pairs {
			v.found, v.how = en, en.source()
		}
		for _, en := range spare {
			repeats = append(repeats, *en)
		}
	}
	for i := range e.entries {
		if en := &e.entries[i]; !taken[en] {
			left = append(left, en)
		}
	}
	return left, repeats
}

// thatAre are the entries that are one of the rows, oldest first; what is still
// in the queue is younger than what has left it.
func (e evidence) thatAre(alike []*verdict) []*entry {
	var entries []*entry
	for i := range e.entries {
		en := &e.entries[i]
		if slices.ContainsFunc(alike, func(v *verdict) bool { return e.is(*en, v.doubt) }) {
			entries = append(entries, en)
		}
	}
	slices.SortStableFunc(entries, func(a, b *entry) int {
		if a.at.IsZero() != b.at.IsZero() {
			return cmp.Compare(btoi(a.at.IsZero()), btoi(b.at.IsZero()))
		}
		return a.at.Compare(b.at)
	})
	return entries
}

// pair gives each row the oldest entry that is not older than its begin.
func pair(alike []*verdict, entries []*entry) (pairs map[*verdict]*entry, spare []*entry) {
	pairs, spare = map[*verdict]*entry{}, slices.Clone(entries)
	for _, v := range alike {
		i := slices.IndexFunc(spare, func(en *entry) bool { return en.at.IsZero() || !en.at.Before(v.begin) })
		if i >= 0 {
			pairs[v] = spare[i]
			spare = slices.Delete(spare, i, i+1)
		}
	}
	return pairs, spare
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// lookAlikes puts the rows into classes that the journal cannot tell apart, each
// in the order in which they were asked for.
func lookAlikes(verdicts []verdict) [][]*verdict {
	classes := map[string][]*verdict{}
	for i := range verdicts {
		v := &verdicts[i]
		key := strings.Join([]string{v.Fields.ChatID, v.Fields.PhoneContact, displayName(v.Fields)}, "\x00")
		classes[key] = append(classes[key], v)
	}
	sorted := make([][]*verdict, 0, len(classes))
	for _, class := range classes {
		slices.SortFunc(class, func(a, b *verdict) int { return a.Intended.Compare(b.Intended) })
		sorted = append(sorted, class)
	}
	slices.SortFunc(sorted, func(a, b []*verdict) int {
		return cmp.Or(cmp.Compare(a[0].Run, b[0].Run), cmp.Compare(a[0].Seq, b[0].Seq))
	})
	return sorted
}

// interchangeable reports whether the rows have one card: then it does not
// matter which of them an entry is.
func interchangeable(alike []*verdict) bool {
	for _, v := range alike {
		if v.Card != alike[0].Card {
			return false
		}
	}
	return true
}

// onlyOne reports whether the entry, which names its chat by an @lid that nobody
// knows, can be this row's alone.
func (e evidence) onlyOne(d doubt, en entry, verdicts []verdict) bool {
	for _, v := range verdicts {
		if v.found == nil && (v.Run != d.Run || v.Seq != d.Seq) && e.couldBe(en, v.doubt) {
			return false
		}
	}
	return isLID(e.chatOf(en)) != isLID(d.Fields.ChatID) && en.shows(d)
}

// near are those of the entries that could be the row.
func (e evidence) near(d doubt, entries []*entry) []*entry {
	var near []*entry
	for _, en := range entries {
		if e.couldBe(*en, d) {
			near = append(near, en)
		}
	}
	return near
}

// is reports whether the entry is the row, as far as can be told at all.
func (e evidence) is(en entry, d doubt) bool {
	if !e.couldBe(en, d) || e.chatOf(en) != d.Fields.ChatID {
		return false
	}
	if en.body != nil {
		return *en.body == d.Fields
	}
	return en.shows(d)
}

// shows reports whether the card that the journal shows is the row's.
func (en entry) shows(d doubt) bool {
	return en.phone == d.phone() && en.name == displayName(d.Fields) && (en.org == nil || *en.org == fold(d.Fields.Company))
}

// couldBe reports whether nothing says that the entry is not the row. The name
// does not matter: the service may show it in another way.
func (e evidence) couldBe(en entry, d doubt) bool {
	if !en.at.IsZero() && en.at.Before(d.begin) || en.phone != 0 && en.phone != d.phone() {
		return false
	}
	ours, theirs := d.Fields.ChatID, e.chatOf(en)
	if ours == theirs || sameEnd(ours, theirs) {
		return true
	}
	// A chat whose @lid is known is not behind another one.
	return isLID(ours) != isLID(theirs) && !(isLID(theirs) && e.hasLID(ours))
}

func (e evidence) hasLID(chat string) bool {
	for _, known := range e.chats {
		if known == chat {
			return true
		}
	}
	return false
}

// chatOf is the entry's chat, in place of an @lid if it is known.
func (e evidence) chatOf(en entry) string {
	if chat, known := e.chats[en.chat]; known {
		return chat
	}
	return en.chat
}

func (d doubt) phone() int64 {
	n, _ := strconv.ParseInt(d.Fields.PhoneContact, 10, 64)
	return n
}

func (en entry) source() string {
	if en.at.IsZero() {
		return "queue"
	}
	return "journal"
}

func isLID(chat string) bool { return strings.HasSuffix(chat, "@lid") }

// sameEnd reports whether two chats end in the same 8 digits: some countries'
// numbers are known to WhatsApp with a digit more or less in front.
func sameEnd(a, b string) bool {
	endA, endB := lastDigits(a), lastDigits(b)
	return len(endA) == 8 && endA == endB
}

func lastDigits(chat string) string {
	digits, _, _ := strings.Cut(chat, "@")
	return digits[max(0, len(digits)-8):]
}

// displayName is the name that the service gives a card: the three names joined
// by a space, or the company where there is none.
func displayName(f csvmodel.Fields) string {
	name := fold(f.FirstName + " " + f.MiddleName + " " + f.LastName)
	if name == "" {
		return fold(f.Company)
	}
	return name
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }
