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
	ID, Title, Note string
	Name            string // of the table's first column
	Unit            string // of its second one
	Parts           []part
}

// part is a segment of the bar and a line of the table.
type part struct {
	Class, Pattern string
	Label, Word    string // Word only where it says something else
	Count, Share   string
	X, Width       string // in per cent
}

// newBarChart leaves out what was not counted. A word that has no kind comes last, and
// looks like all others of those.
func newBarChart(w words, id string, kinds []kind, counts map[string]int) barChart {
	chart := barChart{ID: id, Title: w.text(id), Name: w.text("column.state"), Unit: w.text("column.rows")}
	kinds = counted(kinds, counts)
	all := 0
	for _, k := range kinds {
		all += counts[k.word]
	}
	x := 0.0
	for i, width := range widths(kinds, counts) {
		k := kinds[i]
		key := cmp.Or(k.word, "nothing")
		label, class := w.name(id, key), id+"-other"
		if _, hasText := msg.Lookup(w.lang, "report."+id+"."+key, nil); hasText {
			class = id + "-" + key
		}
		chart.Parts = append(chart.Parts, part{
			Class: class, Pattern: k.pattern, Label: label, Word: brief(k.word),
			Count: w.count(counts[k.word]), Share: w.share(counts[k.word], all),
			X: percent(x), Width: percent(width),
		})
		x += width
	}
	return chart
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

// widths are those of the segments, in per cent.
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

// faultBar is one kind of fault.
type faultBar struct {
	Label, Code, Count, Width string
}

// newFaultBars are the kinds of fault, most rows first.
func newFaultBars(w words, counts map[string]int) (bars []faultBar, rest int) {
	codes := mostFrequent(counts)
	for _, code := range codes[:min(len(codes), maxFaults)] {
		bars = append(bars, faultBar{
			Label: faultName(w, code), Code: brief(code), Count: w.count(counts[code]),
			Width: percent(max(1, 100*float64(counts[code])/float64(counts[codes[0]]))),
		})
	}
	return bars, max(0, len(codes)-maxFaults)
}

func faultName(w words, code string) string {
	if csvmodel.Delivery(code).Failed() {
		return w.name("delivery", code)
	}
	return w.name("code", code)
}

// mostFrequent are the words of which there are any, the most frequent first.
func mostFrequent(counts map[string]int) []string {
	words := slices.DeleteFunc(slices.Collect(maps.Keys(counts)), func(word string) bool { return counts[word] <= 0 })
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	return words
}
