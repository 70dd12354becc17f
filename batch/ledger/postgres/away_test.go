package postgres

import (
	"testing"

	"contact-distributor/batch/ledger/pgtest"
)

func TestAServerWhoseConnectionHasFailedIsAway(t *testing.T) {
	db, err := Open(pgtest.Schema(t), schemaOf(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	session, err := db.Connect(Patience)
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	if err := session.Commit(); !IsAway(err) {
		t.Errorf("got %v", err)
	}
}
