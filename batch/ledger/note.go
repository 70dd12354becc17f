package ledger

import (
	"contact-distributor/csvmodel/msg"
	"encoding/json"
	"iter"
	"strconv"
	"time"
)

// Note is one line of the ledger's diary, which is only ever added to.
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
	NoteAttempt  NoteKind = "attempt"  // an attempt that did not end in accepted
	NoteStart    NoteKind = "start"    // the run begins or goes on
	NoteSettled  NoteKind = "settled"  // what was found out about an unknown row
	NoteResend   NoteKind = "repeat"   // a message that the service sent once more by itself
	NoteStop     NoteKind = "stop"     // the run stops, and why
	NoteDelivery NoteKind = "delivery" // what was seen of a card that was accepted

	NoteForecast   NoteKind = "forecast" // when the last card of the run is to have left
	NoteDeparture  NoteKind = "leaves"   // when the last card that went is to have left, as it looked when a start ended
	NoteSuspension NoteKind = "rest"     // the instance is at rest from now on, and why
	NoteResume     NoteKind = "resume"   // a person has ended that
)

// AddNote adds a note; its ID is given by the ledger.
func (l *Ledger) AddNote(n Note) error {
	return l.commit(func(t *tx) error { return t.note(n) })
}

func (t *tx) note(n Note) error {
	reason, err := json.Marshal(n.Reason)
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO notes (at, run, seq, instance, kind, attempt, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
		millis(n.At), n.Run, n.Seq, n.Instance, string(n.Kind), n.Attempt, reason)
	return err
}

// NewestNote returns the newest note on the whole run, of these kinds if any are
// named; the zero Note if there is none.
func (l *Ledger) NewestNote(run int64, kinds ...NoteKind) (Note, error) {
	return l.note("DESC", run, kinds)
}

// FirstNote is NewestNote from the other end.
func (l *Ledger) FirstNote(run int64, kinds ...NoteKind) (Note, error) {
	return l.note("ASC", run, kinds)
}

func (l *Ledger) note(order string, run int64, kinds []NoteKind) (Note, error) {
	return first(l.reader, nil, scanNote, "SELECT "+noteColumns+" FROM notes WHERE run = ? AND seq = 0 AND "+ofKinds+" ORDER BY id "+order+" LIMIT 1",
		run, list(kinds))
}

// AddResend notes that the service sent the card of a row once more, as this message,
// unless that is noted already. It returns what it has noted; the zero Reason if
// nothing.
func (l *Ledger) AddResend(instance string, run, seq int64, idMessage string, at time.Time) (noted msg.Reason, err error) {
	scan := func(s scanner) (r msg.Reason, err error) {
		var chat, file string
		var number int
		err = s.Scan(&chat, &file, &number)
		return msg.NewReason(msg.Resent, chat, idMessage, file, number, strconv.FormatInt(run, 10)), err
	}
	return noted, l.commit(func(t *tx) error {
		reason, err := first(t, ErrNoRow, scan, "SELECT rows.chat, runs.name, rows.row FROM rows JOIN runs ON runs.id = rows.run WHERE rows.run = ? AND rows.seq = ?", run, seq)
		if err != nil {
			return err
		}
		known, err := value[bool](t, `SELECT EXISTS (SELECT 1 FROM notes WHERE run = 0 AND seq = 0 AND instance = ? AND kind = ?
AND CAST(reason AS TEXT) ->> '$.args[0]' = ? AND CAST(reason AS TEXT) ->> '$.args[1]' = ?)`,
			instance, string(NoteResend), reason.Word("Chat"), idMessage)
		if err != nil || known {
			return err
		}
		noted = reason
		return t.note(Note{At: at, Instance: instance, Kind: NoteResend, Reason: reason})
	})
}

// ofRun is true of a note on a repetition that is about a row of run ?1, or of which
// it is not known what run it is about.
const ofRun = "COALESCE(CAST(notes.reason AS TEXT) ->> '$.args[4]', CAST(?1 AS TEXT)) = CAST(?1 AS TEXT)"

// CountResends returns how many messages the service is known to have sent once
// more since the run began, as far as they may be its cards.
func (l *Ledger) CountResends(run Run) (int, error) {
	return value[int](l.reader, "SELECT COUNT(*) FROM notes WHERE kind = ?2 AND at >= ?3 AND "+ofRun, run.ID, string(NoteResend), millis(run.Started))
}

const noteColumns = "id, at, run, seq, instance, kind, attempt, reason"

// ofKinds is true of a note of the kinds in the list, or of any if that is empty.
const ofKinds = "(?2 = '[]' OR kind IN (SELECT value FROM json_each(?2)))"

// list is an argument for json_each.
func list[T ~string](values []T) string {
	if len(values) == 0 {
		return "[]"
	}
	text, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings cannot fail to be encoded
	}
	return string(text)
}

func scanNote(s scanner) (n Note, err error) {
	err = s.Scan(&n.ID, asTime(&n.At), &n.Run, &n.Seq, &n.Instance, &n.Kind, &n.Attempt, jsonColumn{&n.Reason})
	return n, err
}

// Notes returns the notes on one row, or with sequence number 0 on the whole
// run, oldest first.
func (l *Ledger) Notes(run, seq int64) ([]Note, error) {
	return all(l.reader, scanNote, "SELECT "+noteColumns+" FROM notes WHERE run = ? AND seq = ? ORDER BY id", run, seq)
}

// InstanceNotes returns the notes on an instance, "" for any, that are about no run,
// oldest first, of these kinds if any are named.
func (l *Ledger) InstanceNotes(instance string, kinds ...NoteKind) ([]Note, error) {
	return all(l.reader, scanNote, "SELECT "+noteColumns+" FROM notes WHERE run = 0 AND seq = 0 AND ?1 IN ('', instance) AND "+ofKinds+" ORDER BY id",
		instance, list(kinds))
}

// LogEntry is a note of a run's log.
type LogEntry struct {
	At     time.Time
	Kind   NoteKind
	Number int // of the row; 0: the whole run
	Reason msg.Reason
}

// RunLog goes through the notes on a run, and on what the service did by itself
// since it began, in order of time. Attempts are left out.
func (l *Ledger) RunLog(run Run) iter.Seq2[LogEntry, error] {
	scan := func(s scanner) (e LogEntry, err error) {
		err = s.Scan(asTime(&e.At), &e.Kind, &e.Number, jsonColumn{&e.Reason})
		return e, err
	}
	return each(l.reader, scan, `SELECT notes.at, notes.kind, COALESCE(rows.row, 0), notes.reason
FROM notes LEFT JOIN rows ON rows.run = notes.run AND rows.seq = notes.seq
WHERE notes.run = ?1 AND notes.kind IN (?2, ?3, ?4) OR notes.kind = ?5 AND notes.at >= ?6 AND `+ofRun+` ORDER BY notes.id`,
		run.ID, string(NoteStart), string(NoteStop), string(NoteSettled), string(NoteResend), millis(run.Started))
}

// SetMeta keeps a value under a name, in place of the one before; none takes it
// away. It is for what one process leaves to the next.
func (l *Ledger) SetMeta(name string, value []byte) error {
	return l.commit(func(t *tx) error {
		if len(value) == 0 {
			_, err := t.exec("DELETE FROM meta WHERE key = ?", name)
			return err
		}
		_, err := t.exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", name, value)
		return err
	})
}

// Meta returns the value that is kept under a name, or nothing.
func (l *Ledger) Meta(name string) ([]byte, error) {
	return first(l.reader, nil, cell[[]byte], "SELECT value FROM meta WHERE key = ?", name)
}

// StopReason returns why the run has stopped last. There is none while it is at work,
// nor when it came to its end.
func (l *Ledger) StopReason(run int64) (msg.Reason, error) {
	note, err := l.NewestNote(run)
	if err != nil || note.Kind != NoteStop {
		return msg.Reason{}, err
	}
	return note.Reason, nil
}
