package ledger

import (
	"errors"

	"contact-distributor/batch/ledger/query"
)

// Pending is a planned run with rows that an account is to send.
type Pending struct {
	Run
	Own  int // planned for the account
	Free int // planned for whichever account sends the run
}

// Pending returns the planned runs that are neither finished nor cancelled with rows for an
// account, those with the fewest first. Runs whose record was altered are left out.
func (l *Ledger) Pending(account string) (pending []Pending, err error) {
	const count = "(SELECT COUNT(*) FROM rows INDEXED BY rows_state WHERE run = runs.id AND status = 'planned' AND account = "
	const counted = "SELECT id, " + count + "?1 AND ?1 <> '') AS own, " + count + "'') AS free FROM runs WHERE planned <> 0 AND finished = 0 AND cancelled = 0"
	scan := query.Into(func(p *Pending) []any { return []any{&p.ID, &p.Own, &p.Free} })
	open, err := query.All(l.reader, scan, "SELECT id, own, free FROM ("+counted+") open WHERE own + free > 0 ORDER BY own + free, id", account)
	if err != nil {
		return nil, err
	}
	for _, p := range open {
		if p.Run, err = l.Run(p.ID); err == nil {
			pending = append(pending, p)
		} else if !errors.As(err, new(*DamagedError)) {
			return nil, err
		}
	}
	return pending, nil
}
