package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func newTrack(s Streams) *cobra.Command {
	var o jobOptions
	o.settings.Workers, o.limits.Rate = 1, 1
	cmd := newCommand("track", cobra.MaximumNArgs(1), func(ctx context.Context, args []string) error { return runTrack(ctx, s, &o, args) })
	o.flags(cmd)
	cmd.Flags().BoolVar(&o.settings.NoWait, "no-wait", false, noWaitHelp)
	return cmd
}

func runTrack(ctx context.Context, s Streams, o *jobOptions, files []string) error {
	if err := o.check(); err != nil {
		return err
	}
	log, err := terminal.NewLog(o.log, s.Err, terminal.Language(o.language))
	if err != nil {
		return usageError{err}
	}
	job, closeJob, err := o.open(log)
	if err != nil {
		return err
	}
	defer closeJob()
	publisher := publish.Publisher{Ledger: job.Ledger, Language: o.language, Anew: len(files) > 0, Version: version()}
	var runs []ledger.Run
	for _, file := range files {
		run, err := inbox.FindRun(job.Ledger, file)
		if err != nil {
			return usageError{err}
		}
		runs = append(runs, run)
	}
	ctx, cancel := o.deadline(ctx, log)
	defer cancel()
	tracked, stop, err := job.Track(ctx, 0)
	if err != nil {
		return err
	}
	doubtful, err := job.Doubtful()
	if err != nil {
		return err
	}
	return o.closeTrack(s, log, publisher, append(runs, tracked...), len(doubtful), stop)
}

func (o *jobOptions) closeTrack(s Streams, log *slog.Logger, p publish.Publisher, runs []ledger.Run, doubtful int, stop msg.Reason) error {
	l := terminal.Language(o.language)
	var errs []error
	switch {
	case !stop.IsZero():
		log.Error("log.reason", "Reason", stop)
		errs = append(errs, statusErrorOf(runStatus(batch.Summary{Stop: stop})))
	case len(runs)+doubtful == 0 && !o.json:
		fmt.Fprint(s.Out, terminal.Words(l, "track.nothing"))
	}
	for i, run := range runs {
		if !slices.ContainsFunc(runs[:i], func(earlier ledger.Run) bool { return earlier.ID == run.ID }) {
			errs = append(errs, closeRun(s.Out, p, run, stop, o.json))
		}
	}
	return printAllButWorst(s, l, errs)
}

func noFolder(l msg.Language, run ledger.Run) string {
	return terminal.Words(l, "track.no-folder", "Folder", filepath.Dir(run.Output), "Run", fmt.Sprint(run.ID))
}

func closeRun(w io.Writer, p publish.Publisher, run ledger.Run, stop msg.Reason, asJSON bool) error {
	summary, err := batch.Runs{Ledger: p.Ledger}.Summary(run)
	if err != nil {
		return err
	}
	if !stop.IsZero() {
		summary.Stop = stop
	} else if summary.Counts[csvmodel.Unsent] == 0 {
		summary.Stop = msg.Reason{}
	}
	written, isHere := publish.Files{}, batch.IsHere(run)
	if isHere {
		if written, err = p.Publish(summary); err != nil {
			return err
		}
	}
	full := terminal.Summary{Summary: summary, Files: written, Ledger: p.Ledger.Path(), ExitStatus: runStatus(summary)}
	if err := full.Write(w, terminal.Language(p.Language), asJSON); err != nil {
		return err
	}
	if !isHere && !asJSON {
		fmt.Fprint(w, noFolder(terminal.Language(p.Language), run))
	}
	return statusErrorOf(full.ExitStatus)
}
