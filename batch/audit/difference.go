package audit

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// table is a file of rows, as it would be if it were written now.
type table struct {
	form       csvmodel.Layout
	rows       iter.Seq2[csvmodel.Result, error]
	write      func(io.Writer, csvmodel.Layout, string, iter.Seq2[csvmodel.Result, error]) error
	isNumbered bool // by its first column, as results are
}

const utf8Mark = "\xef\xbb\xbf"

// difference is the first place at which the file at path is not what it would be; the
// zero Reason where that cannot be told. In results, what is known of delivery counts
// only where nothing else is different: that goes on.
func (t table) difference(path string) (msg.Reason, error) {
	if t.form.Sheet != "" {
		return msg.Reason{}, nil // a workbook has no cells before it is unpacked
	}
	file, err := open(path)
	if err != nil {
		return msg.Reason{}, err
	}
	defer file.Close()
	is, encoding := bufio.NewReader(file), t.form.Encoding
	if start, _ := is.Peek(len(utf8Mark)); string(start) == utf8Mark {
		encoding = csvmodel.UTF8
	}
	if strings.HasPrefix(encoding, "utf-16") {
		return msg.Reason{}, nil // cells of two bytes a letter cannot be told apart here
	}
	should, w := io.Pipe()
	defer should.Close()
	go func() { w.CloseWithError(t.write(w, t.form, encoding, t.rows)) }()
	found, err := t.compare(t.cells(is), t.cells(should))
	if errors.Is(err, csvmodel.ErrNotCarried) {
		return msg.Reason{}, nil
	}
	return found, err
}

func (t table) cells(r io.Reader) *csv.Reader {
	cells := csv.NewReader(r)
	if t.form.Delimiter != "" {
		cells.Comma = []rune(t.form.Delimiter)[0]
	}
	cells.FieldsPerRecord, cells.LazyQuotes, cells.ReuseRecord = -1, true, true
	return cells
}

func (t table) compare(is, should *csv.Reader) (msg.Reason, error) {
	var header []string
	found := msg.NewReason("proof.same-cells")
	for n := 1; ; n++ {
		want, errWant := should.Read()
		got, err := is.Read()
		row := strconv.Itoa(n)
		if all := slices.Concat(want, got); t.isNumbered && n > 1 && len(all) > 0 {
			row = all[0]
		}
		switch {
		case errWant != nil && errWant != io.EOF:
			return msg.Reason{}, errWant
		case err == io.EOF && errWant == io.EOF:
			return found, nil
		case errWant == io.EOF:
			return msg.NewReason("proof.surplus-row", row), nil
		case err == io.EOF, err == nil && t.isNumbered && got[0] != want[0]:
			return msg.NewReason("proof.missing-row", row), nil
		case err != nil:
			return msg.NewReason("proof.other-row", row), nil
		case n == 1:
			header = slices.Clone(want)
			header[0] = strings.TrimPrefix(header[0], utf8Mark)
		}
		code, column := t.compareRow(header, got, want)
		switch reason := msg.NewReason(code, row, column); {
		case code == "proof.other-row":
			return msg.NewReason(code, row), nil
		case code != "" && column != "delivery":
			return reason, nil
		case code != "" && found.Code == "proof.same-cells":
			found = reason
		}
	}
}

// compareRow returns the first column that is different. That is delivery only if nothing is
// different but what follows from one: what to do about a card that did not arrive, say.
func (t table) compareRow(header, got, want []string) (code msg.Code, column string) {
	both := min(len(got), len(want))
	delivery := slices.Index(header, "delivery")
	if t.isNumbered && delivery >= 0 && delivery < both && got[delivery] != want[delivery] {
		code, column = "proof.cell", "delivery"
	}
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(header):
			return "proof.other-row", ""
		case i < both && isSameCell(got[i], want[i]):
		case i < both && column != "" && slices.Contains([]string{"delivery", "error", "code"}, header[i]):
		default:
			return "proof.cell", header[i]
		}
	}
	return code, column
}

// isSameCell takes times of different zones for the same if they are.
func isSameCell(a, b string) bool {
	at, errA := time.Parse(time.RFC3339, a)
	bt, errB := time.Parse(time.RFC3339, b)
	return a == b || errA == nil && errB == nil && at.Equal(bt)
}
