package cli

import (
	"context"
	"errors"
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
	ctx, job, closeJob, err := o.open(ctx, log)
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
			errs = append(errs, closeRun(s.Out, p, run, stop, batch.IsHere(run), o.json))
		}
	}
	return printAllButWorst(s, l, errs)
}

func noFolder(l msg.Language, run ledger.Run) string {
	return terminal.Words(l, "track.no-folder", "Folder", filepath.Dir(run.Output), "Run", fmt.Sprint(run.ID))
}

// closeRun is closeSummary for a run as the ledger has it, with the reason why it stopped, if
// it did just now.
func closeRun(w io.Writer, p publish.Publisher, run ledger.Run, stop msg.Reason, isHere, asJSON bool) error {
	summary, err := batch.Runs{Ledger: p.Ledger}.Summary(run)
	if err != nil {
		return err
	}
	if !stop.IsZero() || summary.Counts[csvmodel.Unsent] == 0 { // it has come to its end since
		summary.Stop = stop
	}
	return closeSummary(w, p, summary, isHere, asJSON)
}

// closeSummary writes the files of a run, if their folder is here, and what it has come to.
func closeSummary(w io.Writer, p publish.Publisher, summary batch.Summary, isHere, asJSON bool) (err error) {
	full := terminal.Summary{Summary: summary, Ledger: p.Ledger.Path, IsSandbox: p.Sandbox, ExitStatus: runStatus(summary)}
	if isHere {
		if full.Files, err = p.Publish(summary); err != nil {
			err = msg.Problem("error.unpublished", msg.Args{"Err": err, "Run": fmt.Sprint(summary.Run.ID)})
		}
	}
	l := terminal.Language(p.Language)
	if err := errors.Join(err, full.Write(w, l, asJSON)); err != nil {
		return err
	}
	if !isHere && !asJSON {
		fmt.Fprint(w, noFolder(l, summary.Run))
	}
	return statusErrorOf(full.ExitStatus)
}
