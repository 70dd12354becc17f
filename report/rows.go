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

// summary has a size that does not depend on the rows.
type summary struct {
	Counts     csvmodel.Counts
	deliveries map[string]int // of the accepted rows, by the word for it; "" where nothing is known
	faults     map[string]int // of rows that need a person, by code or delivery
	Ailments   map[string]int // of the same rows, by issue

	accounts map[string]tally // by instance

	Issues, duplicates, suppressed table

	accepted map[time.Time]int // cards of this run, by quarter of an hour
	earlier  int               // cards that were accepted before it
	untimed  int               // cards that were accepted at an unknown time
}

// tally counts the rows of one of several accounts.
type tally struct{ statuses, deliveries map[string]int }

type table struct {
	Kind  string
	Rows  []row // the first ones
	Total int
	IsCut bool // messages were shortened
}

type row struct {
	Number, Line string // Line only where it is another one
	Chat, Name   string
	Class, What  string
	Message      string
}

func (v *view) summarize(rows iter.Seq2[csvmodel.Result, error]) (*summary, error) {
	s := &summary{
		Counts: csvmodel.Counts{}, deliveries: map[string]int{},
		faults: map[string]int{}, Ailments: map[string]int{}, accepted: map[time.Time]int{},
		accounts:   map[string]tally{},
		duplicates: table{Kind: "short.duplicate"}, suppressed: table{Kind: "short.suppressed"},
	}
	for _, a := range v.Run.Accounts {
		s.accounts[a.Instance] = tally{map[string]int{}, map[string]int{}}
	}
	for result, err := range rows {
		if err != nil {
			return nil, err
		}
		v.addRow(s, result)
	}
	s.Issues.shorten(min(maxMessage, maxMessages/max(1, len(s.Issues.Rows))))
	s.duplicates.shorten(400)
	s.suppressed.shorten(400)
	if all := s.Counts.Rows(); v.File.Rows != 0 && v.File.Rows != all {
		return nil, msg.Problem("error.bug-page", msg.Args{"Rows": v.File.Rows, "Accounted": all})
	}
	return s, nil
}

func (v *view) addRow(s *summary, result csvmodel.Result) {
	s.Counts[result.Status]++
	if account, is := s.accounts[result.Account]; is {
		account.statuses[string(result.Status)]++
		if result.Status == csvmodel.Accepted {
			account.deliveries[string(result.Delivery)]++
		}
	}
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
	s.Ailments[issue]++
	v.list(&s.Issues, result, maxIssues)
	codes := msg.Codes(result.Reasons)
	if result.Status == csvmodel.Accepted {
		codes = issue
	}
	for code := range strings.FieldsSeq(codes) {
		s.faults[code]++
	}
}

func (v *view) list(t *table, result csvmodel.Result, most int) {
	if t.Total++; t.Total <= most {
		t.Rows = append(t.Rows, v.newRow(result))
	}
}

func (t *table) shorten(most int) {
	for i, r := range t.Rows {
		t.Rows[i].Message = cut(r.Message, most)
		t.IsCut = t.IsCut || t.Rows[i].Message != r.Message
	}
}

func (t table) Rest() int { return t.Total - len(t.Rows) }

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

// issueOf is why a row needs a person: its status or its delivery.
func issueOf(result csvmodel.Result) string {
	switch {
	case result.Status == csvmodel.Accepted && result.Delivery.Failed():
		return string(result.Delivery)
	case csvmodel.NeedsPerson(result.Status, result.Delivery), result.Status == csvmodel.Unknown:
		return string(result.Status)
	}
	return ""
}

// newRow keeps more of the message than is shown of it.
func (v *view) newRow(result csvmodel.Result) row {
	issue := issueOf(result)
	r := row{
		Number:  strconv.Itoa(result.Row),
		Chat:    clip(v.mask.chat(result.ChatID), maxChat),
		Name:    clip(v.mask.name(result.Fields), maxName),
		What:    v.issueName(issue),
		Class:   "status-" + issue,
		Message: clip(v.File.Layout.Explain(v.mask.reasons(result.Reasons, result.Fields), v.lang), 2*maxMessage),
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

func (v *view) Unknown() int { return v.Counts[csvmodel.Unknown] }

func (v *view) Shorts() []table {
	return slices.DeleteFunc([]table{v.duplicates, v.suppressed}, func(t table) bool { return t.Total == 0 })
}

// Elsewhere says where the rows are that the page does not list.
func (v *view) Elsewhere() string {
	switch {
	case v.File.Results == "":
		return v.text("issues.in.ledger")
	case v.File.Fixme == "":
		return v.text("issues.in.results", "Results", brief(v.File.Results))
	}
	return v.text("issues.in.fixme", "Fixme", brief(v.File.Fixme), "Results", brief(v.File.Results))
}
