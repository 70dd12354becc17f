package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/url"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed style.css
var pageStyle string

// view is the page as the template fills it in: texts in one language, with
// everything hidden that is to be, none of it escaped.
type view struct {
	words words
	mask  mask

	Lang, Name, Made string
	Results, Fixme   fileLink
	Masked           bool
	Answer           string
	Tiles            []tile
	Alerts           []string
	Status, Delivery barChart
	DeliveryKnown    bool
	WhyUnknown       string // why not
	Hours            hourChart
	HourNotes        []string
	Faults           []faultBar
	OtherFaults      int
	Issues           issueTable
	Shorts           []short
	Log              []chapter
	Facts            []factGroup
	Verify           string
}

func newView(page Page, d *summary, w words) *view {
	v := &view{
		words: w, mask: newMask(page, w.sentence),
		Lang: string(cmp.Or(w.lang, msg.English)), Name: brief(page.File.Name), Made: w.stamp(page.MadeAt), Masked: !page.Full,
		Results: newFileLink(page.File.Results), Fixme: newFileLink(page.File.Fixme),
		Hours: newHourChart(w, d.accepted, page.Departures),
	}
	v.answer(page, d)
	v.charts(page, d)
	v.Issues = v.issues(page.File, d)
	v.Shorts = v.newShorts(d)
	v.Log = v.runLog(page)
	v.Facts = v.newFacts(page)
	if page.Outcomes != "" {
		v.Verify = w.text("manifest.verify")
	}
	return v
}

// fileLink is a file that lies beside the page.
type fileLink struct{ Name, Address string }

func newFileLink(name string) fileLink {
	if name == "" {
		return fileLink{}
	}
	return fileLink{brief(name), "./" + url.PathEscape(name)}
}

func (v *view) charts(page Page, d *summary) {
	counts := map[string]int{}
	for status, n := range d.counts {
		counts[string(status)] = n
	}
	v.Status = newBarChart(v.words, "status", statusKinds, counts)
	v.Status.Note = v.words.text("status.every", "Count", d.counts.Rows())
	v.DeliveryKnown = isDeliveryKnown(page.Delivery, d)
	v.WhyUnknown = v.whyUnknown(page.Delivery, "deliveries")
	v.Delivery = newBarChart(v.words, "delivery", deliveryKinds, d.delivery)
	v.Delivery.Unit, v.Delivery.Note = v.words.text("column.cards"), v.words.text("delivery.how")
	if page.Delivery.Reports == ReportsOff {
		v.Delivery.Note = v.words.text("delivery.least")
	}
	v.Faults, v.OtherFaults = newFaultBars(v.words, d.faults)
	if d.earlier > 0 {
		v.HourNotes = append(v.HourNotes, v.words.text("hours.earlier", "Count", d.earlier))
	}
	if d.untimed > 0 {
		v.HourNotes = append(v.HourNotes, v.words.text("hours.untimed", "Count", d.untimed))
	}
	switch missing := sumOf(d.accepted) - sumOf(page.Departures); {
	case page.Departures == nil && len(v.Hours.Slots) > 0:
		v.HourNotes = append(v.HourNotes, v.words.text("hours.left.no"))
	case page.Departures != nil && missing > 0:
		v.HourNotes = append(v.HourNotes, v.words.text("hours.left.some", "Count", missing))
	}
}

func sumOf(counts map[time.Time]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// isDeliveryKnown reports whether anything was seen of what became of the cards.
func isDeliveryKnown(delivery Delivery, d *summary) bool {
	return !delivery.AskedAt.IsZero() || d.counts[csvmodel.Accepted] > d.delivery[""]
}

// write fills the template in. The style is allowed by its hash alone, so that
// nothing that could slip into the page has an effect.
func (v *view) write(w io.Writer) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"text": v.words.text, "count": v.words.count,
	}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(pageStyle))
	return page.Execute(w, struct {
		*view
		Style     template.CSS
		StyleHash string
	}{v, template.CSS(pageStyle), base64.StdEncoding.EncodeToString(sum[:])})
}

// sentence is what a note says, hidden as it must be.
func (v *view) sentence(r msg.Reason) string {
	text := v.words.sentence(r)
	switch r.Code {
	case msg.Rest, msg.Resting: // have the instance's number, and nobody's
	default:
		text = v.mask.reasons(text, string(r.Code), csvmodel.Fields{})
	}
	return cut(visible(text), maxSentence)
}
