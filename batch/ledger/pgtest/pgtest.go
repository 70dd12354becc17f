// Package pgtest gives tests databases on a PostgreSQL server that is there already.
//
// It promises that a test has its database for itself, and that none is left. It is
// for tests alone, and starts no server: [Place] is all of it.
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

// Variable names the server: a URL of a database in which others may be created.
const Variable = "CONTACTS_TEST_POSTGRES"

// patience is what a server on two busy cores needs at the most.
const patience = time.Minute

// Place returns the URL of a new and empty database, which is dropped when the test
// is over, whoever may be connected to it then. Without [Variable] the test is
// skipped. A test in a bubble of fake time calls it before the bubble begins.
func Place(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		t.Skip("needs PostgreSQL: set " + Variable + " to the URL of a server")
	}
	place, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no URL", Variable) // the error would show a password
	}
	name := "contacts_" + strings.ToLower(rand.Text())
	place.Path = "/" + name
	command(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { command(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return place.String()
}

// command runs with a context of its own: a test's ends before its cleanups.
func command(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
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
