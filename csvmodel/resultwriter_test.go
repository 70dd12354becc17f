package csvmodel_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

// results writes a result for each row of a file.
func results(t *testing.T, file string) string {
	t.Helper()
	rd, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := csvmodel.WriteResults(&out, rd.Layout(), charset.UTF8, outcomes(rd)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// outcomes yields a result for each row of a file: its faults, or that it was accepted.
func outcomes(rd *csvmodel.Reader) iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		for {
			row, err := rd.Read()
			if err == io.EOF {
				return
			}
			result := csvmodel.Result{Row: row.Number, Line: row.Line, Fields: row.Fields, Status: csvmodel.Accepted, IDMessage: "ID", Source: row.Source}
			if !row.Valid() {
				result.Status, result.IDMessage = csvmodel.Invalid, ""
				result.Reasons, result.Language = row.Faults, msg.English
			}
			if !yield(result, err) {
				return
			}
		}
	}
}

// only yields one result.
func only(result csvmodel.Result) iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) { yield(result, nil) }
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

func TestResultsThatCannotBeWrittenAreAnError(t *testing.T) {
	full := errors.New("no space left on device")
	if err := csvmodel.WriteResults(failing{full}, csvmodel.Layout{}, charset.UTF8, only(csvmodel.Result{})); !errors.Is(err, full) {
		t.Error("got", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestAnErrorOfTheRowsEndsTheFile(t *testing.T) {
	broken := errors.New("disk I/O error")
	rows := func(yield func(csvmodel.Result, error) bool) { yield(csvmodel.Result{}, broken) }
	if err := csvmodel.WriteResults(io.Discard, csvmodel.Layout{}, charset.UTF8, rows); err != broken {
		t.Error("results:", err)
	}
	if err := csvmodel.WriteFixme(io.Discard, csvmodel.Layout{}, charset.UTF8, rows); err != broken {
		t.Error("fixme:", err)
	}
}
