package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
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

type validateOptions struct {
	reading  readingOptions
	out      string
	json     bool
	language msg.Language // where none is said, that of each file
}

func newValidate(s Streams) *cobra.Command {
	var o validateOptions
	cmd := newCommand("validate", cobra.MinimumNArgs(1), func(ctx context.Context, args []string) error { return o.run(ctx, s, args) })
	o.reading.flags(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "`DIR` for the rows to be corrected (default: beside the file)")
	cmd.Flags().BoolVar(&o.json, "json", false, "a JSON object a file on stdout")
	languageFlag(cmd, &o.language)
	return cmd
}

// validateMemory is beyond what a million different cards take.
const validateMemory = 48 << 20

func (o *validateOptions) run(ctx context.Context, s Streams, files []string) error {
	debug.SetMemoryLimit(validateMemory)
	debug.SetGCPercent(400) // rows leave much garbage and keep little: a tenth less processor time
	how, suppress, err := o.reading.read()
	if err != nil {
		return err
	}
	if o.out, err = folder(o.out); err != nil {
		return err
	}
	l := terminal.Language(o.language)
	var errs []error
	for _, file := range files {
		v := validation{file: file, check: batch.Check{Suppress: suppress, Language: o.language}}
		err := v.run(ctx, s, how, o.out)
		if ctx.Err() != nil {
			return interrupted(s, l)
		}
		if err != nil {
			errs = append(errs, err)
		} else if v.counts[csvmodel.Invalid] > 0 {
			errs = append(errs, statusError(exitRows))
		}
		switch {
		case o.json && err != nil:
			err = terminal.WriteJSON(s.Out, map[string]any{"file": file, "refused": err.Error()}, "")
		case o.json:
			err = terminal.WriteJSON(s.Out, v.json(), "")
		case err == nil:
			if v.unwritten != nil {
				printError(s.Err, l, msg.Problem("usage.other-out", msg.Args{"Err": v.unwritten}))
			}
			_, err = io.WriteString(s.Out, v.text(l))
		default:
			continue
		}
		if err != nil {
			return err
		}
	}
	return printAllButWorst(s, l, errs)
}

type validation struct {
	file      string
	check     batch.Check
	counts    csvmodel.Counts
	findings  []batch.Finding
	more      int              // rows that are not told in full
	byKind    map[msg.Code]int // of those
	remarks   map[msg.Code]int
	fixme     string
	unwritten error // why there is no fixme file
}

func (v *validation) run(ctx context.Context, s Streams, how csvmodel.Options, out string) (err error) {
	if v.check.Input, err = openInput(ctx, s, v.file, how); err != nil {
		return err
	}
	defer v.check.Input.Close()
	defer context.AfterFunc(ctx, func() { v.check.Input.Close() })() // ends reading
	if err := checkName(out, v.check.Input); err != nil {
		return err
	}
	v.check.Language = cmp.Or(v.check.Language, v.check.Input.Layout.Language())
	err = v.read()
	for v.check.Judge(err) {
		err = v.read()
	}
	if err == nil && v.counts[csvmodel.Invalid] > 0 {
		v.fixme, v.unwritten = v.writeFixme(out)
	}
	return err
}

func (v *validation) read() error {
	v.counts, v.findings, v.more = csvmodel.Counts{}, nil, 0
	v.byKind, v.remarks = map[msg.Code]int{}, map[msg.Code]int{}
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
	return nil
}

// writeFixme replaces nothing: what is there may have been corrected.
func (v *validation) writeFixme(out string) (path string, err error) {
	in := v.check.Input
	place := report.Place{Stem: in.Stem(out, ""), Suffix: batch.FixmeSuffix + in.Layout.Extension(), Mode: in.Mode}
	draft, err := report.Fixme(place, in.Layout, v.check.Results())
	if err != nil {
		return "", err
	}
	defer draft.Discard()
	return draft.Path, draft.Publish()
}

func (v *validation) text(l msg.Language) string {
	file := msg.OneLine(v.file)
	text := fmt.Sprintf("%s: %s\n", file, terminal.Layout(l, v.check.Input.Layout))
	for _, note := range v.check.Input.Layout.Notes {
		text += fmt.Sprintf("%s: %s\n", file, note.Text(l))
	}
	for _, f := range v.findings {
		text += fmt.Sprintf("%s:%d: %s\n", file, f.Row.Line, msg.Join(f.Reasons, l))
	}
	text += terminal.WordsIf(v.more > 0, l, "validate.more", "Count", v.more, "Codes", byCode(l, v.byKind))
	text += terminal.WordsIf(len(v.remarks) > 0, l, "validate.remarks", "File", v.file, "Codes", byCode(l, v.remarks))
	text += terminal.Words(l, "validate.total", "File", v.file, "Rows", v.counts.Rows(), "Send", v.counts[csvmodel.Unsent], "Invalid", v.counts[csvmodel.Invalid], "Duplicates", v.counts[csvmodel.Duplicate])
	suppressed := v.counts[csvmodel.Suppressed]
	text += terminal.WordsIf(suppressed > 0, l, "validate.suppressed", "Count", suppressed) + "\n"
	text += terminal.WordsIf(v.fixme != "", l, "validate.fixme", "File", v.file, "Fixme", v.fixme)
	return text
}

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

func (v *validation) json() map[string]any {
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
	return map[string]any{
		"file": v.file, "form": v.check.Input.Layout, "rows": v.counts.Rows(), "toSend": v.counts[csvmodel.Unsent],
		"invalid": v.counts[csvmodel.Invalid], "duplicate": v.counts[csvmodel.Duplicate], "suppressed": v.counts[csvmodel.Suppressed],
		"findings": findings, "moreFindings": v.more, "moreByCode": v.byKind, "remarks": v.remarks, "fixme": v.fixme,
	}
}

const (
	stdinName = "stdin.csv" // names the outputs for standard input, which is named -
	maxStdin  = 2<<30 + 1   // bytes; more than a file may have, so that it is refused
)

// openInput opens a file to be read, or a copy of standard input, which is gone when it is
// closed. Where ctx is done meanwhile, the error is any.
func openInput(ctx context.Context, s Streams, path string, how csvmodel.Options) (in batch.Input, err error) {
	var file *os.File
	if path == "-" {
		path = stdinName
		file, err = copyInput(ctx, s.In)
	} else {
		file, err = csvmodel.Open(path)
	}
	if err != nil {
		return in, msg.Problem("error.file", msg.Args{"File": path, "Err": err})
	}
	stop := context.AfterFunc(ctx, func() { file.Close() })
	in, err = batch.ReadInput(file, path, how)
	if !stop() && err == nil {
		return batch.Input{}, errors.Join(ctx.Err(), in.Close())
	}
	return in, err
}

// copyInput leaves the copying behind when ctx is done: it lasts while nobody writes.
func copyInput(ctx context.Context, from io.Reader) (*os.File, error) {
	file, err := os.CreateTemp("", ".contact-distributor-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(file, io.LimitReader(from, maxStdin))
		copied <- err
	}()
	select {
	case err = <-copied:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func interrupted(s Streams, l msg.Language) error {
	printError(s.Err, l, msg.Problem("error.interrupted", nil))
	return statusError(exitLater)
}
