package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"contact-distributor/batch"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// fileSummary is what a file has come to. It is rendered as text, as the brief text of an
// inbox, and as JSON.
type fileSummary struct {
	batch.Summary
	files   publish.Files
	ledger  string // its path
	sandbox bool   // the service is an imitation
}

func (s fileSummary) write(w io.Writer, l msg.Language, asJSON bool) error {
	if asJSON {
		return writeJSON(w, s.json())
	}
	_, err := io.WriteString(w, s.text(l))
	return err
}

// text is what is shown at the end of a run.
func (s fileSummary) text(l msg.Language) string {
	text := "\n" + s.Run.Name + "\n" + countTable(l, s.Counts)
	if s.Deliveries.Known() > 0 {
		text += words(l, "summary.deliveries") + deliveryTable(l, s.Deliveries)
	}
	if s.Resends > 0 {
		text += words(l, "summary.resent", "Count", s.Resends)
	}
	text += s.departures(l)
	if !s.Stop.IsZero() {
		text += words(l, "summary.stopped", "Reason", s.Stop)
	}
	return text + "\n" + s.places(l)
}

// departures says when the last card leaves the queue: accepted is not sent yet. And it
// says what happens to cards in the queue that nobody wants.
func (s fileSummary) departures(l msg.Language) (text string) {
	key := "summary.left"
	switch {
	case s.LastDeparture.IsZero(), s.Stop.Action() == msg.ByPerson: // who knows, when the account may not send
		key = ""
	case s.Counts[csvmodel.Unsent] > 0:
		key = "summary.leaves-some"
	case s.LastDeparture.After(time.Now()):
		key = "summary.leaves"
	}
	if key != "" {
		text = words(l, key, "At", momentIn(l, s.LastDeparture, s.Zone), "Forecast", momentIn(l, s.ForecastDeparture, s.Zone))
	}
	if s.AfterHours > 0 {
		text += words(l, "summary.after-hours", "Count", s.AfterHours)
	}
	if s.WillExpire > 0 {
		text += words(l, "summary.expire", "Count", s.WillExpire)
	}
	return text
}

// places says where everything is.
func (s fileSummary) places(l msg.Language) (text string) {
	add := func(key, place string, args ...any) {
		if place != "" {
			text += words(l, key, append(args, "File", place)...)
		}
	}
	add("summary.results", s.files.Results)
	add("summary.report", s.files.Report)
	add("summary.fixme", s.files.Fixme, "Count", s.NeedPerson())
	add("summary.proof", s.files.Proof, "Proof", s.files.Proof)
	if s.sandbox {
		return text + words(l, "summary.sandbox")
	}
	add("summary.ledger", s.ledger)
	return text
}

// brief is what an inbox tells of a file that has a run: its rows, and where they are.
func (s fileSummary) brief(l msg.Language) string {
	var counts []string
	for _, st := range csvmodel.Statuses {
		if n := s.Counts[st]; n > 0 {
			counts = append(counts, words(l, "news.count", "Rows", n, "Status", status(l, st)))
		}
	}
	text := words(l, "news.rows", "Rows", s.Run.Rows, "Counts", strings.Join(counts, ", ")) + words(l, "news.results", "File", s.files.Results)
	if s.files.Proof != "" {
		text += words(l, "news.proof", "Proof", s.files.Proof)
	}
	return text + s.fixme(l)
}

// fixme says where rows are to be corrected, if any are.
func (s fileSummary) fixme(l msg.Language) string {
	if s.files.Fixme == "" {
		return ""
	}
	return words(l, "news.fixme", "Rows", s.NeedPerson(), "File", s.files.Fixme)
}

func (s fileSummary) json() map[string]any {
	return map[string]any{
		"forecastLastLeaves": timeJSON(s.ForecastDeparture), "lastLeaves": timeJSON(s.LastDeparture), "leaveAfterHours": s.AfterHours, "willBeDropped": s.WillExpire,
		"file": s.Run.Path, "run": s.Run.ID, "rows": s.Run.Rows, "counts": s.Counts, "deliveries": knownDeliveries(s.Deliveries), "repeatedByService": s.Resends,
		"stop": stopJSON(s.Stop), "exitStatus": runStatus(s.Summary), "results": s.files.Results, "fixme": s.files.Fixme, "report": s.files.Report, "manifest": s.files.Manifest, "proof": s.files.Proof, "ledger": s.ledger, "sandbox": s.sandbox,
	}
}

// writeJSON writes a summary, or what stands in its place.
func writeJSON(w io.Writer, v any) error {
	out := json.NewEncoder(escaping{w})
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// escaping writes JSON and escapes also the other characters that a terminal acts on.
type escaping struct{ io.Writer }

func (w escaping) Write(text []byte) (int, error) {
	escaped := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if unicode.IsGraphic(r) || r == '\n' {
			escaped = utf8.AppendRune(escaped, r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			escaped = fmt.Appendf(escaped, `\u%04x`, unit)
		}
	}
	if _, err := w.Writer.Write(escaped); err != nil {
		return 0, err
	}
	return len(text), nil
}

// timeJSON is a time as the summary has it, null for none.
func timeJSON(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339)
}

func stopJSON(s msg.Reason) any {
	if s.IsZero() {
		return nil
	}
	return map[string]string{"code": string(s.Code), "text": s.String()}
}

// countTable has one line for each status that rows have, with what it means.
func countTable(l msg.Language, counts csvmodel.Counts) (text string) {
	rows := msg.Number(l, counts.Rows())
	width, longest := utf8.RuneCountInString(rows), 0
	for _, s := range csvmodel.Statuses {
		longest = max(longest, utf8.RuneCountInString(status(l, s)))
	}
	for _, s := range csvmodel.Statuses {
		if n := counts[s]; n > 0 {
			text += fmt.Sprintf("  %*s  %-*s  %s\n", width, msg.Number(l, n), longest, status(l, s), words(l, "status.meaning."+string(s)))
		}
	}
	return text + fmt.Sprintf("  %s  %s\n", rows, words(l, "summary.rows"))
}

// deliveryTable has one line for each delivery that accepted cards have, by the words
// of the results.
func deliveryTable(l msg.Language, counts csvmodel.DeliveryCounts) (text string) {
	others := slices.Sorted(maps.Keys(knownDeliveries(counts)))
	others = slices.DeleteFunc(others, func(d csvmodel.Delivery) bool { return slices.Contains(csvmodel.Deliveries, d) })
	width := 0
	for _, n := range counts {
		width = max(width, utf8.RuneCountInString(msg.Number(l, n)))
	}
	for _, d := range slices.Concat(csvmodel.Deliveries, others) {
		if n := counts[d]; n > 0 {
			text += strings.TrimRight(fmt.Sprintf("  %*s  %-10s  %s", width, msg.Number(l, n), msg.OneLine(string(d)), d.Meaning(l)), " ") + "\n"
		}
	}
	if n := counts[""]; n > 0 {
		text += fmt.Sprintf("  %*s  %s\n", width, msg.Number(l, n), words(l, "summary.not-known"))
	}
	return text
}

// knownDeliveries leaves out the rows of which nothing is known yet.
func knownDeliveries(counts csvmodel.DeliveryCounts) csvmodel.DeliveryCounts {
	counts = maps.Clone(counts)
	delete(counts, "")
	return counts
}
