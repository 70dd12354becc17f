package report

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const (
	maxIssues = 500 // rows that the page lists
	maxShort  = 8   // of duplicates, and of suppressed

	// How much of a row is shown, in bytes of HTML. The messages share theirs, so that
	// a page of hostile cells keeps its size.
	maxChat     = 60
	maxName     = 80
	maxMessages = 190_000
	maxMessage  = 2000
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

type row struct {
	Number, Line string // Line only where it is another one
	Chat, Name   string
	Class, What  string
	Message      string
}

func (v *view) summarize(rows iter.Seq2[csvmodel.Result, error]) (*summary, error) {
	s := &summary{
		counts: csvmodel.Counts{}, deliveries: map[string]int{},
		faults: map[string]int{}, issues: map[string]int{}, accepted: map[time.Time]int{},
	}
	for result, err := range rows {
		if err != nil {
			return nil, err
		}
		v.addRow(s, result)
	}
	if all := s.counts.Rows(); v.File.Rows != 0 && v.File.Rows != all {
		return nil, msg.Problem("error.bug-page", msg.Args{"Rows": v.File.Rows, "Accounted": all})
	}
	return s, nil
}

func (v *view) addRow(s *summary, result csvmodel.Result) {
	s.counts[result.Status]++
	switch result.Status {
	case csvmodel.Accepted:
		s.deliveries[string(result.Delivery)]++
		s.countTime(v.Run.Started, result.AcceptedAt)
	case csvmodel.Duplicate:
		v.list(&s.duplicates, result, maxShort)
	case csvmodel.Suppressed:
		v.list(&s.suppressed, result, maxShort)
	}
	issue := issueOf(result)
	if issue == "" || issue == string(csvmodel.Unknown) && v.Run.IsSettling {
		return
	}
	s.issues[issue]++
	v.list(&s.listed, result, maxIssues)
	codes := msg.Codes(result.Reasons)
	if result.Status == csvmodel.Accepted {
		codes = issue
	}
	for code := range strings.FieldsSeq(codes) {
		s.faults[code]++
	}
}

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

// newRow hides who the person is, and keeps more of the message than is shown of it.
func (v *view) newRow(result csvmodel.Result) row {
	issue := issueOf(result)
	r := row{
		Number:  strconv.Itoa(result.Row),
		Chat:    shown(v.mask.chat(result.ChatID), maxChat),
		Name:    shown(v.mask.name(result.Fields), maxName),
		What:    v.issueName(issue),
		Class:   "status-" + issue,
		Message: shown(msg.Join(v.mask.reasons(result.Reasons, result.Fields), v.lang), 2*maxMessage),
	}
	if result.Status == csvmodel.Accepted {
		r.Class = "delivery-" + issue
	}
	if result.Line != result.Row && result.Line > 0 {
		r.Line = v.text("column.line", "Line", result.Line)
	}
	return r
}

func (v *view) issueName(issue string) string {
	if name, isStatus := msg.Lookup(v.lang, "report.status."+issue, nil); isStatus {
		return name
	}
	return v.name("delivery", issue)
}

// table is rows, with what is said before them.
type table struct {
	Title, Note string
	Rows        []row
	IsCut       bool // messages were shortened
}

func newTable(title, note string, rows []row, most int) table {
	t := table{Title: title, Note: note, Rows: slices.Clone(rows)}
	for i, r := range rows {
		t.Rows[i].Message = cut(r.Message, most)
		t.IsCut = t.IsCut || t.Rows[i].Message != r.Message
	}
	return t
}

func (v *view) Issues() table {
	return newTable(v.issuesTitle(), "", v.listed.rows, min(maxMessage, maxMessages/max(1, len(v.listed.rows))))
}

type advice struct{ Title, Text string }

func (v *view) Advice() (all []advice) {
	for _, issue := range mostFrequent(v.issues) {
		title := v.text("issues.rows", "Name", v.issueName(issue), "Count", v.issues[issue])
		fixme := brief(v.File.Fixme)
		if fixme == "" {
			fixme = v.text("fixme.file")
		}
		all = append(all, advice{title, v.text("advice."+issue, "Fixme", fixme)})
	}
	return all
}

func (v *view) issuesTitle() string {
	total, listed := v.listed.total, len(v.listed.rows)
	switch {
	case total == 0 && v.counts[csvmodel.Unknown] > 0:
		return v.text("issues.none.yet")
	case total == 0:
		return v.text("issues.none")
	case total == listed:
		return v.text("issues.all", "Count", total)
	}
	where := v.text("issues.in.ledger")
	switch {
	case v.File.Fixme != "" && v.File.Results != "":
		where = v.text("issues.in.fixme", "Fixme", brief(v.File.Fixme), "Results", brief(v.File.Results))
	case v.File.Results != "":
		where = v.text("issues.in.results", "Results", brief(v.File.Results))
	}
	return v.text("issues.first", "Count", total, "First", listed, "Rest", total-listed, "Where", where)
}

// Shorts are lists of which only the beginning is shown.
func (v *view) Shorts() (tables []table) {
	for _, s := range []struct {
		key string
		listing
	}{{"short.duplicate", v.duplicates}, {"short.suppressed", v.suppressed}} {
		note := ""
		if s.total > len(s.rows) {
			note = v.text("short.first", "Count", len(s.rows))
		}
		if s.total > 0 {
			tables = append(tables, newTable(v.text(s.key, "Count", s.total), note, s.rows, 400))
		}
	}
	return tables
}
