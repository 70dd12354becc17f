package cli

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/inbox"
	"contact-distributor/csvmodel/msg"
)

type inboxOptions struct {
	sendingOptions
	settled time.Duration
}

func newInbox(s Streams) *cobra.Command {
	var o inboxOptions
	cmd := newCommand("inbox", cobra.ExactArgs(1), func(ctx context.Context, args []string) error { return o.run(ctx, s, args[0]) })
	o.sendingOptions.flags(cmd)
	cmd.Flags().DurationVar(&o.settled, "settled", time.Minute, "`TIME` for which size and time of a file must have stood still; ten minutes where its last line has no end")
	cmd.Flags().StringVar(&o.progress, "progress", "never", "`WHEN` to show progress: auto, always or never")
	return cmd
}

func (o *inboxOptions) run(ctx context.Context, s Streams, dir string) error {
	p, err := o.prepare(s.Err)
	if err != nil {
		return err
	}
	if err := check(rule{o.settled < 0, "usage.settled", msg.Args{"Value": o.settled.String()}}, rule{o.settings.Dedupe.File, "usage.dedupe-file", nil}); err != nil {
		return err
	}
	o.settings.NoWait = true
	if dir, err = existing(dir, "usage.no-folder"); err != nil {
		return err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	job, closeJob, err := o.open(p.log)
	if err != nil {
		return err
	}
	defer closeJob()
	job.Suppress, job.Progress = p.suppress, p.progress.Show
	ctx, cancel := o.deadline(ctx, p.log)
	defer cancel()
	notices := notices{streams: s, json: o.json, ledger: job.Ledger.Path(), settings: o.settings, language: p.language.Office()}
	err = inbox.Run(ctx, job, dir, inbox.Options{StableFor: o.settled, CSV: p.reading, Language: o.language, Fallback: p.language, Version: version(),
		Started: func(log *slog.Logger) { o.warn(log, job) }, Notify: notices.show})
	p.progress.End()
	if other := (*inbox.OtherLedgerError)(nil); errors.As(err, &other) {
		return usageError{msg.Problem("usage.other-ledger", msg.Args{"Folder": dir, "Err": err})}
	}
	notices.add(overlaps(textOut(s, o.json), notices.language, err))
	return printAllButWorst(s, notices.language, notices.errs)
}
