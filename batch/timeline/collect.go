package timeline

import (
	"encoding/json"
	"errors"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// collector reads what is known of one row after the other.
type collector struct {
	ledger  *ledger.Ledger
	now     time.Time
	chats   map[string]bool // of the rows, by all their ids
	resumes []ledger.Note
	runs    map[int64]runRecord // that have been read
}

// runRecord is what the rows of a run have in common.
type runRecord struct {
	run   ledger.Run
	turns []ledger.Note
}

// addAliases adds the other ids of the rows' chats, each once.
func (t *collector) addAliases(e *Explanation, rows []ledger.Row) error {
	for _, row := range rows {
		chat := row.Fields.ChatID
		if t.chats[chat] {
			continue
		}
		aliases, err := t.ledger.Aliases(chat)
		if err != nil {
			return err
		}
		t.chats[chat] = true
		for _, a := range aliases {
			t.chats[a.LID], t.chats[a.Chat] = true, true
			e.Aliases = append(e.Aliases, Alias{a.LID, a.Chat, a.Instance, a.At.Truncate(time.Second)})
		}
	}
	return nil
}

// addResends adds what the service sent once more by itself, if it has this id or
// went to one of the chats, and keeps what may matter to any row.
func (t *collector) addResends(e *Explanation, id string) error {
	notes, err := t.ledger.InstanceNotes("", ledger.NoteResend, ledger.NoteResume)
	for _, n := range notes {
		switch chat := n.Reason.Word("Chat"); {
		case n.Kind == ledger.NoteResume:
			t.resumes = append(t.resumes, n)
		case chat != "" && (t.chats[chat] || n.Reason.Word("Message") == id):
			e.Steps = append(e.Steps, Step{At: n.At, Kind: StepResent, Instance: n.Instance, Reasons: []msg.Reason{n.Reason}})
		}
	}
	return err
}

// addRow adds a row to what is known. One of a file that is still being read is left
// out: nothing has happened to it, and it may come in anew.
func (t *collector) addRow(e *Explanation, row ledger.Row, asked bool) error {
	ran, err := t.runHistory(row.Run)
	if err != nil || ran.run.Planned.IsZero() {
		return err
	}
	p := rowHistory{run: ran.run, row: row, starts: ran.turns, resumes: t.resumes}
	if p.notes, err = t.ledger.Notes(row.Run, row.Seq); err != nil {
		return err
	}
	holder, err := t.ledger.HolderOf(row.Card)
	if err != nil && !errors.Is(err, ledger.ErrNoRow) {
		return err
	}
	if holder.Run != 0 && holder.Run != row.Run {
		if counts, err := t.claimCounts(ran.run, holder); err != nil {
			return err
		} else if !counts && row.State == ledger.Planned {
			holder = ledger.Row{}
		}
	}
	explained := newRow(ran.run, row, asked)
	explained.Outlook = outlook(row, holder, t.now)
	e.Rows = append(e.Rows, explained)
	e.Steps = append(e.Steps, p.steps()...)
	return nil
}

// claimCounts reports whether the claim of a row of another run keeps a card of the run
// from going, if the run goes on as it was started last.
func (t *collector) claimCounts(run ledger.Run, holder ledger.Row) (bool, error) {
	var settings struct {
		Dedupe ledger.Dedupe `json:"dedupe"`
	}
	json.Unmarshal(run.Settings, &settings) // ours, and what cannot be read is for ever
	dedupe := settings.Dedupe
	if dedupe.File || dedupe.Within > 0 && t.now.Sub(holder.Intended) > dedupe.Within {
		return false, nil
	}
	if !run.Again {
		return true, nil
	}
	other, err := t.runHistory(holder.Run)
	return other.run.Content != run.Content, err
}

func (t *collector) runHistory(id int64) (runRecord, error) {
	if ran, read := t.runs[id]; read {
		return ran, nil
	}
	run, err := t.ledger.Run(id)
	if err != nil {
		return runRecord{}, err
	}
	turns, err := t.ledger.Notes(id, 0)
	t.runs[id] = runRecord{run, turns}
	return t.runs[id], err
}

// outlook is what is to be expected of a row, if the claim on its card has this
// holder; the zero Row is none.
func outlook(row, holder ledger.Row, now time.Time) Outlook {
	free := holder.Run == 0
	switch status := csvmodel.Status(row.State); {
	case status == csvmodel.Accepted && free:
		return MayResend
	case status == csvmodel.Accepted:
		return Sent
	case status == csvmodel.Invalid:
		return ToCorrect
	case status == csvmodel.Unknown && now.Sub(row.Intended) < ledger.Retention:
		return Decidable
	case status == csvmodel.Unknown:
		return NeedsPerson
	case row.State == ledger.Intended:
		return UnderWay
	case !free && (holder.Run != row.Run || holder.Seq != row.Seq):
		return WaitsForDuplicate
	}
	return WillSend
}
