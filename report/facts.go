package report

import (
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
	Code   bool // in letters of one width
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
		{v.words.text("facts.file"), v.fileFacts(page.File)},
		{v.words.text("facts.run"), v.runFacts(page)},
		{v.words.text("facts.proof"), v.recordFacts(page)},
	}
}

// present leaves out the facts that are not known, and makes the others visible.
func present(facts ...fact) (some []fact) {
	for _, f := range facts {
		f.Values = clean(f.Values)
		if len(f.Values) > 0 {
			some = append(some, f)
		}
	}
	return some
}

func clean(texts []string) (some []string) {
	for _, text := range texts {
		if text != "" {
			some = append(some, cut(visible(text), maxFact))
		}
	}
	return some[:min(len(some), maxValues)]
}

// orUnknown says that what an auditor asks for is not known.
func (v *view) orUnknown(text string) []string {
	if text == "" {
		return []string{v.words.text("not-known")}
	}
	return []string{text}
}

func (v *view) fileFacts(file File) []fact {
	text := v.words.text
	rows := ""
	if file.Rows > 0 {
		rows = v.words.count(file.Rows)
	}
	var notes []string
	for _, note := range file.Layout.Notes {
		notes = append(notes, v.sentence(note))
	}
	return present(
		fact{text("fact.name"), v.orUnknown(file.Name), false},
		fact{text("fact.path"), []string{file.Path}, false},
		fact{text("fact.sha256"), v.orUnknown(file.SHA256), true},
		fact{text("fact.rows"), []string{rows}, false},
		fact{text("fact.form"), []string{strings.Join(v.form(file.Layout), ", ")}, false},
		fact{text("fact.columns"), v.columns(file.Layout), false},
		fact{text("fact.notes"), notes, false},
	)
}

func (v *view) form(form csvmodel.Layout) []string {
	if form.Encoding == "" {
		return nil
	}
	ends := "form.lf"
	if form.CRLF {
		ends = "form.crlf"
	}
	parts := []string{
		v.words.text("form.encoding", "Encoding", form.Encoding),
		v.words.text("form.delimiter", "Delimiter", v.words.name("delimiter", form.Delimiter)),
		v.words.text(ends),
	}
	if form.Region != "" {
		parts = append(parts, v.words.text("form.region", "Region", form.Region))
	}
	return parts
}

// columns says which column is which field, and which ones are none.
func (v *view) columns(form csvmodel.Layout) []string {
	var parts, others []string
	for i, field := range form.Columns {
		name := ""
		if i < len(form.Header) {
			name = v.columnName(form.Header[i])
		}
		switch {
		case csvmodel.IsField(field) && name == field:
			parts = append(parts, field)
		case csvmodel.IsField(field):
			parts = append(parts, v.words.text("column.is", "Name", name, "Field", field))
		case field == "":
			others = append(others, name)
		}
	}
	if more := len(others) - maxColumns; more > 0 {
		others = append(others[:maxColumns], v.words.text("column.others.more", "Count", more))
	}
	if len(others) > 0 {
		parts = append(parts, v.words.text("column.others", "Names", strings.Join(others, ", ")))
	}
	return parts
}

func (v *view) columnName(name string) string {
	name = cut(visible(v.mask.numbers(strings.TrimSpace(name), nil)), 60)
	if name == "" {
		return v.words.text("column.unnamed")
	}
	return name
}

func (v *view) runFacts(page Page) []fact {
	run, text := page.Run, v.words.text
	ended := text("ended.not")
	if !run.Ended.IsZero() {
		ended = v.words.moment(run.Ended)
	}
	departed, rate, perDay := "reckoned", "", ""
	if run.IsObserved {
		departed = "came"
	}
	if run.Rate > 0 {
		rate = text("rate.second", "Rate", run.Rate)
	}
	if run.PerDay > 0 {
		perDay = text("cards", "Count", run.PerDay)
	}
	return present(
		fact{text("fact.instance"), v.orUnknown(strings.Join(run.Instances, ", ")), false},
		fact{text("fact.started"), v.orUnknown(v.words.stamp(run.Started)), false},
		fact{text("fact.ended"), []string{ended}, false},
		fact{text("fact.last.accepted"), v.expected(run.Forecast.Accepted, run.Actual.Accepted, "came"), false},
		fact{text("fact.last.left"), v.expected(run.Forecast.Departed, run.Actual.Departed, departed), false},
		fact{text("fact.rate"), []string{rate}, false},
		fact{text("fact.window"), []string{run.Window}, false},
		fact{text("fact.perday"), []string{perDay}, false},
	)
}

func (v *view) recordFacts(page Page) []fact {
	run, text := page.Run, v.words.text
	askedAt := text("asked.never")
	switch {
	case !page.Delivery.AskedAt.IsZero():
		askedAt = v.words.moment(page.Delivery.AskedAt)
	case !page.Delivery.RetryAt.IsZero():
		askedAt = v.whyUnknown(page.Delivery, "tile")
	}
	webhook := map[Reports]string{ReportsOff: "webhook.off", ReportsOn: "webhook.on", ReportsUnknown: "not-known"}
	return present(
		fact{text("fact.webhook"), []string{text(webhook[page.Delivery.Reports])}, false},
		fact{text("fact.asked"), []string{askedAt}, false},
		fact{text("fact.machine"), v.orUnknown(run.Machine), false},
		fact{text("fact.user"), v.orUnknown(run.User), false},
		fact{text("fact.version"), v.orUnknown(run.Version), false},
		fact{text("fact.outcomes"), []string{page.Outcomes}, true},
	)
}

// expected puts what came beside what was forecast.
func (v *view) expected(forecast, actual time.Time, as string) []string {
	var parts []string
	if !forecast.IsZero() {
		parts = append(parts, v.words.text("forecast", "At", v.words.moment(forecast)))
	}
	if !actual.IsZero() || len(parts) > 0 {
		parts = append(parts, v.words.text(as, "At", v.words.moment(actual)))
	}
	return parts
}
