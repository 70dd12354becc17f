package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
)

// ErrLeaseLost is returned by a write of a Lease that another process has taken. Nothing was
// written.
var ErrLeaseLost = msg.Problem("ledger.lease-lost", nil)

// Lease is the right to write what sends for one instance, to plan one file, or to work on
// one folder. Its methods may be called concurrently. It ends with its process, too.
type Lease struct {
	// Abandoned is how many rows were intended when the process before ended. They are
	// unknown now.
	Abandoned int

	ledger   *Ledger
	resource string // its kind and name
	epoch    int64  // how often it was taken
	unlock   func() error
	deadline atomic.Int64          // by the clock that goes on while the machine sleeps; 0: none
	ended    atomic.Pointer[error] // the first reason why
}

// Terms say for whom a lease is taken, and how long a request of the holder can last.
type Terms struct {
	Holder      string        // for people
	SettleAfter time.Duration // the S of match.Decide
	Timeout     time.Duration // of one request
}

// The kinds of resources. A name follows.
const (
	anInstance = "instance "
	aFile      = "file "
	aFolder    = "folder "
)

// TakeLease takes an instance, or fails with a HeldError.
func (l *Ledger) TakeLease(instance string, o Terms) (*Lease, error) {
	resource := anInstance + instance
	return l.take(resource, o, func() *HeldError {
		return (&HeldError{Instance: instance}).describe(l, resource)
	})
}

// LockFile takes the content of a file, so that it has one run at a time, or fails with a
// HeldError.
func (l *Ledger) LockFile(content [32]byte, name string, o Terms) (*Lease, error) {
	resource := aFile + hex.EncodeToString(content[:8])
	return l.take(resource, o, func() *HeldError {
		return (&HeldError{Name: name}).describe(l, resource)
	})
}

// LockFolder takes a folder, or fails with a HeldError, which names the run of the instance
// if that was begun since the folder is held.
func (l *Ledger) LockFolder(dir, instance string, o Terms) (*Lease, error) {
	sum := sha256.Sum256([]byte(dir))
	resource := aFolder + hex.EncodeToString(sum[:8])
	return l.take(resource, o, func() *HeldError {
		folder := (&HeldError{Name: dir}).describe(l, resource)
		sender := (&HeldError{Name: dir}).describe(l, anInstance+instance)
		if sender.Since.Before(folder.Since) {
			return folder
		}
		return sender
	})
}

func (l *Ledger) take(resource string, o Terms, held func() *HeldError) (*Lease, error) {
	unlock, err := l.file.Lock(lockOf(resource))
	if errors.Is(err, sqlite.ErrLocked) {
		return nil, held()
	}
	if err != nil {
		return nil, err
	}
	lease := &Lease{ledger: l, resource: resource, unlock: unlock}
	if err := l.commit(func(t *tx) { lease.takeOver(t, o) }); err != nil {
		return nil, errors.Join(err, unlock())
	}
	return lease, nil
}

func lockOf(resource string) string { return strings.Replace(resource, " ", "-", 1) }

func (l *Lease) takeOver(t *tx, o Terms) {
	now := t.c.ledger.now()
	l.epoch, t.err = value[int64](t, `INSERT INTO leases (resource, epoch, holder, token, run, since, progress, ends, timeout) VALUES (?1, 1, ?2, ?3, 0, ?4, ?4, 0, ?5)
ON CONFLICT (resource) DO UPDATE SET epoch = leases.epoch + 1, holder = excluded.holder, token = excluded.token, run = 0, since = excluded.since, progress = excluded.progress, timeout = excluded.timeout
RETURNING epoch`, l.resource, o.Holder, token, millis(now), o.Timeout.Milliseconds())
	if instance, ok := strings.CutPrefix(l.resource, anInstance); ok {
		l.Abandoned = t.markUnknown(instance, now)
	}
}

// token is of this process.
var token = rand.Text()

func (t *tx) markUnknown(instance string, at time.Time) (rows int) {
	t.exec(`INSERT INTO notes (at, run, seq, instance, kind, attempt, reason)
SELECT ?, run, seq, instance, 'attempt', attempt, json_object('code', ?) FROM rows WHERE instance = ? AND `+openRows+` AND status = 'intended'`,
		millis(at), string(msg.Crashed), instance)
	return int(t.exec("UPDATE rows SET status = 'unknown', code = ?, args = ?, ended = ? WHERE instance = ? AND "+openRows+" AND status = 'intended'",
		string(msg.Crashed), encodeReasons([]msg.Reason{{Code: msg.Crashed}}), millis(at), instance))
}

// Release gives the lease back.
func (l *Lease) Release() error { return l.unlock() }

// Instance is the one that the lease is of.
func (l *Lease) Instance() string { return strings.TrimPrefix(l.resource, anInstance) }

// commit has do done in the next transaction, unless the lease is lost.
func (l *Lease) commit(do func(*tx)) error {
	return l.ledger.committer.submit(write{lease: l, do: do})
}

func (l *Lease) exec(query string, args ...any) error {
	return l.commit(func(t *tx) { t.exec(query, args...) })
}

// expect commits one statement that changes one row; else ErrConflict.
func (l *Lease) expect(query string, args ...any) error {
	return l.commit(func(t *tx) { t.expect(query, args...) })
}

// check finds out whether the lease is lost.
func (l *Lease) check(t *tx) error {
	_, err := first(t, ErrLeaseLost, cell[int64], "SELECT epoch FROM leases WHERE resource = ? AND epoch = ?", l.resource, l.epoch)
	if err != nil {
		l.end(err)
	}
	return err
}

// Err says why nothing may be done with the lease any more, or is nil.
func (l *Lease) Err() error {
	if err := l.ended.Load(); err != nil {
		return *err
	}
	return l.ledger.Err()
}

// MayBegin says why no request may begin any more, or is nil. Once it has said so, it does for
// ever. What is under way is to be seen through.
func (l *Lease) MayBegin() error {
	deadline := l.deadline.Load()
	if deadline != 0 && int64(l.ledger.ownClock()) >= deadline {
		l.end(ErrLeaseLost)
	}
	return l.Err()
}

func (l *Lease) end(why error) { l.ended.CompareAndSwap(nil, &why) }

// SetRun records for which run the lease is used.
func (l *Lease) SetRun(run int64) error { return l.commit(func(t *tx) { l.setRun(t, run) }) }

func (l *Lease) setRun(t *tx, run int64) {
	t.expect("UPDATE leases SET run = ? WHERE resource = ?", run, l.resource)
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

// describe fills in what is known of the lease. What cannot be read is left out: that
// something is held is certain without it.
func (e *HeldError) describe(l *Ledger, resource string) *HeldError {
	scan := into(func(*struct{}) []any {
		return []any{&e.Holder, asTime(&e.Since), &e.File, &e.Rows, asTime(&e.Newest), &e.Done}
	})
	_, _ = first(l.reader, nil, scan, `SELECT holder, since, COALESCE(name, ''), COALESCE(total, 0),
	MAX(since, COALESCE((SELECT MAX(ended) FROM rows WHERE run = leases.run), 0)),
	(SELECT COUNT(*) FROM rows WHERE run = leases.run AND status NOT IN ('planned', 'intended', 'unknown'))
FROM leases LEFT JOIN runs ON id = run WHERE resource = ?`, resource)
	return e
}
