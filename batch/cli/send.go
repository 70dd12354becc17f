package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel/msg"
)

func newSend(s Streams) *cobra.Command {
	var o sendingOptions
	cmd := newCommand("send", cobra.ExactArgs(1), func(ctx context.Context, args []string) error { return o.run(ctx, s, args[0]) })
	f := cmd.Flags()
	o.flags(cmd)
	f.BoolVar(&o.sandbox, "sandbox", false, "send to an imitation of the service in this process, with a ledger that is thrown away")
	f.BoolVar(&o.settings.NoWait, "no-wait", false, noWaitHelp)
	f.StringVar(&o.settings.Out, "out", "", "`DIR` for the results (default: beside the file)")
	f.BoolVar(&o.settings.Again, "again", false, "send a finished file once more, on purpose: what it has sent, not what other files have")
	f.StringVar(&o.progress, "progress", "auto", "`WHEN` to show progress, a bar on a terminal, a line now and then in a log: auto, always or never")
	return cmd
}

func (o *sendingOptions) run(ctx context.Context, s Streams, what string) error {
	p, err := o.prepare(s.Err)
	if err != nil {
		return err
	}
	in, isRun := batch.Input{}, isRun(what)
	if !isRun {
		in, err = openInput(ctx, s, what, p.reading)
	}
	if ctx.Err() != nil {
		return interrupted(s, p.language)
	}
	if err != nil {
		return err
	}
	defer in.Close()
	if o.settings.Out, err = folder(o.settings.Out); err != nil {
		return err
	}
	if !isRun {
		terminal.LogLayout(p.log, p.language, in)
		if err := writable(o.settings.Out, in); err != nil {
			return err
		}
	}
	ctx, job, closeJob, err := o.open(ctx, p)
	if err != nil {
		return err
	}
	defer closeJob()
	if isRun {
		if in, err = o.findRun(job, what); err != nil {
			return err
		}
	}
	if err := o.checkUnknown(job, in); err != nil {
		return err
	}
	o.warn(p.log, job)
	o.show(job, p)
	summary, err := job.Send(ctx, in)
	p.screen.EndProgress()
	return o.close(s, job, in, summary, err)
}

func (o *sendingOptions) show(job *batch.Job, p prepared) {
	job.Forecast = func(f batch.Forecast) { terminal.LogForecast(p.log, p.language, f) }
	job.Interim = func(run ledger.Run) {
		if !batch.IsHere(run) {
			return
		}
		if written, err := o.outputs(job).PublishRun(run); err != nil {
			p.log.Warn("log.error", "Err", err)
		} else {
			p.log.Info("log.interim", "File", written.Results)
		}
	}
}

// isRun reports whether this is the number of a run, and no file.
func isRun(what string) bool {
	_, errNumber := strconv.ParseUint(what, 10, 63)
	_, errFile := os.Lstat(what)
	return errNumber == nil && errFile != nil
}

// findRun makes sure that results can be written where they belong, if that is here.
func (o *sendingOptions) findRun(job *batch.Job, number string) (batch.Input, error) {
	runs := batch.Runs{Ledger: job.Ledger}
	run, err := runs.Find(number)
	if err == nil && o.settings.Again {
		err = msg.Problem("usage.again-run", nil)
	}
	if err != nil {
		return batch.Input{}, usageError{err}
	}
	if out := o.settings.Out; out != "" || batch.IsHere(run) {
		err = probe(cmp.Or(out, filepath.Dir(run.Output)))
	}
	return runs.Input(run), err
}

// checkUnknown refuses what manifests say was sent with another ledger, or after this copy of it.
func (o *sendingOptions) checkUnknown(job *batch.Job, in batch.Input) error {
	if o.sandbox || o.settings.Again {
		return nil
	}
	for _, dir := range []string{filepath.Dir(in.Path), cmp.Or(o.settings.Out, filepath.Dir(in.Path))} {
		unknown, err := audit.FindUnknown(job.Ledger, dir, "*")
		if err == nil {
			err = unknown.Check(in.Name, in.Content)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *sendingOptions) outputs(job *batch.Job) publish.Publisher {
	return publish.Publisher{Ledger: job.Ledger, Language: o.language, Replace: job.Overwrite, Sandbox: job.Overwrite, Version: version()}
}

func (o *sendingOptions) close(s Streams, job *batch.Job, in batch.Input, summary batch.Summary, failed error) error {
	if summary.Run.ID == 0 {
		if failed == nil {
			fmt.Fprint(s.Err, terminal.Words(terminal.Language(o.language), "summary.nothing-sent", "File", in.Name, "Reason", summary.Stop))
			failed = statusErrorOf(runStatus(summary))
		}
		return failed
	}
	closed := closeSummary(s.Out, o.outputs(job), summary, batch.IsHere(summary.Run), o.json)
	if failed != nil && isA[statusError](closed) {
		return failed
	}
	return errors.Join(failed, closed)
}

func folder(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	return existing(dir, "usage.no-out")
}

func existing(dir, orElse string) (string, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", usageError{msg.Problem(orElse, msg.Args{"Folder": dir})}
	}
	return filepath.Abs(dir)
}

// longestName is what a name gets behind that of the file while it is written.
const longestName = "-9999.sandbox.manifest.json12345678901234567890"

// checkName returns an error where the names of the files that are written would be too long.
func checkName(out string, in batch.Input) error {
	stem := in.Stem(out, longestName)
	_, err := os.Lstat(filepath.Join(filepath.Dir(stem), "."+filepath.Base(stem)))
	if errors.Is(err, syscall.ENAMETOOLONG) {
		return usageError{msg.Problem("usage.name-long", msg.Args{"File": in.Name})}
	}
	return nil
}

func writable(out string, in batch.Input) error {
	if err := checkName(out, in); err != nil {
		return err
	}
	return probe(cmp.Or(out, filepath.Dir(in.Path)))
}

func probe(dir string) error {
	file, err := os.CreateTemp(dir, ".probe*")
	if err != nil {
		return usageError{msg.Problem("usage.out-closed", msg.Args{"Folder": dir})}
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
