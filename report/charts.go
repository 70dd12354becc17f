package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

type kind struct {
	word    string // as the results file has it
	pattern string // beside the colour, for those who do not see it
}

// Those that a person must look at have the busiest patterns.
var statusKinds = []kind{
	{string(csvmodel.Accepted), "plain"},
	{string(csvmodel.Duplicate), "dots"},
	{string(csvmodel.Suppressed), "rings"},
	{string(csvmodel.Unsent), "level"},
	{string(csvmodel.Unknown), "upright"},
	{string(csvmodel.Invalid), "rising"},
	{string(csvmodel.Rejected), "crossed"},
}

var deliveryKinds = []kind{
	{"read", "plain"},
	{"delivered", "dots"},
	{"sent", "rings"},
	{"pending", "level"},
	{"", "sparse"},
	{"unobserved", "specks"},
	{"failed", "crossed"},
	{"noAccount", "rising"},
	{"notInGroup", "upright"},
	{"yellowCard", "grid"},
	{"suspended", "falling"},
	{"expired", "dashed"},
}

type barChart struct {
	ID, Note string
	Unit     string // of the table's second column
	Unknown  string // why there is no bar
	Parts    []part
}

// part is a segment of a bar, or a bar, and a line of the table.
type part struct {
	Class, Pattern string
	Label, Word    string // Word only where it says something else
	Count, Share   string
	X, Width       string // in per cent; Width "" where all bars are alike
}

func (v *view) Statuses() barChart {
	counts := map[string]int{}
	for status, n := range v.Counts {
		counts[string(status)] = n
	}
	return barChart{ID: "status", Note: v.text("status.every", "Count", v.Counts.Rows()), Unit: v.text("column.rows"),
		Parts: newParts(v.words, "status", statusKinds, counts)}
}

func (v *view) Deliveries() barChart {
	c := barChart{ID: "delivery", Note: v.text("delivery.how"), Unit: v.text("column.cards")}
	if v.Delivery.Reports == ReportsOff {
		c.Note = v.text("delivery.least")
	}
	if !v.isDeliveryKnown() {
		c.Unknown = v.whyUnknown("deliveries")
	}
	c.Parts = newParts(v.words, "delivery", deliveryKinds, v.deliveries)
	return c
}

// newParts has what was counted. A word that has no kind looks like all others of those.
func newParts(w words, id string, kinds []kind, counts map[string]int) (parts []part) {
	all, x := sumOf(counts), 0.0
	kinds = counted(kinds, counts)
	for i, width := range widths(kinds, counts) {
		k := kinds[i]
		key := cmp.Or(k.word, "nothing")
		class := id + "-other"
		if _, hasText := msg.Lookup(w.lang, "report."+id+"."+key, nil); hasText {
			class = id + "-" + key
		}
		parts = append(parts, part{
			Class: class, Pattern: k.pattern, Label: w.name(id, key), Word: brief(k.word),
			Count: w.count(counts[k.word]), Share: w.share(counts[k.word], all),
			X: percent(x), Width: percent(width),
		})
		x += width
	}
	return parts
}

func counted(kinds []kind, counts map[string]int) []kind {
	others := maps.Clone(counts)
	kinds = slices.DeleteFunc(slices.Clone(kinds), func(k kind) bool {
		delete(others, k.word)
		return counts[k.word] == 0
	})
	for _, word := range mostFrequent(others) {
		kinds = append(kinds, kind{word, "upright"})
	}
	return kinds
}

// accountTable has several accounts side by side, with what there is of any of them.
type accountTable struct {
	Head []string
	Rows []accountRow
}

type accountRow struct {
	Name  string
	Cells []string
}

func (v *view) Accounts() (t accountTable) {
	for _, a := range v.Run.Accounts {
		t.Rows = append(t.Rows, accountRow{Name: brief(cmp.Or(a.Name, a.Instance))})
	}
	add := func(id string, kinds []kind, of func(tally) map[string]int) {
		all := map[string]int{}
		for _, own := range v.accounts {
			for word, n := range of(own) {
				all[word] += n
			}
		}
		for _, k := range counted(kinds, all) {
			t.Head = append(t.Head, v.name(id, cmp.Or(k.word, "nothing")))
			for i, a := range v.Run.Accounts {
				t.Rows[i].Cells = append(t.Rows[i].Cells, v.count(of(v.accounts[a.Instance])[k.word]))
			}
		}
	}
	add("status", statusKinds, func(t tally) map[string]int { return t.statuses })
	if v.isDeliveryKnown() {
		add("delivery", deliveryKinds, func(t tally) map[string]int { return t.deliveries })
	}
	return t
}

const sliver = 0.8 // per cent: one row of a million can still be seen

func widths(kinds []kind, counts map[string]int) []float64 {
	all, sum := float64(sumOf(counts)), 0.0
	widths := make([]float64, len(kinds))
	for i, k := range kinds {
		widths[i] = max(sliver, 100*float64(counts[k.word])/all)
		sum += widths[i]
	}
	for i := range widths {
		widths[i] *= 100 / sum
	}
	return widths
}

func percent(f float64) string { return fmt.Sprintf("%.2f%%", f) }

const maxFaults = 12

// Faults are bars for the kinds of fault, most rows first. There are none where the list of
// rows shows as much.
func (v *view) Faults() (bars []part) {
	codes := mostFrequent(v.faults)
	if len(codes) == 0 || v.faults[codes[0]] == 1 {
		return nil
	}
	for _, code := range codes[:min(len(codes), maxFaults)] {
		name := "code"
		if csvmodel.Delivery(code).Failed() {
			name = "delivery"
		}
		bar := part{Label: v.name(name, code), Word: brief(code), Count: v.count(v.faults[code])}
		if v.faults[codes[0]] > v.faults[codes[len(codes)-1]] {
			bar.Width = percent(max(1, 100*float64(v.faults[code])/float64(v.faults[codes[0]])))
		}
		bars = append(bars, bar)
	}
	return bars
}

func (v *view) OtherFaults() int { return max(0, len(v.faults)-maxFaults) }

func mostFrequent(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
}

type hourChart struct {
	Step          string
	Offset        string // of the zone at the beginning
	HasDepartures bool
	Slots         []slot
	Lines, Marks  []label
	Notes         []string
}

type slot struct {
	From, Accepted, Departed string
	AcceptedBar, DepartedBar rect
}

type rect struct{ X, Y, Width, Height string } // across in per cent, down in pixels

type label struct{ At, Text, Below string }

const plotTop, plotBottom = 18.0, 150.0 // in pixels

type plot struct {
	slots int // that have room in it
	top   int // the count at plotTop
}

func (v *view) Hours() hourChart {
	chart := hourChart{HasDepartures: v.Departures != nil}
	first, last := extent(v.accepted, v.Departures)
	if last.Sub(first) < time.Hour { // a bar or two show nothing
		return chart
	}
	spans := newSlots(v.zone, first, last)
	chart.Step, chart.Offset = v.text("hours.an-hour", "Count", spans.hours), v.offset(spans.starts[0])
	if spans.hours >= 24 {
		chart.Step = v.text("hours.a-day", "Count", spans.hours/24)
	}
	ins, outs := spans.sum(v.accepted), spans.sum(v.Departures)
	step, top := gridStep(max(slices.Max(ins), slices.Max(outs)))
	p := plot{max(len(spans.starts), 6), top}
	for n := step; n <= top; n += step {
		chart.Lines = append(chart.Lines, label{At: pixels(p.y(n)), Text: v.count(n)})
	}
	for i, from := range spans.starts {
		s := slot{
			From:     v.day(from),
			Accepted: v.count(ins[i]), AcceptedBar: p.bar(i, 0, ins[i], chart.HasDepartures),
			Departed: v.count(outs[i]), DepartedBar: p.bar(i, 1, outs[i], chart.HasDepartures),
		}
		if spans.hours < 24 {
			s.From += " " + v.clock(from)
		}
		chart.Slots = append(chart.Slots, s)
	}
	chart.Marks, chart.Notes = p.marks(v.words, spans), v.hourNotes()
	return chart
}

func (v *view) hourNotes() (notes []string) {
	note := func(key string, cards int) {
		if cards > 0 {
			notes = append(notes, v.text(key, "Count", cards))
		}
	}
	note("hours.earlier", v.earlier)
	note("hours.untimed", v.untimed)
	if v.Departures == nil {
		return append(notes, v.text("hours.left.no"))
	}
	note("hours.left.some", sumOf(v.accepted)-sumOf(v.Departures))
	return notes
}

// Tables are the slots in which anything happened, a dozen in each table.
func (c hourChart) Tables() [][]slot {
	filled := slices.DeleteFunc(slices.Clone(c.Slots), func(s slot) bool { return s.AcceptedBar == rect{} && s.DepartedBar == rect{} })
	return slices.Collect(slices.Chunk(filled, 12))
}

// gridStep is how far apart the lines are, a round number, and the topmost one.
func gridStep(highest int) (step, top int) {
	for power := 1; ; power *= 10 {
		for _, step := range []int{power, 2 * power, 5 * power} {
			if lines := (highest + step - 1) / step; lines <= 4 {
				return step, max(1, lines) * step
			}
		}
	}
}

func (p plot) y(count int) float64 {
	return plotBottom - (plotBottom-plotTop)*float64(count)/float64(p.top)
}

func (p plot) bar(slot, place, count int, two bool) rect {
	if count == 0 {
		return rect{}
	}
	width, from := 0.7, 0.15
	if two {
		width, from = 0.38, 0.1+0.4*float64(place)
	}
	y := min(p.y(count), plotBottom-1.5)
	unit := 100 / float64(p.slots)
	return rect{percent((float64(slot) + from) * unit), pixels(y), percent(width * unit), pixels(plotBottom - y)}
}

// marks are some times, so few that they have room on a phone.
func (p plot) marks(w words, s slots) (marks []label) {
	every := (len(s.starts) + 4) / 5
	date := ""
	for i := 0; i < len(s.starts) && i*100 <= 86*p.slots; i += every {
		day := s.starts[i].In(w.zone).Format(w.text("layout.short-day"))
		mark := label{At: percent(100 * float64(i) / float64(p.slots)), Text: day}
		if s.hours < 24 {
			mark.Text = w.clock(s.starts[i])
			if day != date {
				mark.Below, date = day, day
			}
		}
		marks = append(marks, mark)
	}
	return marks
}

func pixels(f float64) string { return fmt.Sprintf("%.1f", f) }

const maxSlots = 36

// slots are equal spans of time that follow each other.
type slots struct {
	hours  int         // of each; whole days from 24 on
	starts []time.Time // in the page's zone
}

// newSlots has the shortest spans that are not too many, of 1, 2, 3, 6, 12 or 24 hours.
func newSlots(zone *time.Location, first, last time.Time) slots {
	s := slots{hours: 1}
	for s.cover(zone, first, last); len(s.starts) > maxSlots; s.cover(zone, first, last) {
		s.hours += max(1, s.hours/3*3)
	}
	return s
}

// cover makes at most one span too many. They begin as the day does.
func (s *slots) cover(zone *time.Location, first, last time.Time) {
	y, m, d := first.In(zone).Date()
	at := func(i int) time.Time {
		if s.hours >= 24 {
			return time.Date(y, m, d+i*s.hours/24, 0, 0, 0, 0, zone)
		}
		return time.Date(y, m, d, 0, 0, 0, 0, zone).Add(time.Duration(i*s.hours) * time.Hour)
	}
	i := 0
	for !at(i + 1).After(first) {
		i++
	}
	for s.starts = nil; !at(i).After(last) && len(s.starts) <= maxSlots; i++ {
		s.starts = append(s.starts, at(i))
	}
}

func (s *slots) sum(counts map[time.Time]int) []int {
	sums := make([]int, len(s.starts))
	for at, n := range counts {
		if n > 0 {
			sums[sort.Search(len(sums), func(i int) bool { return s.starts[i].After(at) })-1] += n
		}
	}
	return sums
}

func extent(counts ...map[time.Time]int) (first, last time.Time) {
	for _, c := range counts {
		for at, n := range c {
			if n > 0 && (first.IsZero() || at.Before(first)) {
				first = at
			}
			if n > 0 && at.After(last) {
				last = at
			}
		}
	}
	return first, last
}

func sumOf[K comparable](counts map[K]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}
