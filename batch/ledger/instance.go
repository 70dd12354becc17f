package ledger

import (
	"strings"
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// Suspension keeps an instance from sending until a person resumes it.
type Suspension struct {
	Instance string    `json:"instance"`
	State    string    `json:"state"` // the service's word for the reason, or Promoted
	Since    time.Time `json:"since"`
}

// ErrNotSuspended is returned where there is no suspension. It wraps ErrConflict.
var ErrNotSuspended = msg.Problem("ledger.not-suspended", msg.Args{"Err": ErrConflict})

const suspensionColumns = "instance, state, since"

var scanSuspension = query.Into(func(s *Suspension) []any { return []any{&s.Instance, &s.State, query.AsTime(&s.Since)} })

// Suspend suspends an instance and notes why, unless it is suspended.
func (l *Ledger) Suspend(s Suspension, why msg.Reason) error {
	return l.commit(func(t *tx) { t.suspend(s, why) })
}

func (t *tx) suspend(s Suspension, why msg.Reason) {
	if t.change("INSERT INTO rests VALUES (?, ?, ?) ON CONFLICT DO NOTHING", s.Instance, s.State, query.Millis(s.Since)) > 0 {
		t.note(Note{At: s.Since, Instance: s.Instance, Kind: NoteSuspension, Reason: why})
	}
}

// Resume ends the suspension of an instance by the word of a person, which is noted.
func (l *Ledger) Resume(instance, who string, at time.Time) (ended Suspension, err error) {
	err = l.commit(func(t *tx) {
		ended, t.err = query.First(t, ErrNotSuspended, scanSuspension, "DELETE FROM rests WHERE instance = ? RETURNING "+suspensionColumns, instance)
		t.note(Note{At: at, Instance: instance, Kind: NoteResume, Reason: msg.NewReason(msg.Resumed, who, ended.Since)})
	})
	return ended, err
}

// SuspensionOf returns the suspension of an instance, or ErrNotSuspended.
func (l *Ledger) SuspensionOf(instance string) (Suspension, error) {
	return query.First(l.reader, ErrNotSuspended, scanSuspension, "SELECT "+suspensionColumns+" FROM rests WHERE instance = ?", instance)
}

// Suspensions returns those of all instances, oldest first.
func (l *Ledger) Suspensions() ([]Suspension, error) {
	return query.All(l.reader, scanSuspension, "SELECT "+suspensionColumns+" FROM rests ORDER BY since, instance")
}

// Chats returns what is known of the chats of the instance's @lids.
func (l *Ledger) Chats(instance string) (map[string]string, error) {
	return query.Table[string, string](l.reader, "SELECT lid, chat FROM chats WHERE instance = ?", instance)
}

// LearnChats remembers the chats of @lids of the instance.
func (l *Ledger) LearnChats(instance string, chats map[string]string, at time.Time) error {
	return l.commit(func(t *tx) {
		for lid, chat := range chats {
			t.exec("INSERT INTO chats VALUES (?, ?, ?, ?) ON CONFLICT (instance, lid) DO UPDATE SET chat = excluded.chat, at = excluded.at",
				instance, lid, chat, query.Millis(at))
		}
	})
}

// Alias is another id of a chat, as the records of an instance have shown.
type Alias struct {
	LID      string    `json:"lid"`
	Chat     string    `json:"chatId"`
	Instance string    `json:"idInstance"`
	At       time.Time `json:"time"`
}

// Aliases returns the other ids of a chat and of those that they lead to, oldest first.
func (l *Ledger) Aliases(chat string) ([]Alias, error) {
	scan := query.Into(func(a *Alias) []any { return []any{&a.Instance, &a.LID, &a.Chat, query.AsTime(&a.At)} })
	return query.All(l.reader, scan, `WITH RECURSIVE same(id) AS (SELECT ?1 UNION
	SELECT CASE WHEN chats.lid = same.id THEN chats.chat ELSE chats.lid END FROM chats JOIN same ON same.id IN (chats.lid, chats.chat))
SELECT instance, lid, chat, at FROM chats WHERE lid IN (SELECT id FROM same) ORDER BY at, instance, lid`, chat)
}

// Promoted is the State of a Suspension after a standby that may lack the newest commits has
// become the ledger's server.
const Promoted = "promoted"

// checkTimeline suspends all instances when the server's timeline is another one, once.
func (l *Ledger) checkTimeline() error {
	now, isSafe, err := l.timeline()
	if err != nil {
		return err
	}
	known, err := l.Meta("timeline")
	switch {
	case err != nil || string(known) == now:
		return err
	case known == nil || isSafe:
		return l.SetMeta("timeline", []byte(now))
	}
	instances, err := query.All(l.reader, query.Cell[string], "SELECT substr(resource, 1 + length(?1)) FROM leases WHERE substr(resource, 1, length(?1)) = ?1", anInstance)
	if err != nil {
		return err
	}
	at := time.Now()
	return l.commit(func(t *tx) {
		if t.change("UPDATE meta SET value = ? WHERE key = 'timeline' AND value = ?", []byte(now), known) == 0 {
			return // another process has
		}
		for _, instance := range instances {
			t.suspend(Suspension{instance, Promoted, at}, msg.NewReason(msg.Promoted, instance, at))
		}
	})
}

// timelineOf asks PostgreSQL. Where standbys are waited for, the promoted one lacks nothing.
func timelineOf(from query.Source) (now string, isSafe bool, err error) {
	found, err := query.First(from, nil, query.ScanPair[string, string], "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), current_setting('synchronous_standby_names')")
	return found.Key, strings.TrimSpace(found.Value) != "", err
}
