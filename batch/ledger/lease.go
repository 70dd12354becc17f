package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/query"
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
	writer   *commit.Committer // of what is written with the lease
	resource string            // its kind and name
	token    string            // no other lease has it
	holder   string
	epoch    int64 // how often it was taken; 0: by its first write
	term     time.Duration
	deadline atomic.Int64          // for requests to begin, as of ownClock; 0: none
	ended    atomic.Pointer[error] // the first reason why
	release  func() error
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
	sum := sha256.Sum256([]byte(l.stored(dir))) // other machines may have such a folder, too
	resource := aFolder + hex.EncodeToString(sum[:8])
	return l.take(resource, o, func() *HeldError {
		folder := (&HeldError{Name: dir}).describe(l, resource)
		if l.shared == nil {
			folder.Since, _ = l.file.LockedAt(lockOf(resource))
			folder.Newest = folder.Since
		}
		sender := (&HeldError{Name: dir}).describe(l, anInstance+instance)
		if sender.Since.Before(folder.Since.Truncate(time.Second)) {
			return folder
		}
		return sender
	})
}

func (l *Ledger) take(resource string, o Terms, held func() *HeldError) (*Lease, error) {
	lease := &Lease{ledger: l, writer: l.committer, resource: resource, token: rand.Text()}
	take := lease.takeLocked
	if l.shared != nil {
		take = lease.takeTimed
	}
	if err := take(o); errors.Is(err, ErrConflict) {
		return nil, held()
	} else if err != nil {
		return nil, err
	}
	return lease, nil
}

// takeLocked takes a lease whose process has the lock on a file: without it, it has ended, and
// its requests with it.
func (l *Lease) takeLocked(o Terms) error {
	unlock, err := l.ledger.file.Lock(lockOf(l.resource))
	if errors.Is(err, sqlite.ErrLocked) {
		return ErrConflict
	}
	if err != nil {
		return err
	}
	l.release, l.holder = unlock, o.Holder
	if !strings.HasPrefix(l.resource, anInstance) { // the first write takes it: another commit would cost milliseconds
		err = l.ledger.file.StampLock(lockOf(l.resource), l.ledger.now())
	} else {
		err = l.ledger.commit(func(t *tx) { l.takeOver(t, Terms{Holder: o.Holder}) })
	}
	if err != nil {
		return errors.Join(err, unlock())
	}
	return nil
}

func lockOf(resource string) string { return strings.Replace(resource, " ", "-", 1) }

// takeOver takes what is absent, was given back, or has ended by the database's clock. What the
// process before intended becomes unknown, and ends when its last request has.
func (l *Lease) takeOver(t *tx, o Terms) {
	var timeout time.Duration // of the process before
	free, lock := "SELECT timeout FROM leases WHERE resource = ?1 AND ends <= {now}", ""
	if l.ledger.share != "" {
		lock = " FOR UPDATE" // waits for the transactions of who had it; no such lock disturbs who has it
	}
	ended, err := query.All(t, query.Into(func(*struct{}) []any { return []any{query.AsMillis(&timeout)} }), l.ledger.timed(free+lock), l.resource, l.ledger.timeArg())
	if t.err = err; err != nil {
		return
	}
	otherwise := "NOTHING"
	if len(ended) > 0 {
		otherwise = `UPDATE SET epoch = leases.epoch + 1, holder = excluded.holder, token = excluded.token, run = 0,
since = excluded.since, progress = excluded.progress, ends = excluded.ends, timeout = excluded.timeout WHERE leases.ends <= excluded.since`
	}
	l.epoch, t.err = query.First(t, ErrConflict, query.Cell[int64], l.ledger.timed(`INSERT INTO leases (resource, epoch, holder, token, run, since, progress, ends, timeout)
VALUES (?1, 1, ?3, ?4, 0, {now}, {now}, CASE ?5 WHEN 0 THEN 0 ELSE {now} + ?5 END, ?6)
ON CONFLICT (resource) DO `+otherwise+" RETURNING epoch"), l.resource, l.ledger.timeArg(), o.Holder, l.token, l.term.Milliseconds(), o.Timeout.Milliseconds())
	if instance, ok := strings.CutPrefix(l.resource, anInstance); ok && t.err == nil {
		now := t.ledger.now()
		l.Abandoned = t.markUnknown(instance, now, now.Add(timeout))
	}
}

func (t *tx) markUnknown(instance string, at, ended time.Time) (rows int) {
	crashed := msg.Reason{Code: msg.Crashed}
	reason, _ := json.Marshal(crashed) // cannot fail
	t.exec(`INSERT INTO notes (at, run, seq, instance, kind, attempt, reason)
SELECT ?, run, seq, instance, 'attempt', attempt, ? FROM rows WHERE instance = ? AND `+openRows+` AND status = 'intended'`,
		query.Millis(at), reason, instance)
	return int(t.change("UPDATE rows SET status = 'unknown', code = ?, args = ?, ended = ? WHERE instance = ? AND "+openRows+" AND status = 'intended'",
		string(msg.Crashed), encodeReasons([]msg.Reason{crashed}), query.Millis(ended), instance))
}

// Release gives the lease back. No request may be under way.
func (l *Lease) Release() error { return l.release() }

// Instance is the one that the lease is of.
func (l *Lease) Instance() string { return strings.TrimPrefix(l.resource, anInstance) }

// commit has do done in the next transaction, unless the lease is lost.
func (l *Lease) commit(do func(*tx)) error { return l.submit(l.ledger.write(do)) }

// commitRow does the same for a write about the card of a row.
func (l *Lease) commitRow(r Row, do func(*tx)) error { return l.submit(l.ledger.writeRow(r, do)) }

func (l *Lease) submit(w commit.Write) error {
	w.Lease = l
	return l.writer.Submit(w)
}

func (l *Lease) exec(query string, args ...any) error {
	return l.commit(func(t *tx) { t.exec(query, args...) })
}

// expect commits one statement that changes one row; else ErrConflict.
func (l *Lease) expect(query string, args ...any) error {
	return l.commit(func(t *tx) { t.expect(query, args...) })
}

// Check finds out whether the lease is lost. A server keeps others from taking it until the
// transaction has ended.
func (l *Lease) Check(on query.Statements, lost func(why error)) error {
	if l.epoch == 0 {
		t := &tx{ledger: l.ledger, on: on}
		l.takeOver(t, Terms{Holder: l.holder})
		return t.err
	}
	return on.Look(func(found query.Rows) error {
		if !found.Next() && found.Err() == nil {
			l.end(ErrLeaseLost)
			lost(ErrLeaseLost)
		}
		return found.Err()
	}, "SELECT epoch FROM leases WHERE resource = ? AND epoch = ?"+l.ledger.share, l.resource, l.epoch)
}

// Err says why nothing may be done with the lease any more, or is nil.
func (l *Lease) Err() error {
	if err := l.ended.Load(); err != nil {
		return *err
	}
	if err := l.writer.Err(); err != nil {
		return err
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
