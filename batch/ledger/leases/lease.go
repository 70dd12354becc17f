// Package leases gives processes the right to write what others must not write meanwhile.
//
// It promises that a resource has one holder, that no write of a former one changes anything,
// and that a holder knows by its own clock when it may begin nothing more. On a file a lease
// lasts as long as a lock beside it; on a server it ends by the server's clock, and is renewed.
package leases

import (
	"crypto/rand"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
)

// ErrLost is returned by a write of a Lease that another process has taken. Nothing was
// written.
var ErrLost = msg.Problem("ledger.lease-lost", nil)

// Keeper takes the leases of one ledger.
type Keeper struct {
	Reader    query.Source
	Committer *commit.Committer // of the writes with leases but those of instances on a server
	File      *sqlite.File      // nil: Shared is not
	Shared    *Shared

	Clock   string // of the database in milliseconds, as SQL; ?2 is TimeArg
	TimeArg func() any
	Share   string // ends a query whose row must stay until the transaction ends
	Now     func() time.Time
	Own     func() time.Duration // goes on while the machine sleeps
	Memory  string               // the folder in which this machine keeps what it knows; "": nothing

	// TakenOver records what has become of the requests of an instance's former holder, whose
	// last one ends after timeout, and returns how many they are.
	TakenOver func(on query.Statements, instance string, timeout time.Duration) (int, error)
	// CheckServer finds out whether a server is still what it was.
	CheckServer func() error
}

// Timed gives a statement the clock of the database for {now}; its second argument is TimeArg.
func (k *Keeper) Timed(query string) string { return strings.ReplaceAll(query, "{now}", k.Clock) }

// Lease is the right to write what sends for one instance, to plan one file, or to work on
// one folder. Its methods may be called concurrently. It ends with its process, too.
type Lease struct {
	// Abandoned is how many rows were intended when the process before ended. They are
	// unknown now.
	Abandoned int
	Resource  string // its kind and name
	Epoch     int64  // how often it was taken; 0: by its first write

	keeper   *Keeper
	writer   *commit.Committer // of what is written with the lease
	token    string            // no other lease has it
	holder   string
	term     time.Duration
	deadline atomic.Int64          // for requests to begin, as of Keeper.Own; 0: none
	ended    atomic.Pointer[error] // the first reason why
	release  func() error
}

// Terms say for whom a lease is taken, and how long a request of the holder can last.
type Terms struct {
	Holder      string        // for people
	SettleAfter time.Duration // the S of match.Decide
	Timeout     time.Duration // of one request
}

// Instance begins the resources that are instances. The name follows.
const Instance = "instance "

// Take takes a resource, or fails with commit.ErrConflict.
func (k *Keeper) Take(resource string, o Terms) (*Lease, error) {
	l := &Lease{keeper: k, writer: k.Committer, Resource: resource, token: rand.Text()}
	take := l.takeLocked
	if k.Shared != nil {
		take = l.takeTimed
	}
	if err := take(o); err != nil {
		return nil, err
	}
	return l, nil
}

// takeLocked takes a lease whose process has the lock on a file: without it, it has ended, and
// its requests with it.
func (l *Lease) takeLocked(o Terms) error {
	unlock, err := l.keeper.File.Lock(LockOf(l.Resource), l.keeper.Now())
	if errors.Is(err, sqlite.ErrLocked) {
		return commit.ErrConflict
	}
	if err != nil {
		return err
	}
	l.release, l.holder = unlock, o.Holder
	if strings.HasPrefix(l.Resource, Instance) { // the first write takes another: a commit more would cost milliseconds
		err = l.writer.Submit(l.taking(Terms{Holder: o.Holder}))
	}
	if err != nil {
		err = errors.Join(err, unlock())
	}
	return err
}

// LockOf is the name of a resource's lock beside a file.
func LockOf(resource string) string { return strings.Replace(resource, " ", "-", 1) }

func (l *Lease) taking(o Terms) commit.Write {
	return commit.Write{Do: func(on query.Statements) error { return l.takeOver(on, o) }}
}

// takeOver takes what is absent, was given back, or has ended by the database's clock. What the
// process before intended becomes unknown, and ends when its last request has.
func (l *Lease) takeOver(on query.Statements, o Terms) error {
	var timeout time.Duration // of the process before
	free, lock := "SELECT timeout FROM leases WHERE resource = ?1 AND ends <= {now}", ""
	if l.keeper.Share != "" {
		lock = " FOR UPDATE" // waits for the transactions of who had it; no such lock disturbs who has it
	}
	ended, err := query.All(on, query.Into(func(*struct{}) []any { return []any{query.AsMillis(&timeout)} }), l.keeper.Timed(free+lock), l.Resource, l.keeper.TimeArg())
	if err != nil {
		return err
	}
	otherwise := "NOTHING"
	if len(ended) > 0 {
		otherwise = `UPDATE SET epoch = leases.epoch + 1, holder = excluded.holder, token = excluded.token, run = 0,
since = excluded.since, progress = excluded.progress, ends = excluded.ends, timeout = excluded.timeout WHERE leases.ends <= excluded.since`
	}
	l.Epoch, err = query.First(on, commit.ErrConflict, query.Cell[int64], l.keeper.Timed(`INSERT INTO leases (resource, epoch, holder, token, run, since, progress, ends, timeout)
VALUES (?1, 1, ?3, ?4, 0, {now}, {now}, CASE ?5 WHEN 0 THEN 0 ELSE {now} + ?5 END, ?6)
ON CONFLICT (resource) DO `+otherwise+" RETURNING epoch"), l.Resource, l.keeper.TimeArg(), o.Holder, l.token, l.term.Milliseconds(), o.Timeout.Milliseconds())
	if instance, ok := strings.CutPrefix(l.Resource, Instance); ok && err == nil {
		l.Abandoned, err = l.keeper.TakenOver(on, instance, timeout)
	}
	return err
}

// Release gives the lease back. No request may be under way.
func (l *Lease) Release() error { return l.release() }

// Instance is the one that the lease is of.
func (l *Lease) Instance() string { return strings.TrimPrefix(l.Resource, Instance) }

// Submit returns when the write is on disk, or ErrLost.
func (l *Lease) Submit(w commit.Write) error {
	w.Lease = l
	return l.writer.Submit(w)
}

// Check finds out whether the lease is lost. A server keeps others from taking it until the
// transaction has ended.
func (l *Lease) Check(on query.Statements, lost func(why error)) error {
	if l.Epoch == 0 {
		return l.takeOver(on, Terms{Holder: l.holder})
	}
	return on.Look(func(found query.Rows) error {
		if !found.Next() && found.Err() == nil {
			l.end(ErrLost)
			lost(ErrLost)
		}
		return found.Err()
	}, "SELECT epoch FROM leases WHERE resource = ? AND epoch = ?"+l.keeper.Share, l.Resource, l.Epoch)
}

// Err says why nothing may be done with the lease any more, or is nil.
func (l *Lease) Err() error {
	if err := l.ended.Load(); err != nil {
		return *err
	}
	if err := l.writer.Err(); err != nil {
		return err
	}
	return l.keeper.Committer.Err()
}

// MayBegin says why no request may begin any more, or is nil. Once it has said so, it does for
// ever. What is under way is to be seen through.
func (l *Lease) MayBegin() error {
	deadline := l.deadline.Load()
	if deadline != 0 && int64(l.keeper.Own()) >= deadline {
		l.end(ErrLost)
	}
	return l.Err()
}

func (l *Lease) end(why error) { l.ended.CompareAndSwap(nil, &why) }
