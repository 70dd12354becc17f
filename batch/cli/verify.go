package cli

import (
	"io"
	"iter"

	"contact-distributor/batch/audit"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// runVerify prints what agrees with the manifests and what does not. The status is that
// of rows that need a person where something differs or nothing was proven.
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
		"run": run.ID, "file": run.Path, "ledger": from.Path(), "head": audit.Hex(v.Head),
		"agrees": v.Holds(), "proven": v.IsProven, "findings": findings,
	})
}

func verificationText(l msg.Language, from *ledger.Ledger, run ledger.Run, v audit.Verification) string {
	text := msg.Text(l, "verify.run", msg.Args{"File": msg.OneLine(run.Name), "Run": run.ID, "Ledger": from.Path()}) + "\n\n"
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
