package cli

import (
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// workbook FILE SHEET=FILE... makes a workbook with a sheet of each CSV file. Rows that
// begin with the cell "hide" are hidden, and do not have that cell. Numbers with a plus
// before them are cells of numbers.
func cmdWorkbook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: workbook FILE SHEET=FILE...")
	}
	book := excelize.NewFile()
	for i, arg := range args[1:] {
		name, file, _ := strings.Cut(arg, "=")
		if i == 0 {
			ts.Check(book.SetSheetName("Sheet1", name))
		} else {
			_, err := book.NewSheet(name)
			ts.Check(err)
		}
		reader := csv.NewReader(strings.NewReader(ts.ReadFile(file)))
		reader.FieldsPerRecord = -1
		rows, err := reader.ReadAll()
		ts.Check(err)
		for n, cells := range rows {
			if len(cells) > 1 && cells[0] == "hide" {
				cells = cells[1:]
				ts.Check(book.SetRowVisible(name, n+1, false))
			}
			for c, text := range cells {
				ref, err := excelize.CoordinatesToCellName(c+1, n+1)
				ts.Check(err)
				var number int
				if _, err := fmt.Sscanf(text, "+%d", &number); err == nil {
					ts.Check(book.SetCellInt(name, ref, int64(number)))
				} else {
					ts.Check(book.SetCellStr(name, ref, text))
				}
			}
		}
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[0])))
}
