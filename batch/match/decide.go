// Package match tells which of the service's messages are which of our requests.
//
// A request that was not answered has no id. Its only traces are the service's
// queue and journal, which show contact messages of all senders. Decide compares
// them with the rows in doubt and says of each whether the service took it, surely
// did not, or whether the records do not tell. It is a pure function of Evidence.
//
// Begin with FromQueue and FromJournal, take out with Unclaimed what rows of the
// ledger hold already, and give the rest to Decide.
package match

import (
	"slices"
	"strings"
	"time"

	"contact-distributor/batch/ledger"
)

// ClockMargin is for clocks that show whole seconds, ours and the service's.
const ClockMargin = 2 * time.Second

// Candidate is a request that a message may be. Unless it has an idMessage, it is
// not known whether the service took it.
type Candidate struct {
	ledger.Row
	// Earliest is before anything that the request can have caused, in the
	// service's clock.
	Earliest time.Time
	// IsDue: S had passed since its last attempt when the queue was read.
	IsDue bool
}

// NewCandidate allows for clocks that are settleAfter apart.
func NewCandidate(row ledger.Row, settleAfter time.Duration, isDue bool) Candidate {
	return Candidate{Row: row, Earliest: row.Intended.Add(row.ClockSkew - settleAfter - ClockMargin), IsDue: isDue}
}

// Evidence is all that is known at one time of an instance's unresolved requests.
// Nothing else decides.
type Evidence struct {
	Candidates []Candidate
	Messages   []Message // one per chat and id, which no row of the ledger holds, oldest first
	Ambiguous  []Message // may be held or not: rows or messages share an id
	Chats      Chats
	// QueueCovers: the queue was read whole, and shows less than it can.
	QueueCovers bool
	// JournalFrom is since when the journal shows everything, in the service's
	// clock. It is zero if the journal was not read whole, not late enough, not
	// with the account authorised all the while, or misses what it must have.
	JournalFrom time.Time
}

// Verdict is what the evidence says of one candidate. Without Found and IsFree it
// is still unknown.
type Verdict struct {
	Candidate
	Found      *Message
	ResolvedBy string     // what found it: queue, journal, elimination
	Resends    []*Message // with which the service sent the card once more by itself
	IsFree     bool       // the service surely did not take it
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
// So the queue is read S after a row was given up, and the journal the delay
// and twice S after that: a message taken is in one of them. The other order would
// miss what moves in between. What was found may be used as soon as it is seen;
// only that nothing was found needs both.
//
// Ids are unique within a chat only, and the journal may name a chat by an @lid:
// where it is not clear whose a message is, no possible candidate is freed.
//
// Two things it cannot see: a queue that stands still though the account says
// authorised may yet send what was freed, and a queue that a person cleared
// frees what the service had taken.
func Decide(e Evidence) []Verdict {
	verdicts := make([]Verdict, len(e.Candidates))
	for i, c := range e.Candidates {
		verdicts[i].Candidate = c
	}
	rest := e.pairExact(verdicts)
	for i := range verdicts {
		v := &verdicts[i]
		switch possible := e.possibleMatches(v.Candidate, rest); {
		case v.Found != nil:
		case e.isAmbiguous(v.Candidate):
		case len(possible) == 0:
			v.IsFree = v.IsDue && e.covers(v.Candidate)
		case len(possible) == 1 && e.isSolePossible(v.Candidate, *possible[0], verdicts):
			v.Found, v.ResolvedBy = possible[0], "elimination"
		}
	}
	return verdicts
}

// covers reports whether queue and journal must show the request if it was taken.
func (e Evidence) covers(c Candidate) bool {
	return e.QueueCovers && !e.JournalFrom.IsZero() && !c.Earliest.Before(e.JournalFrom)
}

// isAmbiguous reports whether the candidate may be a message of which it is not
// clear whose it is.
func (e Evidence) isAmbiguous(c Candidate) bool {
	return slices.ContainsFunc(e.Ambiguous, func(m Message) bool { return e.Chats.Possible(m, c) })
}

// pairExact gives candidates the messages that are exactly them, oldest to oldest,
// and returns the messages that are nobody's. A spare message of identical
// candidates is a resend.
func (e Evidence) pairExact(verdicts []Verdict) (rest []*Message) {
	taken := map[*Message]bool{}
	for _, group := range groupIdentical(verdicts) {
		exact := e.exactMatches(group)
		pairs, spare := pair(group, exact)
		if slices.Contains(pairs, nil) && !haveOneCard(group) {
			continue // some of these rows, and nobody knows which
		}
		newest := group[0]
		for i, m := range pairs {
			if m != nil {
				newest = group[i]
				newest.Found, newest.ResolvedBy = m, m.source()
			}
		}
		newest.Resends = spare
		for _, m := range exact {
			taken[m] = true
		}
	}
	for i := range e.Messages {
		if m := &e.Messages[i]; !taken[m] {
			rest = append(rest, m)
		}
	}
	return rest
}

// exactMatches returns the messages that are one of the group, oldest first.
func (e Evidence) exactMatches(group []*Verdict) (exact []*Message) {
	for i := range e.Messages {
		m := &e.Messages[i]
		if slices.ContainsFunc(group, func(v *Verdict) bool { return e.Chats.Exact(*m, v.Candidate) }) {
			exact = append(exact, m)
		}
	}
	return exact
}

// possibleMatches returns those of the messages that the candidate may be.
func (e Evidence) possibleMatches(c Candidate, messages []*Message) (possible []*Message) {
	for _, m := range messages {
		if e.Chats.Possible(*m, c) {
			possible = append(possible, m)
		}
	}
	return possible
}

// isSolePossible reports whether the message, which names its chat by an @lid that
// nobody knows, can be this candidate's alone.
func (e Evidence) isSolePossible(c Candidate, m Message, verdicts []Verdict) bool {
	for _, v := range verdicts {
		if v.Found == nil && (v.Run != c.Run || v.Seq != c.Seq) && e.Chats.Possible(m, v.Candidate) {
			return false
		}
	}
	return IsLID(e.Chats.Of(m.Chat)) != IsLID(c.Fields.ChatID) && sameCard(m, c)
}

// pair gives each of the group the oldest message that is not older than it, nil if
// there is none.
func pair(group []*Verdict, messages []*Message) (pairs, spare []*Message) {
	pairs, spare = make([]*Message, len(group)), slices.Clone(messages)
	for n, v := range group {
		if i := slices.IndexFunc(spare, func(m *Message) bool { return !isBefore(*m, v.Candidate) }); i >= 0 {
			pairs[n] = spare[i]
			spare = slices.Delete(spare, i, i+1)
		}
	}
	return pairs, spare
}

// groupIdentical puts the candidates into groups that the journal cannot tell apart,
// each in the order in which they were asked for.
func groupIdentical(verdicts []Verdict) (groups [][]*Verdict) {
	places := map[string]int{}
	for i := range verdicts {
		v := &verdicts[i]
		key := strings.Join([]string{v.Fields.ChatID, v.Fields.PhoneContact, displayName(v.Fields)}, "\x00")
		place, known := places[key]
		if !known {
			place = len(groups)
			places[key], groups = place, append(groups, nil)
		}
		groups[place] = append(groups[place], v)
	}
	for _, group := range groups {
		slices.SortStableFunc(group, func(a, b *Verdict) int { return a.Intended.Compare(b.Intended) })
	}
	return groups
}

// haveOneCard reports whether the candidates are equal in all that was asked for:
// then it does not matter which of them a message is.
func haveOneCard(group []*Verdict) bool {
	return !slices.ContainsFunc(group, func(v *Verdict) bool { return v.Card != group[0].Card })
}
