package report

import (
	"cmp"
	"strings"
	"time"

	"contact-distributor/csvmodel"
)

// factGroup is facts of one kind.
type factGroup struct {
	Title string
	Facts []fact
}

type fact struct {
	Name   string
	Values []string
	IsCode bool // in letters of one width
}

// What a list of facts has at the most.
const (
	maxColumns = 24
	maxValues  = 12
	maxFact    = 600 // bytes of HTML

	maxSentence = 800
)

func (v *view) newFacts(page Page) []factGroup {
	return []factGroup{
		{v.text("facts.file"), v.fileFacts(page.File)},
		{v.text("facts.run"), v.runFacts(page.Run)},
		{v.text("facts.proof"), v.recordFacts(page)},
	}
}

// newFact leaves out the values that are empty.
func (v *view) newFact(key string, values ...string) fact {
	f := fact{Name: v.text(key)}
	for _, value := range values {
		if value != "" && len(f.Values) < maxValues {
			f.Values = append(f.Values, shown(value, maxFact))
		}
	}
	return f
}

// present leaves out the facts that are not known.
func present(facts ...fact) (some []fact) {
	for _, f := range facts {
		if len(f.Values) > 0 {
			some = append(some, f)
		}
	}
	return some
}

// orUnknown says that what an auditor asks for is not known.
func (v *view) orUnknown(text string) string { return cmp.Or(text, v.text("not-known")) }

func (v *view) fileFacts(file File) []fact {
	rows := ""
	if file.Rows > 0 {
		rows = v.count(file.Rows)
	}
	var notes []string
	for _, note := range file.Layout.Notes {
		notes = append(notes, v.sentence(note))
	}
	sum := v.newFact("fact.sha256", v.orUnknown(file.SHA256))
	sum.IsCode = true
	return present(
		v.newFact("fact.name", v.orUnknown(file.Name)),
		v.newFact("fact.path", file.Path),
		sum,
		v.newFact("fact.rows", rows),
		v.newFact("fact.form", v.layout(file.Layout)),
		v.newFact("fact.columns", v.columns(file.Layout)...),
		v.newFact("fact.notes", notes...),
	)
}

func (v *view) layout(layout csvmodel.Layout) string {
	if layout.Encoding == "" {
		return ""
	}
	ends := "form.lf"
	if layout.CRLF {
		ends = "form.crlf"
	}
	text := v.text("form.encoding", "Encoding", layout.Encoding) + ", " +
		v.text("form.delimiter", "Delimiter", v.name("delimiter", layout.Delimiter)) + ", " + v.text(ends)
	if layout.Region != "" {
		text += ", " + v.text("form.region", "Region", layout.Region)
	}
	if layout.ShortNumbers {
		text += ", " + v.text("form.short-numbers")
	}
	return text
}

// columns says which column is which field, and which ones are none.
func (v *view) columns(layout csvmodel.Layout) []string {
	var fields, others []string
	for i, field := range layout.Columns {
		name := ""
		if i < len(layout.Header) {
			name = v.columnName(layout.Header[i])
		}
		switch {
		case field == "":
			others = append(others, name)
		case !csvmodel.IsField(field):
		case name == field:
			fields = append(fields, field)
		default:
			fields = append(fields, v.text("column.is", "Name", name, "Field", field))
		}
	}
	if more := len(others) - maxColumns; more > 0 {
		others = append(others[:maxColumns], v.text("column.others.more", "Count", more))
	}
	if len(others) > 0 {
		fields = append(fields, v.text("column.others", "Names", strings.Join(others, ", ")))
	}
	return fields
}

func (v *view) columnName(name string) string {
	return cmp.Or(shown(v.mask.numbers(strings.TrimSpace(name)), 60), v.text("column.unnamed"))
}

func (v *view) runFacts(run Run) []fact {
	ended, departed, rate, perDay := v.text("ended.not"), "reckoned", "", ""
	if !run.Ended.IsZero() {
		ended = v.moment(run.Ended)
	}
	if run.IsObserved {
		departed = "actual"
	}
	if run.Rate > 0 {
		rate = v.text("rate.second", "Rate", run.Rate)
	}
	if run.PerDay > 0 {
		perDay = v.text("cards", "Count", run.PerDay)
	}
	return present(
		v.newFact("fact.instance", v.orUnknown(strings.Join(run.Instances, ", "))),
		v.newFact("fact.started", v.moment(run.Started)),
		v.newFact("fact.ended", ended),
		v.newFact("fact.last.accepted", v.expected(run.Forecast.Accepted, run.Actual.Accepted, "actual")...),
		v.newFact("fact.last.left", v.expected(run.Forecast.Departed, run.Actual.Departed, departed)...),
		v.newFact("fact.rate", rate),
		v.newFact("fact.window", run.Window),
		v.newFact("fact.perday", perDay),
	)
}

// expected is a forecast, and the actual time beside it.
func (v *view) expected(forecast, actual time.Time, key string) (times []string) {
	if !forecast.IsZero() {
		times = append(times, v.text("forecast", "At", v.moment(forecast)))
	}
	if !actual.IsZero() || len(times) > 0 {
		times = append(times, v.text(key, "At", v.moment(actual)))
	}
	return times
}

func (v *view) recordFacts(page Page) []fact {
	run, askedAt := page.Run, v.text("asked.never")
	switch {
	case !page.Delivery.AskedAt.IsZero():
		askedAt = v.moment(page.Delivery.AskedAt)
	case !page.Delivery.RetryAt.IsZero():
		askedAt = v.whyUnknown(page.Delivery, "tile")
	}
	webhook := map[Reports]string{ReportsOff: "webhook.off", ReportsOn: "webhook.on", ReportsUnknown: "not-known"}
	outcomes := v.newFact("fact.outcomes", page.Outcomes)
	outcomes.IsCode = true
	return present(
		v.newFact("fact.webhook", v.text(webhook[page.Delivery.Reports])),
		v.newFact("fact.asked", askedAt),
		v.newFact("fact.machine", v.orUnknown(run.Machine)),
		v.newFact("fact.user", v.orUnknown(run.User)),
		v.newFact("fact.version", v.orUnknown(run.Version)),
		outcomes,
	)
}
