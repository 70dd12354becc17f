package cli

import (
	"database/sql"
	"os"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

var printedProof = regexp.MustCompile(`(?m)^Proof: +([0-9a-f]{64})$`)

// proof NAME keeps the proof that was printed in a variable.
func cmdProof(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: proof NAME")
	}
	found := printedProof.FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("no proof was printed")
	}
	ts.Setenv(args[0], found[1])
}

// alter LEDGER COPY STATEMENT does to a copy of a ledger what somebody could who has
// got hold of it.
func cmdAlter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: alter LEDGER COPY STATEMENT")
	}
	ledger, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = ledger.Exec("VACUUM INTO ?", ts.MkAbs(args[1]))
	ts.Check(err)
	ts.Check(ledger.Close())
	altered, err := sql.Open("sqlite", ts.MkAbs(args[1]))
	ts.Check(err)
	_, err = altered.Exec(args[2])
	ts.Check(err)
	ts.Check(altered.Close())
}

// change FILE PATTERN TEXT puts a text in the place of the first that fits a pattern.
func cmdChange(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: change FILE PATTERN TEXT")
	}
	text := ts.ReadFile(args[0])
	found := regexp.MustCompile(args[1]).FindStringIndex(text)
	if found == nil {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:found[0]]+args[2]+text[found[1]:]), 0o600))
}
