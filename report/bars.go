package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// kind is one of the things that rows are counted by.
type kind struct {
	word    string // as the results file has it
	pattern string // beside the colour, for those who do not see it
}

// statusKinds are in the order of the bar. Those that a person must look at
// have the busiest patterns.
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

// barChart is one bar of all that was counted, and a table of its parts.
type barChart struct {
	ID, Note string
	Unit     string // of the table's second column
	Unknown  string // why there is no bar
	Parts    []part
}

// IsMixed reports whether a bar shows more than its table.
func (c barChart) IsMixed() bool { return len(c.Parts) > 1 }

// part is a segment of a bar, or a bar, and a line of the table.
type part struct {
	Class, Pattern string
	Label, Word    string // Word only where it says something else
	Count, Share   string
	X, Width       string // in per cent; Width "" where all bars are alike
}

func (v *view) Statuses() barChart {
	counts := map[string]int{}
	for status, n := range v.counts {
		counts[string(status)] = n
	}
	return barChart{ID: "status", Note: v.text("status.every", "Count", v.counts.Rows()), Unit: v.text("column.rows"),
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

// newParts leaves out what was not counted. A word that has no kind comes last, and
// looks like all others of those.
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

// counted are the kinds that were counted, and the words that have no kind.
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

// sliver is how wide a segment is at the least, in per cent, so that one row of
// a million can still be seen.
const sliver = 0.8

func widths(kinds []kind, counts map[string]int) []float64 {
	var all, sum float64
	for _, k := range kinds {
		all += float64(counts[k.word])
	}
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

// maxFaults is how many kinds of fault are shown each.
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

// mostFrequent are the words of which there are any, the most frequent first.
func mostFrequent(counts map[string]int) []string {
	words := slices.DeleteFunc(slices.Collect(maps.Keys(counts)), func(word string) bool { return counts[word] <= 0 })
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	return words
}
