package postgres

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"contact-distributor/batch/ledger/pgtest"
)

func schemaOf(t *testing.T, more ...string) Schema {
	t.Helper()
	whole, err := os.ReadFile("schema/0008.sql")
	if err != nil {
		t.Fatal(err)
	}
	return Schema{Steps: append([]string{string(whole)}, more...), First: 8, Fill: func(*Filling) error { return nil }}
}

func openAt(place string, s Schema) error {
	db, err := Open(place, s, Options{})
	if err == nil {
		err = db.Close()
	}
	return err
}

func TestEightThatOpenAnOldSchemaAtOnce(t *testing.T) {
	place, first := pgtest.Schema(t), schemaOf(t)
	second := schemaOf(t, "ALTER TABLE rests ADD COLUMN more text")
	if err := openAt(place, first); err != nil {
		t.Fatal(err)
	}
	db, err := Open(place, first, Options{}) // an older program at work
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
	if err := openAt(place, second); !errors.Is(err, errInUse) {
		t.Errorf("while a lease lives: %v", err)
	}
	lease("0")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := openAt(place, second); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := openAt(place, first); !errors.Is(err, errNewer) {
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
