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
	c := comparer{is: t.cells(is), should: t.cells(should), isNumbered: t.isNumbered}
	found, err := c.first()
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

type comparer struct {
	is, should *csv.Reader
	isNumbered bool
	header     []string
	row        int
}

func (c *comparer) first() (msg.Reason, error) {
	found := msg.NewReason("proof.same-cells") // or in what follows from a delivery only
	for {
		c.row++
		should, errShould := c.should.Read()
		if errShould != nil && errShould != io.EOF {
			return msg.Reason{}, errShould
		}
		is, err := c.is.Read()
		switch {
		case err == io.EOF && errShould == io.EOF:
			return found, nil
		case err == io.EOF:
			return msg.NewReason("proof.missing-row", c.name(should)), nil
		case err != nil:
			return msg.NewReason("proof.other-row", c.name(should)), nil
		case errShould == io.EOF:
			return msg.NewReason("proof.surplus-row", c.name(is)), nil
		case c.isNumbered && is[0] != should[0]:
			return msg.NewReason("proof.missing-row", c.name(should)), nil
		}
		if c.header == nil {
			c.header = slices.Clone(should)
			c.header[0] = strings.TrimPrefix(c.header[0], utf8Mark)
		}
		reason, isDelivery := c.compare(is, should)
		switch {
		case reason.IsZero():
		case !isDelivery:
			return reason, nil
		case found.Code == "proof.same-cells":
			found = reason
		}
	}
}

func (c *comparer) name(cells []string) string {
	if c.isNumbered && c.row > 1 {
		return cells[0]
	}
	return strconv.Itoa(c.row)
}

// compare returns the first difference of a row, and whether there are none but those
// that follow from a delivery: it also says what to do about a card that did not arrive.
func (c *comparer) compare(is, should []string) (reason msg.Reason, isDelivery bool) {
	follows := func(i int) bool { return slices.Contains([]string{"delivery", "error", "code"}, c.header[i]) }
	i := slices.Index(c.header, "delivery")
	isDelivery = c.isNumbered && i >= 0 && i < min(len(is), len(should)) && is[i] != should[i]
	for i := range max(len(is), len(should)) {
		switch {
		case i >= len(c.header):
			return msg.NewReason("proof.other-row", c.name(should)), false
		case i >= len(is), i >= len(should), !isSameCell(is[i], should[i]) && !(isDelivery && follows(i)):
			return msg.NewReason("proof.cell", c.name(should), c.header[i]), false
		}
	}
	if isDelivery {
		reason = msg.NewReason("proof.cell", c.name(should), "delivery")
	}
	return reason, isDelivery
}

// isSameCell takes times of different zones for the same if they are.
func isSameCell(a, b string) bool {
	at, errA := time.Parse(time.RFC3339, a)
	bt, errB := time.Parse(time.RFC3339, b)
	return a == b || errA == nil && errB == nil && at.Equal(bt)
}
