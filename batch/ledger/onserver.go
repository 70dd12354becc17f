package ledger

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"contact-distributor/batch/ledger/postgres"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// maxGroupOnServer is how many writes share a transaction there: each has locks meanwhile.
const maxGroupOnServer = 128

// maxRuns is how often a transaction is run that the server undoes for the sake of others.
const maxRuns = 20

// connectTo returns a committer with a connection of its own, which waits this long for each
// answer.
func (l *Ledger) connectTo(db *postgres.DB, patience time.Duration) (*committer, error) {
	session, err := db.Connect(patience)
	if err != nil {
		return nil, placeError(err)
	}
	transact := func(group []write, results []error) error {
		g := &serverGroup{ledger: l, session: session, writes: group, results: results, lost: map[*Lease]bool{}}
		return g.transact()
	}
	return startCommitter(l, maxGroupOnServer, transact, func() error { return placeError(session.Close()) }), nil
}

// serverGroup is writes that share a transaction on a server. They are done in step: the next
// statements of all go there together. Those about one card wait for each other.
type serverGroup struct {
	ledger  *Ledger
	session *postgres.Session
	writes  []write
	results []error
	lost    map[*Lease]bool // their writes are not done

	// Of one run:
	holds  map[*Lease]bool
	locks  []int64
	chains [][]postgres.Write
	failed error // of a write, which ends all
}

func (g *serverGroup) transact() error {
	for runs := 0; ; {
		err := g.run()
		if errors.Is(err, ErrLeaseLost) {
			continue // without those writes
		}
		if runs++; runs == maxRuns || !postgres.MayRunAgain(err) {
			return err
		}
	}
}

func (g *serverGroup) run() (err error) {
	g.prepare()
	defer func() {
		if err != nil {
			_ = g.session.Rollback() // may find nothing
		}
	}()
	if err := g.session.Do(append([][]postgres.Write{{g.open}}, g.chains...)...); err != nil {
		return err
	}
	for lease, holds := range g.holds {
		if !holds {
			lease.end(ErrLeaseLost)
			g.lost[lease] = true
			err = ErrLeaseLost
		}
	}
	if err = cmp.Or(err, g.failed); err == nil {
		err = g.ledger.fail(false)
	}
	if err != nil {
		return err
	}
	if err := g.session.Commit(); postgres.MayRunAgain(err) {
		return err
	} else if err != nil {
		return msg.Problem("ledger.unanswered", msg.Args{"Err": err})
	}
	return g.ledger.fail(true)
}

func (g *serverGroup) prepare() {
	g.holds, g.locks, g.chains, g.failed = map[*Lease]bool{}, nil, nil, nil
	chainOf := map[int64]int{}
	for i, w := range g.writes {
		if g.lost[w.lease] {
			g.results[i] = ErrLeaseLost
			continue
		}
		if w.lease != nil {
			g.holds[w.lease] = false
		}
		var key int64 // of all that is about no card
		if w.row != nil {
			keys := g.ledger.locksOf(*w.row)
			g.locks = append(g.locks, keys...)
			key = slices.Min(keys)
		}
		chain, ok := chainOf[key]
		if !ok {
			chain = len(g.chains)
			g.chains, chainOf[key] = append(g.chains, nil), chain
		}
		g.chains[chain] = append(g.chains[chain], func(q *postgres.Statements) {
			result, failed := w.perform(&tx{ledger: g.ledger, on: q})
			g.results[i], g.failed = result, cmp.Or(g.failed, failed)
		})
	}
}

// locksOf are for the cards that conflict with the row's: of two groups that claim one card
// at once, neither would see the other's claim.
func (l *Ledger) locksOf(r Row) []int64 {
	card, other := l.cardsOf(r.Fields)
	locks := make([]int64, 0, 3)
	for _, c := range []Card{r.Card, card, other} {
		locks = append(locks, int64(binary.BigEndian.Uint64(c[:])))
	}
	return locks
}

// open queues what comes before all writes. Locks are taken in one order everywhere.
func (g *serverGroup) open(q *postgres.Statements) {
	postgres.BeginNotes(q)
	for lease := range g.holds {
		fence, args := lease.fence()
		q.Look(func(found query.Rows) error {
			g.holds[lease] = found.Next()
			return nil
		}, fence, args...)
	}
	if len(g.locks) > 0 {
		slices.Sort(g.locks)
		_ = q.Exec("SELECT pg_advisory_xact_lock(key) FROM unnest(?) AS key", slices.Compact(g.locks))
	}
}
