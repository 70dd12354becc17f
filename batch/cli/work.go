package cli

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

type workOptions struct {
	sendingOptions
	isWarned bool
	told     map[string]msg.Code // of each instance, why rows are left
}

func newWork(s Streams) *cobra.Command {
	o := workOptions{told: map[string]msg.Code{}}
	cmd := newCommand("work", cobra.NoArgs, func(ctx context.Context, _ []string) error { return o.run(ctx, s) })
	o.jobOptions.flags(cmd)
	o.limitFlags(cmd)
	o.reading.suppressFlags(cmd)
	o.everyFlag(cmd)
	return cmd
}

func (o *workOptions) run(ctx context.Context, s Streams) error {
	o.dedupe, o.progress = "forever", "never" // each run has its own
	p, err := o.prepare(s.Err)
	if err != nil {
		return err
	}
	o.settings.NoWait = o.every > 0 // a later turn settles
	return o.repeat(ctx, s, p.language, func() []error { return o.turn(ctx, s, p) })
}

func (o *workOptions) turn(ctx context.Context, s Streams, p prepared) []error {
	ctx, job, closeJob, err := o.open(ctx, p)
	if err != nil {
		return []error{err}
	}
	defer closeJob()
	if !o.isWarned {
		o.warn(p.log, job)
		o.isWarned = true
	}
	done, err := job.Work(ctx)
	errs := []error{err}
	for _, w := range done {
		errs = append(append(errs, workStatuses(w)...), withoutProgress(w.Err))
	}
	return append(errs, o.show(s.Out, p.language, job.Ledger.Path, done))
}

// workStatuses leave out what the error of an account says.
func workStatuses(w batch.Work) (told []error) {
	if !isA[*ledger.HeldError](w.Err) { // else its rows are another process's
		left := w.Counts[csvmodel.Unsent] + w.Counts[csvmodel.Unknown]
		told = append(told, statusErrorOf(runStatus(batch.Summary{Stop: w.Stop, Counts: csvmodel.Counts{csvmodel.Unsent: left}})))
	}
	for _, s := range w.Finished {
		told = append(told, statusErrorOf(runStatus(s)))
	}
	return told
}

// withoutProgress has the same words in turn after turn.
func withoutProgress(err error) error {
	if held, isHeld := errors.AsType[*ledger.HeldError](err); isHeld {
		held.Rows = 0
	}
	return err
}

// show leaves out accounts of which there is nothing new.
func (o *workOptions) show(w io.Writer, l msg.Language, path string, done []batch.Work) error {
	var accounts []batch.AccountSummary
	text, finished := "", []any{}
	for _, a := range done {
		if a.Counts[csvmodel.Accepted] > 0 || o.told[a.Instance] != a.Stop.Code {
			accounts = append(accounts, a.AccountSummary)
		}
		o.told[a.Instance] = a.Stop.Code
		for _, s := range a.Finished {
			finished = append(finished, terminal.Summary{Summary: s, Ledger: path, ExitStatus: runStatus(s)}.JSON())
			text += terminal.Words(l, "work.finished", "Run", strconv.FormatInt(s.Run.ID, 10), "File", s.Run.Name, "Counts", terminal.Counts(l, s.Counts))
		}
	}
	if len(accounts)+len(finished) == 0 {
		return nil
	}
	if o.json {
		return terminal.WriteJSON(w, map[string]any{"accounts": append([]any{}, terminal.AccountsJSON(accounts)...), "finished": finished}, "  ")
	}
	_, err := io.WriteString(w, terminal.Accounts(l, accounts)+text)
	return err
}
