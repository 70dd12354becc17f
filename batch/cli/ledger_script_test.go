package cli

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"

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

// query FILE TEXT prints what a ledger answers to the statements of the text, one a
// line: the rows as lines of cells.
func cmdQuery(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: query FILE TEXT")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0])+"?mode=ro")
	ts.Check(err)
	defer db.Close()
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		rows, err := db.Query(line)
		ts.Check(err)
		for rows.Next() {
			ts.Check(printRow(ts.Stdout(), rows))
		}
		ts.Check(errors.Join(rows.Err(), rows.Close()))
	}
}

func printRow(w io.Writer, rows *sql.Rows) error {
	columns, err := rows.Columns()
	cells := make([]any, len(columns))
	for i := range cells {
		cells[i] = new(sql.NullString)
	}
	if err = errors.Join(err, rows.Scan(cells...)); err != nil {
		return err
	}
	for i, cell := range cells {
		if cell := cell.(*sql.NullString); cell.Valid {
			fmt.Fprintf(w, "%s%s", strings.Repeat("|", min(i, 1)), cell.String)
		}
	}
	_, err = fmt.Fprintln(w)
	return err
}
