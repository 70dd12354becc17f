package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
)

// Promoted is the State of a Suspension after a standby that may lack the newest commits has
// become the ledger's server.
const Promoted = "promoted"

// checkServer finds out whether the server is still what it was: a smaller epoch than this
// machine knows means that a backup was restored, another timeline that a standby was promoted.
func (l *Lease) checkServer() error {
	if err := l.ledger.checkTimeline(); err != nil || l.ledger.memory == "" {
		return err
	}
	known, err := os.ReadFile(l.memory())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	newest, _ := strconv.ParseInt(string(known), 10, 64) // what is damaged is no alarm
	epoch, err := query.First(l.ledger.reader, nil, query.Cell[int64], "SELECT epoch FROM leases WHERE resource = ?", l.resource)
	if err == nil && epoch < newest {
		return sqlite.NewPlaceError(msg.Problem("ledger.restored", msg.Args{"Instance": l.Instance(), "Path": l.memory()}))
	}
	return err
}

// memory is the file in which the machine keeps the newest epoch that it had.
func (l *Lease) memory() string {
	return filepath.Join(l.ledger.memory, l.ledger.id, lockOf(l.resource))
}

func (l *Lease) remember() error {
	if l.ledger.memory == "" {
		return nil
	}
	path := l.memory()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path+".part", []byte(strconv.FormatInt(l.epoch, 10)), 0o600) // by the one that has the lease
	}
	if err == nil {
		err = os.Rename(path+".part", path)
	}
	return err
}

// checkTimeline suspends all instances when the server's timeline is another one, once.
func (l *Ledger) checkTimeline() error {
	now, isSafe, err := l.shared.timeline()
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
