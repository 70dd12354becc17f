package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
)

// maxFindings are told in full; what is more is counted.
const maxFindings = 20

func newValidate(s Streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Reads and checks files as send would, and sends nothing",
		Long: `Reads and checks files as send would. Nothing is sent; neither an account nor a
ledger is needed. Duplicates are found within each file.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return validateAll(s, args, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON object a file on stdout")
	fromEnvironment(cmd)
	return cmd
}

func validateAll(s Streams, files []string, asJSON bool) error {
	var errs []error
	for _, file := range files {
		v := validation{file: file}
		err := v.run()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if v.counts[csvmodel.Invalid] > 0 {
			errs = append(errs, statusError(exitRows))
		}
		if asJSON {
			err = v.writeJSON(s)
		} else {
			v.write(s)
		}
		if err != nil {
			return err
		}
	}
	return worst(s, errs)
}

// worst tells all errors but the last that counts most, which it returns.
func worst(s Streams, errs []error) error {
	var worst error
	for _, err := range errs {
		if worst == nil || rank(err) < rank(worst) {
			worst, err = err, worst
		}
		if told := statusError(0); err != nil && !errors.As(err, &told) {
			fmt.Fprintf(s.Err, "contact-distributor: %v\n", err)
		}
	}
	return worst
}

// rank orders errors by what their status says about others.
func rank(err error) int {
	return map[int]int{exitFailed: 0, exitUsage: 1, exitAccount: 2, exitHeld: 3, exitLater: 4, exitRows: 5}[exitStatus(err)]
}

// validation is what is found out of one file.
type validation struct {
	file     string
	counts   csvmodel.Counts
	findings []batch.Finding
	more     int
}

func (v *validation) run() error {
	var err error
	v.counts, err = batch.Validate(v.file, func(f batch.Finding) {
		if len(v.findings) < maxFindings {
			v.findings = append(v.findings, f)
		} else {
			v.more++
		}
	})
	return err
}

func (v *validation) write(s Streams) {
	for _, f := range v.findings {
		fmt.Fprintf(s.Out, "%s:%d: %s\n", v.file, f.Row.Line, csvmodel.Sentences(f.Reasons))
	}
	if v.more > 0 {
		fmt.Fprintf(s.Out, "… and %s\n", count(v.more, "more row", "more rows"))
	}
	fmt.Fprintf(s.Out, "%s: %s: %s to send, %s invalid, %s\n", v.file, count(v.counts.Rows(), "row", "rows"),
		number(v.counts[csvmodel.Unsent]), number(v.counts[csvmodel.Invalid]), count(v.counts[csvmodel.Duplicate], "duplicate", "duplicates"))
}

func (v *validation) writeJSON(s Streams) error {
	type finding struct {
		Row    int               `json:"row"`
		Line   int               `json:"line"`
		Status csvmodel.Status   `json:"status"`
		Error  string            `json:"error"`
		Codes  []csvmodel.Reason `json:"reasons"`
	}
	findings := make([]finding, len(v.findings))
	for i, f := range v.findings {
		findings[i] = finding{f.Row.Number, f.Row.Line, f.Status, csvmodel.Sentences(f.Reasons), f.Reasons}
	}
	out := json.NewEncoder(s.Out)
	out.SetEscapeHTML(false)
	return out.Encode(map[string]any{
		"file": v.file, "rows": v.counts.Rows(), "toSend": v.counts[csvmodel.Unsent], "invalid": v.counts[csvmodel.Invalid],
		"duplicate": v.counts[csvmodel.Duplicate], "findings": findings, "moreFindings": v.more,
	})
}
