//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"contact-distributor/batch/ledger/pgtest"
)

func onOwnServer(t *testing.T) (*fleet, *ownServer) {
	server := newOwnServer(t)
	return newFleet(t, server.place()), server
}

// query is what a server answers, as text.
func query(t testing.TB, place, question string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), place)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(context.Background(), question, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		answer += string(rows.RawValues()[0])
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return answer
}

// A line is cut when the server has committed and the program does not know it, or
// before the server is asked to.
func TestFleetAnswerOfACommitLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		words []string // of a statement in the transaction
	}{
		{"that intends", []string{"UPDATE rows SET status = 'intended'"}},
		{"that ends", []string{"UPDATE rows SET status = $", "message = "}},
		{"that takes over", []string{"INSERT INTO leases"}},
		{"that plans", []string{"copy"}},
		{"that gives back", []string{"UPDATE leases SET ends = 0"}},
	} {
		for _, kind := range []stationKind{asksToCommit, isCommitted} {
			t.Run(c.name+", "+string(kind), func(t *testing.T) {
				onPostgres(t, func(f *fleet) {
					a, b, file := f.pair(20)
					var isLost atomic.Bool
					a.db.listen(func(s *station) bool { return s.kind != kind || !s.has(c.words...) || isLost.Swap(true) })
					status := a.run("send", file.path)
					if !isLost.Load() && kind == isCommitted {
						f.t.Error("there was no such commit")
					}
					if status != exitLater && status != exitDone {
						f.t.Errorf("ended with %d", status)
					}
					b.sendUntilDone(file)
					f.check()
				})
			})
		}
	}
}

func TestFleetOneCardByTwoInstancesAtOnce(t *testing.T) {
	onBoth(t, func(f *fleet) {
		a, b := f.machine("a", instanceOf(1)), f.machine("b", instanceOf(2))
		const rows = 60
		backwards := from(0, rows)
		for i := range backwards {
			backwards[i] = rows - 1 - i
		}
		first := f.file(a, "first.csv", 447400123101, from(0, rows)...)
		second := f.file(b, "second.csv", 447400123101, backwards...)
		p, q := a.start("send", first.path), b.start("send", second.path)
		p.wait() // a row that the other has under way may wait for the next run
		q.wait()
		a.sendUntilDone(first)
		b.sendUntilDone(second)
		f.check()
	})
}

func TestFleetEightOpenAnEmptyLedgerAtOnce(t *testing.T) {
	onBoth(t, func(f *fleet) {
		var all []*process
		for n := range 8 {
			m := f.machine("m"+instanceOf(n), instanceOf(n))
			m.isPatient()
			file := f.file(m, instanceOf(n)+".csv", 447400123101, from(10*n, 10)...)
			all = append(all, m.start("send", file.path))
		}
		for _, p := range all {
			p.wantStatus(exitDone)
		}
		f.check()
	})
}

// What SQLite forgives is refused by PostgreSQL.
func TestFleetBytesThatAreNoText(t *testing.T) {
	onBoth(t, func(f *fleet) {
		a := f.machine("a", instanceOf(1))
		a.isPatient()
		path := filepath.Join(a.dir, "bytes.csv")
		text := "chatId,phoneContact,company\n" +
			"12025550101@c.us,447400123101,A\x00B\n" + "nobody\x00,12,\\u0000\n" + "12025550102@c.us,nothing\xff\xfe,C\n" + "12025550103@c.us,447400123101,\\u0000\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			f.t.Fatal(err)
		}
		a.start("send", path, "--encoding", "utf-8").wantStatus(exitRows)
		a.start("report", path, "--verify").wantStatus(exitDone)
		counts := map[string]int{}
		for _, row := range f.results(&fleetFile{name: "bytes.csv", path: path}) {
			counts[row["status"]]++
		}
		if got := len(f.service.taken()); counts["accepted"] != got || counts["accepted"]+counts["invalid"] != 4 {
			f.t.Errorf("%v, taken %d", counts, got)
		}
	})
}

func TestFleetAPoolerIsRefused(t *testing.T) {
	f := newFleet(t, pgtest.Pooled(t, pgtest.Place(t)))
	a, _, file := f.pair(3)
	a.start("send", file.path).wantStatus(exitUsage)
	if n := len(f.service.taken()); n > 0 {
		t.Errorf("%d cards went", n)
	}
}

// A machine knows how far the ledger was, and refuses an older one.
func TestFleetRestoredBackup(t *testing.T) {
	place, backup := pgtest.Place(t), pgtest.Place(t)
	f := newFleet(t, place)
	a := f.machine("a", instanceOf(1))
	a.sendUntilDone(f.file(a, "first.csv", 447400123101, from(0, 5)...))
	nameOf := func(place string) string {
		config, err := pgx.ParseConfig(place)
		if err != nil {
			t.Fatal(err)
		}
		return config.Database
	}
	query(t, os.Getenv(pgtest.Variable), "DROP DATABASE "+nameOf(backup))
	query(t, os.Getenv(pgtest.Variable), "CREATE DATABASE "+nameOf(backup)+" TEMPLATE "+nameOf(place))
	a.sendUntilDone(f.file(a, "second.csv", 447400123101, from(5, 5)...))
	for i, setting := range a.env {
		a.env[i] = strings.Replace(setting, nameOf(place), nameOf(backup), 1)
	}
	third := f.file(a, "elsewhere/third.csv", 447400123101, from(10, 5)...)
	a.start("send", third.path).wantStatus(exitUsage)
	if n := len(f.service.taken()); n != 10 {
		t.Errorf("%d cards went, want 10", n)
	}
}

// A standby that had lagged takes the place of the server: what it has not is not
// sent again before a person has said so.
func TestFleetLaggingPromotion(t *testing.T) {
	t.Parallel()
	f, server := onOwnServer(t)
	a := f.machine("a", instanceOf(1))
	follow := newProxy(t, server.connect, speakBytes)
	standby := server.standby(follow)
	a.sendUntilDone(f.file(a, "first.csv", 447400123101, from(0, 5)...))
	const behind = "SELECT coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), min(replay_lsn)), 1) > 0 FROM pg_stat_replication"
	for query(t, server.place(), behind) == "t" {
		time.Sleep(10 * time.Millisecond)
	}
	follow.leave()
	second := f.file(a, "elsewhere/second.csv", 447400123101, from(5, 5)...)
	a.sendUntilDone(second)
	server.stop("immediate")
	standby.promote()
	a.db.lead(standby.connect)
	third := f.file(a, "afterwards/third.csv", 447400123101, append(from(5, 5), from(10, 5)...)...)
	if status := a.run("send", third.path); status == exitDone || status == exitFailed {
		t.Errorf("ended with %d", status)
	}
	if n := len(f.service.taken()); n != 10 {
		t.Errorf("%d cards went, want 10", n)
	}
}
