package timeline

import (
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// collector reads what is known of one row after the other.
type collector struct {
	ledger    *ledger.Ledger
	now       time.Time
	explained Explanation
	chats     map[string]bool // of the rows, by all their ids
	resumes   []ledger.Note   // on all instances
	runs      map[int64]runRecord
}

// runRecord is what the rows of a run have in common.
type runRecord struct {
	run   ledger.Run
	notes []ledger.Note // it began, went on or stopped
}

// addAliases adds the other ids of the rows' chats, each once.
func (c *collector) addAliases(rows []ledger.Row) error {
	for _, row := range rows {
		chat := row.Fields.ChatID
		if c.chats[chat] {
			continue
		}
		aliases, err := c.ledger.Aliases(chat)
		if err != nil {
			return err
		}
		c.chats[chat] = true
		for _, a := range aliases {
			c.chats[a.LID], c.chats[a.Chat] = true, true
			c.explained.Aliases = append(c.explained.Aliases, Alias{a.LID, a.Chat, a.Instance, a.At.Truncate(time.Second)})
		}
	}
	return nil
}

// addResends adds what the service sent once more by itself, if it has this id or went to
// one of the chats, and keeps what may matter to any row.
func (c *collector) addResends(message string) error {
	notes, err := c.ledger.InstanceNotes("", ledger.NoteResend, ledger.NoteResume)
	for _, n := range notes {
		switch chat := n.Reason.Word("Chat"); {
		case n.Kind == ledger.NoteResume:
			c.resumes = append(c.resumes, n)
		case chat != "" && (c.chats[chat] || n.Reason.Word("Message") == message):
			step := Step{At: n.At, Kind: StepResent, Instance: n.Instance, Reasons: []msg.Reason{n.Reason}}
			c.explained.Steps = append(c.explained.Steps, step)
		}
	}
	return err
}

// addRow adds a row. One of a file that is still being read is left out: nothing has
// happened to it, and it may come in anew.
func (c *collector) addRow(row ledger.Row, isRequested bool) error {
	record, err := c.runRecord(row.Run)
	if err != nil || record.run.Planned.IsZero() {
		return err
	}
	h := rowHistory{row: row, run: record.run, runNotes: record.notes, resumes: c.resumes}
	if h.notes, err = c.ledger.Notes(row.Run, row.Seq); err != nil {
		return err
	}
	holder, err := c.claimHolder(record.run, row)
	if err != nil {
		return err
	}
	explained := newRow(record.run, row, isRequested)
	explained.Outlook = outlook(row, holder, c.now)
	c.explained.Rows = append(c.explained.Rows, explained)
	c.explained.Steps = append(c.explained.Steps, h.steps()...)
	return nil
}

func (c *collector) runRecord(id int64) (runRecord, error) {
	if record, isKnown := c.runs[id]; isKnown {
		return record, nil
	}
	run, err := c.ledger.Run(id)
	if err != nil {
		return runRecord{}, err
	}
	notes, err := c.ledger.Notes(id, 0)
	c.runs[id] = runRecord{run, notes}
	return c.runs[id], err
}
