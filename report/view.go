package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/url"
	"slices"
	"strings"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed style.css
var pageStyle string

// view is what the template fills the page with, by its exported methods: texts in one
// language, with everything hidden that is to be, none of it escaped.
type view struct {
	words
	Page
	*summary
	mask mask
}

// write fills the template in. The style is allowed by its hash alone, so that nothing
// that could slip into the page has an effect.
func (v *view) write(w io.Writer) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"text": v.text, "count": v.count, "share": v.share, "stamp": v.stamp, "sentence": v.sentence, "moment": v.moment,
		"brief": brief, "frequent": mostFrequent, "escape": url.PathEscape, "join": strings.Join, "fact": v.newFact, "issue": v.issueName,
	}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(pageStyle))
	return page.Execute(w, struct {
		*view
		Lang, StyleHash string
		Style           template.CSS
	}{v, v.lang.Tag(), base64.StdEncoding.EncodeToString(sum[:]), template.CSS(pageStyle)})
}

func (v *view) sentence(r msg.Reason) string {
	masked := v.mask.reasons([]msg.Reason{r}, csvmodel.Fields{})
	return clip(masked[0].Text(v.lang), 800)
}

func (v *view) Accepted() int { return v.Counts[csvmodel.Accepted] }

type tile struct {
	Class, Value, Label string
	Notes               []string
}

func (v *view) Tiles() []tile {
	read := v.deliveryTile("read", v.deliveries["read"])
	if read.Value != notShown {
		read.Notes = append(read.Notes, v.text("tile.atleast"))
	}
	// What was read was delivered.
	return []tile{v.deliveryTile("delivered", v.deliveries["delivered"]+v.deliveries["read"]), read}
}

const notShown = "—"

// deliveryTile says a number only where it is one: no cards that were seen to arrive
// is something else than nobody having looked.
func (v *view) deliveryTile(class string, count int) tile {
	accepted, unobserved := v.Counts[csvmodel.Accepted], v.deliveries[string(csvmodel.DeliveryUnobserved)]
	t := tile{class, notShown, v.text("tile." + class), nil}
	switch {
	case v.Delivery.Reports == ReportsOff:
		t.Notes = []string{v.text("tile.off")}
	case !v.isDeliveryKnown():
		t.Notes = []string{v.whyUnknown("tile")}
	case count == 0 && unobserved > 0 && unobserved+v.deliveries[""] == accepted:
		t.Notes = []string{v.text("tile.unobserved.all")}
	default:
		t.Value, t.Notes = v.count(count), []string{v.text("tile.of", "Count", accepted)}
		if !v.Delivery.AskedAt.IsZero() {
			t.Notes = append(t.Notes, v.text("tile.asof", "At", v.moment(v.Delivery.AskedAt)))
		}
		if unobserved > 0 {
			t.Notes = append(t.Notes, v.text("tile.unobserved", "Count", unobserved))
		}
	}
	return t
}

func (v *view) isDeliveryKnown() bool {
	return !v.Delivery.AskedAt.IsZero() || v.Counts[csvmodel.Accepted] > v.deliveries[""]
}

func (v *view) whyUnknown(where string) string {
	if v.Delivery.RetryAt.IsZero() {
		return v.text(where + ".unasked")
	}
	return v.text(where+".rests", "At", v.moment(v.Delivery.RetryAt))
}

// Alerts are what must not be overlooked.
func (v *view) Alerts() (alerts []string) {
	alert := func(isOn bool, key string, args ...any) {
		if isOn {
			alerts = append(alerts, v.text(key, args...))
		}
	}
	unsent, unknown, run := v.Counts[csvmodel.Unsent], v.Counts[csvmodel.Unknown], v.Run
	isHeld := run.NeedsAccount || run.IsWithheld
	alert(v.Sandbox, "alert.sandbox")
	alert(v.Corrected > 0, "alert.corrected", "Count", v.Corrected, "Fixme", cmp.Or(brief(v.File.Fixme), v.text("fixme.file")))
	alert(run.NeedsAccount, "alert.account")
	alert(unsent > 0 && isHeld, "alert.withheld", "Count", unsent)
	alert(unsent > 0 && !isHeld, "alert.unsent", "Count", unsent)
	// A run that went on since has no reason to stand still.
	if n := len(v.Starts); n > 0 && !v.Starts[n-1].Reason.IsZero() && (unsent > 0 || run.NeedsAccount) {
		alerts[len(alerts)-1] += " " + v.text("alert.unsent.why", "Reason", strings.TrimSuffix(v.sentence(v.Starts[n-1].Reason), "."))
	}
	alert(unknown > 0 && run.IsSettling, "alert.settling", "Count", unknown)
	alert(len(v.Resends) > 0, "alert.resends", "Count", len(v.Resends))
	alert(v.Delivery.Reports == ReportsOff && v.Counts[csvmodel.Accepted] > 0, "alert.off")
	return alerts
}

// chapter is notes of one kind, without those in the middle if there are many.
type chapter struct {
	Title       string
	First, Last []entry
	Omitted     int
}

type entry struct {
	Note
	Text string
}

func (v *view) Log() (log []chapter) {
	for _, c := range []struct {
		title string
		notes []Note
		text  func(int, Note) string
	}{
		{"log.starts", v.Starts, v.start},
		{"log.settled", v.Settled, v.settled},
		{"log.resends", v.Resends, func(_ int, n Note) string { return v.sentence(n.Reason) }},
	} {
		entries := make([]entry, len(c.notes))
		for i, n := range c.notes {
			entries[i] = entry{n, c.text(i, n)}
		}
		const edge = 12 // notes that are shown at the beginning, and at the end
		omitted := max(0, len(entries)-2*edge)
		isOnlyBeginning := c.title == "log.starts" && len(entries) == 1 && c.notes[0].Reason.IsZero()
		if first := min(len(entries), edge); first > 0 && !isOnlyBeginning {
			log = append(log, chapter{v.text(c.title), entries[:first], entries[first+omitted:], omitted})
		}
	}
	return log
}

func (v *view) start(i int, n Note) (text string) {
	if n.Account != "" {
		text = brief(n.Account) + ": "
	}
	switch {
	case !n.Reason.IsZero():
		return text + v.text("log.start.stopped", "Reason", v.sentence(n.Reason))
	case !slices.ContainsFunc(v.Starts[:i], func(before Note) bool { return before.Account == n.Account }):
		return text + v.text("log.start.first")
	}
	return text + v.text("log.start.again")
}

func (v *view) settled(_ int, n Note) string {
	by := "log.settled.record"
	if n.Reason.Code == msg.SaidSent || n.Reason.Code == msg.SaidNot {
		by = "log.settled.person"
	}
	return v.text(by, "Reason", v.sentence(n.Reason))
}

type fact struct {
	Name   string
	Values []string
	IsCode bool // in letters of one width
}

// newFact takes a string or several, and leaves out what is empty.
func (v *view) newFact(key string, value any) fact {
	f := fact{Name: v.text(key), IsCode: key == "fact.sha256" || key == "fact.outcomes"}
	values, isSeveral := value.([]string)
	if !isSeveral {
		values = []string{value.(string)}
	}
	for _, text := range values {
		if text != "" && len(f.Values) < 12 {
			f.Values = append(f.Values, clip(text, 600))
		}
	}
	return f
}

func (v *view) Notes() (notes []string) {
	for _, note := range v.File.Layout.Notes {
		notes = append(notes, v.sentence(note))
	}
	return notes
}

func (v *view) Form() string {
	layout := v.File.Layout
	if layout.Encoding == "" {
		return ""
	}
	ends := "form.lf"
	if layout.CRLF {
		ends = "form.crlf"
	}
	parts := []string{v.text("form.encoding", "Encoding", layout.Encoding),
		v.text("form.delimiter", "Delimiter", v.name("delimiter", layout.Delimiter)), v.text(ends)}
	if layout.Sheet != "" {
		parts = []string{v.text("form.sheet", "Sheet", layout.Sheet)}
	}
	switch layout.Region {
	case "":
	case csvmodel.RegionNone:
		parts = append(parts, v.text("form.international"))
	default:
		parts = append(parts, v.text("form.region", "Region", layout.Region))
	}
	if layout.ShortNumbers {
		parts = append(parts, v.text("form.short-numbers"))
	}
	return strings.Join(parts, ", ")
}

func (v *view) Columns() []string {
	layout := v.File.Layout
	var fields, others []string
	for i, field := range layout.Columns {
		name := ""
		if i < len(layout.Header) {
			name = strings.TrimSpace(layout.Header[i])
		}
		name = cmp.Or(clip(v.mask.numbers(name), 60), v.text("column.unnamed"))
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

func (v *view) Departed() (times []string) {
	key := "reckoned"
	if v.Run.IsObserved {
		key = "actual"
	}
	if !v.Run.Forecast.IsZero() {
		times = append(times, v.text("forecast", "At", v.moment(v.Run.Forecast)))
	}
	if !v.Run.Departed.IsZero() || len(times) > 0 {
		times = append(times, v.text(key, "At", v.moment(v.Run.Departed)))
	}
	return times
}

func (v *view) Webhook() string {
	return v.text(map[Reports]string{ReportsOff: "webhook.off", ReportsOn: "webhook.on", ReportsUnknown: "not-known"}[v.Delivery.Reports])
}

func (v *view) AskedAt() string {
	if v.Delivery.AskedAt.IsZero() && !v.Delivery.RetryAt.IsZero() {
		return v.whyUnknown("tile")
	}
	return cmp.Or(v.stamp(v.Delivery.AskedAt), v.text("asked.never"))
}
