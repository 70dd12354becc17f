package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

type explainOptions struct {
	region   string
	json     bool
	language msg.Language
}

func newExplain(s Streams) *cobra.Command {
	var o explainOptions
	run := func(l *ledger.Ledger, args []string) error { return o.run(s, l, args[0]) }
	cmd := newLedgerCommand("explain", cobra.ExactArgs(1), toRead, &o.language, run)
	cmd.Flags().StringVar(&o.region, "region", "", "`COUNTRY` of a number without a country code, such as RU")
	cmd.Flags().BoolVar(&o.json, "json", false, "as JSON")
	return cmd
}

func (o *explainOptions) run(s Streams, l *ledger.Ledger, what string) error {
	region, err := phone.ParseRegion(o.region)
	if err != nil {
		return usageError{msg.Problem("explain.region", msg.Args{"Err": err})}
	}
	e, err := explanation(l, what, region)
	switch {
	case errors.Is(err, timeline.ErrNotFound):
		return usageError{msg.Problem("explain.nothing", msg.Args{"What": what, "Err": err, "Ledger": l.Path})}
	case err != nil:
		return err
	case o.json:
		return terminal.WriteJSON(s.Out, e, "  ")
	}
	return explainText(s.Out, terminal.Language(o.language), e)
}

func explanation(l *ledger.Ledger, what, region string) (timeline.Explanation, error) {
	explainer := timeline.Explainer{Ledger: l}
	if file, line, err := parsePlace(what); err == nil {
		run, err := inbox.FindRun(l, file)
		if err != nil {
			return timeline.Explanation{}, usageError{err}
		}
		return explainer.Row(run, line)
	}
	if e, err := explainer.Message(what); !errors.Is(err, timeline.ErrNotFound) {
		return e, err
	}
	chat, err := phone.ParseChatID(what, region)
	if err != nil {
		return timeline.Explanation{}, usageError{msg.Problem("explain.no-number", msg.Args{"What": what, "Err": err})}
	}
	e, err := explainer.Chat(chat)
	if errors.Is(err, timeline.ErrNotFound) {
		err = msg.Problem("explain.no-chat", msg.Args{"Chat": chat, "Err": err})
	}
	return e, err
}

func explainText(w io.Writer, l msg.Language, e timeline.Explanation) error {
	for i, row := range e.Rows {
		if i > 0 && e.Rows[i-1].IsRequested && !row.IsRequested {
			fmt.Fprint(w, terminal.Words(l, "explain.duplicates"))
		}
		rowText(w, l, row)
	}
	for _, a := range e.Aliases {
		fmt.Fprint(w, terminal.Words(l, "explain.alias", "LID", a.LID, "Chat", a.Chat, "Instance", a.Instance, "At", stampText(a.At)))
	}
	return stepsText(w, l, e)
}

func stepsText(w io.Writer, l msg.Language, e timeline.Explanation) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	places := placesOf(l, e.Rows)
	for _, s := range e.Steps {
		at := stampText(s.At)
		if s.Undated {
			at = ""
		}
		if len(places) > 1 {
			at += "\t" + places[ref{s.Run, s.Line}]
		}
		fmt.Fprintf(out, "%s\t%s\n", at, msg.OneLine(s.Words(l)))
	}
	return out.Flush()
}

type ref struct {
	run  int64
	line int
}

func placesOf(l msg.Language, rows []timeline.Row) map[ref]string {
	count := map[string]int{}
	for _, r := range rows {
		count[place(r)]++
	}
	places := map[ref]string{}
	for _, r := range rows {
		text := place(r)
		if count[text] > 1 {
			text = terminal.Words(l, "explain.place", "Place", text, "Run", strconv.FormatInt(r.Run, 10))
		}
		places[ref{r.Run, r.Line}] = text
	}
	return places
}

func place(r timeline.Row) string { return fmt.Sprintf("%s:%d", msg.OneLine(r.FileName), r.Line) }

func rowText(w io.Writer, l msg.Language, r timeline.Row) {
	fmt.Fprintf(w, "%s: %s", place(r), terminal.Status(l, r.Status))
	if r.IDMessage != "" {
		fmt.Fprintf(w, ", idMessage %s", msg.OneLine(r.IDMessage)) // an older version took any
	}
	if r.Delivery != "" {
		fmt.Fprint(w, terminal.Words(l, "explain.delivery", "Delivery", string(r.Delivery)))
	}
	fmt.Fprint(w, terminal.Words(l, "explain.to", "Chat", r.ChatID, "Name", r.Names, "Phone", r.Phone),
		terminal.Words(l, "explain.row", "Row", strconv.Itoa(r.Number), "Run", strconv.FormatInt(r.Run, 10), "File", r.File),
		"  "+msg.OneLine(r.OutlookText(l))+"\n\n")
}

func stampText(t time.Time) string { return t.Local().Format(time.DateTime) }
