package postgres

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"contact-distributor/batch/ledger/pgtest"
)

func openAt(t *testing.T, place string, version int) error {
	t.Helper()
	fill := func(*Filling) error { return nil }
	db, err := Open(place, Schema{Version: version, Fill: fill}, Options{})
	if err == nil {
		err = db.Close()
	}
	return err
}

func TestEightThatOpenAnOldSchemaAtOnce(t *testing.T) {
	place := pgtest.Schema(t)
	if err := openAt(t, place, 8); err != nil {
		t.Fatal(err)
	}
	first, _ := schemaFiles.ReadFile("schema/0008.sql")
	steps = fstest.MapFS{"schema/0008.sql": {Data: first}, "schema/0009.sql": {Data: []byte("ALTER TABLE rests ADD COLUMN more text")}}
	defer func() { steps = schemaFiles }()

	db, err := Open(place, Schema{Version: 8}, Options{}) // an older program at work
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	session, err := db.Connect(Patience)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	lease := func(ends string) {
		t.Helper()
		_, err := session.conn.Exec(context.Background(), "INSERT INTO leases VALUES ('instance 1101', 1, '', '', 0, 0, 0, "+ends+", 0) ON CONFLICT (resource) DO UPDATE SET ends = excluded.ends")
		if err != nil {
			t.Fatal(err)
		}
	}
	lease("extract(epoch FROM now()) * 1000 + 30000")
	if err := openAt(t, place, 9); !errors.Is(err, errInUse) {
		t.Errorf("while a lease lives: %v", err)
	}
	lease("0")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := openAt(t, place, 9); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := openAt(t, place, 8); !errors.Is(err, errNewer) {
		t.Errorf("an older program: %v", err)
	}
}

func TestStatementsAreTranslated(t *testing.T) {
	type kind string
	for _, c := range []struct {
		query string
		args  []any
		want  string
	}{
		{"SELECT 1 FROM t WHERE a = ? AND b = '?' AND c = ?", []any{1, "x"}, "SELECT 1 FROM t WHERE a = $1::bigint AND b = '?' AND c = $2::text"},
		{"SELECT ?2, ?1, ?2", []any{true, []byte{1}}, "SELECT $1::bytea, $2::boolean, $1::bytea"},
		{"SELECT 1 FROM t INDEXED BY t_a WHERE a IN (SELECT value FROM json_each(?))", []any{[]kind{"x"}}, "SELECT 1 FROM t WHERE a = ANY($1::text[])"},
		{"SELECT ?3", []any{1, 2, "x"}, "SELECT $1::text"},
		{"UPDATE t SET a = ? WHERE seq = ? AND status = 'x'", []any{1, 2}, "UPDATE t SET a = $1::bigint WHERE seq = $2::bigint AND status || '' = 'x'"},
	} {
		if got, _ := translate(c.query, c.args); got != c.want {
			t.Errorf("%s became %s", c.query, got)
		}
	}
	if got := Clean("a\x00b\xff"); got != "a\uFFFDb\uFFFD" {
		t.Errorf("got %q", got)
	}
}
