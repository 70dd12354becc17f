package timeline

import (
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// RunHistory is what the ledger's notes say of a run, in order of time.
type RunHistory struct {
	Turns   []Event // it began or went on or, with a reason, stopped
	Settled []Event // what was found out about rows that were unknown
	Repeats []Event // messages beyond those that were asked for, since it began
}

// Event is one note.
type Event struct {
	At     time.Time
	Row    int // what a spreadsheet shows; 0: the whole run
	Reason msg.Reason
}

// History returns what is noted of a run.
func History(l *ledger.Ledger, run ledger.Run) (RunHistory, error) {
	var h RunHistory
	for note, err := range l.RunLog(run) {
		if err != nil {
			return h, err
		}
		event := Event{note.At, note.Number, note.Reason}
		switch note.Kind {
		case ledger.NoteStart, ledger.NoteStop:
			h.Turns = append(h.Turns, event)
		case ledger.NoteSettled:
			h.Settled = append(h.Settled, event)
		case ledger.NoteResend:
			h.Repeats = append(h.Repeats, event)
		}
	}
	return h, nil
}

// SaidBy is the person on whose word the row was settled, "" if it was settled by
// the records.
func (e Event) SaidBy() string {
	if e.Reason.Code == msg.SaidSent || e.Reason.Code == msg.SaidNot {
		return e.Reason.Word("Who")
	}
	return ""
}
