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
		{v.words.say("facts.file"), v.fileFacts(page.File)},
		{v.words.say("facts.run"), v.runFacts(page)},
		{v.words.say("facts.proof"), v.recordFacts(page)},
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
		return []string{v.words.say("not-known")}
	}
	return []string{text}
}

func (v *view) fileFacts(file File) []fact {
	say := v.words.say
	rows := ""
	if file.Rows > 0 {
		rows = v.words.count(file.Rows)
	}
	var notes []string
	for _, note := range file.Layout.Notes {
		notes = append(notes, v.sentence(note))
	}
	return present(
		fact{say("fact.name"), v.orUnknown(file.Name), false},
		fact{say("fact.path"), []string{file.Path}, false},
		fact{say("fact.sha256"), v.orUnknown(file.SHA256), true},
		fact{say("fact.rows"), []string{rows}, false},
		fact{say("fact.form"), []string{strings.Join(v.form(file.Layout), ", ")}, false},
		fact{say("fact.columns"), v.columns(file.Layout), false},
		fact{say("fact.notes"), notes, false},
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
	said := []string{
		v.words.say("form.encoding", "Encoding", form.Encoding),
		v.words.say("form.delimiter", "Delimiter", v.words.called("delimiter", form.Delimiter)),
		v.words.say(ends),
	}
	if form.Region != "" {
		said = append(said, v.words.say("form.region", "Region", form.Region))
	}
	return said
}

// columns says which column is which field, and which ones are none.
func (v *view) columns(form csvmodel.Layout) []string {
	var said, others []string
	for i, field := range form.Columns {
		name := ""
		if i < len(form.Header) {
			name = v.columnName(form.Header[i])
		}
		switch {
		case csvmodel.IsField(field) && name == field:
			said = append(said, field)
		case csvmodel.IsField(field):
			said = append(said, v.words.say("column.is", "Name", name, "Field", field))
		case field == "":
			others = append(others, name)
		}
	}
	if more := len(others) - maxColumns; more > 0 {
		others = append(others[:maxColumns], v.words.say("column.others.more", "Count", more))
	}
	if len(others) > 0 {
		said = append(said, v.words.say("column.others", "Names", strings.Join(others, ", ")))
	}
	return said
}

func (v *view) columnName(name string) string {
	name = cut(visible(v.mask.numbers(strings.TrimSpace(name), nil)), 60)
	if name == "" {
		return v.words.say("column.unnamed")
	}
	return name
}

func (v *view) runFacts(page Page) []fact {
	run, say := page.Run, v.words.say
	ended := say("ended.not")
	if !run.Ended.IsZero() {
		ended = v.words.moment(run.Ended)
	}
	came, rate, perDay := "reckoned", "", ""
	if run.IsObserved {
		came = "came"
	}
	if run.Rate > 0 {
		rate = say("rate.second", "Rate", run.Rate)
	}
	if run.PerDay > 0 {
		perDay = say("cards", "Count", run.PerDay)
	}
	return present(
		fact{say("fact.instance"), v.orUnknown(strings.Join(run.Instances, ", ")), false},
		fact{say("fact.started"), v.orUnknown(v.words.stamp(run.Started)), false},
		fact{say("fact.ended"), []string{ended}, false},
		fact{say("fact.last.accepted"), v.expected(run.Forecast.Accepted, run.Actual.Accepted, "came"), false},
		fact{say("fact.last.left"), v.expected(run.Forecast.Departed, run.Actual.Departed, came), false},
		fact{say("fact.rate"), []string{rate}, false},
		fact{say("fact.window"), []string{run.Window}, false},
		fact{say("fact.perday"), []string{perDay}, false},
	)
}

func (v *view) recordFacts(page Page) []fact {
	run, say := page.Run, v.words.say
	asked := say("asked.never")
	switch {
	case !page.Delivery.AskedAt.IsZero():
		asked = v.words.moment(page.Delivery.AskedAt)
	case !page.Delivery.RetryAt.IsZero():
		asked = v.unasked(page.Delivery, "tile")
	}
	webhook := map[Reports]string{ReportsOff: "webhook.off", ReportsOn: "webhook.on", ReportsUnknown: "not-known"}
	return present(
		fact{say("fact.webhook"), []string{say(webhook[page.Delivery.Reports])}, false},
		fact{say("fact.asked"), []string{asked}, false},
		fact{say("fact.machine"), v.orUnknown(run.Machine), false},
		fact{say("fact.user"), v.orUnknown(run.User), false},
		fact{say("fact.version"), v.orUnknown(run.Version), false},
		fact{say("fact.outcomes"), []string{page.Outcomes}, true},
	)
}

// expected puts what came beside what was forecast.
func (v *view) expected(forecast, came time.Time, as string) []string {
	var said []string
	if !forecast.IsZero() {
		said = append(said, v.words.say("forecast", "At", v.words.moment(forecast)))
	}
	if !came.IsZero() || len(said) > 0 {
		said = append(said, v.words.say(as, "At", v.words.moment(came)))
	}
	return said
}
