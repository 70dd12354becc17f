// Package pgtest gives tests databases on a PostgreSQL server that is there already.
//
// It promises that a test has its database for itself, and that none is left. It is
// for tests alone, and starts no server.
package pgtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// Variable holds the URL of a server on which databases may be made.
	Variable = "CONTACTS_TEST_POSTGRES"
	// PoolerVariable holds the URL of a pooler that lets any database of that server
	// through.
	PoolerVariable = "CONTACTS_TEST_PGBOUNCER"
)

// Place returns the URL of a new and empty database, which is dropped when the test
// is over, whoever may be connected to it then. Without [Variable] the test is
// skipped. A test in a bubble of fake time calls it before the bubble begins.
func Place(t testing.TB) string {
	t.Helper()
	server, name := create(t, "DATABASE", " WITH (FORCE)")
	return server.JoinPath("..", name).String()
}

// Schema is [Place] for a test that needs no database for itself alone, in a tenth of the
// time: it returns the URL of an empty schema of the server's database.
func Schema(t testing.TB) string {
	t.Helper()
	server, name := create(t, "SCHEMA", " CASCADE")
	query := server.Query()
	query.Set("options", "-csearch_path="+name)
	server.RawQuery = query.Encode()
	return server.String()
}

func create(t testing.TB, kind, dropped string) (server *url.URL, name string) {
	t.Helper()
	server, name = urlIn(t, Variable), "contacts_"+strings.ToLower(rand.Text())
	place := server.String()
	command(t, place, "CREATE "+kind+" "+name)
	t.Cleanup(func() { command(t, place, "DROP "+kind+" IF EXISTS "+name+dropped) })
	return server, name
}

// Pooled returns the URL by which a database of [Place] is reached through the pooler.
// Without [PoolerVariable] the test is skipped.
func Pooled(t testing.TB, place string) string {
	t.Helper()
	database, err := url.Parse(place)
	if err != nil {
		t.Fatal(err)
	}
	return urlIn(t, PoolerVariable).JoinPath("..", database.Path).String()
}

func urlIn(t testing.TB, variable string) *url.URL {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		t.Skip("needs the URL of a server in " + variable)
	}
	server, err := url.Parse(value)
	if err != nil {
		t.Fatalf("%s holds no URL", variable) // the error would show a password
	}
	return server
}

// command runs with a context of its own: a test's ends before its cleanups.
func command(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}
