package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const minutes = "2006-01-02 15:04"

func newStatus(s Streams) *cobra.Command {
	var language msg.Language
	var asJSON bool
	cmd := newLedgerCommand("status", cobra.NoArgs, toRead, &language, func(l *ledger.Ledger, _ []string) error {
		return showStatus(s.Out, terminal.Language(language), l, asJSON)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func showStatus(w io.Writer, language msg.Language, l *ledger.Ledger, asJSON bool) error {
	runs, errRuns := batch.Runs{Ledger: l}.Newest(20)
	suspensions, err := l.Suspensions()
	holders, errHolders := l.HeldInstances()
	if err := errors.Join(errRuns, err, errHolders); err != nil {
		return err
	}
	if asJSON {
		return statusJSON(w, runs, suspensions, holders)
	}
	fmt.Fprint(w, terminal.Words(language, "overview.ledger", "Path", l.Path))
	if err := statusTable(w, language, runs); err != nil {
		return err
	}
	for _, h := range holders {
		fmt.Fprint(w, terminal.Words(language, "overview.held", "Instance", h.Instance, "Holder", h.Holder, "Since", h.Since.Local().Format(minutes), "Epoch", strconv.FormatInt(h.Epoch, 10)),
			terminal.WordsIf(h.Rows > 0, language, "overview.held-run", "Run", strconv.FormatInt(h.Run, 10), "File", h.File, "Done", h.Done, "Rows", h.Rows), "\n")
	}
	for _, r := range suspensions {
		fmt.Fprint(w, terminal.Words(language, "overview.suspended", "Instance", r.Instance, "Since", r.Since.Local().Format(minutes), "State", r.State))
	}
	return nil
}

func statusTable(w io.Writer, l msg.Language, runs []batch.Summary) error {
	if len(runs) == 0 {
		fmt.Fprint(w, terminal.Words(l, "overview.none"))
		return nil
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(out, terminal.Words(l, "overview.head"))
	for _, s := range runs {
		fmt.Fprintf(out, "%d\t%s", s.Run.ID, s.Run.Started.Format(minutes))
		waiting := s.Counts[csvmodel.Unsent]
		if !s.Run.Finished.IsZero() { // another run has done them
			waiting = 0
		}
		for _, n := range []int{s.Run.Rows, s.Counts[csvmodel.Accepted], waiting, s.Counts[csvmodel.Unknown], s.NeedPerson()} {
			fmt.Fprintf(out, "\t%s", msg.Number(l, n))
		}
		fmt.Fprintf(out, "\t%s\n", msg.OneLine(s.Run.Name))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for _, s := range runs {
		switch reason := waitingFor(l, s); {
		case len(s.Accounts) > 0 && s.Run.Finished.IsZero():
			fmt.Fprint(w, terminal.Words(l, "overview.accounts", "Run", fmt.Sprint(s.Run.ID), "File", s.Run.Name), terminal.Accounts(l, s.Accounts))
		case reason != "":
			fmt.Fprint(w, terminal.Words(l, "overview.waits", "Run", fmt.Sprint(s.Run.ID), "File", s.Run.Name, "Reason", reason))
		}
	}
	return nil
}

func waitingFor(l msg.Language, s batch.Summary) string {
	if s.Counts[csvmodel.Unsent] == 0 {
		return ""
	}
	if code := s.Stop.Code; code == msg.Rest || code == msg.Resting || code == msg.Promoted {
		return terminal.Words(l, "overview.rest")
	}
	return s.Stop.Text(l)
}

func statusJSON(w io.Writer, summaries []batch.Summary, suspensions []ledger.Suspension, holders []*ledger.HeldError) error {
	type run struct {
		Run     int64           `json:"run"`
		File    string          `json:"file"`
		Started time.Time       `json:"started"`
		Rows    int             `json:"rows"`
		Counts  csvmodel.Counts `json:"counts"`
		Waiting string          `json:"waitingFor,omitempty"`

		Accounts []any `json:"accounts,omitempty"`
	}
	runs := make([]run, len(summaries))
	for i, s := range summaries {
		runs[i] = run{s.Run.ID, s.Run.Path, s.Run.Started, s.Run.Rows, s.Counts, waitingFor(msg.English, s), terminal.AccountsJSON(s.Accounts)}
	}
	return terminal.WriteJSON(w, map[string]any{"runs": runs, "atRest": append([]ledger.Suspension{}, suspensions...), "held": append([]*ledger.HeldError{}, holders...)}, "  ")
}
