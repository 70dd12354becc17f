package tracking

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const (
	lookupWindow = ledger.Retention + 2*time.Hour
	// maxLookups keep a journal that shows too little from using up the plan's month.
	maxLookups = 500
	// lookupInterval is for cards that do not leave the queue, or were cleared from it.
	lookupInterval = 6 * time.Hour
	retryInterval  = 2 * time.Second
	maxTries       = 5
)

// poll goes as far as the service answers.
func (t *tracker) poll(ctx context.Context) error {
	for _, read := range []func(context.Context) error{t.readSettings, t.readQueue, t.readJournal} {
		if err := t.retryThrottled(ctx, read); err != nil {
			return err
		}
	}
	t.cursor.PolledAt = time.Now()
	if t.isComplete() {
		t.cursor.Covered = t.cursor.Covered.extend(t.covered)
	} else {
		t.Log.Warn("error.journal-empty")
	}
	err := t.lookUpMissing(ctx)
	t.finalize()
	return err
}

// retryThrottled repeats a request that a run beside left no room for.
func (t *tracker) retryThrottled(ctx context.Context, request func(context.Context) error) error {
	for try := 1; ; try++ {
		err, refusal := request(ctx), (*greenapi.Error)(nil)
		if !errors.As(err, &refusal) || refusal.Meaning != greenapi.NotTaken || try == maxTries || !account.Wait(ctx, retryInterval) {
			return err
		}
	}
}

func (t *tracker) readSettings(ctx context.Context) error {
	settings, err := t.Client.Settings(ctx)
	if err != nil {
		return err
	}
	return NoteSettings(t.Ledger, t.Instance, settings)
}

func (t *tracker) readQueue(ctx context.Context) error {
	t.queueReadAt = time.Now()
	queue, err := t.Client.Queue(ctx)
	t.addQueue(queue)
	t.isQueueFull = len(queue) >= greenapi.QueueLimit
	return err
}

func (t *tracker) readJournal(ctx context.Context) error {
	skew, _ := t.Client.Skew()
	now := time.Now().Add(skew)
	t.covered = interval{now.Add(match.ClockMargin - ledger.Retention), now.Add(-match.ClockMargin - journalLag)}
	return t.Client.Journal(ctx, int(ledger.Retention.Minutes()), func(e greenapi.JournalEntry) error {
		if card := t.addJournal(e); card != nil {
			t.shownTwice = append(t.shownTwice, card)
		} else if t.mayBeResend(e) {
			t.unclaimed = append(t.unclaimed, e)
		}
		return nil
	})
}

// isComplete reports whether the journal shows one of the cards that must have left: else it is
// of another day, or of another account.
func (t *tracker) isComplete() bool {
	missing := 0
	for _, card := range t.cards {
		at := card.Accepted.Add(card.ClockSkew)
		switch {
		case card.isShown:
			return true
		case !card.isQueued && at.After(t.covered.From) && at.Before(t.covered.To):
			missing++
		}
	}
	// The queue hides the message that is being sent, and those behind the 500th.
	return missing <= 1 || t.isQueueFull
}

// lookUpMissing asks for cards that the journal should show. Its quota is its own.
func (t *tracker) lookUpMissing(ctx context.Context) error {
	now := time.Now()
	missing := t.missing(now)
	if len(missing) == 0 || now.Before(t.cursor.LookupsPausedUntil) {
		return nil
	}
	t.cursor.LookedUpAt = now
	for _, card := range missing[:min(len(missing), maxLookups)] {
		err, refusal := t.retryThrottled(ctx, func(ctx context.Context) error { return t.lookUp(ctx, card) }), (*greenapi.Error)(nil)
		if errors.As(err, &refusal) && refusal.Reason.Code == msg.Quota {
			t.cursor.LookupsPausedUntil = t.pause(err)
			return nil
		}
		isMissing := errors.Is(err, greenapi.ErrMessageNotFound)
		if err != nil && !isMissing && !(refusal != nil && refusal.Meaning == greenapi.Refused) {
			return err // of more than this card
		}
		card.isNotFound = isMissing && refusal.Status == 400 // 200 with next to nothing says less
	}
	return nil
}

func (t *tracker) lookUp(ctx context.Context, card *observation) error {
	e, err := t.Client.Message(ctx, card.Chat, card.IDMessage)
	if err == nil && e.IDMessage == card.IDMessage {
		card.show(e, true)
		card.isAmbiguous = false
	}
	return err
}

// missing are cards that should have left and do not show it, and failures that may be another
// card's. One is looked up once it is late, now and then, and before its delivery is final.
func (t *tracker) missing(now time.Time) (missing []*observation) {
	limit, isRound := t.departedBefore(now), now.Sub(t.cursor.LookedUpAt) >= lookupInterval
	for _, card := range t.cards {
		age := now.Sub(card.Accepted)
		isKnown := card.isQueued || card.isShown && !card.isAmbiguous || !isOpen(card.state) || card.state == csvmodel.DeliveryDelivered
		isLate := age > journalLag && age <= lookupWindow && card.Accepted.Before(limit) && !isKnown
		isFinal := age > ledger.Retention
		isDue := isRound || isFinal || card.Accepted.Add(journalLag).After(t.cursor.LookedUpAt)
		if isDue && (card.isUnconfirmed() || isLate && !(isFinal && !isUndecided(card.state))) {
			missing = append(missing, card)
		}
	}
	return missing
}

// departedBefore is the acceptance before which no card is behind what the queue shows.
func (t *tracker) departedBefore(now time.Time) time.Time {
	limit := now
	for _, card := range t.cards {
		if card.isQueued && card.Accepted.Before(limit) {
			limit = card.Accepted
		}
	}
	if limit.Equal(now) && t.isQueueFull {
		return time.Time{}
	}
	return limit
}

func (t *tracker) finalize() {
	for _, card := range t.cards {
		switch {
		case card.isUnconfirmed():
			card.state = laterState(card.Delivery, csvmodel.DeliveryUnobserved)
		case card.isAmbiguous:
			card.observe(csvmodel.DeliveryUnobserved)
		case !card.isQueued && !card.isShown:
			card.state = finalState(t.sightOf(card), t.cursor.Covered, t.covered.To)
		}
	}
}

// sightOf does not count a card as waiting that was overtaken: the queue is first in, first out.
func (t *tracker) sightOf(card *observation) sight {
	s := sight{card.state, acceptedWithin(card.SentCard, t.SettleAfter), card.SeenAt.Add(card.ClockSkew), card.isNotFound}
	overtook := func(other *observation) bool {
		return other.isShown && acceptedWithin(other.SentCard, 0).From.After(s.accepted.To) && other.departedAt.Before(s.accepted.From.Add(ledger.Retention))
	}
	if s.isNotFound && slices.ContainsFunc(t.cards, overtook) {
		s.lastQueued = time.Time{}
	}
	return s
}

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
