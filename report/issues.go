package report

import (
	"strconv"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// issueTable is the table of what needs a person.
type issueTable struct {
	Intro  string
	Cut    bool // messages were shortened
	Advice []advice
	Rows   []row
}

// advice is what to do about all rows with one need.
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

func (v *view) issues(file File, d *summary) issueTable {
	n := issueTable{Intro: v.issuesIntro(file, d)}
	for _, need := range mostFrequent(d.issues) {
		n.Advice = append(n.Advice, v.newAdvice(file, need, d.issues[need]))
	}
	most := min(maxMessage, maxMessages/max(1, len(d.listed.rows)))
	for _, result := range d.listed.rows {
		r := v.newRow(result)
		whole := r.Message
		r.Message = cut(whole, most)
		n.Cut = n.Cut || r.Message != whole
		n.Rows = append(n.Rows, r)
	}
	return n
}

func (v *view) issuesIntro(file File, d *summary) string {
	w, l := v.words, d.listed
	rest := l.total - len(l.rows)
	switch {
	case l.total == 0 && d.counts[csvmodel.Unknown] > 0:
		return w.text("needs.none.yet")
	case l.total == 0:
		return w.text("needs.none")
	case rest == 0:
		return w.text("needs.all", "Count", l.total)
	}
	where := w.text("needs.in.ledger")
	switch {
	case file.Fixme != "" && file.Results != "":
		where = w.text("needs.in.fixme", "Fixme", brief(file.Fixme), "Results", brief(file.Results))
	case file.Results != "":
		where = w.text("needs.in.results", "Results", brief(file.Results))
	}
	return w.text("needs.first", "Count", l.total, "First", len(l.rows), "Rest", rest, "Where", where)
}

func (v *view) newAdvice(file File, need string, rows int) advice {
	fixme := brief(file.Fixme)
	if fixme == "" {
		fixme = v.words.text("fixme.file")
	}
	return advice{v.words.text("needs.rows", "Name", v.issueName(need), "Count", rows), v.words.text("advice."+need, "Fixme", fixme)}
}

// issueName is what a row is called that needs a person.
func (v *view) issueName(need string) string {
	if name, isStatus := msg.Lookup(v.words.lang, "report.status."+need, nil); isStatus {
		return name
	}
	return v.words.name("delivery", need)
}

func (v *view) newRow(r csvmodel.Result) row {
	need := issueOf(r)
	shown := row{
		Number: strconv.Itoa(r.Row),
		Chat:   cut(visible(v.mask.chat(r.ChatID)), maxChat),
		Name:   cut(visible(v.mask.name(r.Fields)), maxName),
		What:   v.issueName(need), Class: "status-" + need,
		Message: visible(v.mask.reasons(r.Error, r.Code, r.Fields)),
	}
	if r.Status == csvmodel.Accepted {
		shown.Class = "delivery-" + need
	}
	if r.Line != r.Row && r.Line > 0 {
		shown.Line = v.words.text("column.line", "Line", r.Line)
	}
	return shown
}

// short is a list of which only the beginning is shown.
type short struct {
	Title, First string
	Rows         []row
}

func (v *view) newShorts(d *summary) []short {
	var shorts []short
	for _, l := range []struct {
		key string
		listing
	}{{"short.duplicate", d.duplicates}, {"short.suppressed", d.suppressed}} {
		if l.total == 0 {
			continue
		}
		s := short{Title: v.words.text(l.key, "Count", l.total)}
		if l.total > len(l.rows) {
			s.First = v.words.text("short.first", "Count", len(l.rows))
		}
		for _, result := range l.rows {
			r := v.newRow(result)
			r.Message = cut(r.Message, 400)
			s.Rows = append(s.Rows, r)
		}
		shorts = append(shorts, s)
	}
	return shorts
}
