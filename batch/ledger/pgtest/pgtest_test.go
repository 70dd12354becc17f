package pgtest

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestADatabaseEndsWithItsTestAlthoughSomebodyIsConnected(t *testing.T) {
	var place string
	t.Run("a test", func(t *testing.T) {
		place = Place(t)
		if other := Place(t); other == place {
			t.Errorf("two places are one: %s", place)
		}
		conn, err := pgx.Connect(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), "CREATE TABLE one (n bigint)"); err != nil {
			t.Error(err)
		}
	})
	if place == "" {
		t.Skip("there was no server")
	}
	_, err := pgx.Connect(t.Context(), place)
	const unknown = "3D000" // invalid_catalog_name
	if refused := (*pgconn.PgError)(nil); !errors.As(err, &refused) || refused.Code != unknown {
		t.Errorf("the database is still there: %v", err)
	}
}

func TestAPoolerLeadsToTheSameDatabase(t *testing.T) {
	place := Place(t)
	for i, through := range []string{place, Pooled(t, place)} {
		conn, err := pgx.Connect(t.Context(), through)
		if err != nil {
			t.Fatal(err)
		}
		const statement = "CREATE TABLE IF NOT EXISTS one (n bigint); INSERT INTO one VALUES (1)"
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Error(err)
		}
		var n int
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM one", pgx.QueryExecModeSimpleProtocol).Scan(&n); err != nil || n != i+1 {
			t.Errorf("%d rows, %v", n, err)
		}
		conn.Close(t.Context())
	}
}
