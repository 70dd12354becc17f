// Package terminal is what people see of a run: its log, its forecast, its progress, and
// what it has come to, in the language of their terminal.
//
// It writes what it is given and decides nothing. All of it is safe to show: what a terminal
// would act on, in the name of a file say, is replaced. NewLog comes first, then the progress
// of the run and a Summary at its end.
package terminal

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
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
	if len(s.Accounts) > 0 {
		text += Words(l, "summary.accounts") + Accounts(l, s.Accounts)
	}
	if s.Deliveries.Known() > 0 {
		text += Words(l, "summary.deliveries") + deliveryTable(l, s.Deliveries)
	}
	text += WordsIf(s.Resends > 0, l, "summary.resent", "Count", s.Resends)
	text += s.departures(l)
	isToldAbove := slices.ContainsFunc(s.Accounts, func(a batch.AccountSummary) bool { return !a.Stop.IsZero() })
	text += WordsIf(!s.Stop.IsZero() && !isToldAbove, l, "summary.stopped", "Reason", s.Stop)
	text += WordsIf(s.Run.Again && s.Stop.Action() == msg.ByNextRun, l, "summary.again")
	return text + "\n" + s.places(l)
}

// Accounts is a line for each of several accounts.
func Accounts(l msg.Language, accounts []batch.AccountSummary) (text string) {
	for _, a := range accounts {
		name := a.Instance
		if a.Name != "" {
			name = msg.OneLine(a.Name) + " (" + a.Instance + ")"
		}
		text += Words(l, "summary.account", "Account", name, "Counts", Counts(l, a.Counts), "Reason", a.Stop)
	}
	return text
}

// Counts names each status of some rows, in their order.
func Counts(l msg.Language, counts csvmodel.Counts) string {
	var parts []string
	for _, st := range csvmodel.Statuses {
		if n := counts[st]; n > 0 {
			parts = append(parts, Words(l, "news.count", "Rows", n, "Status", Status(l, st)))
		}
	}
	return strings.Join(parts, ", ")
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
	text := Words(l, "news.rows", "Rows", s.Run.Rows, "Counts", Counts(l, s.Counts)) + Accounts(l, s.Accounts) + Words(l, "news.results", "File", s.Files.Results)
	text += WordsIf(s.Files.Proof != "", l, "news.proof", "Proof", s.Files.Proof)
	return text + s.Fixme(l)
}

// Fixme says where rows are to be corrected, if any are.
func (s Summary) Fixme(l msg.Language) string {
	return WordsIf(s.Files.Fixme != "", l, "news.fixme", "Rows", s.NeedPerson(), "File", s.Files.Fixme)
}

// JSON is the summary for machines. Its keys and codes are the same in every language.
func (s Summary) JSON() map[string]any {
	if s.Run.ID == 0 {
		return map[string]any{"file": s.Run.Path, "stop": stopJSON(s.Stop), "exitStatus": s.ExitStatus}
	}
	deliveries := maps.Clone(s.Deliveries)
	delete(deliveries, "") // of those nothing is known
	summary := map[string]any{
		"forecastLastLeaves": timeJSON(s.ForecastDeparture), "lastLeaves": timeJSON(s.LastDeparture), "leaveAfterHours": s.AfterHours, "willBeDropped": s.WillExpire,
		"file": s.Run.Path, "run": s.Run.ID, "rows": s.Run.Rows, "counts": s.Counts, "deliveries": deliveries, "repeatedByService": s.Resends,
		"stop": stopJSON(s.Stop), "exitStatus": s.ExitStatus, "results": s.Files.Results, "fixme": s.Files.Fixme, "report": s.Files.Report, "manifest": s.Files.Manifest, "proof": s.Files.Proof, "ledger": s.Ledger, "sandbox": s.IsSandbox,
	}
	if len(s.Accounts) > 0 {
		summary["accounts"] = AccountsJSON(s.Accounts)
	}
	return summary
}

// AccountsJSON is each of several accounts for machines.
func AccountsJSON(accounts []batch.AccountSummary) (all []any) {
	for _, a := range accounts {
		all = append(all, map[string]any{"name": a.Name, "idInstance": a.Instance, "counts": a.Counts, "stop": stopJSON(a.Stop)})
	}
	return all
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

// Language is that of the terminal: what was asked for, else the environment's, else English.
func Language(flag msg.Language) msg.Language {
	name, _, _ := strings.Cut(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "_")
	name, _, _ = strings.Cut(name, ".")
	l, _ := msg.ParseLanguage(name) // "" for one that there is not
	return cmp.Or(flag, l, msg.English)
}

// Words returns a text in a language, with arguments as names and values.
func Words(l msg.Language, key string, args ...any) string {
	named := msg.Args{}
	for i := 1; i < len(args); i += 2 {
		named[args[i-1].(string)] = args[i]
	}
	return msg.Text(l, key, named)
}

// WordsIf is Words where something holds, else "".
func WordsIf(holds bool, l msg.Language, key string, args ...any) string {
	if !holds {
		return ""
	}
	return Words(l, key, args...)
}

// Status is how people read a status: its word, and what that is in their language.
func Status(l msg.Language, s csvmodel.Status) string { return msg.Text(l, "status."+string(s), nil) }

// LogForecast logs what a run is about to do, before the first request.
func LogForecast(log *slog.Logger, l msg.Language, f batch.Forecast) {
	log.Info("log.reason", "Reason", Forecast(l, f))
	if f.Requests == 0 || f.DepthRate == 0 {
		return
	}
	advice := Words(l, "outlook.deeper")
	if f.Delay.Seconds()*f.DepthRate >= 1 {
		advice = Words(l, "outlook.slower")
	}
	log.Info("outlook.depth", "Depth", f.Depth, "Rate", f.DepthRate, "Advice", advice)
}

// Forecast says in one line what a run is about to do.
func Forecast(l msg.Language, f batch.Forecast) string {
	text := WordsIf(f.Account != "", l, "outlook.account", "Account", f.Account) + Words(l, "outlook.rows", "File", f.Run.Name, "Count", f.Counts.Rows())
	for _, s := range csvmodel.Statuses {
		if n := f.Counts[s]; n > 0 && s != csvmodel.Unsent {
			text += Words(l, "outlook.status", "Count", n, "Status", Status(l, s))
		}
	}
	switch {
	case f.Counts[csvmodel.Unsent] == 0:
		return text + Words(l, "outlook.nothing")
	case !f.Begins:
		return text + Words(l, "outlook.status", "Count", f.Counts[csvmodel.Unsent], "Status", Status(l, csvmodel.Unsent))
	}
	text += WordsIf(f.Duplicates > 0, l, "outlook.expected", "Count", f.Duplicates, "Status", Status(l, csvmodel.Duplicate))
	if f.Requests == 0 {
		return text + Words(l, "outlook.nothing")
	}
	text += Words(l, "outlook.send", "Count", f.Requests, "Manner", manner(l, f))
	text += WordsIf(f.Duration >= time.Second, l, "outlook.about")
	return text + Words(l, "outlook.leaves", "Takes", f.Duration, "At", moment(l, f.LeftAt, f.Settings.Window.Location()))
}

func manner(l msg.Language, f batch.Forecast) string {
	s := f.Settings
	how := Words(l, "outlook.rate", "Rate", s.Rate)
	how += WordsIf(f.Delay > 0, l, "outlook.delay", "Delay", f.Delay)
	how += WordsIf(!s.Window.IsZero(), l, "outlook.hours", "Hours", s.Window.String())
	how += WordsIf(s.PerDay > 0, l, "outlook.per-day", "Count", s.PerDay)
	return how
}

// moment has the day unless that is today, and names a zone that is not this machine's (nil).
func moment(l msg.Language, t time.Time, zone *time.Location) string {
	name := ""
	if zone = cmp.Or(zone, time.Local); zone != time.Local {
		name = " " + zone.String()
	}
	layout, now := "2006-01-02 15:04", time.Now().In(zone)
	switch t = t.In(zone); {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		layout = time.TimeOnly
	case l.Tag() == string(msg.Russian):
		layout = "02.01.2006 15:04"
	}
	return t.Format(layout) + name
}
