package tracking

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
)

func (t *tracker) mayBeResend(e greenapi.JournalEntry) bool {
	return e.TypeMessage == "contactMessage" && !e.ByHand && len(t.byID[e.IDMessage]) == 0 && t.phones[strconv.FormatInt(e.Phone, 10)]
}

// recordResends notes the messages beyond those that were asked for, each once.
func (t *tracker) recordResends() error {
	for _, card := range t.shownTwice {
		if err := t.recordResend(card.Run, card.Seq, card.IDMessage); err != nil {
			return err
		}
	}
	if len(t.unclaimed) == 0 {
		return nil
	}
	// In this order: what is asked for is unresolved until its id is in the ledger.
	unresolved, err := t.unresolved()
	if err != nil {
		return err
	}
	messages, chats := match.FromJournal(t.unclaimed), t.shownChats()
	holders, err := t.Ledger.Holders(t.Instance, t.idsLike(messages, chats))
	if err != nil {
		return err
	}
	for _, m := range messages {
		if row, ok := resentRow(m, chats, holders, unresolved); ok {
			if err := t.recordResend(row.Run, row.Seq, m.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tracker) recordResend(run, seq int64, idMessage string) error {
	noted, err := t.Ledger.AddResend(t.Instance, run, seq, idMessage, time.Now())
	if err == nil && !noted.IsZero() {
		t.Log.Warn("log.reason", "Reason", noted)
		t.runs[run] = true
	}
	return err
}

// resentRow returns the newest holder that is exactly the message, unless it is known or may be
// an unresolved row.
func resentRow(m match.Message, chats match.Chats, holders []ledger.Row, unresolved []match.Candidate) (newest ledger.Row, ok bool) {
	if slices.ContainsFunc(unresolved, func(c match.Candidate) bool { return chats.Possible(m, c) }) {
		return newest, false
	}
	for _, row := range holders {
		switch {
		case row.IDMessage == m.ID:
			return ledger.Row{}, false
		case row.Intended.After(newest.Intended) && chats.Exact(m, match.NewCandidate(row, 0, false)):
			newest = row
		}
	}
	return newest, newest.Run != 0
}

// unresolved are the rows without a known id that the service may have taken.
func (t *tracker) unresolved() ([]match.Candidate, error) {
	rows, err := t.Ledger.Unanswered(t.Instance)
	byHand, errByHand := t.Ledger.SettledByHand(t.Instance, time.Now().Add(-trackingWindow))
	var candidates []match.Candidate
	for _, row := range slices.Concat(rows, byHand) {
		candidates = append(candidates, match.NewCandidate(row, 0, false))
	}
	return candidates, errors.Join(err, errByHand)
}

func (t *tracker) idsLike(messages []match.Message, chats match.Chats) (ids []string) {
	shown := map[string]bool{}
	for _, m := range messages {
		ids = append(ids, m.ID)
		shown[chats.Of(m.Chat)] = true
	}
	for _, card := range t.cards {
		if shown[card.Chat] {
			ids = append(ids, card.IDMessage)
		}
	}
	return ids
}

// shownChats are the known chats, and the @lids under which the journal has shown cards.
func (t *tracker) shownChats() match.Chats {
	shown := match.Chats{}
	for _, card := range t.cards {
		if card.isShown && !card.isAmbiguous && match.IsLID(card.shownChat) {
			shown.Tie(card.shownChat, card.Chat)
		}
	}
	maps.Copy(shown, t.chats)
	return shown
}
