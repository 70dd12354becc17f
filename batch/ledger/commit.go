package ledger

import (
	"encoding/binary"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// How many writes share a transaction at the most. On a server each has locks meanwhile.
const (
	maxGroup         = 512
	maxGroupOnServer = 128
)

// ErrConflict is returned by a write that did not find the row in the state and attempt
// that it names, and changed nothing.
var ErrConflict = commit.ErrConflict

func (l *Ledger) newCommitter(s commit.Session, limit int) *commit.Committer {
	return commit.New(s, commit.Options{
		Limit:  limit,
		Commit: func(committed bool) error { return l.fail(committed) },
		Broken: func(err error) error {
			broken := msg.Problem("ledger.write", msg.Args{"Path": l.Path, "Err": err})
			if l.server != nil {
				return placeError(broken)
			}
			return broken
		},
	})
}

// connect returns a committer with a connection of its own to the server, which waits this long
// for each answer.
func (l *Ledger) connect(patience time.Duration) (*commit.Committer, error) {
	session, err := l.server.Connect(patience)
	if err != nil {
		return nil, placeError(err)
	}
	return l.newCommitter(session, maxGroupOnServer), nil
}

// tx is the committer's transaction. After its first error it does nothing any more.
type tx struct {
	ledger *Ledger
	on     query.Statements
	err    error
}

// write has do done, which may be called again, as if it had not been. An error of its tx that
// wraps ErrConflict means that do changed nothing; any other one ends the committer.
func (l *Ledger) write(do func(*tx)) commit.Write {
	return commit.Write{Do: func(on query.Statements) error {
		t := &tx{ledger: l, on: on}
		do(t)
		return t.err
	}}
}

// writeRow is a write about the card of a row. Its keys are those of cards that conflict: on a
// server, of two transactions that claim one card at once, neither would see the other's claim.
func (l *Ledger) writeRow(r Row, do func(*tx)) commit.Write {
	w := l.write(do)
	if l.server != nil {
		card, other := l.cardsOf(r.Fields)
		for _, c := range []Card{r.Card, card, other} {
			w.Keys = append(w.Keys, int64(binary.BigEndian.Uint64(c[:])))
		}
	}
	return w
}

// Err is the error of the first commit that failed, after which nothing must be done.
func (l *Ledger) Err() error { return l.committer.Err() }

// commit has do done in the next transaction and returns when that is on disk.
func (l *Ledger) commit(do func(*tx)) error { return l.committer.Submit(l.write(do)) }

func (l *Ledger) exec(query string, args ...any) error { return l.committer.Exec(query, args...) }

func (t *tx) exec(query string, args ...any) {
	if t.err == nil {
		t.err = t.on.Exec(query, args...)
	}
}

// change does what exec does, and returns how many rows have changed.
func (t *tx) change(query string, args ...any) (rows int64) {
	if t.err == nil {
		rows, t.err = t.on.Change(query, args...)
	}
	return rows
}

// expect does what exec does and makes anything but one changed row a conflict.
func (t *tx) expect(query string, args ...any) {
	if t.err == nil {
		t.err = commit.Expect(t.on, query, args...)
	}
}

// Find makes t a source.
func (t *tx) Find(read func(query.Rows) error, query string, args ...any) error {
	if t.err != nil {
		return t.err
	}
	return t.on.Find(read, query, args...)
}
