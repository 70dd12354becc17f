package report

import (
	"iter"
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

// summary is what the page has of the rows. Its size does not depend on theirs.
type summary struct {
	counts     csvmodel.Counts
	deliveries map[string]int // of the accepted rows, by the word for it; "" where nothing is known
	faults     map[string]int // of rows that need a person, by code or delivery
	issues     map[string]int // of the same rows, by issue

	listed, duplicates, suppressed listing

	accepted map[time.Time]int // cards of this run, by quarter of an hour
	earlier  int               // cards that were accepted before it
	untimed  int               // cards that were accepted at an unknown time
}

// listing is the first rows of a kind, and how many there are.
type listing struct {
	rows  []row
	total int
}

func (v *view) summarize(page Page, rows iter.Seq2[csvmodel.Result, error]) (*summary, error) {
	s := &summary{
		counts: csvmodel.Counts{}, deliveries: map[string]int{},
		faults: map[string]int{}, issues: map[string]int{}, accepted: map[time.Time]int{},
	}
	for result, err := range rows {
		if err != nil {
			return nil, err
		}
		v.addRow(s, page.Run, result)
	}
	if all := s.counts.Rows(); page.File.Rows != 0 && page.File.Rows != all {
		return nil, msg.Problem("error.bug-page", msg.Args{"Rows": page.File.Rows, "Accounted": all})
	}
	return s, nil
}

func (v *view) addRow(s *summary, run Run, result csvmodel.Result) {
	s.counts[result.Status]++
	switch result.Status {
	case csvmodel.Accepted:
		s.deliveries[string(result.Delivery)]++
		s.countTime(run.Started, result.AcceptedAt)
	case csvmodel.Duplicate:
		v.list(&s.duplicates, result, maxShort)
	case csvmodel.Suppressed:
		v.list(&s.suppressed, result, maxShort)
	}
	issue := issueOf(result)
	if issue == "" || issue == string(csvmodel.Unknown) && run.IsSettling {
		return
	}
	s.issues[issue]++
	v.list(&s.listed, result, maxIssues)
	if result.Status == csvmodel.Accepted {
		s.faults[issue]++
		return
	}
	for code := range strings.FieldsSeq(msg.Codes(result.Reasons)) {
		s.faults[code]++
	}
}

// list adds a row to those of its kind.
func (v *view) list(l *listing, result csvmodel.Result, most int) {
	if l.total++; l.total <= most {
		l.rows = append(l.rows, v.newRow(result))
	}
}

// countTime counts by quarters of an hour: the hours of every zone are made of them.
func (s *summary) countTime(started time.Time, acceptedAt string) {
	at, err := time.Parse(time.RFC3339, acceptedAt)
	switch {
	case err != nil:
		s.untimed++
	case at.Before(started.Truncate(time.Second)):
		s.earlier++
	default:
		s.accepted[at.UTC().Truncate(15*time.Minute)]++
	}
}

// issueOf is why a row needs a person: its status or its delivery. Empty: it
// does not.
func issueOf(result csvmodel.Result) string {
	switch {
	case result.Status == csvmodel.Accepted && result.Delivery.Failed():
		return string(result.Delivery)
	case csvmodel.NeedsPerson(result.Status, result.Delivery), result.Status == csvmodel.Unknown:
		return string(result.Status)
	}
	return ""
}
