package cli

import (
	"bytes"
	"encoding/csv"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// cells FILE CSV writes the cells of a workbook's first sheet, with those of the columns
// idMessage and acceptedAt as "set" where they are.
func cmdCells(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cells FILE CSV")
	}
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	ts.Check(err)
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for n, row := range rows {
		for i, name := range rows[0] {
			if n > 0 && i < len(row) && row[i] != "" && (name == "idMessage" || name == "acceptedAt") {
				row[i] = "set"
			}
		}
		ts.Check(w.Write(row))
	}
	w.Flush()
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o600))
}
