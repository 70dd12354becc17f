package audit

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

var differenceForm = csvmodel.Layout{
	Encoding: csvmodel.UTF8, Delimiter: ";",
	Header: []string{"chatId", "phoneContact", "company", "order"}, Columns: []string{"chatId", "phoneContact", "company", ""},
}

func differenceRows() iter.Seq2[csvmodel.Result, error] {
	row := func(n int, status csvmodel.Status, id, at, wrong, source string) csvmodel.Result {
		r := csvmodel.Result{Row: n, Line: n, Status: status, IDMessage: id, AcceptedAt: at, Source: source}
		if wrong != "" {
			r.Reasons = []msg.Reason{msg.NewReason("proof.file", wrong)} // has no words of its own
		}
		return r
	}
	rows := []csvmodel.Result{
		row(2, csvmodel.Accepted, "3EB0", "2026-03-01T12:00:00Z", "", "12025550101;12025550191;Example;1"),
		row(3, csvmodel.Rejected, "", "", "refused; twice", "12025550102;12025550191;Example;2"),
		row(4, csvmodel.Accepted, "3EB1", "2026-03-01T12:00:01Z", "", "12025550103;12025550191;Example;3"),
		row(5, csvmodel.Invalid, "", "", "wrong", "12025550104;1;Example;4"),
		row(6, csvmodel.Accepted, "3EB2", "2026-03-01T12:00:02Z", "not delivered", "12025550105;12025550191;Example;5"),
	}
	rows[4].Delivery = csvmodel.DeliveryFailed
	return func(yield func(csvmodel.Result, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func resultsTable() table {
	return table{differenceForm, differenceRows(), csvmodel.WriteResults, true}
}

func fixmeTable() table { return table{differenceForm, differenceRows(), csvmodel.WriteFixme, false} }

const same = "its cells are the same, written in another way"

func TestTheFirstDifferenceInResults(t *testing.T) {
	for _, c := range []struct {
		name  string
		alter func(lines []string) []string
		want  string
	}{
		{"nothing was changed", func(l []string) []string { return l }, same},
		{"a status was changed", func(l []string) []string { return replaced(l, 2, "rejected", "accepted") }, "the first cell that the ledger has otherwise is in row 3, column status"},
		{"an idMessage was changed", func(l []string) []string { return replaced(l, 3, "3EB1", "3EB2") }, "the first cell that the ledger has otherwise is in row 4, column idMessage"},
		{"a column of the input was changed", func(l []string) []string { return replaced(l, 4, ";4", ";5") }, "the first cell that the ledger has otherwise is in row 5, column order"},
		{"the header was changed", func(l []string) []string { return replaced(l, 0, "status", "state") }, "the first cell that the ledger has otherwise is in row 1, column status"},
		{"a row was taken out", func(l []string) []string { return slices.Delete(l, 2, 3) }, "row 3 is missing, or not in its place"},
		{"the last row was taken out", func(l []string) []string { return l[:5] }, "row 6 is missing, or not in its place"},
		{"all rows were", func(l []string) []string { return l[:1] }, "row 2 is missing, or not in its place"},
		{"a row was added", func(l []string) []string { return append(l, strings.Replace(l[5], "6;6", "7;7", 1)) }, "row 7 does not belong there"},
		{"a cell was added", func(l []string) []string { l[2] += ";x"; return l }, "row 3 is not as the ledger has it"},
		{"the rows were sorted", func(l []string) []string { l[1], l[3] = l[3], l[1]; return l }, "row 2 is missing, or not in its place"},
		{"a spreadsheet has saved it with more quotes", func(l []string) []string { return replaced(l, 1, "3EB0", `"3EB0"`) }, same},
		{"a time is written in another zone", func(l []string) []string { return replaced(l, 1, "12:00:00Z", "15:00:00+03:00") }, same},
		{"a delivery became known since", func(l []string) []string { return replaced(l, 1, ";;1", ";read;1") }, "the first cell that the ledger has otherwise is in row 2, column delivery"},
		{"a delivery and something else", func(l []string) []string {
			return replaced(replaced(l, 1, ";;1", ";read;1"), 3, "3EB1", "3EB2")
		}, "the first cell that the ledger has otherwise is in row 4, column idMessage"},
		{"it was not known yet that a card did not arrive", func(l []string) []string {
			return replaced(replaced(l, 5, ";failed;", ";sent;"), 5, "not delivered", "")
		}, "the first cell that the ledger has otherwise is in row 6, column delivery"},
		{"what to do about such a card was changed", func(l []string) []string { return replaced(l, 5, "not delivered", "all is well") }, "the first cell that the ledger has otherwise is in row 6, column error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := c.alter(strings.Split(strings.TrimSuffix(written(t, resultsTable()), "\n"), "\n"))
			path := put(t, strings.Join(lines, "\n")+"\n")
			if got, err := resultsTable().difference(path); err != nil || got.Text(msg.English) != c.want {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func written(t *testing.T, table table) string {
	t.Helper()
	var text strings.Builder
	if err := table.write(&text, table.form, table.form.Encoding, table.rows); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func put(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "c.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// replaced changes one line, which must have what is to go.
func replaced(lines []string, line int, old, new string) []string {
	if !strings.Contains(lines[line], old) {
		panic(lines[line] + " has no " + old)
	}
	lines[line] = strings.Replace(lines[line], old, new, 1)
	return lines
}

func TestTheFirstDifferenceInAFixmeFile(t *testing.T) {
	text := written(t, fixmeTable())
	if !strings.Contains(text, "Example;5;not delivered") {
		t.Errorf("a card that did not arrive is not there: %s", text)
	}
	for text, want := range map[string]string{
		text: same,
		strings.Replace(text, ";1;Example", ";12025550191;Example", 1): "the first cell that the ledger has otherwise is in row 3, column phoneContact",
	} {
		if got, err := fixmeTable().difference(put(t, text)); err != nil || got.Text(msg.English) != want {
			t.Errorf("got %s, %v", got, err)
		}
	}
}

// FuzzDifference: whatever stands in the file, the comparison ends.
func FuzzDifference(f *testing.F) {
	f.Add("row;line\n2;2\n", "utf-8")
	f.Add("\"\n\"\"", "windows-1251")
	f.Add("\xff\xfe", "utf-16le")
	f.Fuzz(func(t *testing.T, text, encoding string) {
		name, err := charset.Parse(encoding)
		if err != nil {
			return
		}
		table := resultsTable()
		table.form.Encoding = name
		if where, err := table.difference(put(t, text)); err != nil {
			t.Errorf("got %s, %v", where, err)
		}
	})
}
