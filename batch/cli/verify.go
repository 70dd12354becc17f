package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// runVerify prints what agrees with the manifests and what does not. The status is that
// of rows that need a person where something differs.
func runVerify(s Streams, records batch.Records, run ledger.Run, damage *ledger.DamagedError, head string, asJSON bool) error {
	var kept *[32]byte
	if head != "" {
		hash, err := audit.ParseHash(head)
		if err != nil {
			return usageError{fmt.Errorf("--head %w: give what was printed as Proof", err)}
		}
		kept = &hash
	}
	rows := func(l msg.Language) iter.Seq2[csvmodel.Result, error] { return publish.Rows(records.Ledger, run, l) }
	v, err := audit.Verify(records.Ledger, run, damage, kept, rows)
	if err != nil {
		return err
	}
	l := cmp.Or(records.Language, run.Layout.Language())
	if asJSON {
		err = verificationJSON(s.Out, l, records, run, v)
	} else {
		_, err = io.WriteString(s.Out, verificationText(l, records, run, v))
	}
	if err == nil && v.Differences() > 0 {
		return statusError(exitRows)
	}
	return err
}

func verificationJSON(w io.Writer, l msg.Language, records batch.Records, run ledger.Run, v audit.Verification) error {
	type finding struct {
		Verdict audit.Verdict `json:"verdict"`
		Text    string        `json:"text"`
	}
	findings := make([]finding, len(v.Findings))
	for i, f := range v.Findings {
		findings[i] = finding{f.Verdict, oneLine(f.Reason.Text(l))}
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(map[string]any{
		"run": run.ID, "file": run.Path, "ledger": records.Ledger.Path(), "head": audit.Hex(v.Head),
		"agrees": v.Differences() == 0, "proven": v.IsProven, "findings": findings,
	})
}

func verificationText(l msg.Language, records batch.Records, run ledger.Run, v audit.Verification) string {
	text := msg.Text(l, "verify.run", msg.Args{"File": oneLine(run.Name), "Run": run.ID, "Ledger": records.Ledger.Path()}) + "\n\n"
	for _, f := range v.Findings {
		text += "  " + msg.Text(l, "verify."+string(f.Verdict), nil) + "  " + oneLine(f.Reason.Text(l)) + "\n"
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
