package csvmodel_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/xlsx"
)

// asWorkbook returns a workbook with the cells of a CSV file.
func asWorkbook(t *testing.T, text string) []byte {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var columns []xlsx.Column
	for _, name := range rows[0] {
		columns = append(columns, xlsx.Column{Name: name, Width: 10})
	}
	var book bytes.Buffer
	w, err := xlsx.NewWriter(&book, "Contacts", columns)
	for _, row := range rows[1:] {
		var cells []xlsx.Cell
		for _, text := range row {
			cells = append(cells, xlsx.Cell{Text: text, Style: xlsx.Plain})
		}
		if err == nil {
			err = w.Write(cells)
		}
	}
	if err == nil {
		err = w.Close(func(state string) string { return state })
	}
	if err != nil {
		t.Fatal(err)
	}
	return book.Bytes()
}

func readBook(t *testing.T, book []byte) (rows []csvmodel.Row, layout csvmodel.Layout) {
	t.Helper()
	sheet, opts, err := csvmodel.OpenSheet(bytes.NewReader(book), int64(len(book)), csvmodel.Options{Delimiter: ";", Encoding: "koi8-r"})
	if err != nil {
		t.Fatal(err)
	}
	defer sheet.Close()
	reader, err := csvmodel.NewReader(sheet.Text(), opts)
	for err == nil {
		var row csvmodel.Row
		if row, err = reader.Read(); err == nil {
			rows = append(rows, row)
		}
	}
	return rows, reader.Layout()
}

func TestAWorkbookHasTheRowsOfTheSameCSVFile(t *testing.T) {
	contacts, err := os.ReadFile(filepath.Join("..", "samples", "contacts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text string }{
		{"a sample", strings.TrimPrefix(string(contacts), "\ufeff")},
		{"cells with all that separates", "chatId,phoneContact,firstName,note\n" +
			"12025550101,+12025550191,\"Lee, Ann\",\"a;b\n1,2,3,4\"\n12025550102,+12025550192,\"Bob\nB.\",\"say \"\"x\"\"\"\n12025550103,+12025550193,Cid,\n"},
		{"a second header", "chatId,phoneContact,firstName\n+12025550101,+12025550191,Ann\nphoneContact,chatId,firstName\n+12025550192,+12025550102,Bob\n"},
		{"columns without a name", "chatId,phoneContact,firstName,,\n+12025550101,+12025550191,Ann,,\n+12025550102,+12025550192,Bob,,x\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := readAll(t, strings.NewReader(c.text))
			got, layout := readBook(t, asWorkbook(t, c.text))
			if len(got) != len(want) || layout.Sheet != "Contacts" {
				t.Fatalf("%d rows of %q, want %d", len(got), layout.Sheet, len(want))
			}
			for i, row := range got {
				if row.Contact != want[i].Contact || row.Number != want[i].Number || row.Line != row.Number || row.Valid() != want[i].Valid() {
					t.Errorf("got  %+v\nwant %+v", row, want[i])
				}
			}
		})
	}
}
