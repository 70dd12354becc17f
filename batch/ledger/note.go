package ledger

import (
	"encoding/json"
	"iter"
	"strconv"
	"time"

	"contact-distributor/batch/ledger/proof"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// Note is one line of the ledger's log, which only grows.
type Note struct {
	ID       int64
	At       time.Time
	Run, Seq int64 // Seq 0: of the whole run; Run 0: of the instance
	Instance string
	Kind     NoteKind
	Attempt  int
	Reason   msg.Reason
}

// NoteKind says what a note is about.
type NoteKind string

// The kinds of notes.
const (
	NoteStart      NoteKind = "start"    // the run begins or goes on
	NoteForecast   NoteKind = "forecast" // the time at which the last card of the run should have left the queue
	NoteAttempt    NoteKind = "attempt"  // an attempt that did not end in accepted
	NoteSettled    NoteKind = "settled"  // the evidence about an unknown row
	NoteDelivery   NoteKind = "delivery" // a new delivery of an accepted card
	NoteResend     NoteKind = "repeat"   // a message that the service sent once more by itself
	NoteDeparture  NoteKind = "leaves"   // the time at which the last card sent should leave the queue, at the end of a start
	NoteStop       NoteKind = "stop"     // the run stops, and why
	NoteSuspension NoteKind = "rest"     // the instance is suspended, and why
	NoteResume     NoteKind = "resume"   // a person ends the suspension
)

const noteColumns = proof.NoteColumns

var scanNote = query.Into(func(n *Note) []any {
	return []any{&n.ID, query.AsTime(&n.At), &n.Run, &n.Seq, &n.Instance, &n.Kind, &n.Attempt, query.AsJSON(&n.Reason)}
})

// AddNote adds a note; its ID is given by the ledger.
func (l *Ledger) AddNote(n Note) error {
	return l.commit(func(t *tx) { t.note(n) })
}

func (t *tx) note(n Note) {
	reason, err := json.Marshal(n.Reason)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.exec("INSERT INTO notes (at, run, seq, instance, kind, attempt, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
		query.Millis(n.At), n.Run, n.Seq, n.Instance, string(n.Kind), n.Attempt, reason)
}

// Notes returns the notes on one row, or with sequence number 0 on the whole
// run, oldest first.
func (l *Ledger) Notes(run, seq int64) ([]Note, error) {
	return query.All(l.reader, scanNote, notesQuery, run, seq)
}

const notesQuery = "SELECT " + noteColumns + " FROM notes WHERE run = ? AND seq = ? ORDER BY id"

// InstanceNotes returns the notes on an instance, "" for any, and no run, oldest first, of
// these kinds if any are named.
func (l *Ledger) InstanceNotes(instance string, kinds ...NoteKind) ([]Note, error) {
	return query.All(l.reader, scanNote, "SELECT "+noteColumns+" FROM notes WHERE run = 0 AND seq = 0 AND ?1 IN ('', instance) AND (?2 OR kind IN (SELECT value FROM json_each(?3))) ORDER BY id",
		instance, len(kinds) == 0, query.List[NoteKind](kinds))
}

// NewestNotes returns the newest note of each instance on the whole run, of this kind or, if
// that is "", of any, oldest first.
func (l *Ledger) NewestNotes(run int64, kind NoteKind) ([]Note, error) {
	return l.notesOfEach("MAX", run, kind)
}

// FirstNotes is NewestNotes from the other end.
func (l *Ledger) FirstNotes(run int64, kind NoteKind) ([]Note, error) {
	return l.notesOfEach("MIN", run, kind)
}

func (l *Ledger) notesOfEach(which string, run int64, kind NoteKind) ([]Note, error) {
	return query.All(l.reader, scanNote, "SELECT "+noteColumns+" FROM notes WHERE id IN (SELECT "+which+"(id) FROM notes WHERE run = ?1 AND seq = 0 AND ?2 IN ('', kind) GROUP BY instance) ORDER BY id",
		run, string(kind))
}

// StopReasons returns why each instance stopped that is not at work, nor at its end, and under
// "" the same of the one that did something last.
func (l *Ledger) StopReasons(run int64) (map[string]msg.Reason, error) {
	stops := map[string]msg.Reason{}
	notes, err := l.NewestNotes(run, "")
	for _, n := range notes {
		if delete(stops, ""); n.Kind == NoteStop {
			stops[n.Instance], stops[""] = n.Reason, n.Reason
		}
	}
	return stops, err
}

// AddResend notes that the service sent the card of a row once more, as this message. It
// returns the note's reason, zero if there was such a note.
func (l *Ledger) AddResend(instance string, run, seq int64, idMessage string, at time.Time) (noted msg.Reason, err error) {
	scan := func(s query.Scanner) (r msg.Reason, err error) {
		var chat, file string
		var number int
		err = s.Scan(&chat, &file, &number)
		return msg.NewReason(msg.Resent, chat, idMessage, file, number, strconv.FormatInt(run, 10)), err
	}
	err = l.commit(func(t *tx) {
		noted, t.err = query.First(t, ErrNoRow, scan, "SELECT rows.chat, runs.name, rows.row FROM rows JOIN runs ON runs.id = rows.run WHERE rows.run = ? AND rows.seq = ?", run, seq)
		for n, err := range query.Each(t, scanNote, "SELECT "+noteColumns+" FROM notes WHERE run = 0 AND seq = 0 AND instance = ? AND kind = ?", instance, string(NoteResend)) {
			if t.err = err; err != nil || n.Reason.Word("Chat") == noted.Word("Chat") && n.Reason.Word("Message") == idMessage {
				noted = msg.Reason{}
				return
			}
		}
		t.note(Note{At: at, Instance: instance, Kind: NoteResend, Reason: noted})
	})
	return noted, err
}

// mayBeOf is true of a resend of which it is known, or not, that it is the run's.
func mayBeOf(resend msg.Reason, run int64) bool {
	named := resend.Word("Run")
	return named == "" || named == strconv.FormatInt(run, 10)
}

// CountResends returns how many messages that may be cards of the run the service sent
// once more since the run began and after this note.
func (l *Ledger) CountResends(run Run, after int64) (int, error) {
	n := 0
	for note, err := range query.Each(l.reader, scanNote, "SELECT "+noteColumns+" FROM notes WHERE run = 0 AND seq = 0 AND kind = ? AND at >= ? AND id > ?", string(NoteResend), query.Millis(run.Started), after) {
		if err != nil {
			return 0, err
		}
		if mayBeOf(note.Reason, run.ID) {
			n++
		}
	}
	return n, nil
}

// LogEntry is a note of a run's log. It has no ID.
type LogEntry struct {
	Note
	Number int // of the row; 0: the whole run
}

// RunLog goes through the notes on a run, and on resends since it began, in order of time,
// without attempts and deliveries.
func (l *Ledger) RunLog(run Run) iter.Seq2[LogEntry, error] {
	scan := query.Into(func(e *LogEntry) []any {
		return []any{query.AsTime(&e.At), &e.Kind, &e.Number, query.AsJSON(&e.Reason), &e.Instance}
	})
	log := query.Each(l.reader, scan, `SELECT notes.at, notes.kind, COALESCE(rows.row, 0), notes.reason, notes.instance
FROM notes LEFT JOIN rows ON rows.run = notes.run AND rows.seq = notes.seq
WHERE notes.run = ?1 AND notes.kind IN (?2, ?3, ?4) OR notes.kind = ?5 AND notes.at >= ?6 ORDER BY notes.id`,
		run.ID, string(NoteStart), string(NoteStop), string(NoteSettled), string(NoteResend), query.Millis(run.Started))
	return func(yield func(LogEntry, error) bool) {
		for e, err := range log {
			if err == nil && e.Kind == NoteResend && !mayBeOf(e.Reason, run.ID) {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}
