package cli

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// number writes an integer with thin groups, so that a large one can be read.
func number(l msg.Language, n int) string { return say(l, "%[1]s", n) }

// about is a duration as people say it.
func about(l msg.Language, d time.Duration) string {
	switch {
	case d < time.Second:
		return say(l, "under a second")
	case d < 2*time.Minute:
		return say(l, "%[1]s ${seconds(1)}", int(d.Round(time.Second).Seconds()))
	case d < 2*time.Hour:
		return say(l, "%[1]s ${minutes(1)}", int(d.Round(time.Minute).Minutes()))
	}
	return say(l, "%[1]s h %[2]s min", int(d.Hours()), fmt.Sprintf("%02d", int(d.Minutes())%60))
}

// meanings say what a status means for who reads the summary.
var meanings = map[csvmodel.Status]string{
	csvmodel.Accepted:   "the service has queued the card",
	csvmodel.Duplicate:  "the same card went to the same chat already",
	csvmodel.Suppressed: "the chat must not be written to",
	csvmodel.Invalid:    "the row is wrong: correct it and send again",
	csvmodel.Rejected:   "the service refused the row",
	csvmodel.Unknown:    "no answer: it is not known whether the card went",
	csvmodel.Unsent:     "not attempted, or surely not taken",
}

// table writes the counts, one line a status that has rows.
func table(w io.Writer, l msg.Language, counts csvmodel.Counts) {
	rows := number(l, counts.Rows())
	width := utf8.RuneCountInString(rows)
	for _, s := range csvmodel.Statuses {
		if n := counts[s]; n > 0 {
			fmt.Fprintf(w, "  %*s  %-10s  %s\n", width, number(l, n), s, say(l, meanings[s]))
		}
	}
	fmt.Fprintf(w, "  %s  %s\n", rows, say(l, "rows in the file"))
}

// deliveryTable writes how many of the accepted cards have each delivery, by the
// words of the results.
func deliveryTable(w io.Writer, l msg.Language, counts csvmodel.DeliveryCounts) {
	others := slices.Sorted(maps.Keys(knownDeliveries(counts)))
	others = slices.DeleteFunc(others, func(d csvmodel.Delivery) bool { return slices.Contains(csvmodel.Deliveries, d) })
	width := 0
	for _, n := range counts {
		width = max(width, utf8.RuneCountInString(number(l, n)))
	}
	for _, d := range slices.Concat(csvmodel.Deliveries, others) {
		if n := counts[d]; n > 0 {
			fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %*s  %-10s  %s", width, number(l, n), visible(string(d)), d.Meaning(l)), " "))
		}
	}
	if n := counts[""]; n > 0 {
		fmt.Fprintf(w, "  %*s  %s\n", width, number(l, n), say(l, "not known yet"))
	}
}
