package ledger

import (
	"contact-distributor/csvmodel/msg"
	"database/sql"
	"encoding/json"
	"errors"
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

// NewestNote returns the newest note on the whole run; the zero Note if there is
// none.
func (l *Ledger) NewestNote(run int64) (Note, error) {
	notes, err := l.notes("SELECT "+noteColumns+" FROM notes WHERE run = ? AND seq = 0 ORDER BY id DESC LIMIT 1", run)
	if err != nil || len(notes) == 0 {
		return Note{}, err
	}
	return notes[0], nil
}

// FirstNote returns the first note of this kind on the whole run; the zero Note if
// there is none.
func (l *Ledger) FirstNote(run int64, kind NoteKind) (Note, error) {
	notes, err := l.notes("SELECT "+noteColumns+" FROM notes WHERE run = ? AND seq = 0 AND kind = ? ORDER BY id LIMIT 1", run, string(kind))
	if err != nil || len(notes) == 0 {
		return Note{}, err
	}
	return notes[0], nil
}

// LastNote is FirstNote from the other end.
func (l *Ledger) LastNote(run int64, kind NoteKind) (Note, error) {
	notes, err := l.notes("SELECT "+noteColumns+" FROM notes WHERE run = ? AND seq = 0 AND kind = ? ORDER BY id DESC LIMIT 1", run, string(kind))
	if err != nil || len(notes) == 0 {
		return Note{}, err
	}
	return notes[0], nil
}

// ofRun is true of a note on a repetition that is about a row of run ?1, or of which
// it is not known what run it is about.
const ofRun = "COALESCE(CAST(notes.reason AS TEXT) ->> '$.args[4]', CAST(?1 AS TEXT)) = CAST(?1 AS TEXT)"

// CountResends returns how many messages the service is known to have sent once
// more since the run began, as far as they may be its cards.
func (l *Ledger) CountResends(run Run) (int, error) {
	var n int
	err := l.reader.QueryRow("SELECT COUNT(*) FROM notes WHERE kind = ?2 AND at >= ?3 AND "+ofRun, run.ID, string(NoteResend), millis(run.Started)).Scan(&n)
	return n, err
}

const noteColumns = "id, at, run, seq, instance, kind, attempt, reason"

// Notes returns the notes on one row, or with sequence number 0 on the whole
// run, oldest first.
func (l *Ledger) Notes(run, seq int64) ([]Note, error) {
	return l.notes("SELECT "+noteColumns+" FROM notes WHERE run = ? AND seq = ? ORDER BY id", run, seq)
}

func (l *Ledger) notes(query string, args ...any) ([]Note, error) {
	rows, err := l.reader.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var notes []Note
	for rows.Next() {
		var (
			n      Note
			at     int64
			reason []byte
		)
		if err := rows.Scan(&n.ID, &at, &n.Run, &n.Seq, &n.Instance, &n.Kind, &n.Attempt, &reason); err != nil {
			return nil, err
		}
		n.At = fromMillis(at)
		if err := json.Unmarshal(reason, &n.Reason); err != nil {
			return nil, err
		}
		notes = append(notes, n)
	}
	return notes, rows.Err()
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
	var value []byte
	err := l.reader.QueryRow("SELECT value FROM meta WHERE key = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return value, err
}
