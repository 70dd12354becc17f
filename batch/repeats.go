package batch

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// repeatAfter is how old an entry must be that is taken for a repetition: by then
// it is known of which requests the answers are missing.
const repeatAfter = 5 * time.Minute

// mayRepeat reports whether the entry, under an id of its own, may be a card that
// was sent before.
func (t *tracker) mayRepeat(m greenapi.JournalEntry) bool {
	if m.TypeMessage != "contactMessage" || m.ByHand || len(t.byID[m.IDMessage]) > 0 {
		return false
	}
	return len(t.alike(journalEntry(m))) > 0
}

// alike are the ids of the cards with the same chat and number.
func (t *tracker) alike(en entry) []string {
	if t.byCard == nil {
		t.byCard = map[string][]string{}
		for _, card := range t.cards {
			key := card.Chat + " " + card.Phone
			t.byCard[key] = append(t.byCard[key], card.IDMessage)
		}
	}
	if chat, known := t.chats[en.chat]; known {
		en.chat = chat
	}
	return t.byCard[en.chat+" "+strconv.FormatInt(en.phone, 10)]
}

// noteRepeats records the messages that the service has sent once more by itself,
// each once.
func (t *tracker) noteRepeats() error {
	if len(t.repeats) == 0 {
		return nil
	}
	known, err := t.knownRepeats()
	if err != nil {
		return err
	}
	for _, en := range t.repeats {
		if known[en.chat+" "+en.id] {
			continue
		}
		known[en.chat+" "+en.id] = true
		runs, err := t.repeatOf(en)
		if err != nil {
			return err
		}
		if len(runs) == 0 {
			continue
		}
		if err := t.job.noteRepeat(en); err != nil {
			return err
		}
		for _, run := range runs {
			t.runs[run] = true
		}
	}
	return nil
}

func (t *tracker) knownRepeats() (map[string]bool, error) {
	notes, err := t.job.Ledger.InstanceNotes(t.job.Instance)
	known := map[string]bool{}
	for _, note := range notes {
		if args := note.Reason.Args; note.Kind == ledger.NoteRepeat && len(args) == 2 {
			known[args[0]+" "+args[1]] = true
		}
	}
	return known, err
}

// repeatOf returns the runs whose card the entry repeats. Under an id of its own it
// must show the whole card, be younger than ours, and no row's for certain.
func (t *tracker) repeatOf(en entry) (runs []int64, err error) {
	if cards := t.byID[en.id]; len(cards) > 0 {
		for _, card := range cards {
			runs = append(runs, card.Run)
		}
		return runs, nil
	}
	skew, _ := t.job.Client.Skew()
	held, errHeld := t.job.Ledger.Holders(t.job.Instance, []string{en.id})
	doubtful, errDoubtful := t.mayBeDoubtful(en)
	if err := errors.Join(errHeld, errDoubtful); err != nil || len(held) > 0 || doubtful || time.Now().Add(skew).Sub(en.at) < repeatAfter {
		return nil, err
	}
	rows, err := t.job.Ledger.Holders(t.job.Instance, t.alike(en))
	e := evidence{chats: t.chats}
	for _, row := range rows {
		d := doubt{Row: row, begin: row.Intended.Add(row.Skew - clockMargin)}
		if !row.Intended.IsZero() && e.is(en, d) {
			runs = append(runs, row.Run)
		}
	}
	return runs, err
}

// mayBeDoubtful reports whether the entry may be a row of which it is not known
// whether the service took it.
func (t *tracker) mayBeDoubtful(en entry) (bool, error) {
	unknown, err := t.job.Ledger.Unknown(t.job.Instance)
	said, errSaid := t.job.Ledger.SaidSent(t.job.Instance, time.Now().Add(-observed))
	return slices.ContainsFunc(slices.Concat(unknown, said), func(r ledger.Row) bool {
		return doubt{Row: r}.phone() == en.phone
	}), errors.Join(err, errSaid)
}

// noteRepeat records, and says, that the service has sent a message once more.
func (j *Job) noteRepeat(en entry) error {
	reason := csvmodel.Reason{Code: csvmodel.CodeRepeated, Args: []string{en.chat, en.id}}
	j.Log.Warn(reason.String())
	return j.Ledger.AddNote(ledger.Note{At: time.Now(), Instance: j.Instance, Kind: ledger.NoteRepeat, Reason: reason})
}
