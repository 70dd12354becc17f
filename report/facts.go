package report

import (
	"cmp"
	"strings"

	"contact-distributor/csvmodel"
)

type factGroup struct {
	Title string
	Facts []fact
}

// fact is shown only where it has values.
type fact struct {
	Name   string
	Values []string
	IsCode bool // in letters of one width
}

func (v *view) Facts() []factGroup {
	return []factGroup{
		{v.text("facts.file"), v.fileFacts()},
		{v.text("facts.run"), v.runFacts()},
		{v.text("facts.proof"), v.recordFacts()},
	}
}

// newFact leaves out the values that are empty.
func (v *view) newFact(key string, values ...string) fact {
	f := fact{Name: v.text(key), IsCode: key == "fact.sha256" || key == "fact.outcomes"}
	for _, value := range values {
		if value != "" && len(f.Values) < 12 {
			f.Values = append(f.Values, shown(value, 600))
		}
	}
	return f
}

func (v *view) orUnknown(text string) string { return cmp.Or(text, v.text("not-known")) }

func (v *view) fileFacts() []fact {
	file, rows := v.File, ""
	if file.Rows > 0 {
		rows = v.count(file.Rows)
	}
	var notes []string
	for _, note := range file.Layout.Notes {
		notes = append(notes, v.sentence(note))
	}
	return []fact{
		v.newFact("fact.name", v.orUnknown(file.Name)),
		v.newFact("fact.path", file.Path),
		v.newFact("fact.sha256", v.orUnknown(file.SHA256)),
		v.newFact("fact.rows", rows),
		v.newFact("fact.form", v.layout(file.Layout)),
		v.newFact("fact.columns", v.columns(file.Layout)...),
		v.newFact("fact.notes", notes...),
	}
}

func (v *view) layout(layout csvmodel.Layout) string {
	if layout.Encoding == "" {
		return ""
	}
	ends := "form.lf"
	if layout.CRLF {
		ends = "form.crlf"
	}
	parts := []string{v.text("form.encoding", "Encoding", layout.Encoding), v.text("form.delimiter", "Delimiter", v.name("delimiter", layout.Delimiter)), v.text(ends)}
	if layout.Region != "" {
		parts = append(parts, v.text("form.region", "Region", layout.Region))
	}
	if layout.ShortNumbers {
		parts = append(parts, v.text("form.short-numbers"))
	}
	return strings.Join(parts, ", ")
}

// columns says which column is which field, and which ones are none.
func (v *view) columns(layout csvmodel.Layout) []string {
	var fields, others []string
	for i, field := range layout.Columns {
		name := ""
		if i < len(layout.Header) {
			name = strings.TrimSpace(layout.Header[i])
		}
		name = cmp.Or(shown(v.mask.numbers(name), 60), v.text("column.unnamed"))
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
	const most = 24
	if more := len(others) - most; more > 0 {
		others = append(others[:most], v.text("column.others.more", "Count", more))
	}
	if len(others) > 0 {
		fields = append(fields, v.text("column.others", "Names", strings.Join(others, ", ")))
	}
	return fields
}

func (v *view) runFacts() []fact {
	run, ended, actual, rate, perDay := v.Run, v.text("ended.not"), "reckoned", "", ""
	if !run.Ended.IsZero() {
		ended = v.moment(run.Ended)
	}
	if run.IsObserved {
		actual = "actual"
	}
	var departures []string
	if !run.Forecast.IsZero() {
		departures = append(departures, v.text("forecast", "At", v.moment(run.Forecast)))
	}
	if !run.Departed.IsZero() || len(departures) > 0 {
		departures = append(departures, v.text(actual, "At", v.moment(run.Departed)))
	}
	if run.Rate > 0 {
		rate = v.text("rate.second", "Rate", run.Rate)
	}
	if run.PerDay > 0 {
		perDay = v.text("cards", "Count", run.PerDay)
	}
	return []fact{
		v.newFact("fact.instance", v.orUnknown(strings.Join(run.Instances, ", "))),
		v.newFact("fact.started", v.moment(run.Started)),
		v.newFact("fact.ended", ended),
		v.newFact("fact.last.left", departures...),
		v.newFact("fact.rate", rate),
		v.newFact("fact.window", run.Window),
		v.newFact("fact.perday", perDay),
	}
}

func (v *view) recordFacts() []fact {
	askedAt := v.text("asked.never")
	switch {
	case !v.Delivery.AskedAt.IsZero():
		askedAt = v.moment(v.Delivery.AskedAt)
	case !v.Delivery.RetryAt.IsZero():
		askedAt = v.whyUnknown("tile")
	}
	webhook := map[Reports]string{ReportsOff: "webhook.off", ReportsOn: "webhook.on", ReportsUnknown: "not-known"}
	return []fact{
		v.newFact("fact.webhook", v.text(webhook[v.Delivery.Reports])),
		v.newFact("fact.asked", askedAt),
		v.newFact("fact.machine", v.orUnknown(v.Run.Machine)),
		v.newFact("fact.user", v.orUnknown(v.Run.User)),
		v.newFact("fact.version", v.orUnknown(v.Run.Version)),
		v.newFact("fact.outcomes", v.Outcomes),
	}
}
