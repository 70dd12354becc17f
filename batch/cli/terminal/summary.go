package terminal

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

// Summary is what a file has come to. Its zero run is a file that was put away without one.
type Summary struct {
	batch.Summary
	Files      publish.Files
	Ledger     string // its path
	IsSandbox  bool   // the service is an imitation
	ExitStatus int
}

// Write writes all of the summary, as text in a language or as JSON.
func (s Summary) Write(w io.Writer, l msg.Language, asJSON bool) error {
	if asJSON {
		return WriteJSON(w, s.JSON(), "  ")
	}
	_, err := io.WriteString(w, s.text(l))
	return err
}

func (s Summary) text(l msg.Language) string {
	text := "\n" + msg.OneLine(s.Run.Name) + "\n"
	text += WordsIf(!s.SentBefore.IsZero(), l, "summary.sent-before", "At", s.SentBefore)
	text += countTable(l, s.Counts)
	if s.Deliveries.Known() > 0 {
		text += Words(l, "summary.deliveries") + deliveryTable(l, s.Deliveries)
	}
	text += WordsIf(s.Resends > 0, l, "summary.resent", "Count", s.Resends)
	text += s.departures(l)
	text += WordsIf(!s.Stop.IsZero(), l, "summary.stopped", "Reason", s.Stop)
	text += WordsIf(s.Run.Again && s.Stop.Action() == msg.ByNextRun, l, "summary.again")
	return text + "\n" + s.places(l)
}

// departures says when the last card leaves the queue: accepted is not sent yet.
func (s Summary) departures(l msg.Language) (text string) {
	key := "summary.left"
	switch {
	case s.LastDeparture.IsZero(), s.ForecastDeparture.IsZero(), s.Stop.Action() == msg.ByPerson: // who knows, when the account may not send
		key = ""
	case s.Counts[csvmodel.Unsent] > 0:
		key = "summary.leaves-some"
	case s.LastDeparture.After(time.Now()):
		key = "summary.leaves"
	}
	if key != "" {
		text = Words(l, key, "At", moment(l, s.LastDeparture, s.Zone), "Forecast", moment(l, s.ForecastDeparture, s.Zone))
	}
	text += WordsIf(s.AfterHours > 0, l, "summary.after-hours", "Count", s.AfterHours)
	text += WordsIf(s.WillExpire > 0, l, "summary.expire", "Count", s.WillExpire)
	return text
}

func (s Summary) places(l msg.Language) (text string) {
	for _, place := range []struct{ key, file string }{
		{"summary.results", s.Files.Results}, {"summary.report", s.Files.Report}, {"summary.fixme", s.Files.Fixme}, {"summary.proof", s.Files.Proof},
	} {
		text += WordsIf(place.file != "", l, place.key, "File", place.file, "Proof", place.file, "Count", s.NeedPerson())
	}
	if s.IsSandbox {
		return text + Words(l, "summary.sandbox")
	}
	return text + Words(l, "summary.ledger", "File", s.Ledger)
}

// Brief is what an inbox tells of a file that has a run: its rows, and where they are.
func (s Summary) Brief(l msg.Language) string {
	var counts []string
	for _, st := range csvmodel.Statuses {
		if n := s.Counts[st]; n > 0 {
			counts = append(counts, Words(l, "news.count", "Rows", n, "Status", Status(l, st)))
		}
	}
	key := "news.rows"
	if s.Run.Rows == 0 {
		key = "news.no-rows"
	}
	text := Words(l, key, "Rows", s.Run.Rows, "Counts", strings.Join(counts, ", ")) + Words(l, "news.results", "File", s.Files.Results)
	text += WordsIf(s.Files.Proof != "", l, "news.proof", "Proof", s.Files.Proof)
	return text + s.Fixme(l)
}

// Fixme says where rows are to be corrected, if any are.
func (s Summary) Fixme(l msg.Language) string {
	if s.Files.Fixme == "" {
		return ""
	}
	return Words(l, "news.fixme", "Rows", s.NeedPerson(), "File", s.Files.Fixme)
}

// JSON is the summary for machines. Its keys and codes are the same in every language.
func (s Summary) JSON() map[string]any {
	if s.Run.ID == 0 {
		return map[string]any{"file": s.Run.Path, "stop": stopJSON(s.Stop), "exitStatus": s.ExitStatus}
	}
	return map[string]any{
		"forecastLastLeaves": timeJSON(s.ForecastDeparture), "lastLeaves": timeJSON(s.LastDeparture), "leaveAfterHours": s.AfterHours, "willBeDropped": s.WillExpire,
		"file": s.Run.Path, "run": s.Run.ID, "rows": s.Run.Rows, "counts": s.Counts, "deliveries": knownDeliveries(s.Deliveries), "repeatedByService": s.Resends,
		"stop": stopJSON(s.Stop), "exitStatus": s.ExitStatus, "results": s.Files.Results, "fixme": s.Files.Fixme, "report": s.Files.Report, "manifest": s.Files.Manifest, "proof": s.Files.Proof, "ledger": s.Ledger, "sandbox": s.IsSandbox,
	}
}

// WriteJSON writes what is for machines; without indent it is a line of its own.
func WriteJSON(w io.Writer, v any, indent string) error {
	out := json.NewEncoder(escaping{w})
	out.SetIndent("", indent)
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

func countTable(l msg.Language, counts csvmodel.Counts) (text string) {
	rows := msg.Number(l, counts.Rows())
	longest := 0
	for _, s := range csvmodel.Statuses {
		longest = max(longest, utf8.RuneCountInString(Status(l, s)))
	}
	for _, s := range csvmodel.Statuses {
		if n := counts[s]; n > 0 {
			text += fmt.Sprintf("  %*s  %-*s  %s\n", utf8.RuneCountInString(rows), msg.Number(l, n), longest, Status(l, s), Words(l, "status.meaning."+string(s)))
		}
	}
	return text + fmt.Sprintf("  %s  %s\n", rows, Words(l, "summary.rows"))
}

// deliveryTable has those that are known in their order, then others, then none.
func deliveryTable(l msg.Language, counts csvmodel.DeliveryCounts) (text string) {
	width := 0
	for _, n := range counts {
		width = max(width, utf8.RuneCountInString(msg.Number(l, n)))
	}
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(counts)), func(d csvmodel.Delivery) bool {
		return d == "" || slices.Contains(csvmodel.Deliveries, d)
	})
	for _, d := range slices.Concat(csvmodel.Deliveries, others) {
		if n := counts[d]; n > 0 {
			text += strings.TrimRight(fmt.Sprintf("  %*s  %-10s  %s", width, msg.Number(l, n), msg.OneLine(string(d)), d.Meaning(l)), " ") + "\n"
		}
	}
	if n := counts[""]; n > 0 {
		text += fmt.Sprintf("  %*s  %s\n", width, msg.Number(l, n), Words(l, "summary.not-known"))
	}
	return text
}

func knownDeliveries(counts csvmodel.DeliveryCounts) csvmodel.DeliveryCounts {
	counts = maps.Clone(counts)
	delete(counts, "")
	return counts
}
