package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
)

func newReport(s Streams) *cobra.Command {
	var ledger, out string
	var language csvmodel.Language
	var asJSON, full bool
	cmd := &cobra.Command{
		Use:   "report FILE|RUN",
		Short: "Writes the results again from the ledger, without the file",
		Long: `Writes NAME.results.csv and NAME.report.html again from the ledger. The file itself is not needed any
more: name the path it had, or the number of the run that status shows. The exit
status is 0 when they are written, whatever became of the rows.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runReport(s, ledger, out, args[0], language, asJSON, full)
		},
	}
	ledgerFlag(cmd, &ledger)
	cmd.Flags().StringVar(&out, "out", "", "`DIR` for the results (default: where they were written before)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the summary as JSON on stdout")
	cmd.Flags().BoolVar(&full, "full", false, "show numbers and names whole in the report")
	languageFlag(cmd, &language)
	fromEnvironment(cmd)
	return cmd
}

func runReport(s Streams, ledgerFlag, out, what string, language csvmodel.Language, asJSON, full bool) error {
	out, err := folder(out)
	if err != nil {
		return err
	}
	ledger, err := openExisting(ledgerFlag)
	if err != nil {
		return err
	}
	defer ledger.Close()
	records := batch.Records{Ledger: ledger, Language: language}
	run, err := records.FindRun(what)
	if err != nil {
		return usageError{err}
	}
	if out != "" {
		run.Output = filepath.Join(out, filepath.Base(run.Output))
	}
	summary, err := records.Summary(run)
	if err != nil {
		return err
	}
	if summary.Counts[csvmodel.Unsent] == 0 {
		summary.Stop = batch.Stop{} // it has come to its end since
	}
	written, err := outputs{records: records, full: full}.write(summary)
	if err != nil {
		return err
	}
	return closing{summary: summary, files: written, ledger: ledger.Path(), language: language}.write(s.Out, asJSON)
}

// openExisting opens a ledger and makes none.
func openExisting(flag string) (*batch.Ledger, error) {
	path, err := ledgerPath(flag)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, usageError{fmt.Errorf("there is no ledger at %s: either nothing has been sent yet, or it is elsewhere: name it with --ledger", path)}
	}
	return batch.OpenLedger(path)
}
