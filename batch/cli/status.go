package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// statusRuns is how many runs are shown.
const statusRuns = 20

func newStatus(s Streams) *cobra.Command {
	var path string
	var language msg.Language
	var asJSON bool
	cmd := newCommand("status", cobra.NoArgs, func(context.Context, []string) error {
		return runStatusVerb(s, terminal.Language(language), path, asJSON)
	})
	ledgerFlag(cmd, &path)
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	languageFlag(cmd, &language)
	return cmd
}

func runStatusVerb(s Streams, language msg.Language, path string, asJSON bool) error {
	l, err := openToRead(path)
	if err != nil {
		return err
	}
	defer l.Close()
	summaries, err := batch.Runs{Ledger: l}.Newest(statusRuns)
	if err != nil {
		return err
	}
	rests, err := l.Suspensions()
	if err != nil {
		return err
	}
	if asJSON {
		return statusJSON(s.Out, summaries, rests)
	}
	if err := statusTable(s.Out, language, summaries, l.Path()); err != nil {
		return err
	}
	for _, r := range rests {
		fmt.Fprint(s.Out, terminal.Words(language, "overview.suspended", "Instance", r.Instance, "Since", r.Since.Local().Format("2006-01-02 15:04"), "State", r.State))
	}
	return nil
}

func statusTable(w io.Writer, l msg.Language, summaries []batch.Summary, path string) error {
	fmt.Fprint(w, terminal.Words(l, "overview.ledger", "Path", path))
	if len(summaries) == 0 {
		fmt.Fprint(w, terminal.Words(l, "overview.none"))
		return nil
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(out, terminal.Words(l, "overview.head"))
	for _, s := range summaries {
		c := s.Counts
		fmt.Fprintf(out, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Run.ID, s.Run.Started.Format("2006-01-02 15:04"),
			msg.Number(l, s.Run.Rows), msg.Number(l, c[csvmodel.Accepted]), msg.Number(l, c[csvmodel.Unsent]), msg.Number(l, c[csvmodel.Unknown]),
			msg.Number(l, s.NeedPerson()), msg.OneLine(s.Run.Name))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for _, s := range summaries {
		if reason := why(l, s); reason != "" {
			fmt.Fprint(w, terminal.Words(l, "overview.waits", "Run", fmt.Sprint(s.Run.ID), "File", s.Run.Name, "Reason", reason))
		}
	}
	return nil
}

// why says what keeps a run that is not finished.
func why(l msg.Language, s batch.Summary) string {
	if s.Counts[csvmodel.Unsent] == 0 {
		return ""
	}
	if code := s.Stop.Code; code == msg.Rest || code == msg.Resting {
		return terminal.Words(l, "overview.rest")
	}
	return s.Stop.Text(l)
}

func statusJSON(w io.Writer, summaries []batch.Summary, rests []ledger.Suspension) error {
	type run struct {
		Run     int64           `json:"run"`
		File    string          `json:"file"`
		Started time.Time       `json:"started"`
		Rows    int             `json:"rows"`
		Counts  csvmodel.Counts `json:"counts"`
		Waiting string          `json:"waitingFor,omitempty"`
	}
	runs := make([]run, len(summaries))
	for i, s := range summaries {
		runs[i] = run{s.Run.ID, s.Run.Path, s.Run.Started, s.Run.Rows, s.Counts, why(msg.English, s)}
	}
	type rest struct {
		Instance string    `json:"instance"`
		State    string    `json:"state"`
		Since    time.Time `json:"since"`
	}
	resting := make([]rest, len(rests))
	for i, r := range rests {
		resting[i] = rest(r)
	}
	return terminal.WriteJSON(w, map[string]any{"runs": runs, "atRest": resting})
}
