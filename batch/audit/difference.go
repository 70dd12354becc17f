package audit

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// writer is what makes a file of rows: csvmodel.WriteResults or csvmodel.WriteFixme.
type writer = func(w io.Writer, form csvmodel.Layout, encoding string, rows iter.Seq2[csvmodel.Result, error]) error

// table is a file of rows, as it would be if it were written now.
type table struct {
	form       csvmodel.Layout
	rows       iter.Seq2[csvmodel.Result, error]
	write      writer
	isNumbered bool // by its first column, as results are
}

// difference is the first place at which the file at path is not what it would be; the
// zero Reason where that cannot be told. In results, what is known of delivery counts
// only where nothing else is different: that goes on.
func (t table) difference(path string) (msg.Reason, error) {
	file, err := os.Open(path)
	if err != nil {
		return msg.Reason{}, err
	}
	defer file.Close()
	is := bufio.NewReader(file)
	encoding, isLegible := encodingOf(is, t.form)
	if !isLegible {
		return msg.Reason{}, nil
	}
	should, w := io.Pipe()
	defer should.Close()
	go func() { w.CloseWithError(t.write(w, t.form, encoding, t.rows)) }()
	c := comparer{is: newCells(is, t.form), should: newCells(should, t.form), isNumbered: t.isNumbered}
	found, err := c.first()
	if errors.Is(err, csvmodel.ErrNotCarried) {
		return msg.Reason{}, nil
	}
	return found, err
}

// encodingOf is that of a file of ours. Cells of two bytes a letter cannot be told
// apart here.
func encodingOf(file *bufio.Reader, form csvmodel.Layout) (encoding string, isLegible bool) {
	if start, _ := file.Peek(len(utf8Mark)); string(start) == utf8Mark {
		return csvmodel.UTF8, true
	}
	return form.Encoding, !strings.HasPrefix(form.Encoding, "utf-16")
}

const utf8Mark = "\xef\xbb\xbf"

func newCells(r io.Reader, form csvmodel.Layout) *csv.Reader {
	cells := csv.NewReader(r)
	if form.Delimiter != "" {
		cells.Comma = []rune(form.Delimiter)[0]
	}
	cells.FieldsPerRecord, cells.LazyQuotes, cells.ReuseRecord = -1, true, true
	return cells
}

// comparer goes through two tables side by side.
type comparer struct {
	is, should *csv.Reader
	isNumbered bool
	header     []string
	row        int
	delivery   msg.Reason // the first, in what follows from a delivery only
}

func (c *comparer) first() (msg.Reason, error) {
	for {
		c.row++
		should, errShould := c.should.Read()
		if errShould != nil && errShould != io.EOF {
			return msg.Reason{}, errShould
		}
		is, err := c.is.Read()
		switch {
		case err == io.EOF && errShould == io.EOF:
			if c.delivery.IsZero() {
				return msg.NewReason(msg.ProofSameCells), nil
			}
			return c.delivery, nil
		case err == io.EOF:
			return msg.NewReason(msg.ProofMissingRow, c.name(should)), nil
		case err != nil:
			return msg.NewReason(msg.ProofOtherRow, c.name(should)), nil
		case errShould == io.EOF:
			return msg.NewReason(msg.ProofSurplusRow, c.name(is)), nil
		}
		if c.header == nil {
			c.header = slices.Clone(should)
		}
		if d := c.compare(is, should); !d.IsZero() {
			return d, nil
		}
	}
}

// name is what a person calls a row by.
func (c *comparer) name(cells []string) string {
	if c.isNumbered && c.row > 1 {
		return cells[0]
	}
	return strconv.Itoa(c.row)
}

func (c *comparer) compare(is, should []string) msg.Reason {
	if c.isNumbered && is[0] != should[0] {
		return msg.NewReason(msg.ProofMissingRow, c.name(should))
	}
	delivered := c.isDelivered(is, should)
	for i := range max(len(is), len(should)) {
		if i >= len(is) || i >= len(should) || !sameCell(is[i], should[i]) && !(delivered && c.followsDelivery(i)) {
			return c.cell(should, c.column(i))
		}
	}
	if delivered && c.delivery.IsZero() {
		c.delivery = c.cell(should, "delivery")
	}
	return msg.Reason{}
}

// cell is the first that is different in a row, by the name of its column.
func (c *comparer) cell(should []string, column string) msg.Reason {
	if column == "" {
		return msg.NewReason(msg.ProofOtherRow, c.name(should))
	}
	return msg.NewReason(msg.ProofCell, c.name(should), column)
}

// isDelivered reports whether a row of results has another delivery.
func (c *comparer) isDelivered(is, should []string) bool {
	i := slices.Index(c.header, "delivery")
	return c.isNumbered && i >= 0 && i < len(is) && i < len(should) && is[i] != should[i]
}

// followsDelivery reports whether a delivery may change this column of the results:
// it says what to do about a card that did not arrive.
func (c *comparer) followsDelivery(i int) bool {
	return slices.Contains([]string{"delivery", "error", "code"}, c.column(i))
}

func (c *comparer) column(i int) string {
	if i >= len(c.header) {
		return ""
	}
	return strings.TrimPrefix(c.header[i], utf8Mark)
}

// sameCell takes times of different zones for the same if they are.
func sameCell(a, b string) bool {
	if a == b {
		return true
	}
	at, errA := time.Parse(time.RFC3339, a)
	bt, errB := time.Parse(time.RFC3339, b)
	return errA == nil && errB == nil && at.Equal(bt)
}
