package csvmodel_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/record"
)

// inUTF8 spares finding out what the encoding is.
var inUTF8 = csvmodel.Options{Encoding: charset.UTF8}

// open reads the header of a file in an encoding that is to be found out.
func open(file string) (*csvmodel.Reader, error) {
	opts, err := csvmodel.DetectEncoding(strings.NewReader(file), csvmodel.Options{})
	if err != nil {
		return nil, err
	}
	return csvmodel.NewReader(strings.NewReader(file), opts)
}

const (
	head = "chatId,phoneContact,firstName,campaign\n"
	good = "79000000001,79000000002,Anna,spring\n"
)

func TestReader(t *testing.T) {
	long := strings.Repeat("x", record.MaxSize)
	cases := []struct{ name, file, want string }{
		{"every row is a contact", head + good + good, "2:2 ok|3:3 ok"},
		{"a header alone has no rows", head, ""},
		{"the last line needs no end", head + strings.TrimSuffix(good, "\n"), "2:2 ok"},
		{"lines may end as on Windows", crlf(head + good + good), "2:2 ok|3:3 ok"},
		{"line ends may be mixed", crlf(head) + good + crlf(good), "2:2 ok|3:3 ok"},
		{"a byte order mark is no part of the first name", charset.BOM + head + good, "2:2 ok"},
		{"nor before a quoted header", charset.BOM + `"chatId","phoneContact","firstName","campaign"` + "\n" + good, "2:2 ok"},
		{"cells may be separated by semicolons", strings.ReplaceAll(head+good, ",", ";"), "2:2 ok"},
		{"names of columns are taken in any case and order",
			"FIRSTNAME, CampAign ,phonecontact,\u00a0ChatID\n Anna ,x,79000000002,79000000001\n", "2:2 ok"},
		{"blank lines count and are no rows", "\n" + head + "\n \t\r\n" + good + "\n\n" + good + "\n", "5:5 ok|8:8 ok"},
		{"a line of separators is blank too", head + ",,,\n" + `"", ,"",` + "\n" + good, "4:4 ok"},
		{"so is one before the header", ",,,\n" + head + good, "3:3 ok"},
		{"a line of separators of the wrong width is blank", head + ",,\n,,,,,,\n" + good, "4:4 ok"},
		{"lines may end as on an old Macintosh", strings.ReplaceAll(head+good+good, "\n", "\r"), "2:2 ok|3:3 ok"},
		{"or in all three ways", head + good + crlf(good) + strings.ReplaceAll(good, "\n", "\r") + good, "2:2 ok|3:3 ok|4:4 ok|5:5 ok"},
		{"a line end written twice over is a blank line", crlf(head) + strings.ReplaceAll(good, "\n", "\r\r\n") + good, "2:2 ok|4:4 ok"},
		{"a line break inside quotes may be a carriage return", head + "79000000001,79000000002,Anna,\"a\rb\"\n" + good, "2:2 ok|3:4 ok"},
		{"cells may be separated by tabs", strings.ReplaceAll(head+good, ",", "\t"), "2:2 ok"},
		{"or by bars", strings.ReplaceAll(head+good, ",", "|"), "2:2 ok"},
		{"the line that tells Excel the separator is none of the sheet", "sep=;\r\n" + strings.ReplaceAll(head+good, ",", ";"), "2:3 ok"},
		{"also in quotes, in capitals, after a byte order mark, with empty cells", charset.BOM + "\"SEP=,\",,,\n" + head + good, "2:3 ok"},
		{"it counts more than what the cells look like", "sep=|\nfirst name, in full|chatId|phoneContact|company\na,b,c|79000000001|79000000002|d,e,f\n", "2:3 ok"},
		{"empty cells behind those of the header, in every row, are left out",
			head + "79000000001,79000000002,Anna,x,,\n79000000001,79000000002,Anna,x,,\n", "2:2 ok|3:3 ok"},
		{"also in some rows only, and of another number", head + good + "79000000001,79000000002,Anna,x,\n79000000001,79000000002,Anna,x,, ,\"\"\n", "2:2 ok|3:3 ok|4:4 ok"},
		{"what is not empty there is a fault", head + good + "79000000001,79000000002,Anna,x,,y\n", "2:2 ok|3:3 row-width"},
		{"columns without a name at the end need no cells", "chatId,phoneContact,firstName,,\n79000000001,79000000002,Anna\n79000000001,79000000002,Anna,\n", "2:2 ok|3:3 ok"},
		{"digits that are kept as text by a formula are taken", head + `="79000000001",="79000000002",Anna,x` + "\n" + good, "2:2 ok|3:3 ok"},
		{"a cell may go over several lines",
			head + "79000000001,79000000002,Anna,\"a\n\nb\"\n" + good, "2:2 ok|3:5 ok"},
		{"quotes inside quotes are doubled", head + `79000000001,79000000002,"Anna ""A""","a,b"` + "\n" + good, "2:2 ok|3:3 ok"},
		{"a line break in a name is a fault of its row", head + "79000000001,79000000002,\"Anna\r\nMaria\",x\n" + good, "2:2 name-control|3:4 ok"},

		{"too few cells are a fault of their row", head + "79000000001,79000000002,Anna\n" + good, "2:2 row-width|3:3 ok"},
		{"too many are one", head + "79000000001,79000000002,Anna,a,b\n" + good, "2:2 row-width|3:3 ok"},
		{"a stray quote costs its own row", head + "79000000001,79000000002,An\"na,x\n" + good, "2:2 quote|3:3 ok"},
		{"a stray quote opens nothing, so a cell over several lines behind it is none of the next rows",
			head + "79000000001,79000000002,An\"na,\"call,\n" + strings.TrimSuffix(good, "\n") + "\"\n" + good, "2:2 quote|3:4 ok"},
		{"so does text after a closing quote", head + "79000000001,79000000002,\"Anna\" Maria,x\n" + good, "2:2 quote|3:3 ok"},
		{"and a space before an opening one, where the cell is not quoted to its end", head + "79000000001,79000000002, \"Anna\" Maria,x\n" + good, "2:2 quote|3:3 ok"},
		{"or goes over several lines", head + "79000000001,79000000002, \"Anna,x\n" + good + "79000000001,79000000002,Anna\",x\n", "2:2 quote|3:3 ok|4:4 quote"},
		{"or has the separator in it, and without its quotes would be the cells of a row", head + "79000000001,79000000002, \"Anna,x\"\n" + good, "2:2 row-width|3:3 ok"},
		{"space before a quoted cell is taken off", "chatId, \"phoneContact\", firstName, campaign\n79000000001, \"79000000002\",  \"An,na\", \"x \"\"y\"\"\"\n" + good, "2:2 ok|3:3 ok"},
		{"lines that as a whole are one quoted cell are read as lines",
			"\"chatId,phoneContact,firstName,company\"\n\"79000000001,79000000002,\"\"Anna, M.\"\",x\"\n\"79000000001,12,Anna,x\"\n", "2:2 ok|3:3 phone-short"},
		{"also where only some are", head + good + "\"79000000001,79000000002,\"\"Anna, M.\"\",x\"\n", "2:2 ok|3:3 ok"},
		{"whatever separates their cells", "\"chatId;phoneContact;firstName\"\r\n\"79000000001;79000000002;Anna\"\r\n", "2:2 ok"},
		{"their faults are those of the line inside", "\"chatId,phoneContact,firstName\"\n\"79000000001,79000000002,Anna\"\n\"79000000001,79000000002\"\n\"1,2,An\"\"na\"\n", "2:2 ok|3:3 row-width|4:4 quote chat-id phone-short"},
		{"a line that tells Excel another separator than the file has counts less than the header", "sep=;\n" + head + good, "2:3 ok"},
		{"a quote never closed costs its own row", head + "79000000001,79000000002,\"Anna,x\n" + good + good, "2:2 quote-open|3:3 ok|4:4 ok"},
		{"also when it is the last one", head + good + "79000000001,79000000002,\"Anna,x", "2:2 ok|3:3 quote-open"},
		{"also when a later row has a proper quote",
			head + "79000000001,79000000002,\"Anna,x\n" + good + "79000000001,79000000002,\"Anna\",x\n", "2:2 quote-open|3:3 ok|4:4 ok"},
		{"also when the quotes match but a row was swallowed",
			head + "79000000001,79000000002,\"Anna,x\n" + good + "79000000001,79000000002,Anna\",x\n", "2:2 quote-open|3:3 ok|4:4 quote"},
		{"also when nothing closes it within 64 KiB",
			head + "79000000001,79000000002,\"Anna,x\n" + strings.Repeat(good, 3000) + "\"\n",
			"2:2 quote-open|" + rowsOK(3, 3000) + "|3003:3003 quote-open"},
		{"a record over several lines of the wrong width is one row",
			head + "79000000001,79000000002,\"Anna\nMaria\"\n" + good, "2:2 row-width|3:4 ok"},
		{"two rows with one stray quote each are two faults",
			head + "79000000001,79000000002,\"Anna,x\n79000000001,79000000002,\"Anna,x\n" + good, "2:2 quote-open|3:3 quote-open|4:4 ok"},

		{"a row of 64 KiB is read", head + long[:record.MaxSize-len(good)+1] + good, "2:2 chat-id"},
		{"one byte more is a fault", head + long[:record.MaxSize-len(good)+2] + good + good, "2:2 row-long|3:3 ok"},
		{"a line without end is one fault", head + strings.Repeat(long, 20) + "\n" + good, "2:2 row-long|3:3 ok"},
		{"also at the end of the file", head + good + strings.Repeat(long, 5), "2:2 ok|3:3 row-long"},
		{"a quoted record over 64 KiB is one fault",
			head + "79000000001,79000000002,Anna,\"a\n" + long + "\"\n" + good, "2:2 row-long|3:4 ok"},
		{"whatever its lines look like", head + "79000000001,79000000002,Anna,\"" + strings.Repeat("a line of a note\n", 5000) + good + "\"\n" + good, "2:2 row-long|3:5004 ok"},
		{"but not where most of them are rows", head + "79000000001,79000000002,\"Anna,x\n" + strings.Repeat(good, 3000) + "79000000001,79000000002,Maria\",x\n",
			"2:2 quote-open|" + rowsOK(3, 3000) + "|3003:3003 quote"},

		{"bytes that are not UTF-8 are a fault of their row", head + "79000000001,79000000002,\xc0\xed\xed\xe0,x\n" + good, "2:2 encoding|3:3 ok"},
		{"a NUL is one too", head + "79000000001,79000000002,An\x00na,\n" + good, "2:2 encoding|3:3 ok"},
		{"and in a quoted id", "chatId,phoneContact,firstName,quotedMessageId\n79000000001,79000000002,Anna,3EB0\xff\n", "2:2 encoding"},
		{"in a column that is carried through they cost nothing", head + "79000000001,79000000002,Anna,\xc0\n79000000001,79000000002,Anna,\x00\n" + good, "2:2 ok|3:3 ok|4:4 ok"},
		{"the mark of the end that old programs write is no row", head + good + "\x1a", "2:2 ok"},
		{"nor is it a part of the last cell", head + strings.TrimSuffix(good, "\n") + "\x1a", "2:2 ok"},
		{"nor are NULs that fill a block", head + good + "\x1a" + strings.Repeat("\x00", 4096) + "\r\n", "2:2 ok"},
		{"in a cell of the last line they are a fault", head + "79000000001,79000000002,An\x1ana,\n", "2:2 name-control"},
		{"also at its end", "chatId,phoneContact,firstName\n79000000001,79000000002,Anna\x00\n", "2:2 encoding"},
		{"in the middle it is a row", head + good + "\x1a\n" + good, "2:2 ok|3:3 row-width|4:4 ok"},
		{"every fault of a malformed row is named where its cells can be told", head + "x,12,An\"na,\xff\n", "2:2 quote chat-id phone-short"},
		{"but not that of a cell which is malformed", head + "7\"9,79000000002,Anna,x\n", "2:2 quote"},
		{"every fault of a row is named", head + "x,12,,\xff\n", "2:2 chat-id phone-short name-missing"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := summary(t, strings.NewReader(c.file)); got != c.want {
				t.Errorf("got  %s\nwant %s", msg.Shorten(got, 300), msg.Shorten(c.want, 300))
			}
			if len(c.file) > 4096 {
				return
			}
			if got := summary(t, iotest.OneByteReader(strings.NewReader(c.file))); got != c.want {
				t.Errorf("byte by byte: got %s", got)
			}
		})
	}
}

func TestFaultsNameTheirPlace(t *testing.T) {
	cases := []struct{ name, row, want string }{
		{"what is too much is shown", "79000000001,79000000002,Anna,a,b,c",
			`cells: 6, ending in "b,c", where the header has 4`},
		{"the last cell of a row that is too short", "79000000001,79000000002",
			`cells: 2, ending in "79000000002", where the header has 4`},
		{"the column of a stray quote", `79000000001,79000000002,Anna,the "A" list`,
			`campaign: a stray double quote in "the "A" list"`},
		{"the number of a column that is not there", `79000000001,79000000002,Anna,x,"y"z`,
			`#5: a stray double quote in ""y"z"`},
		{"the cell whose quote is never closed", `79000000001,79000000002,"Anna,x`,
			`firstName: the double quote that opens ""Anna"`},
		{"the column with bytes that are no text", "79000000001,79000000002,Anna\xc0,x",
			`firstName: "Anna�" holds bytes that are no text`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			row := readAll(t, strings.NewReader(head+c.row+"\n"))[0]
			if got := msg.Join(row.Faults, msg.English); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %s", got)
			}
			if row.Source != c.row || row.Fields.ChatID == "" {
				t.Errorf("source %q, fields %+v", row.Source, row.Fields)
			}
		})
	}
}

func TestRemarks(t *testing.T) {
	rows := readAll(t, strings.NewReader(head+
		"+447700900123,7.9001234567E+10,Anna,x\n"+
		"+447700900123,7.9001234567E+10,,x\n"+good))
	if got := msg.Codes(rows[0].Remarks); !rows[0].Valid() || got != "number-unusual number-notation" {
		t.Errorf("got %s and faults %v", got, rows[0].Faults)
	}
	if rows[1].Remarks != nil || rows[2].Remarks != nil {
		t.Error("a row with faults, or an ordinary one, is remarkable:", rows[1].Remarks, rows[2].Remarks)
	}
}

func TestFieldsOfMalformedRows(t *testing.T) {
	rows := readAll(t, strings.NewReader(head+
		"79000000001,79000000002\n"+
		"79000000001,\"79000000002\",\"Anna,x\n"))
	want := csvmodel.Fields{ChatID: "79000000001", PhoneContact: "79000000002"}
	if rows[0].Fields != want {
		t.Errorf("too narrow: %+v", rows[0].Fields)
	}
	want.FirstName, want.ChatID = `"Anna`, "79000000001@c.us"
	if rows[1].Fields != want {
		t.Errorf("quote: %+v", rows[1].Fields)
	}
}

func TestReadErrorsAreThoseOfTheFile(t *testing.T) {
	broken := errors.New("input/output error")
	if _, err := csvmodel.NewReader(iotest.ErrReader(broken), inUTF8); err != broken {
		t.Error("in the header:", err)
	}
	rd, err := csvmodel.NewReader(io.MultiReader(strings.NewReader(head+strings.Repeat(good, 20000)), iotest.ErrReader(broken)), inUTF8)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = rd.Read()
	}
	if err != broken {
		t.Error("got", err)
	}
}

func TestMemoryStaysFlat(t *testing.T) {
	rd, err := csvmodel.NewReader(io.MultiReader(strings.NewReader(head), io.LimitReader(letters{}, 1<<26), strings.NewReader("\n"+good)), inUTF8)
	if err != nil {
		t.Fatal(err)
	}
	row, err := rd.Read()
	if err != nil || msg.Codes(row.Faults) != "row-long" || len(row.Source) != record.MaxSize {
		t.Error("a line of 64 MiB:", len(row.Source), msg.Codes(row.Faults), err)
	}
	if row, err = rd.Read(); err != nil || !row.Valid() || row.Line != 3 {
		t.Error("the row after it:", row, err)
	}
}

// letters is an endless line.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func rowsOK(first, n int) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf("%d:%d ok", first+i, first+i)
	}
	return strings.Join(rows, "|")
}

// summary is number:line and the codes of each row.
func summary(t *testing.T, file io.Reader) string {
	t.Helper()
	var rows []string
	for _, row := range readAll(t, file) {
		what := "ok"
		if !row.Valid() {
			what = msg.Codes(row.Faults)
		}
		rows = append(rows, fmt.Sprintf("%d:%d %s", row.Number, row.Line, what))
	}
	return strings.Join(rows, "|")
}

func readAll(t *testing.T, file io.Reader) []csvmodel.Row {
	t.Helper()
	return readWith(t, file, inUTF8)
}

func readWith(t *testing.T, file io.Reader, opts csvmodel.Options) (rows []csvmodel.Row) {
	t.Helper()
	rd, err := csvmodel.NewReader(file, opts)
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := rd.Read()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func FuzzReader(f *testing.F) {
	for _, rows := range []string{
		good, crlf(good), "\n \n" + good, "a\"b\n" + good, ",,\"a\nb\"\n" + good, ",,,\n",
		"79000000001,79000000002,\"Anna\n" + good + "\"\n", "\xff\x00,\"\"\"\r\r\n\"", "\"a\"\r",
		strings.Repeat("x", record.MaxSize+1) + "\n" + good,
		"\"" + strings.Repeat("x\n", record.MaxSize/2+1),
	} {
		f.Add([]byte(head + rows))
		f.Add([]byte(charset.BOM + strings.ReplaceAll(head+rows, ",", ";")))
	}
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\"se\x80=|\"\r\nchatId|phoneContact"))
	f.Fuzz(func(t *testing.T, file []byte) {
		rd, err := csvmodel.NewReader(strings.NewReader(string(file)), inUTF8)
		if err != nil {
			if _, refused := err.(*csvmodel.FileError); !refused {
				t.Fatal(err)
			}
			return
		}
		lines := newLines(strings.TrimPrefix(string(file), charset.BOM), rd.Layout())
		for {
			row, err := rd.Read()
			if err == io.EOF {
				lines.checkEnd(t)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkRow(t, rd.Layout(), row)
			if msg.Codes(row.Faults) == "heading-again" {
				return // what follows may have its cells in another order
			}
			lines.check(t, row)
		}
	})
}

// lines holds rows against the text of the file: each begins where it says, and nothing
// but blank lines is between them.
type lines struct {
	text   string
	starts []int // of the lines
	layout csvmodel.Layout
	last   csvmodel.Row
	end    int // of the last row; -1 before the first one or after one that was cut
}

func newLines(text string, layout csvmodel.Layout) *lines {
	l := &lines{text: text, starts: []int{0}, layout: layout, end: -1}
	for i := range len(text) {
		if text[i] == '\n' || text[i] == '\r' && !strings.HasPrefix(text[i+1:], "\n") {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// endMark are the characters that may end a file without being read.
const endMark = "\x1a\x00\r\n"

func (l *lines) check(t *testing.T, row csvmodel.Row) {
	t.Helper()
	if row.Number <= l.last.Number || row.Line <= l.last.Line || row.Line < row.Number {
		t.Fatalf("row %d, line %d after row %d, line %d", row.Number, row.Line, l.last.Number, l.last.Line)
	}
	start := l.starts[row.Line-1]
	if text, _, _ := strings.Cut(l.text[start:], "\n"); text != row.Source && strings.HasPrefix(text, `"`) && !strings.HasPrefix(row.Source, text) && strings.ReplaceAll(text[1:], `""`, `"`) == row.Source+`"` {
		row.Source = text
	}
	if !strings.HasPrefix(l.text[start:], row.Source) {
		t.Fatalf("line %d is not %q", row.Line, row.Source)
	}
	if l.end >= 0 && !l.isEmpty(l.text[l.end:start]) || l.last.Number == 0 && !l.isHeader(l.text[:start]) {
		t.Fatalf("%q is left out before line %d", l.text[max(l.end, 0):start], row.Line)
	}
	l.last, l.end = row, start+len(row.Source)
	switch rest := l.text[l.end:]; {
	case row.Faults != nil && row.Faults[0].Code == msg.RowLong:
		l.end = -1
	case rest != "" && rest[0] != '\n' && rest[0] != '\r' && strings.Trim(rest, endMark) != "":
		t.Fatalf("of line %d, %.40q is left out", row.Line, rest)
	}
}

// isHeader reports whether text holds no more lines than a header and what tells the
// separator, or what a note says is left out.
func (l *lines) isHeader(text string) bool {
	isNoted := slices.ContainsFunc(l.layout.Notes, func(n msg.Reason) bool { return n.Code == "header-line" })
	if isNoted || strings.ContainsAny(strings.Join(l.layout.Header, ""), "\r\n") {
		return true
	}
	filled := 0
	if strings.HasPrefix(strings.ToLower(strings.TrimPrefix(text, `"`)), "sep=") {
		filled = -1
	}
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if !l.isEmpty(line) {
			filled++
		}
	}
	return filled <= 1
}

func (l *lines) checkEnd(t *testing.T) {
	t.Helper()
	if l.end >= 0 && !l.isEmpty(strings.Trim(l.text[l.end:], endMark)) || l.last.Number == 0 && !l.isHeader(strings.Trim(l.text, endMark)) {
		t.Fatalf("%q is left out", l.text[max(l.end, 0):])
	}
}

// isEmpty reports whether lines that are no rows hold nothing.
func (l *lines) isEmpty(lines string) bool {
	return strings.TrimFunc(lines, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || string(r) == l.layout.Delimiter }) == ""
}

// FuzzForm reads any bytes as a file whose form is to be found out.
func FuzzForm(f *testing.F) {
	for _, file := range []string{head + good, charset.BOM + "sep=;\r\n" + crlf(strings.ReplaceAll(head+good, ",", ";")), "Телефон\tИмя\n", "|\r|,;\"\n"} {
		f.Add([]byte(file))
		for _, encoding := range []string{"utf-16le", "utf-16be", "windows-1251"} {
			f.Add(encoded(f, encoding, strings.TrimPrefix(file, charset.BOM)))
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rd, err := open(string(file))
		var refused *csvmodel.FileError
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		layout := rd.Layout()
		if len(layout.Header) != len(layout.Columns) || !slices.Contains(charset.Names(), layout.Encoding) || !strings.Contains(",;\t|", layout.Delimiter) {
			t.Fatalf("%+v", layout)
		}
		for last := 0; ; {
			row, err := rd.Read()
			if err == io.EOF {
				return
			}
			if err != nil || row.Number <= last || len(row.Source) > 3*record.MaxSize {
				t.Fatal(row, err)
			}
			last = row.Number
		}
	})
}

func checkRow(t *testing.T, layout csvmodel.Layout, row csvmodel.Row) {
	t.Helper()
	if again, _, _ := csvmodel.ParseContact(row.Fields); row.Valid() && (row.Contact != again || again == csvmodel.Contact{}) {
		t.Fatalf("a valid row with %+v", row.Contact)
	}
	if !row.Valid() && (row.Contact != csvmodel.Contact{} || strings.Contains(msg.Join(row.Faults, msg.English), "%!")) {
		t.Fatalf("a faulty row with %+v, %s", row.Contact, msg.Join(row.Faults, msg.English))
	}
	cells := layout.Split(row.Source)
	for i, name := range layout.Header {
		if row.Valid() && i >= len(cells) && strings.TrimSpace(name) != "" {
			t.Fatalf("a valid row without a cell in %q: %q", name, cells)
		}
	}
	if row.Valid() && len(cells) > len(layout.Header) {
		t.Fatalf("a valid row with the cells %q", cells)
	}
}

// encoded is text in an encoding that has all of its characters.
func encoded(t testing.TB, encoding, text string) []byte {
	t.Helper()
	enc := charset.NewEncoder(encoding)
	out, ok := enc.Append([]byte(enc.Mark()), text)
	if !ok {
		t.Fatal(encoding, "cannot carry", text)
	}
	return out
}
