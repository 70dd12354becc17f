package ledger

import (
	"errors"
	"slices"
)

// Pending is a planned run with rows that an account is to send.
type Pending struct {
	Run
	Own  int // planned for the account
	Free int // planned for whichever account sends the run
}

type widerScanner struct {
	scanner
	more []any
}

func (s widerScanner) Scan(targets ...any) error {
	return s.scanner.Scan(append(targets, s.more...)...)
}

// Pending returns the planned runs that are neither finished nor cancelled with rows for an
// account, those with the fewest first. Runs whose record was altered are left out.
func (l *Ledger) Pending(account string) ([]Pending, error) {
	scan := func(s scanner) (p Pending, err error) {
		p.Run, err = l.scanRun(widerScanner{s, []any{&p.Own, &p.Free}})
		if errors.As(err, new(*DamagedError)) {
			return Pending{}, nil
		}
		return p, err
	}
	const count = "(SELECT COUNT(*) FROM rows INDEXED BY rows_state WHERE run = runs.id AND status = 'planned' AND account = "
	const counted = "SELECT runs.*, " + count + "?1 AND ?1 <> '') AS own, " + count + "'') AS free FROM runs WHERE planned <> 0 AND finished = 0 AND cancelled = 0"
	found, err := all(l.reader, scan, "SELECT "+runColumns+", own, free FROM ("+counted+") open WHERE own + free > 0 ORDER BY own + free, id", account)
	return slices.DeleteFunc(found, func(p Pending) bool { return p.ID == 0 }), err
}
