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
	words
	mask mask

	Lang, Name, Made string
	Results, Fixme   fileLink
	IsMasked         bool
	Answer           string
	Tiles            []tile
	Alerts           []string
	Status, Delivery barChart
	WhyUnknown       string // why Delivery is; empty: it is known
	Hours            hourChart
	HourNotes        []string
	Faults           []faultBar
	OtherFaults      int
	Issues           issueTable
	Shorts           []short
	Log              []chapter
	Facts            []factGroup
	IsProven         bool // by a manifest
}

// newView is the page without what the rows say.
func newView(page Page) *view {
	w := newWords(page.Lang, page.Zone)
	v := &view{
		words: w, mask: newMask(page),
		Lang: string(cmp.Or(w.lang, msg.English)), Name: brief(page.File.Name), Made: w.stamp(page.MadeAt),
		Results: newFileLink(page.File.Results), Fixme: newFileLink(page.File.Fixme),
		IsMasked: !page.Full, IsProven: page.Outcomes != "",
	}
	v.Log, v.Facts = v.newLog(page), v.newFacts(page)
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

// fill adds what the rows say.
func (v *view) fill(page Page, s *summary) {
	v.Answer = v.newAnswer(s.counts)
	v.Tiles = []tile{v.acceptedTile(s.counts), v.deliveredTile(page.Delivery, s), v.readTile(page.Delivery, s), v.personTile(page.Run, s)}
	v.addAlerts(page, s)
	v.addCharts(page, s)
	v.Issues = v.newIssues(page.File, s)
	v.addShort("short.duplicate", s.duplicates)
	v.addShort("short.suppressed", s.suppressed)
}

func (v *view) addCharts(page Page, s *summary) {
	counts := map[string]int{}
	for status, n := range s.counts {
		counts[string(status)] = n
	}
	v.Status = newBarChart(v.words, "status", statusKinds, counts)
	v.Status.Note = v.text("status.every", "Count", s.counts.Rows())
	v.Delivery = newBarChart(v.words, "delivery", deliveryKinds, s.deliveries)
	v.Delivery.Unit, v.Delivery.Note = v.text("column.cards"), v.text("delivery.how")
	if page.Delivery.Reports == ReportsOff {
		v.Delivery.Note = v.text("delivery.least")
	}
	if !isDeliveryKnown(page.Delivery, s) {
		v.WhyUnknown = v.whyUnknown(page.Delivery, "deliveries")
	}
	v.Faults, v.OtherFaults = newFaultBars(v.words, s.faults)
	v.Hours = newHourChart(v.words, s.accepted, page.Departures)
	v.addHourNote("hours.earlier", s.earlier)
	v.addHourNote("hours.untimed", s.untimed)
	if page.Departures != nil {
		v.addHourNote("hours.left.some", sumOf(s.accepted)-sumOf(page.Departures))
	} else if len(v.Hours.Slots) > 0 {
		v.HourNotes = append(v.HourNotes, v.text("hours.left.no"))
	}
}

func (v *view) addHourNote(key string, cards int) {
	if cards > 0 {
		v.HourNotes = append(v.HourNotes, v.text(key, "Count", cards))
	}
}

func sumOf(counts map[time.Time]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// isDeliveryKnown reports whether anything was seen of what became of the cards.
func isDeliveryKnown(delivery Delivery, s *summary) bool {
	return !delivery.AskedAt.IsZero() || s.counts[csvmodel.Accepted] > s.deliveries[""]
}

// write fills the template in. The style is allowed by its hash alone, so that
// nothing that could slip into the page has an effect.
func (v *view) write(w io.Writer) error {
	page, err := template.New("page").Funcs(template.FuncMap{"text": v.text}).Parse(pageTemplate)
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

// sentence is that of a note, hidden as it must be.
func (v *view) sentence(r msg.Reason) string {
	masked := v.mask.reasons([]msg.Reason{r}, csvmodel.Fields{})
	return shown(masked[0].Text(v.lang), maxSentence)
}
