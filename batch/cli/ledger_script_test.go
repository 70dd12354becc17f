package cli

import (
	"database/sql"
	"errors"

	"github.com/rogpeppe/go-internal/testscript"
)

// sql FILE TEXT does to a ledger, or to one that it makes, what the text says. The
// ledger's own package has brought the driver.
func cmdSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE TEXT")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec(ts.ReadFile(args[1]))
	ts.Check(errors.Join(err, db.Close()))
}
