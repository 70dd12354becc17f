package cli

import (
	"errors"
	"io"
	"iter"
	"path/filepath"

	"github.com/spf13/cobra"

	"contact-distributor/batch/audit"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

type reportOptions struct {
	out, head            string
	language             msg.Language
	asJSON, full, verify bool
}

func newReport(s Streams) *cobra.Command {
	var o reportOptions
	run := func(l *ledger.Ledger, args []string) error { return o.run(s, l, args[0]) }
	cmd := newLedgerCommand("report", cobra.ExactArgs(1), toRead, &o.language, run)
	cmd.Flags().StringVar(&o.out, "out", "", "`DIR` for the results (default: where they were written before)")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, "the summary as JSON on stdout")
	cmd.Flags().BoolVar(&o.full, "full", false, "show numbers and names whole in the report")
	cmd.Flags().BoolVar(&o.verify, "verify", false, "write nothing, and say whether files and ledger are what they were")
	cmd.Flags().StringVar(&o.head, "head", "", "`HASH` of a Proof that was printed after a run and kept elsewhere: the ledger must have it")
	return cmd
}

func (o *reportOptions) run(s Streams, l *ledger.Ledger, what string) error {
	if o.head != "" && !o.verify {
		return usageError{msg.Problem("usage.head", nil)}
	}
	out, err := folder(o.out)
	if err != nil {
		return err
	}
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
	// A folder of this machine that is gone is an error.
	publisher := publish.Publisher{Ledger: l, Language: o.language, Full: o.full, Anew: true, Version: version()}
	if err = closeRun(s.Out, publisher, run, msg.Reason{}, filepath.IsAbs(run.Output), o.asJSON); isA[statusError](err) {
		return nil
	}
	return err
}

func (o *reportOptions) runVerify(w io.Writer, from *ledger.Ledger, run ledger.Run, damage *ledger.DamagedError) error {
	var kept *[32]byte
	if o.head != "" {
		hash, err := audit.ParseHash(o.head)
		if err != nil {
			return usageError{msg.Problem("usage.head-proof", msg.Args{"Err": err})}
		}
		kept = &hash
	}
	rows := func(l msg.Language) iter.Seq2[csvmodel.Result, error] { return publish.Rows(from, run, l) }
	v, err := audit.Verify(from, run, damage, kept, rows)
	if err != nil {
		return err
	}
	if l := terminal.Language(o.language); o.asJSON {
		err = verificationJSON(w, l, from, run, v)
	} else {
		_, err = io.WriteString(w, verificationText(l, from, run, v))
	}
	if err == nil && !v.Holds() {
		return statusError(exitRows)
	}
	return err
}

func verificationJSON(w io.Writer, l msg.Language, from *ledger.Ledger, run ledger.Run, v audit.Verification) error {
	type finding struct {
		Verdict audit.Verdict `json:"verdict"`
		Text    string        `json:"text"`
	}
	findings := make([]finding, len(v.Findings))
	for i, f := range v.Findings {
		findings[i] = finding{f.Verdict, msg.OneLine(f.Reason.Text(l))}
	}
	return terminal.WriteJSON(w, map[string]any{
		"run": run.ID, "file": run.Path, "ledger": from.Path, "head": audit.Hex(v.Head),
		"agrees": v.Holds(), "proven": v.IsProven, "findings": findings,
	}, "  ")
}

func verificationText(l msg.Language, from *ledger.Ledger, run ledger.Run, v audit.Verification) string {
	text := msg.Text(l, "verify.run", msg.Args{"File": msg.OneLine(run.Name), "Run": run.ID, "Ledger": from.Path}) + "\n\n"
	for _, f := range v.Findings {
		text += "  " + msg.Text(l, "verify."+string(f.Verdict), nil) + "  " + msg.OneLine(f.Reason.Text(l)) + "\n"
	}
	conclusion := "verify.proven"
	switch {
	case v.Differences() > 0:
		conclusion = "verify.different"
	case !v.IsProven:
		conclusion = "verify.unproven"
	}
	return text + "\n" + msg.Text(l, conclusion, msg.Args{"Count": v.Differences()}) + "\n"
}
