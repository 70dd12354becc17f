package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

type reportOptions struct {
	ledger, out, head    string
	language             msg.Language
	asJSON, full, verify bool
}

func newReport(s Streams) *cobra.Command {
	var o reportOptions
	cmd := newCommand("report", cobra.ExactArgs(1), func(_ context.Context, args []string) error {
		return o.run(s, args[0])
	})
	ledgerFlag(cmd, &o.ledger)
	cmd.Flags().StringVar(&o.out, "out", "", "`DIR` for the results (default: where they were written before)")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, "the summary as JSON on stdout")
	cmd.Flags().BoolVar(&o.full, "full", false, "show numbers and names whole in the report")
	cmd.Flags().BoolVar(&o.verify, "verify", false, "write nothing, and say whether files and ledger are what they were")
	cmd.Flags().StringVar(&o.head, "head", "", "`HASH` of a Proof that was printed after a run and kept elsewhere: the ledger must have it")
	languageFlag(cmd, &o.language)
	return cmd
}

func (o *reportOptions) run(s Streams, what string) error {
	if o.head != "" && !o.verify {
		return usageError{msg.Problem("usage.head", nil)}
	}
	out, err := folder(o.out)
	if err != nil {
		return err
	}
	l, err := openToRead(o.ledger)
	if err != nil {
		return err
	}
	defer l.Close()
	run, err := inbox.FindRun(l, what)
	damaged := (*ledger.DamagedError)(nil)
	isDamaged := errors.As(err, &damaged)
	if err != nil && !isDamaged {
		return usageError{err}
	}
	if out != "" {
		run.Output = filepath.Join(out, filepath.Base(run.Output))
	}
	switch {
	case o.verify:
		return o.runVerify(s.Out, l, run, damaged)
	case isDamaged:
		return err
	}
	return o.write(s, l, run)
}

func (o *reportOptions) write(s Streams, l *ledger.Ledger, run ledger.Run) error {
	summary, err := batch.Runs{Ledger: l}.Summary(run)
	if err != nil {
		return err
	}
	if summary.Counts[csvmodel.Unsent] == 0 {
		summary.Stop = msg.Reason{} // it has come to its end since
	}
	written, err := publish.Publisher{Ledger: l, Language: o.language, Full: o.full, Anew: true, Version: version()}.Publish(summary)
	if err != nil {
		return err
	}
	return terminal.Summary{Summary: summary, Files: written, Ledger: l.Path(), ExitStatus: runStatus(summary)}.Write(s.Out, terminal.Language(o.language), o.asJSON)
}

// openExisting opens a ledger and makes none.
func openExisting(flag string) (*ledger.Ledger, error) {
	return openThere(flag, ledger.Options{})
}

// openToRead opens a ledger for a verb that only tells what is in it: that neither
// disturbs an older program at work nor alters the copy that was made before an upgrade.
func openToRead(flag string) (*ledger.Ledger, error) {
	return openThere(flag, ledger.Options{IfFree: true})
}

func openThere(flag string, o ledger.Options) (*ledger.Ledger, error) {
	path, err := ledgerPath(flag)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, usageError{msg.Problem("usage.no-ledger", msg.Args{"Path": path})}
	}
	return ledger.Open(path, o)
}
