package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
)

// maxFindings are told in full; what is more is counted by kind.
const maxFindings = 20

// validateOptions are the flags of validate.
type validateOptions struct {
	reading  readingOptions
	out      string
	json     bool
	language msg.Language // where none is said, that of each file
}

func newValidate(s Streams) *cobra.Command {
	var o validateOptions
	cmd := newCommand("validate", cobra.MinimumNArgs(1), func(_ context.Context, args []string) error { return o.run(s, args) })
	o.reading.flags(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "`DIR` for the rows to be corrected (default: beside the file)")
	cmd.Flags().BoolVar(&o.json, "json", false, "a JSON object a file on stdout")
	languageFlag(cmd, &o.language)
	return cmd
}

func (o *validateOptions) run(s Streams, files []string) error {
	debug.SetMemoryLimit(validateMemory)
	debug.SetGCPercent(400) // rows leave much garbage and keep little: a tenth less processor time
	how, suppress, err := o.reading.read()
	if err != nil {
		return err
	}
	if o.out, err = folder(o.out); err != nil {
		return err
	}
	var errs []error
	for _, file := range files {
		v := validation{file: file, language: terminal.Language(o.language), byKind: map[msg.Code]int{}, counts: csvmodel.Counts{}}
		v.check.Suppress = suppress
		if v.check.Input, err = batch.OpenInput(file, how); err == nil {
			v.check.Language = cmp.Or(o.language, v.check.Input.Layout.Language())
			err = v.run(o.out)
		}
		if err != nil {
			errs = append(errs, err)
			if err := v.printRefused(s, o.json, err); err != nil {
				return err
			}
			continue
		}
		if v.counts[csvmodel.Invalid] > 0 {
			errs = append(errs, statusError(exitRows))
		}
		if err := v.print(s, o.json); err != nil {
			return err
		}
	}
	return worst(s, terminal.Language(o.language), errs)
}

// validateMemory is beyond what a million different cards take: from there on the
// garbage is collected more often instead.
const validateMemory = 48 << 20

// validation is what is found out of one file.
type validation struct {
	file     string
	language msg.Language // of the terminal
	check    batch.Check
	counts   csvmodel.Counts
	findings []batch.Finding
	more     int
	byKind   map[msg.Code]int // of the rows that are not told in full
	remarks  map[msg.Code]int
	fixme    string

	unwritten error // why there is no fixme file
}

func (v *validation) run(out string) error {
	v.remarks = map[msg.Code]int{}
	for f, err := range v.check.Findings() {
		if err != nil {
			return err
		}
		v.counts[f.Status]++
		for _, remark := range f.Row.Remarks {
			v.remarks[remark.Code]++
		}
		switch {
		case f.Status == csvmodel.Unsent || f.Status == csvmodel.Suppressed:
		case len(v.findings) < maxFindings:
			v.findings = append(v.findings, f)
		default:
			v.more++
			for code := range strings.FieldsSeq(msg.Codes(f.Reasons)) {
				v.byKind[msg.Code(code)]++
			}
		}
	}
	if v.counts[csvmodel.Invalid] == 0 {
		return nil
	}
	v.fixme, v.unwritten = v.writeFixme(out)
	return nil
}

func (v *validation) writeFixme(out string) (path string, err error) {
	draft, err := report.Fixme(fixmePlace(v.check.Input, out), v.check.Input.Layout, v.check.Results())
	if err != nil {
		return "", err
	}
	defer draft.Discard()
	return draft.Path, draft.Publish()
}

// fixmePlace is where the rows of a file that was only checked are to be
// corrected. What is there already may have been corrected, and is not replaced.
func fixmePlace(in batch.Input, out string) report.Place {
	return report.Place{Stem: in.Stem(out, ""), Suffix: batch.FixmeSuffix, Mode: in.Mode, Record: nothingOurs{}}
}

// nothingOurs replaces nothing and remembers nothing.
type nothingOurs struct{}

func (nothingOurs) Ours(string, [32]byte) (bool, error) { return false, nil }

func (nothingOurs) Remember(string, [32]byte, [32]byte) error { return nil }

func (v *validation) print(s Streams, asJSON bool) error {
	if asJSON {
		return v.writeJSON(s)
	}
	var text bytes.Buffer
	v.writeFindings(&text)
	v.writeCounts(&text)
	if v.unwritten != nil {
		printError(s.Err, v.language, msg.Problem("usage.other-out", msg.Args{"Err": v.unwritten}))
	}
	_, err := s.Out.Write(text.Bytes())
	return err
}

// printRefused gives a file that could not be read its JSON object, too.
func (v *validation) printRefused(s Streams, asJSON bool, refused error) error {
	if !asJSON {
		return nil
	}
	return terminal.WriteJSONLine(s.Out, map[string]any{"file": v.file, "refused": refused.Error()})
}

func (v *validation) writeFindings(text *bytes.Buffer) {
	l, file := v.language, msg.OneLine(v.file)
	fmt.Fprintf(text, "%s: %s\n", file, terminal.Layout(l, v.check.Input.Layout))
	for _, note := range v.check.Input.Layout.Notes {
		fmt.Fprintf(text, "%s: %s\n", file, note.Text(l))
	}
	for _, f := range v.findings {
		fmt.Fprintf(text, "%s:%d: %s\n", file, f.Row.Line, msg.Join(f.Reasons, l))
	}
	if v.more > 0 {
		text.WriteString(terminal.Words(l, "validate.more", "Count", v.more, "Codes", byCode(l, v.byKind)))
	}
	if len(v.remarks) > 0 {
		text.WriteString(terminal.Words(l, "validate.remarks", "File", v.file, "Codes", byCode(l, v.remarks)))
	}
}

func (v *validation) writeCounts(text *bytes.Buffer) {
	l := v.language
	text.WriteString(terminal.Words(l, "validate.total", "File", v.file, "Rows", v.counts.Rows(), "Send", v.counts[csvmodel.Unsent], "Invalid", v.counts[csvmodel.Invalid], "Duplicates", v.counts[csvmodel.Duplicate]))
	if n := v.counts[csvmodel.Suppressed]; n > 0 {
		text.WriteString(terminal.Words(l, "validate.suppressed", "Count", n))
	}
	fmt.Fprintln(text)
	if v.fixme != "" {
		text.WriteString(terminal.Words(l, "validate.fixme", "File", v.file, "Fixme", v.fixme))
	}
}

// byCode lists how often each code is there, the most frequent first.
func byCode(l msg.Language, counts map[msg.Code]int) string {
	codes := slices.SortedFunc(maps.Keys(counts), func(a, b msg.Code) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(string(a), string(b)))
	})
	var text []string
	for _, code := range codes {
		text = append(text, msg.Number(l, counts[code])+" "+string(code))
	}
	return strings.Join(text, ", ")
}

func (v *validation) writeJSON(s Streams) error {
	type finding struct {
		Row    int             `json:"row"`
		Line   int             `json:"line"`
		Status csvmodel.Status `json:"status"`
		Error  string          `json:"error"`
		Codes  []msg.Reason    `json:"reasons"`
	}
	findings := make([]finding, len(v.findings))
	for i, f := range v.findings {
		findings[i] = finding{f.Row.Number, f.Row.Line, f.Status, msg.Join(f.Reasons, msg.English), msg.Plain(f.Reasons)}
	}
	return terminal.WriteJSONLine(s.Out, map[string]any{
		"file": v.file, "form": v.check.Input.Layout, "rows": v.counts.Rows(), "toSend": v.counts[csvmodel.Unsent],
		"invalid": v.counts[csvmodel.Invalid], "duplicate": v.counts[csvmodel.Duplicate], "suppressed": v.counts[csvmodel.Suppressed],
		"findings": findings, "moreFindings": v.more, "moreByCode": v.byKind, "remarks": v.remarks, "fixme": v.fixme,
	})
}
