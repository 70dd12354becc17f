package tracking

import (
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel/msg"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"
)

// resend is a message of the journal that may be a card which was asked for once.
type resend struct {
	match.Message
	card  *observation // that has the same id; nil: the message has an id of its own
	later bool         // at another time than the card with its id
}

// mayBeResend takes in an entry of the journal, and reports whether it may be a card
// that was sent before.
func (t *tracker) mayBeResend(m greenapi.JournalEntry) (resend, bool) {
	if card, later := t.addJournal(m); card != nil {
		return resend{inJournal(m), card, later}, true
	}
	if m.TypeMessage != "contactMessage" || m.ByHand || len(t.byID[m.IDMessage]) > 0 {
		return resend{}, false
	}
	en := inJournal(m)
	alike := len(t.alike(en)) > 0 // whose an @lid is may come to be known
	return resend{Message: en}, alike || match.IsLID(en.Chat) && t.phones[strconv.FormatInt(en.Phone, 10)]
}

// alike are the ids of the cards with the same chat and number.
func (t *tracker) alike(en match.Message) []string {
	if t.byCard == nil {
		t.byCard, t.phones = map[string][]string{}, map[string]bool{}
		for _, card := range t.cards {
			key := card.Chat + " " + card.Phone
			t.byCard[key] = append(t.byCard[key], card.IDMessage)
			t.phones[card.Phone] = true
		}
	}
	chat, phone := t.chats.Of(en.Chat), strconv.FormatInt(en.Phone, 10)
	return t.byCard[chat+" "+phone]
}

// shownChats are the chats of the @lids that are known, or under which the reading
// has shown a card of ours and of one chat.
func (t *tracker) shownChats() map[string]string {
	shown := map[string]string{}
	for _, card := range t.cards {
		if !card.isShown || card.isAmbiguous || !match.IsLID(card.shownChat) {
			continue
		}
		if chat, known := shown[card.shownChat]; known && chat != card.Chat {
			shown[card.shownChat] = ""
			continue
		}
		shown[card.shownChat] = card.Chat
	}
	maps.DeleteFunc(shown, func(_, chat string) bool { return chat == "" })
	maps.Copy(shown, t.chats)
	return shown
}

// recordResends records the messages beyond those that were asked for, each once.
func (t *tracker) recordResends() error {
	if len(t.resends) == 0 {
		return nil
	}
	known, err := t.knownResends()
	if err != nil {
		return err
	}
	t.chats = t.shownChats()
	doubts, err := t.mayBeOurs()
	if err != nil {
		return err
	}
	for _, r := range t.resends {
		row, code, err := t.repeated(r, doubts)
		if err != nil {
			return err
		}
		if code == "" || known[row.Fields.ChatID+" "+r.ID] || known[r.Chat+" "+r.ID] {
			continue
		}
		known[row.Fields.ChatID+" "+r.ID] = true
		run, err := t.Ledger.Run(row.Run)
		if err != nil {
			return err
		}
		reason := msg.NewReason(code, row.Fields.ChatID, r.ID, run.Name, row.Number, strconv.FormatInt(run.ID, 10))
		if err := t.note(reason); err != nil {
			return err
		}
		t.runs[run.ID] = true
	}
	return nil
}

// knownResends are the messages that are recorded, by chat and id.
func (t *tracker) knownResends() (map[string]bool, error) {
	notes, err := t.Ledger.InstanceNotes(t.Instance)
	known := map[string]bool{}
	for _, note := range notes {
		if note.Kind == ledger.NoteResend {
			known[note.Reason.Word("Chat")+" "+note.Reason.Word("Message")] = true
		}
	}
	return known, err
}

// mayBeOurs are the rows of which it is not known under which id the service took
// them, if it did. They are to be read after the journal, and before it is looked
// who has an id: what is asked for is on disk before, and stays here until its id is.
func (t *tracker) mayBeOurs() ([]match.Candidate, error) {
	unanswered, err := t.Ledger.Unanswered(t.Instance)
	said, errSaid := t.Ledger.SettledByHand(t.Instance, time.Now().Add(-trackingWindow))
	var doubts []match.Candidate
	for _, row := range slices.Concat(unanswered, said) {
		doubts = append(doubts, match.NewCandidate(row, 0, false))
	}
	return doubts, errors.Join(err, errSaid)
}

// inJournal is an entry of the journal as others may be compared with it.
func inJournal(m greenapi.JournalEntry) match.Message {
	return match.FromJournal([]greenapi.JournalEntry{m})[0]
}

// repeated returns the row whose card the message is once more, and what is known of
// how that came; no code: it is none. Under an id of its own it must show the whole
// card, be younger than ours, and no row's for certain.
func (t *tracker) repeated(r resend, doubts []match.Candidate) (row ledger.Row, code msg.Code, err error) {
	if r.card == nil && slices.ContainsFunc(doubts, func(c match.Candidate) bool { return t.chats.Possible(r.Message, c) }) {
		return row, "", nil
	}
	ids := []string{r.ID}
	if r.card == nil {
		held, err := t.Ledger.Holders(t.Instance, ids)
		if err != nil || len(held) > 0 {
			return row, "", err
		}
		ids = t.alike(r.Message)
	}
	holders, err := t.Ledger.Holders(t.Instance, ids)
	for _, h := range holders {
		itself := r.card != nil && h.Run == r.card.Run && h.Seq == r.card.Seq
		same := r.card == nil && !h.Intended.IsZero() && t.chats.Exact(r.Message, match.NewCandidate(h, 0, false))
		if (itself || same) && h.Intended.After(row.Intended) {
			row = h
		}
	}
	if err != nil || row.Run == 0 {
		return row, "", err
	}
	code, err = t.howRepeated(r, row)
	return row, code, err
}

// howRepeated tells what of it is known.
func (t *tracker) howRepeated(r resend, row ledger.Row) (msg.Code, error) {
	switch {
	case r.card != nil && r.later:
		return msg.RepeatedRow, nil
	case r.card != nil:
		return msg.ListedTwice, nil
	}
	notes, err := t.Ledger.Notes(row.Run, row.Seq)
	for _, n := range notes {
		if n.Kind == ledger.NoteSettled && n.Attempt < row.Attempt {
			return msg.OnceMoreLate, err
		}
	}
	return msg.OnceMore, err
}

// note records, and says, that there is a message beyond those that were asked
// for.
func (t *tracker) note(reason msg.Reason) error {
	t.Log.Warn(reason.String())
	return t.Ledger.AddNote(ledger.Note{At: time.Now(), Instance: t.Instance, Kind: ledger.NoteResend, Reason: reason})
}
