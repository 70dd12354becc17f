package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
)

// Suspension keeps an instance from sending until a person resumes it.
type Suspension struct {
	Instance string    `json:"instance"`
	State    string    `json:"state"` // the service's word for the reason
	Since    time.Time `json:"since"`
}

// ErrNotSuspended is returned where there is no suspension. It wraps ErrConflict.
var ErrNotSuspended = msg.Problem("ledger.not-suspended", msg.Args{"Err": ErrConflict})

const suspensionColumns = "instance, state, since"

var scanSuspension = into(func(s *Suspension) []any { return []any{&s.Instance, &s.State, asTime(&s.Since)} })

// Suspend suspends an instance and notes why, unless it is suspended.
func (l *Ledger) Suspend(s Suspension, why msg.Reason) error {
	return l.commit(func(t *tx) {
		if t.exec("INSERT INTO rests VALUES (?, ?, ?) ON CONFLICT DO NOTHING", s.Instance, s.State, millis(s.Since)) > 0 {
			t.note(Note{At: s.Since, Instance: s.Instance, Kind: NoteSuspension, Reason: why})
		}
	})
}

// Resume ends the suspension of an instance by the word of a person, which is noted.
func (l *Ledger) Resume(instance, who string, at time.Time) (ended Suspension, err error) {
	err = l.commit(func(t *tx) {
		ended, t.err = first(t, ErrNotSuspended, scanSuspension, "DELETE FROM rests WHERE instance = ? RETURNING "+suspensionColumns, instance)
		t.note(Note{At: at, Instance: instance, Kind: NoteResume, Reason: msg.NewReason(msg.Resumed, who, ended.Since)})
	})
	return ended, err
}

// SuspensionOf returns the suspension of an instance, or ErrNotSuspended.
func (l *Ledger) SuspensionOf(instance string) (Suspension, error) {
	return first(l.reader, ErrNotSuspended, scanSuspension, "SELECT "+suspensionColumns+" FROM rests WHERE instance = ?", instance)
}

// Suspensions returns those of all instances, oldest first.
func (l *Ledger) Suspensions() ([]Suspension, error) {
	return all(l.reader, scanSuspension, "SELECT "+suspensionColumns+" FROM rests ORDER BY since, instance")
}

// Chats returns what is known of the chats of the instance's @lids.
func (l *Ledger) Chats(instance string) (map[string]string, error) {
	return table[string, string](l.reader, "SELECT lid, chat FROM chats WHERE instance = ?", instance)
}

// LearnChats remembers the chats of @lids of the instance.
func (l *Ledger) LearnChats(instance string, chats map[string]string, at time.Time) error {
	return l.commit(func(t *tx) {
		for lid, chat := range chats {
			t.exec("INSERT INTO chats VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET chat = excluded.chat, at = excluded.at",
				instance, lid, chat, millis(at))
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
	scan := into(func(a *Alias) []any { return []any{&a.Instance, &a.LID, &a.Chat, asTime(&a.At)} })
	return all(l.reader, scan, `WITH RECURSIVE same(id) AS (SELECT ?1 UNION
	SELECT iif(chats.lid = same.id, chats.chat, chats.lid) FROM chats JOIN same ON same.id IN (chats.lid, chats.chat))
SELECT instance, lid, chat, at FROM chats WHERE lid IN (SELECT id FROM same) ORDER BY at, instance, lid`, chat)
}

// HeldError says that another process holds an instance, a file or a folder.
type HeldError struct {
	Instance string // what is held; "": a file or a folder
	Name     string // of that
	Holder   string
	Since    time.Time
	File     string // on which it works
	Done     int    // rows of it that have their outcome
	Rows     int
	Newest   time.Time // when it had its newest outcome or, without one, began
}

func (e *HeldError) Error() string { return e.Text(msg.English) }

// Text is the error in a language.
func (e *HeldError) Text(l msg.Language) string {
	args := msg.Args{"What": e.Name, "Holder": e.Holder, "Since": e.Since.Local().Format(time.DateTime),
		"Done": e.Done, "Rows": e.Rows, "File": e.File}
	if e.Instance != "" {
		args["What"] = msg.Text(l, "ledger.instance", msg.Args{"Instance": e.Instance})
	}
	key := "ledger.held"
	switch {
	case e.Rows > 0:
		key = "ledger.held-done"
	case e.Holder != "":
		key = "ledger.held-by"
	case !e.Since.IsZero():
		key = "ledger.held-since"
	}
	return msg.Text(l, key, args)
}

// describe fills in what is known of the lease that the condition finds. What cannot
// be read is left out: that something is held is certain without it.
func (e *HeldError) describe(l *Ledger, condition string, arg any) *HeldError {
	scan := into(func(*struct{}) []any {
		return []any{&e.Holder, asTime(&e.Since), &e.File, &e.Rows, asTime(&e.Newest), &e.Done}
	})
	_, _ = first(l.reader, nil, scan, `SELECT holder, since, COALESCE(name, ''), COALESCE(total, 0),
	MAX(since, COALESCE((SELECT MAX(ended) FROM rows WHERE run = leases.run), 0)),
	(SELECT COUNT(*) FROM rows WHERE run = leases.run AND status NOT IN ('planned', 'intended', 'unknown'))
FROM leases LEFT JOIN runs ON id = run WHERE `+condition, arg)
	return e
}

// Lease is the right to send for one instance. It ends with its process, too.
type Lease struct {
	ledger   *Ledger
	instance string
	// Release gives the lease back.
	Release func() error
	// Abandoned is how many rows were intended when the process before ended. They are
	// unknown now.
	Abandoned int
}

// TakeLease takes the instance, or fails with a HeldError.
func (l *Ledger) TakeLease(instance, holder string, at time.Time) (*Lease, error) {
	release, err := l.lock("instance-"+instance, func() *HeldError {
		return (&HeldError{Instance: instance}).describe(l, "instance = ?", instance)
	})
	if err != nil {
		return nil, err
	}
	lease := &Lease{ledger: l, instance: instance, Release: release}
	err = l.commit(func(t *tx) {
		t.exec(`INSERT INTO leases VALUES (?1, 1, ?2, 0, ?3, ?3)
ON CONFLICT (instance) DO UPDATE SET epoch = epoch + 1, holder = ?2, run = 0, since = ?3, progress = ?3`,
			instance, holder, millis(at))
		lease.Abandoned = t.markUnknown(instance, at)
	})
	if err != nil {
		return nil, errors.Join(err, release())
	}
	return lease, nil
}

func (l *Ledger) lock(name string, held func() *HeldError) (release func() error, err error) {
	release, err = l.file.Lock(name)
	if errors.Is(err, sqlite.ErrLocked) {
		return nil, held()
	}
	return release, err
}

// SetRun records for which run the lease is used.
func (l *Lease) SetRun(run int64) error {
	return l.ledger.expect("UPDATE leases SET run = ? WHERE instance = ?", run, l.instance)
}

func (t *tx) markUnknown(instance string, at time.Time) (rows int) {
	t.exec(`INSERT INTO notes (at, run, seq, instance, kind, attempt, reason)
SELECT ?, run, seq, instance, 'attempt', attempt, json_object('code', ?) FROM rows WHERE instance = ? AND `+openRows+` AND status = 'intended'`,
		millis(at), string(msg.Crashed), instance)
	return int(t.exec("UPDATE rows SET status = 'unknown', code = ?, args = ?, ended = ? WHERE instance = ? AND "+openRows+" AND status = 'intended'",
		string(msg.Crashed), encodeReasons([]msg.Reason{{Code: msg.Crashed}}), millis(at), instance))
}

// LockFile keeps other processes from running the same content until release is called
// or the process ends.
func (l *Ledger) LockFile(content [32]byte, name string) (release func() error, err error) {
	return l.lock("file-"+hex.EncodeToString(content[:8]), func() *HeldError {
		return (&HeldError{Name: name}).describe(l, "run = (SELECT MAX(id) FROM runs WHERE content = ?)", content[:])
	})
}

// LockFolder does the same for a folder. The HeldError names the run of the instance if
// it was begun since the folder is held.
func (l *Ledger) LockFolder(dir, instance string, at time.Time) (release func() error, err error) {
	sum := sha256.Sum256([]byte(dir))
	name := "folder-" + hex.EncodeToString(sum[:8])
	release, err = l.lock(name, func() *HeldError {
		held := (&HeldError{Name: dir}).describe(l, "instance = ?", instance)
		if since, err := l.file.LockedAt(name); err == nil && held.Since.Before(since.Truncate(time.Second)) {
			held = &HeldError{Name: dir, Since: since, Newest: since}
		}
		return held
	})
	if err != nil {
		return nil, err
	}
	return release, l.file.StampLock(name, at)
}
