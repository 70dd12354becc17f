package report

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var differenceForm = csvmodel.Layout{
	Encoding: csvmodel.UTF8, Delimiter: ";",
	Header: []string{"chatId", "phoneContact", "company", "order"}, Columns: []string{"chatId", "phoneContact", "company", ""},
}

func differenceRows() iter.Seq2[csvmodel.Result, error] {
	row := func(n int, status csvmodel.Status, id, at, wrong, source string) csvmodel.Result {
		return csvmodel.Result{Row: n, Line: n, Status: status, IDMessage: id, AcceptedAt: at, Error: wrong, Source: source}
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

func TestResultsDifference(t *testing.T) {
	for _, c := range []struct {
		name  string
		alter func(lines []string) []string
		want  Difference
	}{
		{"nothing was changed", func(l []string) []string { return l }, Difference{}},
		{"a status was changed", func(l []string) []string { return replaced(l, 2, "rejected", "accepted") }, Difference{DifferentCell, "3", "status"}},
		{"an idMessage was changed", func(l []string) []string { return replaced(l, 3, "3EB1", "3EB2") }, Difference{DifferentCell, "4", "idMessage"}},
		{"a column of the input was changed", func(l []string) []string { return replaced(l, 4, ";4", ";5") }, Difference{DifferentCell, "5", "order"}},
		{"the header was changed", func(l []string) []string { return replaced(l, 0, "status", "state") }, Difference{DifferentCell, "1", "status"}},
		{"a row was taken out", func(l []string) []string { return slices.Delete(l, 2, 3) }, Difference{Kind: MissingRow, Row: "3"}},
		{"the last row was taken out", func(l []string) []string { return l[:5] }, Difference{Kind: MissingRow, Row: "6"}},
		{"all rows were", func(l []string) []string { return l[:1] }, Difference{Kind: MissingRow, Row: "2"}},
		{"a row was added", func(l []string) []string { return append(l, strings.Replace(l[5], "6;6", "7;7", 1)) }, Difference{Kind: SurplusRow, Row: "7"}},
		{"a cell was added", func(l []string) []string { l[2] += ";x"; return l }, Difference{DifferentCell, "3", ""}},
		{"the rows were sorted", func(l []string) []string { l[1], l[3] = l[3], l[1]; return l }, Difference{Kind: MissingRow, Row: "2"}},
		{"a spreadsheet has saved it with more quotes", func(l []string) []string { return replaced(l, 1, "3EB0", `"3EB0"`) }, Difference{}},
		{"a time is written in another zone", func(l []string) []string { return replaced(l, 1, "12:00:00Z", "15:00:00+03:00") }, Difference{}},
		{"a delivery became known since", func(l []string) []string { return replaced(l, 1, ";;1", ";read;1") }, Difference{DifferentCell, "2", "delivery"}},
		{"a delivery and something else", func(l []string) []string {
			return replaced(replaced(l, 1, ";;1", ";read;1"), 3, "3EB1", "3EB2")
		}, Difference{DifferentCell, "4", "idMessage"}},
		{"it was not known yet that a card did not arrive", func(l []string) []string {
			return replaced(replaced(l, 5, ";failed;", ";sent;"), 5, "not delivered", "")
		}, Difference{DifferentCell, "6", "delivery"}},
		{"what to do about such a card was changed", func(l []string) []string { return replaced(l, 5, "not delivered", "all is well") }, Difference{DifferentCell, "6", "error"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := writtenResults(t)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lines := c.alter(strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"))
			put(t, path, strings.Join(lines, "\n")+"\n")
			if got, err := ResultsDifference(path, differenceForm, differenceRows()); err != nil || got != c.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func writtenResults(t *testing.T) string {
	t.Helper()
	path, err := Results(Place{Stem: filepath.Join(t.TempDir(), "c"), Suffix: ".csv", Mode: 0o600}, differenceForm, differenceRows())
	if err != nil {
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

func TestFixmeDifference(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.csv")
	_, err := Fixme(Place{Stem: strings.TrimSuffix(path, ".csv"), Suffix: ".csv", Mode: 0o600}, differenceForm, differenceRows())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := FixmeDifference(path, differenceForm, differenceRows()); err != nil || got.Kind != SameCells {
		t.Errorf("got %+v, %v", got, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "Example;5;not delivered") {
		t.Errorf("a card that did not arrive is not there: %s", text)
	}
	put(t, path, strings.Replace(string(text), ";1;Example", ";12025550191;Example", 1))
	if got, err := FixmeDifference(path, differenceForm, differenceRows()); err != nil || got != (Difference{DifferentCell, "3", "phoneContact"}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// FuzzResultsDifference: whatever stands in the file, the comparison ends.
func FuzzResultsDifference(f *testing.F) {
	f.Add("row;line\n2;2\n", "utf-8")
	f.Add("\"\n\"\"", "windows-1251")
	f.Add("\xff\xfe", "utf-16le")
	f.Fuzz(func(t *testing.T, text, encoding string) {
		name, err := charset.Parse(encoding)
		if err != nil {
			return
		}
		path := filepath.Join(t.TempDir(), "c.csv")
		put(t, path, text)
		form := differenceForm
		form.Encoding = name
		if d, err := ResultsDifference(path, form, differenceRows()); err != nil {
			t.Errorf("got %+v, %v", d, err)
		}
	})
}
