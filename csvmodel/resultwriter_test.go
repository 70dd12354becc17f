package csvmodel

import (
	"bytes"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// results writes a result for each row of a file.
func results(t *testing.T, file string) string {
	t.Helper()
	rd, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := NewResultWriter(&out, rd.Layout(), charset.UTF8)
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := rd.Read()
		if err != nil {
			break
		}
		result := Result{Row: row.Number, Line: row.Line, Fields: row.Fields, Status: Accepted, IDMessage: "ID", Source: row.Source}
		if !row.Valid() {
			result.Status, result.IDMessage = Invalid, ""
			result.Error, result.Code = msg.Join(row.Faults, msg.English), msg.Codes(row.Faults)
		}
		if err := w.Write(result); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// readBack reads results with another reader, as a list of column=value.
func readBack(t *testing.T, out string, comma rune) []map[string]string {
	t.Helper()
	text, marked := strings.CutPrefix(out, charset.BOM)
	if !marked {
		t.Error("no byte order mark")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestResultsHaveTheColumnsInOrder(t *testing.T) {
	out := results(t, head)
	want := charset.BOM + "row,line,chatId,phoneContact,firstName,middleName,lastName,company,quotedMessageId," +
		"status,idMessage,error,code,attempts,acceptedAt,idInstance,delivery,campaign\n"
	if out != want {
		t.Errorf("got %s", out)
	}
	out = results(t, head+good)
	if want += "2,2,79000000001@c.us,79000000002,Anna,,,,,accepted,ID,,,0,,,,spring\n"; out != want {
		t.Errorf("got %s", out)
	}
}

func TestResultsCarryTheOtherColumns(t *testing.T) {
	cases := []struct{ name, row, want string }{
		{"as they are", `79000000001,79000000002,Anna," a ""b"", c "`, ` a "b", c `},
		{"over several lines", "79000000001,79000000002,Anna,\"a\nb\"", "a\nb"},
		{"as far as a malformed row has them", `79000000001,79000000002,An"na,x`, "x"},
		{"empty where the row is too narrow", "79000000001,79000000002", ""},
		{"without what is too much", "79000000001,79000000002,Anna,x,y", "x"},
		{"without bytes that would spoil the file", "79000000001,79000000002,Anna,\xc0\x00", "\ufffd\ufffd"},
		{"without formulas", "79000000001,79000000002,Anna,=1+1", "'=1+1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rows := readBack(t, results(t, head+c.row+"\n"+good), ',')
			if rows[0]["campaign"] != c.want || rows[0]["chatId"] == "" {
				t.Errorf("got %q", rows[0])
			}
			if rows[1]["campaign"] != "spring" {
				t.Errorf("the next row has %q", rows[1])
			}
		})
	}
}

func TestResultsHaveTheFormOfTheInput(t *testing.T) {
	file := crlf(strings.ReplaceAll(head+good, ",", ";"))
	file += "79000000001;79000000002;Anna;\"a\nb\r\nc\"\r\n"
	out := results(t, file)
	if strings.Count(out, "\r\n") != 4 || strings.Count(out, "\n") != 5 {
		t.Errorf("line ends: %q", out)
	}
	if !strings.Contains(out, ";\"a\nb\r\nc\"\r\n") {
		t.Errorf("a cell of several lines has changed: %q", out)
	}
	if rows := readBack(t, out, ';'); rows[0]["campaign"] != "spring" {
		t.Errorf("got %q", rows)
	}
}

func TestNamesOfOtherColumns(t *testing.T) {
	cases := []struct{ name, header, want string }{
		{"stay as they are", "Campaign, note ", "Campaign, note "},
		{"get a prefix where a column of ours has them", "status,Error,in", "in.status,in.Error,in"},
		{"stay unique after that", "in.status,status,STATUS", "in.status,in.status.2,in.STATUS.3"},
		{"are told apart where two are the same", "x,x,X", "x,x.2,X.3"},
		{"may be empty", ",", ",.2"},
		{"are no formulas", "=1+1,+7", "'=1+1,+7"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out := results(t, "chatId,phoneContact,"+c.header+"\n")
			if _, others, _ := strings.Cut(out, ",delivery,"); strings.TrimSuffix(others, "\n") != quoted(c.want) {
				t.Errorf("got %q", others)
			}
		})
	}
}

// quoted puts the one name with space around into quotes, as it is written.
func quoted(names string) string { return strings.ReplaceAll(names, " note ", `" note "`) }

func TestFormulasAreHarmless(t *testing.T) {
	cases := []struct {
		name    string
		run     bool
		samples []string
	}{
		{"what a spreadsheet runs gets an apostrophe", true, []string{
			"=1+1", "+cmd|' /C calc'!A0", "-2+A1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－A1", "＠x",
			"+", "-", "+7 900 x", "-1+1", "+7900+7900",
		}},
		{"numbers and text stay", false, []string{
			"", "Anna", "Анна", "'=1", "7.5", "-5", "-1.5", "-1,5", "+79001234567", "+7 900 123-45-67",
			"+7 (900) 123–45–67", "a=1", " =1", "#5", `"x"`, "🎈",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, cell := range c.samples {
				if got := escapeFormula(cell); (got == "'"+cell) != c.run || !c.run && got != cell {
					t.Errorf("%q became %q", cell, got)
				}
			}
		})
	}
}

func TestNumbersThatASpreadsheetComputesWithGetAnApostrophe(t *testing.T) {
	for cell, want := range map[string]string{
		"7.90012E+10": "'7.90012E+10", "7,9": "'7,9", ".5": "'.5", "5.": "'5.", "-1e5": "'-1e5",
		"79000000001": "79000000001", "+79000000001": "+79000000001", "--1.5": "--1.5", ".": ".", "e5": "e5", "": "",
		"79000000001@c.us": "79000000001@c.us", "1.5 x": "1.5 x",
	} {
		if got := escapeNumber(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
		if back := unescape(want); back != cell {
			t.Errorf("%q is read back as %q", want, back)
		}
	}
}

func TestManyResultsComeInOrder(t *testing.T) {
	var file strings.Builder
	file.WriteString(head)
	for i := range 1234 {
		fmt.Fprintf(&file, "79000000001,79000000002,Anna,c%d\n", i)
	}
	rows := readBack(t, results(t, file.String()), ',')
	if len(rows) != 1234 {
		t.Fatal(len(rows))
	}
	for i, row := range rows {
		if row["campaign"] != fmt.Sprintf("c%d", i) || row["row"] != fmt.Sprint(i+2) {
			t.Fatalf("row %d: %q", i, row)
		}
	}
}

func TestResultColumnsAreThoseOfResult(t *testing.T) {
	rows := readBack(t, results(t, head+good), ',')
	for _, name := range resultColumns {
		if _, there := rows[0][name]; !there {
			t.Error(name)
		}
	}
	if !slices.Equal(resultColumns[2:9], columns[:]) {
		t.Error("the seven are not those of the input")
	}
}

func TestResultWriterSaysWhenItCannotWrite(t *testing.T) {
	full := errors.New("no space left on device")
	w, err := NewResultWriter(failing{full}, Layout{}, charset.UTF8)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(Result{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); !errors.Is(err, full) {
		t.Error("got", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
