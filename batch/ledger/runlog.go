package ledger

import (
	"contact-distributor/csvmodel/msg"
	"encoding/json"
	"iter"
	"time"
)

// LogEntry is a note of a run's diary.
type LogEntry struct {
	At     time.Time
	Kind   NoteKind
	Number int // of the row, 0: the whole run
	Reason msg.Reason
}

// RunLog goes through the notes on a run, and on what the service did by itself
// since it began, in order of time. Attempts are left out.
func (l *Ledger) RunLog(run Run) iter.Seq2[LogEntry, error] {
	return func(yield func(LogEntry, error) bool) {
		rows, err := l.reader.Query(`SELECT notes.at, notes.kind, COALESCE(rows.row, 0), notes.reason
FROM notes LEFT JOIN rows ON rows.run = notes.run AND rows.seq = notes.seq
WHERE notes.run = ?1 AND notes.kind IN (?2, ?3, ?4) OR notes.kind = ?5 AND notes.at >= ?6 AND `+ofRun+` ORDER BY notes.id`,
			run.ID, string(NoteStart), string(NoteStop), string(NoteSettled), string(NoteResend), millis(run.Started))
		if err != nil {
			yield(LogEntry{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var (
				e      LogEntry
				at     int64
				reason []byte
			)
			err := rows.Scan(&at, &e.Kind, &e.Number, &reason)
			if err == nil {
				e.At, err = fromMillis(at), json.Unmarshal(reason, &e.Reason)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(LogEntry{}, err)
		}
	}
}

// InstancesOf returns the instances on which rows of the run were attempted.
func (l *Ledger) InstancesOf(run int64) (instances []string, err error) {
	rows, err := l.reader.Query("SELECT DISTINCT instance FROM rows WHERE run = ? AND instance <> '' ORDER BY instance", run)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var instance string
		if err := rows.Scan(&instance); err != nil {
			return nil, err
		}
		instances = append(instances, instance)
	}
	return instances, rows.Err()
}
