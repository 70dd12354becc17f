package report

import (
	"strconv"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// issueTable is the table of what needs a person.
type issueTable struct {
	Intro  string
	IsCut  bool // messages were shortened
	Advice []advice
	Rows   []row
}

// advice is what to do about all rows with one issue.
type advice struct{ Title, Text string }

// row is one line of a table.
type row struct {
	Number, Line string // Line only where it is another one
	Chat, Name   string
	Class, What  string
	Message      string
}

// How much of a row is shown, in bytes of HTML. The messages share theirs, so that
// a page of hostile cells keeps its size.
const (
	maxChat     = 60
	maxName     = 80
	maxMessages = 190_000
	maxMessage  = 2000
)

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

// issueName is what a row is called that needs a person.
func (v *view) issueName(issue string) string {
	if name, isStatus := msg.Lookup(v.lang, "report.status."+issue, nil); isStatus {
		return name
	}
	return v.name("delivery", issue)
}

func (v *view) newIssues(file File, s *summary) issueTable {
	table := issueTable{Intro: v.issuesIntro(file, s), Rows: s.listed.rows}
	fixme := brief(file.Fixme)
	if fixme == "" {
		fixme = v.text("fixme.file")
	}
	for _, issue := range mostFrequent(s.issues) {
		title := v.text("issues.rows", "Name", v.issueName(issue), "Count", s.issues[issue])
		table.Advice = append(table.Advice, advice{title, v.text("advice."+issue, "Fixme", fixme)})
	}
	most := min(maxMessage, maxMessages/max(1, len(table.Rows)))
	for i := range table.Rows {
		whole := table.Rows[i].Message
		table.Rows[i].Message = cut(whole, most)
		table.IsCut = table.IsCut || table.Rows[i].Message != whole
	}
	return table
}

func (v *view) issuesIntro(file File, s *summary) string {
	total, listed := s.listed.total, len(s.listed.rows)
	switch {
	case total == 0 && s.counts[csvmodel.Unknown] > 0:
		return v.text("issues.none.yet")
	case total == 0:
		return v.text("issues.none")
	case total == listed:
		return v.text("issues.all", "Count", total)
	}
	where := v.text("issues.in.ledger")
	switch {
	case file.Fixme != "" && file.Results != "":
		where = v.text("issues.in.fixme", "Fixme", brief(file.Fixme), "Results", brief(file.Results))
	case file.Results != "":
		where = v.text("issues.in.results", "Results", brief(file.Results))
	}
	return v.text("issues.first", "Count", total, "First", listed, "Rest", total-listed, "Where", where)
}

// short is a list of which only the beginning is shown.
type short struct {
	Title, First string
	Rows         []row
}

// addShort adds the list of a kind, unless there is nothing of it.
func (v *view) addShort(key string, l listing) {
	if l.total == 0 {
		return
	}
	s := short{Title: v.text(key, "Count", l.total), Rows: l.rows}
	if l.total > len(l.rows) {
		s.First = v.text("short.first", "Count", len(l.rows))
	}
	for i := range s.Rows {
		s.Rows[i].Message = cut(s.Rows[i].Message, 400)
	}
	v.Shorts = append(v.Shorts, s)
}
