package cli

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"contact-distributor/csvmodel"
)

// number writes an integer with thin groups, so that a large one can be read.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}

// count is a number and the word for it.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// about is a duration as people say it.
func about(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under a second"
	case d < 2*time.Minute:
		return count(int(d.Round(time.Second).Seconds()), "second", "seconds")
	case d < 2*time.Hour:
		return number(int(d.Round(time.Minute).Minutes())) + " minutes"
	}
	return fmt.Sprintf("%s h %02d min", number(int(d.Hours())), int(d.Minutes())%60)
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
func table(w io.Writer, counts csvmodel.Counts) {
	width := len(number(counts.Rows()))
	for _, s := range csvmodel.Statuses {
		if n := counts[s]; n > 0 {
			fmt.Fprintf(w, "  %*s  %-10s  %s\n", width, number(n), s, meanings[s])
		}
	}
	fmt.Fprintf(w, "  %*s  %s\n", width, number(counts.Rows()), "rows in the file")
}
