package batch

import (
	"slices"
	"strings"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
)

// queueEntries are the contact messages of a queue.
func queueEntries(queue []greenapi.QueueEntry) []entry {
	var entries []entry
	for _, q := range queue {
		if strings.EqualFold(q.Type, "sendContact") || q.Phone != 0 {
			entries = append(entries, entry{chat: q.Fields.ChatID, id: q.MessageID, phone: q.Phone, name: displayName(q.Fields), body: &q.Fields})
		}
	}
	return entries
}

// journalEntry is a contact message of the journal.
func journalEntry(m greenapi.JournalEntry) entry {
	return entry{chat: m.ChatID, id: m.IDMessage, phone: m.Phone, name: fold(m.DisplayName), org: orgOf(m.VCard), at: m.Time}
}

// orgOf is the company of a vCard, nil where the card has no line for it.
func orgOf(vcard string) *string {
	for line := range strings.Lines(vcard) {
		if org, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "ORG:"); ok {
			org = fold(unescape.Replace(strings.TrimSuffix(org, ";")))
			return &org
		}
	}
	return nil
}

// unescape takes back what a vCard escapes.
var unescape = strings.NewReplacer(`\\`, `\`, `\,`, `,`, `\;`, `;`)

// unique leaves of a journal, which is newest first, one entry a chat and id,
// oldest first.
func unique(journal []entry) []entry {
	type key struct{ chat, id string }
	place := map[key]int{}
	var once []entry
	for _, en := range slices.Backward(journal) {
		if _, again := place[key{en.chat, en.id}]; !again {
			place[key{en.chat, en.id}] = len(once)
			once = append(once, en)
		}
	}
	return once
}

// merge joins what queue and journal show of one message into one entry. The
// journal may name the chat by an @lid, for which the queue then gives the chat.
func merge(queue, journal []entry) (all []entry, chats map[string]string) {
	all, chats = slices.Clone(queue), map[string]string{}
	inQueue, inJournal := countIDs(queue), countIDs(journal)
	for _, en := range journal {
		i := slices.IndexFunc(all, func(known entry) bool {
			if known.id != en.id || en.phone != 0 && en.phone != known.phone {
				return false
			}
			return known.chat == en.chat || isLID(en.chat) && inQueue[en.id] == 1 && inJournal[en.id] == 1
		})
		if i < 0 {
			all = append(all, en)
			continue
		}
		if all[i].chat != en.chat {
			chats[en.chat] = all[i].chat
		}
		all[i].at = en.at
	}
	return all, chats
}

func countIDs(entries []entry) map[string]int {
	counts := map[string]int{}
	for _, en := range entries {
		counts[en.id]++
	}
	return counts
}

// withoutHeld takes out the entries that rows of the ledger hold, each row one,
// and learns from them whose the @lids are. An entry under an @lid is known by
// its id and card only: where rows or entries share an id it is blurred.
func withoutHeld(entries []entry, holders []doubt) (rest, blurred []entry, learned map[string]string) {
	byID, shown, holding := map[string][]doubt{}, countIDs(entries), map[string]int{}
	for _, h := range holders {
		byID[h.IDMessage] = append(byID[h.IDMessage], h)
		holding[h.IDMessage]++
	}
	take := func(en entry, fits func(h doubt) bool) (holder doubt, taken bool) {
		i := slices.IndexFunc(byID[en.id], func(h doubt) bool { return fits(h) && inTime(en, h) })
		if i < 0 {
			return doubt{}, false
		}
		holder = byID[en.id][i]
		byID[en.id] = slices.Delete(byID[en.id], i, i+1)
		return holder, true
	}
	others := slices.DeleteFunc(slices.Clone(entries), func(en entry) bool {
		_, held := take(en, func(h doubt) bool { return h.Fields.ChatID == en.chat })
		return held
	})
	learned = map[string]string{}
	for _, en := range others {
		holder, held := take(en, func(h doubt) bool { return mayBeChatOf(en, h) && (en.phone == 0 || en.phone == h.phone()) })
		switch {
		case isLID(en.chat) && holding[en.id] > 0 && (holding[en.id] > 1 || shown[en.id] > 1):
			blurred = append(blurred, en)
		case !held:
			rest = append(rest, en)
		case isLID(en.chat):
			learned[en.chat] = holder.Fields.ChatID
		}
	}
	return rest, blurred, learned
}

// inTime reports whether the entry is of the time of the row that holds its id.
func inTime(en entry, h doubt) bool {
	return en.at.IsZero() || !en.at.Before(h.begin) && en.at.Sub(h.begin) < 2*ledger.Retention
}

func mayBeChatOf(en entry, h doubt) bool {
	return isLID(en.chat) || isLID(h.Fields.ChatID) || sameEnd(en.chat, h.Fields.ChatID)
}
