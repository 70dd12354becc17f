package report

import (
	"iter"
	"slices"
	"strings"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// How many rows the page lists at the most.
const (
	maxIssues = 500
	maxShort  = 8 // of duplicates, and of suppressed
)

// summary is what the page says of the rows. Its size does not depend on theirs.
type summary struct {
	counts   csvmodel.Counts
	delivery map[string]int // of the accepted rows, by the word for it; "" where nothing is known
	faults   map[string]int // rows that need a person, by code or delivery
	issues   map[string]int // the same rows, by need

	listed, duplicates, suppressed listing

	accepted map[time.Time]int // cards of this run, by hour
	earlier  int               // cards that were accepted before it
	untimed  int               // cards of which it is not known when
}

// listing is the first rows of a kind, and how many there are.
type listing struct {
	rows  []csvmodel.Result
	total int
}

func (l *listing) add(row csvmodel.Result, most int) {
	if l.total++; l.total <= most {
		l.rows = append(l.rows, trimmed(row))
	}
}

func summarize(page Page, rows iter.Seq2[csvmodel.Result, error]) (*summary, error) {
	d := &summary{
		counts: csvmodel.Counts{}, delivery: map[string]int{},
		faults: map[string]int{}, issues: map[string]int{}, accepted: map[time.Time]int{},
	}
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		d.count(page.Run, row)
	}
	if all := d.counts.Rows(); page.File.Rows != 0 && page.File.Rows != all {
		return nil, msg.Problem("error.bug-page", msg.Args{"Rows": page.File.Rows, "Accounted": all})
	}
	return d, nil
}

func (d *summary) count(run Run, row csvmodel.Result) {
	d.counts[row.Status]++
	switch row.Status {
	case csvmodel.Accepted:
		d.delivery[string(row.Delivery)]++
		d.countTime(run.Started, row.AcceptedAt)
	case csvmodel.Duplicate:
		d.duplicates.add(row, maxShort)
	case csvmodel.Suppressed:
		d.suppressed.add(row, maxShort)
	}
	need := issueOf(row)
	if need == "" || need == string(csvmodel.Unknown) && run.IsSettling {
		return
	}
	d.issues[need]++
	d.listed.add(row, maxIssues)
	for _, fault := range faultsOf(row) {
		d.faults[fault]++
	}
}

func (d *summary) countTime(started time.Time, stamp string) {
	at, err := time.Parse(time.RFC3339, stamp)
	switch {
	case err != nil:
		d.untimed++
	case at.Before(started.Truncate(time.Second)):
		d.earlier++
	default:
		d.accepted[hourOf(at)]++
	}
}

// hourOf cuts to quarters, which the hours of every zone are made of.
func hourOf(at time.Time) time.Time { return at.UTC().Truncate(15 * time.Minute) }

// issueOf is why a row needs a person: its status or its delivery. Empty: it
// does not.
func issueOf(row csvmodel.Result) string {
	switch {
	case row.Status == csvmodel.Accepted && row.Delivery.Failed():
		return string(row.Delivery)
	case csvmodel.NeedsPerson(row.Status, row.Delivery), row.Status == csvmodel.Unknown:
		return string(row.Status)
	}
	return ""
}

// faultsOf are the kinds of fault that a row has. What is only remarked of it is
// none.
func faultsOf(row csvmodel.Result) []string {
	if row.Status == csvmodel.Accepted {
		return []string{string(row.Delivery)}
	}
	return slices.DeleteFunc(strings.Fields(row.Code), func(code string) bool {
		switch msg.Code(code) {
		case msg.NumberNotation, msg.NumberUnusual:
			return true
		}
		return false
	})
}

// maxCell is how much of a cell is kept, in bytes.
const maxCell = 2000

// trimmed is the row without what the page does not show of it.
func trimmed(row csvmodel.Result) csvmodel.Result {
	row.Source, row.QuotedMessageID = "", ""
	for _, cell := range []*string{&row.ChatID, &row.PhoneContact, &row.FirstName, &row.MiddleName, &row.LastName, &row.Company, &row.Error} {
		*cell = strings.Clone((*cell)[:min(len(*cell), maxCell)])
	}
	return row
}
