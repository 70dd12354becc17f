package batch

import (
	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/match"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"math"
	"time"
)

const (
	// askFor is how old a card may be that the service is asked for by its id.
	askFor = ledger.Retention + time.Hour
	// mostAsked are the questions for single cards that are asked at once: a journal
	// that shows too little must not use up the plan's month.
	mostAsked = 500
	// eachEvery is how often one card is asked for by its id: what does not leave
	// the queue, or was cleared from it, would be asked for again and again.
	eachEvery = 6 * time.Hour
)

// ask goes as far as the service answers. Its error is the service's or of ctx.
func (t *tracker) ask(ctx context.Context) error {
	if err := t.again(ctx, func() error { return t.readSettings(ctx) }); err != nil {
		return err
	}
	if err := t.again(ctx, func() error { return t.readQueue(ctx) }); err != nil {
		return err
	}
	var reading span
	err := t.again(ctx, func() (err error) { reading, err = t.readJournal(ctx); return err })
	if err != nil {
		return err
	}
	t.kept.Asked = time.Now()
	if t.isWhole(reading) {
		t.kept.Shown = t.kept.Shown.with(reading)
	} else {
		t.job.Log.Warn("the journal shows none of the cards that it must have, so it proves nothing")
	}
	err = t.askForEach(ctx)
	t.conclude(reading.To)
	return err
}

const (
	maxPollTries   = 5
	pollRetryDelay = 2 * time.Second
)

// again asks once more, after a pause, where the service says that it was asked too
// much: a run beside, or a command just before, asks too.
func (t *tracker) again(ctx context.Context, ask func() error) error {
	for try := 1; ; try++ {
		err, asked := ask(), (*greenapi.Error)(nil)
		if !errors.As(err, &asked) || asked.Meaning != greenapi.NotTaken || try == maxPollTries || !account.Wait(ctx, pollRetryDelay) {
			return err
		}
	}
}

func (t *tracker) readSettings(ctx context.Context) error {
	settings, err := t.job.Client.Settings(ctx)
	if err != nil {
		return err
	}
	return t.job.keepReports(settings)
}

func (t *tracker) readQueue(ctx context.Context) error {
	queue, err := t.job.Client.Queue(ctx)
	t.queue(queue)
	t.queueFull = len(queue) >= greenapi.QueueLimit
	return err
}

// readJournal reads as much of it as there are open cards, and returns the time in
// which it shows all that has left.
func (t *tracker) readJournal(ctx context.Context) (span, error) {
	skew, _ := t.job.Client.Skew()
	now := time.Now().Add(skew)
	minutes := t.minutes(now)
	reading := span{now.Add(match.ClockMargin - time.Duration(minutes)*time.Minute), now.Add(-match.ClockMargin - journalLate)}
	return reading, t.job.Client.Journal(ctx, minutes, func(m greenapi.JournalEntry) error {
		if r, may := t.mayRepeat(m); may {
			t.repeats = append(t.repeats, r)
		}
		return nil
	})
}

// minutes is since when the oldest of the cards can have left that are looked at.
func (t *tracker) minutes(now time.Time) int {
	oldest := now
	for _, card := range t.cards {
		if from := takenWithin(card.SentCard, 0).From; isWatched(card.SentCard, time.Now()) && from.Before(oldest) {
			oldest = from
		}
	}
	return min(int(ledger.Retention.Minutes()), 1+int(math.Ceil((now.Sub(oldest)+match.ClockMargin).Minutes())))
}

// isWhole reports whether the journal shows one at least of the cards that must
// have left: else it is of another day, or of another account.
func (t *tracker) isWhole(reading span) bool {
	missing := 0
	for _, card := range t.cards {
		at := card.Accepted.Add(card.ClockSkew)
		switch {
		case card.entry != nil:
			return true
		case !card.queued && at.After(reading.From) && at.Before(reading.To):
			missing++
		}
	}
	// The queue hides the message that is being sent, and those behind the 500th.
	return missing <= 1 || t.queueFull
}

// askForEach asks for the cards that the journal should show and does not. When the
// quota for that is used up the journal goes on being read.
func (t *tracker) askForEach(ctx context.Context) error {
	now := time.Now()
	missing := t.missing(now)
	if len(missing) == 0 || now.Before(t.kept.EachRests) {
		return nil
	}
	t.kept.Each = now
	for _, card := range missing[:min(len(missing), mostAsked)] {
		err, asked := t.again(ctx, func() error { return t.askFor(ctx, card) }), (*greenapi.Error)(nil)
		if errors.As(err, &asked) && asked.Reason.Code == msg.Quota {
			t.kept.EachRests = t.rest(err)
			return nil
		}
		if err != nil && !errors.Is(err, greenapi.ErrMessageNotFound) {
			return err
		}
	}
	return nil
}

func (t *tracker) askFor(ctx context.Context, card *sighting) error {
	m, err := t.job.Client.Message(ctx, card.Chat, card.IDMessage)
	if err == nil && m.IDMessage == card.IDMessage {
		card.see(wordOf(m))
		card.entry, card.certain, card.blurred = &m, true, false
	}
	return err
}

// missing are the cards that should have left by now and were not seen to.
func (t *tracker) missing(now time.Time) []*sighting {
	left := t.leftBefore(now)
	var missing []*sighting
	for _, card := range t.cards {
		age := now.Sub(card.Accepted)
		late := age > journalLate && age <= askFor && t.isDue(card, now)
		shown := card.queued || card.entry != nil && !card.blurred
		if late && !shown && card.Accepted.Before(left) && isOpen(card.seen) && card.seen != csvmodel.DeliveryDelivered {
			missing = append(missing, card)
		}
	}
	return missing
}

// isDue reports whether to ask for a card by its id: once it should have left, now
// and then after that, and before it is concluded what became of it.
func (t *tracker) isDue(card *sighting, now time.Time) bool {
	return card.Accepted.Add(journalLate).After(t.kept.Each) || now.Sub(t.kept.Each) >= eachEvery || now.Sub(card.Accepted) > ledger.Retention
}

// leftBefore is when those cards were accepted at the latest that cannot be behind
// what the queue shows of itself.
func (t *tracker) leftBefore(now time.Time) time.Time {
	left := now
	if t.queueFull {
		left = time.Time{}
	}
	for _, card := range t.cards {
		if card.queued && (left.IsZero() || card.Accepted.Before(left)) {
			left = card.Accepted
		}
	}
	return left
}

// conclude decides about the cards that cannot be in the queue any more.
func (t *tracker) conclude(until time.Time) {
	for _, card := range t.cards {
		switch {
		case card.blurred:
			card.see(csvmodel.DeliveryUnobserved)
		case !card.queued && card.entry == nil:
			card.seen = fateOf(card.seen, takenWithin(card.SentCard, t.job.Settings.SettleAfter.Duration), t.kept.Shown, until)
		}
	}
}
