package csvmodel_test

import (
	"path/filepath"
	"slices"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func sample(t *testing.T, name string) []csvmodel.Row {
	t.Helper()
	file, err := csvmodel.Open(filepath.Join("..", "samples", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return readAll(t, file)
}

// faulty is what a row that is not valid should be found to have.
type faulty struct {
	name         string
	number, line int
	codes        string
}

func checkSample(t *testing.T, rows []csvmodel.Row, total int, want []faulty) {
	t.Helper()
	if len(rows) != total {
		t.Errorf("%d rows, want %d", len(rows), total)
	}
	for _, row := range rows {
		i := slices.IndexFunc(want, func(w faulty) bool { return w.number == row.Number })
		if i < 0 {
			if !row.Valid() {
				t.Errorf("row %d should be valid: %s", row.Number, msg.Join(row.Faults, msg.English))
			}
			continue
		}
		if w := want[i]; msg.Codes(row.Faults) != w.codes || row.Line != w.line {
			t.Errorf("%s: row %d, line %d: %q", w.name, row.Number, row.Line, msg.Codes(row.Faults))
		}
		want = slices.Delete(want, i, i+1)
	}
	if len(want) > 0 {
		t.Error("not found:", want)
	}
}

func TestSampleContacts(t *testing.T) {
	rows := sample(t, "contacts.csv")
	checkSample(t, rows, 25, nil)
	if rows[0].Contact != rows[14].Contact {
		t.Error("row 16 is no duplicate of row 2")
	}
	if got := rows[10].Contact.Fields().ChatID; got != "120363000000000001@g.us" {
		t.Error("the group is", got)
	}
	if got := rows[11].Contact.Fields().ChatID; got != "12025550111@c.us" {
		t.Error("the bare number is", got)
	}
	if got := rows[5].Contact; got.Phone() != 12025550193 || got.Fields().FirstName != "Мария" {
		t.Error("a number written for people is", got)
	}
	if got := rows[18].Contact.Fields().FirstName; got != `Anna "Annie"` {
		t.Error("a name with quotes is", got)
	}
	if got := rows[6].Contact.Fields().Company; got != `ООО "Пример"` {
		t.Error("a company in quotes is", got)
	}
}

func TestSampleWithSemicolons(t *testing.T) {
	rows := sample(t, "contacts-semicolon.csv")
	checkSample(t, rows, 5, nil)
	if rows[3].Number != 6 || rows[3].Line != 7 {
		t.Errorf("after a cell of two lines and a blank line: row %d, line %d", rows[3].Number, rows[3].Line)
	}
	if got := rows[2].Contact.Fields().Company; got != "Велосипед; прокат" {
		t.Error("a company with a semicolon is", got)
	}
}

func TestSampleOfBadRows(t *testing.T) {
	checkSample(t, sample(t, "bad-rows.csv"), 27, []faulty{
		{"too few cells", 3, 3, "row-width"},
		{"too many cells", 4, 4, "row-width"},
		{"a quote inside a cell", 5, 5, "quote"},
		{"text after a quote", 6, 6, "quote"},
		{"a quote never closed", 7, 7, "quote-open"},
		{"another encoding", 8, 8, "encoding"},
		{"bytes that are no text", 9, 9, "encoding"},
		{"a NUL", 10, 10, "encoding"},
		{"no chat", 11, 11, "chat-missing"},
		{"a broadcast", 12, 12, "chat-id"},
		{"a chat's number with zeros in front", 13, 13, "chat-id"},
		{"no number", 14, 14, "phone-missing"},
		{"a number that Excel has damaged", 15, 15, "number-lost"},
		{"a decimal number", 16, 16, "phone"},
		{"words for a number", 17, 17, "phone"},
		{"a number with zeros in front", 18, 18, "phone-zero"},
		{"a number without its country", 19, 19, "phone-short"},
		{"two numbers in a cell", 20, 20, "number-two"},
		{"nobody's name", 21, 21, "name-missing"},
		{"a name of two lines", 22, 22, "name-control"},
		{"a name too long", 23, 24, "name-long"},
		{"words for a message id", 24, 25, "quoted-id"},
		{"all at once", 25, 26, "chat-id phone-short name-missing"},
		{"nothing at all", 26, 27, "chat-missing phone-missing name-missing"},
		{"a row over 64 KiB", 27, 28, "row-long"},
	})
}

func TestSampleForTheFirstRealSend(t *testing.T) {
	checkSample(t, sample(t, "one.csv"), 1, nil)
}
