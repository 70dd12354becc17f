package report

import (
	"bufio"
	"contact-distributor/csvmodel"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Difference is the first place at which a file is not what it would be if it were
// written now. In results, what is known of delivery counts only where nothing else
// is different: that goes on.
type Difference struct {
	Kind   DifferenceKind
	Row    string // of a results file as its first column says, of a fixme file as a spreadsheet shows it
	Column string // by its name, of DifferentCell
}

// DifferenceKind says what is different.
type DifferenceKind int

const (
	SameCells     DifferenceKind = iota // there is none, but for how cells are written
	DifferentCell                       // or it cannot be told which, where Row is empty
	MissingRow                          // or it is elsewhere
	SurplusRow
)

// ResultsDifference compares the results file at path with the rows.
func ResultsDifference(path string, form csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (Difference, error) {
	return differenceOf(path, form, resultsContent(form, rows), true)
}

// FixmeDifference compares the fixme file at path with the rows.
func FixmeDifference(path string, form csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (Difference, error) {
	return differenceOf(path, form, fixmeContent(form, rows), false)
}

func differenceOf(path string, form csvmodel.Layout, write content, numbered bool) (Difference, error) {
	file, err := os.Open(path)
	if err != nil {
		return Difference{}, err
	}
	defer file.Close()
	is := bufio.NewReader(file)
	encoding, legible := encodingOf(is, form)
	if !legible {
		return Difference{Kind: DifferentCell}, nil
	}
	should, w := io.Pipe()
	defer should.Close()
	go func() { w.CloseWithError(write(w, encoding)) }()
	d := comparer{is: newCells(is, form), should: newCells(should, form), numbered: numbered}
	found, err := d.first()
	if errors.Is(err, csvmodel.ErrNotCarried) {
		return Difference{Kind: DifferentCell}, nil
	}
	return found, err
}

// encodingOf is that of a file of ours. Cells of two bytes a letter cannot be told
// apart here.
func encodingOf(file *bufio.Reader, form csvmodel.Layout) (encoding string, legible bool) {
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
	numbered   bool // by their first column
	header     []string
	row        int
	delivery   Difference // the first, in what follows from a delivery only
}

func (c *comparer) first() (Difference, error) {
	for {
		c.row++
		should, errShould := c.should.Read()
		if errShould != nil && errShould != io.EOF {
			return Difference{}, errShould
		}
		is, err := c.is.Read()
		switch {
		case err == io.EOF && errShould == io.EOF:
			return c.delivery, nil
		case err == io.EOF:
			return Difference{Kind: MissingRow, Row: c.name(should)}, nil
		case err != nil:
			return Difference{Kind: DifferentCell, Row: c.name(should)}, nil
		case errShould == io.EOF:
			return Difference{Kind: SurplusRow, Row: c.name(is)}, nil
		}
		if c.header == nil {
			c.header = slices.Clone(should)
		}
		if d := c.compare(is, should); d.Kind != SameCells {
			return d, nil
		}
	}
}

// name is what a person calls a row by.
func (c *comparer) name(cells []string) string {
	if c.numbered && c.row > 1 {
		return cells[0]
	}
	return strconv.Itoa(c.row)
}

func (c *comparer) compare(is, should []string) Difference {
	if c.numbered && is[0] != should[0] {
		return Difference{Kind: MissingRow, Row: c.name(should)}
	}
	delivered := c.isDelivered(is, should)
	for i := range max(len(is), len(should)) {
		if i >= len(is) || i >= len(should) || !sameCell(is[i], should[i]) && !(delivered && c.followsDelivery(i)) {
			return Difference{Kind: DifferentCell, Row: c.name(should), Column: c.column(i)}
		}
	}
	if delivered && c.delivery.Kind == SameCells {
		c.delivery = Difference{Kind: DifferentCell, Row: c.name(should), Column: "delivery"}
	}
	return Difference{}
}

// isDelivered reports whether a row of results has another delivery.
func (c *comparer) isDelivered(is, should []string) bool {
	i := slices.Index(c.header, "delivery")
	return c.numbered && i >= 0 && i < len(is) && i < len(should) && is[i] != should[i]
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
