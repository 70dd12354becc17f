package ledger

import (
	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// HeldError says that another process holds what was asked for, and as far as is
// known, which.
type HeldError struct {
	What   string // "instance 1101" or the file's name
	Holder string
	Since  time.Time
	File   string // on which it works
	Done   int    // rows of it that have their outcome
	Rows   int
	Newest time.Time // when it had its newest outcome or, without one, began
}

func (e *HeldError) Error() string {
	text := e.What + " is being worked on by another run"
	if e.Holder != "" {
		text += " (" + e.Holder + ")"
	}
	if !e.Since.IsZero() {
		text += " since " + e.Since.Local().Format(time.DateTime)
	}
	if e.Rows > 0 {
		text += fmt.Sprintf(", which has done %d of the %d rows of %s", e.Done, e.Rows, e.File)
	}
	return text
}

// Lease is the right to send for one instance. It ends with Release, and with
// its process, however that ends.
type Lease struct {
	lock *sqlite.Lock
	// Doubtful is how many rows the process before left intended. They are
	// unknown now, their attempts taken as given up at the time of the lease.
	Abandoned int
}

// TakeLease takes the instance, or fails with a HeldError.
func (l *Ledger) TakeLease(instance, holder string, at time.Time) (*Lease, error) {
	lock, err := l.file.Lock("instance-" + instance)
	if errors.Is(err, sqlite.ErrLocked) {
		return nil, l.held("instance "+instance, "instance = ?", instance)
	}
	if err != nil {
		return nil, err
	}
	lease := &Lease{lock: lock}
	err = l.commit(func(t *tx) error {
		_, err := t.exec(`INSERT INTO leases VALUES (?1, 1, ?2, 0, ?3, ?3)
ON CONFLICT (instance) DO UPDATE SET epoch = epoch + 1, holder = ?2, run = 0, since = ?3, progress = ?3`,
			instance, holder, millis(at))
		if err != nil {
			return err
		}
		lease.Abandoned, err = t.markUnknown(instance, at)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return lease, nil
}

// LeaseRun records for which run the lease on the instance is used.
func (l *Ledger) LeaseRun(instance string, run int64) error {
	return l.commit(func(t *tx) error {
		return t.expect("UPDATE leases SET run = ? WHERE instance = ?", run, instance)
	})
}

// markUnknown makes the rows that are intended on the instance unknown.
func (t *tx) markUnknown(instance string, at time.Time) (int, error) {
	reason := msg.Reason{Code: msg.Crashed}
	args := encodeReasons([]msg.Reason{reason})
	_, err := t.exec(`INSERT INTO notes (at, run, seq, instance, kind, attempt, reason)
SELECT ?, run, seq, instance, 'attempt', attempt, json_object('code', ?) FROM rows WHERE instance = ? AND `+openRows+` AND status = 'intended'`,
		millis(at), string(reason.Code), instance)
	if err != nil {
		return 0, err
	}
	n, err := t.exec("UPDATE rows SET status = 'unknown', code = ?, args = ?, ended = ? WHERE instance = ? AND "+openRows+" AND status = 'intended'",
		string(reason.Code), args, millis(at), instance)
	return int(n), err
}

// Release gives the lease back.
func (l *Lease) Release() error { return l.lock.Release() }

// held describes the lease that the condition finds. What cannot be told is left
// out: that something is held is certain without it.
func (l *Ledger) held(what, condition string, arg any) *HeldError {
	e := &HeldError{What: what}
	var since, run int64
	if l.reader.QueryRow("SELECT holder, run, since FROM leases WHERE "+condition, arg).Scan(&e.Holder, &run, &since) != nil {
		return e
	}
	e.Since = fromMillis(since)
	if r, err := l.Run(run); err == nil {
		e.File, e.Rows = r.Name, r.Rows
	}
	var newest int64
	if l.reader.QueryRow("SELECT COALESCE(MAX(ended), 0) FROM rows WHERE run = ?", run).Scan(&newest) == nil {
		e.Newest = fromMillis(max(newest, since))
	}
	if counts, err := l.Counts(run); err == nil {
		e.Done = counts.Rows() - counts[csvmodel.Unsent] - counts[csvmodel.Unknown]
	}
	return e
}

// LockFile keeps other processes from running the same content, until the
// returned func is called or the process ends.
func (l *Ledger) LockFile(content [32]byte, name string) (release func() error, err error) {
	lock, err := l.file.Lock("file-" + hex.EncodeToString(content[:8]))
	if errors.Is(err, sqlite.ErrLocked) {
		return nil, l.held(name, "run = (SELECT MAX(id) FROM runs WHERE content = ?)", content[:])
	}
	if err != nil {
		return nil, err
	}
	return lock.Release, nil
}

// LockFolder keeps other processes from working on a folder with this ledger in
// the same way. The HeldError names the run of the instance, if it was begun
// since the folder is held.
func (l *Ledger) LockFolder(dir, instance string, at time.Time) (release func() error, err error) {
	sum := sha256.Sum256([]byte(dir))
	name := "folder-" + hex.EncodeToString(sum[:8])
	lock, err := l.file.Lock(name)
	if errors.Is(err, sqlite.ErrLocked) {
		return nil, l.heldSince(name, dir, instance)
	}
	if err != nil {
		return nil, err
	}
	return lock.Release, lock.Stamp(at)
}

// heldSince describes who holds the folder by the stamp of its lock.
func (l *Ledger) heldSince(lock, dir, instance string) error {
	held := l.held(dir, "instance = ?", instance)
	if at, err := l.file.LockedAt(lock); err == nil && held.Since.Before(at.Truncate(time.Second)) {
		return &HeldError{What: dir, Since: at, Newest: at}
	}
	return held
}
