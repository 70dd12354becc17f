package ledger

import (
	"strings"
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

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
