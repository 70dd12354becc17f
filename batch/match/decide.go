// Package match tells which of the service's messages are which of our requests.
//
// A request that was not answered has no id. Its only traces are the service's queue and
// journal, which show contact messages of all senders. Decide says of each row in doubt
// whether the service took it, did not, or whether the records do not tell.
//
// Begin with FromQueue and FromJournal, let Gather take out what rows of the ledger hold
// already, and give the rest to Decide.
package match

import (
	"slices"
	"time"

	"contact-distributor/batch/ledger"
)

// ClockMargin is for clocks that show whole seconds, ours and the service's.
const ClockMargin = 2 * time.Second

// Candidate is a request that a message may be. Without idMessage it may not have been taken.
type Candidate struct {
	ledger.Row
	// What left outside of this, in the service's clock, is another attempt's. Latest
	// is zero while the request is under way.
	Earliest, Latest time.Time
	// IsDue: Settings.SettleAfter had passed since its last attempt when the queue was read.
	IsDue bool
}

// NewCandidate allows for clocks that are settleAfter apart.
func NewCandidate(row ledger.Row, settleAfter time.Duration, isDue bool) Candidate {
	c := Candidate{Row: row, Earliest: row.Intended.Add(row.ClockSkew - settleAfter - ClockMargin), IsDue: isDue}
	if !row.Ended.IsZero() {
		c.Latest = row.Ended.Add(row.ClockSkew + settleAfter + ledger.Retention)
	}
	return c
}

// Evidence is all that is known of an instance's unresolved requests.
type Evidence struct {
	Candidates []Candidate
	Messages   []Message // one per chat and id, which no row of the ledger holds, oldest first
	Ambiguous  []Message // may be held or not: the chat has another name than the holder's
	Chats      Chats
	// QueueCovers: the queue was read whole, and shows less than it can.
	QueueCovers bool
	// JournalFrom is since when the journal shows everything, in the service's
	// clock. It is zero if the journal was not read whole, not late enough, not
	// with the account authorised all the while, or misses what it must have.
	JournalFrom time.Time
}

// Verdict is of one candidate. Without Found and IsFree it is still unknown.
type Verdict struct {
	Candidate
	Found   *Message
	Resends []Message // with which the service sent the card once more by itself
	IsFree  bool      // the service did not take it
}

// Decide gives each candidate, in their order, its verdict.
//
// It is right under three assumptions, with S = Settings.SettleAfter:
//
//	A1  a request is taken at most S after it was given up, or never;
//	A2  the queue is first in, first out, and while the account stays authorised
//	    the message that it hides leaves within the delay and S;
//	A3  what has left is in the journal within S, and stays for 24 hours.
//
// So the queue is read S after a row was given up, and the journal the delay and twice S
// after that: a message taken is in one of them. What was found counts as soon as it is
// seen; that nothing was found needs both.
//
// A message that could be a candidate keeps it from being freed. Candidates that the same
// messages could be are freed together or not at all.
//
// It cannot see a queue that stands still though the account says authorised, which may yet
// send what was freed, nor one that a person cleared, which frees what was taken.
func Decide(e Evidence) []Verdict {
	verdicts := make([]Verdict, len(e.Candidates))
	for i, c := range e.Candidates {
		verdicts[i].Candidate = c
	}
	rest, uncovered := e.pairExact(verdicts), e.uncovered()
	for i := range verdicts {
		v := &verdicts[i]
		couldBe := func(m Message) bool { return e.Chats.Possible(m, v.Candidate) }
		v.IsFree = !uncovered[i] && v.Found == nil && !slices.ContainsFunc(rest, couldBe) && !slices.ContainsFunc(e.Ambiguous, couldBe)
	}
	return verdicts
}

// covers reports whether queue and journal must show a request that was taken.
func (e Evidence) covers(c Candidate) bool {
	return c.IsDue && e.QueueCovers && !e.JournalFrom.IsZero() && !c.Earliest.Before(e.JournalFrom)
}

// uncovered reports which candidates are not covered, or linked by messages to one that is not.
func (e Evidence) uncovered() []bool {
	open := make([]bool, len(e.Candidates))
	for i, c := range e.Candidates {
		open[i] = !e.covers(c)
	}
	messages := slices.Concat(e.Messages, e.Ambiguous)
	for changed := true; changed && slices.Contains(open, false); {
		changed = false
		for _, m := range messages {
			var linked []int
			isOpen := false
			for i, c := range e.Candidates {
				if e.Chats.Possible(m, c) {
					linked, isOpen = append(linked, i), isOpen || open[i]
				}
			}
			for _, i := range linked {
				changed = changed || isOpen && !open[i]
				open[i] = open[i] || isOpen
			}
		}
	}
	return open
}

type identical struct {
	rows     []*Verdict
	messages []Message
}

// pairExact gives candidates the messages that are exactly them, oldest to oldest, and returns
// the rest. A spare message is a resend. Where there are too few, it gives none while a
// candidate is not covered: that one's may be out of sight.
func (e Evidence) pairExact(verdicts []Verdict) (rest []Message) {
	type cardInChat struct { // an account may have two chats
		card ledger.Card
		chat string
	}
	of := func(v *Verdict) cardInChat { return cardInChat{v.Card, v.Fields.ChatID} }
	groups := map[cardInChat]*identical{}
	for _, m := range e.Messages {
		var rows []*Verdict
		for i := range verdicts {
			if e.Chats.Exact(m, verdicts[i].Candidate) {
				rows = append(rows, &verdicts[i])
			}
		}
		if len(rows) == 0 || slices.ContainsFunc(rows, func(v *Verdict) bool { return of(v) != of(rows[0]) }) {
			rest = append(rest, m)
			continue
		}
		if groups[of(rows[0])] == nil {
			groups[of(rows[0])] = &identical{}
		}
		g := groups[of(rows[0])]
		g.messages = append(g.messages, m)
		for _, v := range rows {
			if !slices.Contains(g.rows, v) {
				g.rows = append(g.rows, v)
			}
		}
	}
	for _, g := range groups {
		pairs, spare := g.pair()
		if len(pairs) < len(g.rows) && slices.ContainsFunc(g.rows, func(v *Verdict) bool { return !e.covers(v.Candidate) }) {
			rest = append(rest, g.messages...)
			continue
		}
		newest := g.rows[0]
		for _, v := range g.rows {
			if m, ok := pairs[v]; ok {
				v.Found, newest = &m, v
			}
		}
		newest.Resends = spare
	}
	return rest
}

// pair gives each row, by time of request, the oldest message left that is of its time.
func (g *identical) pair() (pairs map[*Verdict]Message, spare []Message) {
	slices.SortStableFunc(g.rows, func(a, b *Verdict) int { return a.Intended.Compare(b.Intended) })
	pairs, spare = map[*Verdict]Message{}, slices.Clone(g.messages)
	for _, v := range g.rows {
		if i := slices.IndexFunc(spare, func(m Message) bool { return inTime(m, v.Candidate) }); i >= 0 {
			pairs[v] = spare[i]
			spare = slices.Delete(spare, i, i+1)
		}
	}
	return pairs, spare
}
