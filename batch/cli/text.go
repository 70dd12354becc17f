package cli

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// number writes an integer with thin groups, so that a large one can be read.
func number(l msg.Language, n int) string { return msg.Number(l, n) }

// table writes the counts, one line a status that has rows.
func table(w io.Writer, l msg.Language, counts csvmodel.Counts) {
	rows := number(l, counts.Rows())
	width, longest := utf8.RuneCountInString(rows), 0
	for _, s := range csvmodel.Statuses {
		longest = max(longest, utf8.RuneCountInString(status(l, s)))
	}
	for _, s := range csvmodel.Statuses {
		if n := counts[s]; n > 0 {
			fmt.Fprintf(w, "  %*s  %-*s  %s\n", width, number(l, n), longest, status(l, s), words(l, "status.meaning."+string(s)))
		}
	}
	fmt.Fprintf(w, "  %s  %s\n", rows, words(l, "summary.rows"))
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
		fmt.Fprintf(w, "  %*s  %s\n", width, number(l, n), words(l, "summary.not-known"))
	}
}
