package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/report"
)

// sendOptions are the flags of send.
type sendOptions struct {
	account  account
	sandbox  bool
	ledger   string
	settings batch.Settings
	dedupe   string
	timeout  time.Duration
	maxTime  time.Duration
	progress string
	log      string
	json     bool
}

func newSend(s Streams) *cobra.Command {
	var o sendOptions
	cmd := &cobra.Command{
		Use:   "send FILE",
		Short: "Sends what a file asks for and is not settled yet",
		Long: `Sends the card of each row to its chat and writes NAME.results.csv, in which
every row of the file has its status and an idMessage or an error. Running the
same command again goes on where it stopped, and sends nothing twice.`,
		Example: `  contact-distributor send contacts.csv --sandbox
  contact-distributor send contacts.csv --rate 5`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), s, args[0]) },
	}
	f := cmd.Flags()
	o.account.flags(cmd)
	f.BoolVar(&o.sandbox, "sandbox", false, "send to an imitation of the service in this process, with a ledger that is thrown away")
	ledgerFlag(cmd, &o.ledger)
	f.StringVar(&o.settings.Out, "out", "", "`DIR` for the results (default: beside the file)")
	f.Float64Var(&o.settings.Rate, "rate", 10, "`N` requests a second at the most; the service takes 50")
	f.IntVar(&o.settings.Workers, "workers", 16, "`N` requests under way at once, at the most")
	f.StringVar(&o.dedupe, "dedupe", "forever", "`HOW` far back the same card to the same chat is a duplicate: forever, file (within this file only), or a time such as 720h")
	f.BoolVar(&o.settings.Again, "again", false, "send a finished file once more, on purpose")
	f.BoolVar(&o.settings.Strict, "strict", false, "send nothing if any row is invalid")
	f.DurationVar(&o.settings.SettleAfter.Duration, "settle-after", 2*time.Minute,
		"`TIME` within which a request without an answer may still be taken; to find out what became of it costs about twice that and the queue's delay")
	f.BoolVar(&o.settings.NoWait, "no-wait", false, "end without finding out what became of requests that got no answer; the next run does")
	f.DurationVar(&o.timeout, "request-timeout", time.Minute, "`TIME` to wait for one answer")
	f.DurationVar(&o.maxTime, "max-time", 0, "`TIME` after which to stop, such as 2h; the next run goes on (default: no limit)")
	f.StringVar(&o.progress, "progress", "auto", "`WHEN` to show progress, a bar on a terminal, a line now and then in a log: auto, always or never")
	f.StringVar(&o.log, "log-format", "text", "`FORM` of the log lines on stderr: text or json")
	f.BoolVar(&o.json, "json", false, "the closing summary as JSON on stdout")
	fromEnvironment(cmd)
	return cmd
}

// check finds wrong use before anything is done.
func (o *sendOptions) check() error {
	var err error
	switch o.settings.Dedupe, err = batch.ParseDedupe(o.dedupe); {
	case err != nil:
		return usageError{fmt.Errorf("--dedupe: %w", err)}
	case !(o.settings.Rate > 0 && o.settings.Rate <= 1e6):
		return usageError{fmt.Errorf("--rate %v: needs a number above 0", o.settings.Rate)}
	case o.settings.Workers < 1 || o.settings.Workers > 1024:
		return usageError{fmt.Errorf("--workers %d: needs 1 to 1024", o.settings.Workers)}
	case o.timeout <= 0:
		return usageError{fmt.Errorf("--request-timeout %v: needs a time above 0", o.timeout)}
	case o.settings.SettleAfter.Duration <= 0:
		return usageError{fmt.Errorf("--settle-after %v: needs a time above 0", o.settings.SettleAfter)}
	case o.maxTime < 0:
		return usageError{fmt.Errorf("--max-time %v: needs a time above 0", o.maxTime)}
	}
	return nil
}

func (o *sendOptions) run(ctx context.Context, s Streams, file string) error {
	if err := o.check(); err != nil {
		return err
	}
	log, err := newLog(o.log, s.Err)
	if err != nil {
		return err
	}
	bar, err := newProgress(o.progress, s.Err, log)
	if err != nil {
		return err
	}
	in, err := batch.OpenInput(file)
	if err != nil {
		return err
	}
	if o.settings.Out, err = folder(o.settings.Out); err != nil {
		return err
	}
	job, closeJob, err := o.job(log)
	if err != nil {
		return err
	}
	defer closeJob()
	o.warn(log, job)
	job.Forecast = func(f batch.Forecast) { log.Info(forecastText(f, o.settings.Rate)) }
	job.Progress = bar.show
	defer context.AfterFunc(ctx, func() {
		log.Warn("stopping: the answers to requests under way are waited for; a second Ctrl-C ends at once")
	})()
	if o.maxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.maxTime)
		defer cancel()
	}
	summary, err := job.Send(ctx, in)
	bar.end()
	return o.close(s, job, in, summary, err)
}

// job is what does the work, with an account, or with an imitation of one.
func (o *sendOptions) job(log *slog.Logger) (*batch.Job, func(), error) {
	job := &batch.Job{Settings: o.settings, Log: log, Version: version()}
	job.Machine, job.User = whoAndWhere()
	var (
		account greenapi.Account
		cleanup func()
		err     error
	)
	if o.sandbox {
		account, cleanup, err = o.openSandbox(job)
	} else {
		account, cleanup, err = o.openReal(job)
	}
	if err != nil {
		return nil, nil, err
	}
	job.Instance = account.IDInstance
	job.Client, err = greenapi.New(account, greenapi.Options{
		Timeout: o.timeout, Workers: o.settings.Workers, UserAgent: "contact-distributor/" + job.Version,
	})
	if err != nil {
		cleanup()
		return nil, nil, usageError{err}
	}
	return job, func() { job.Client.Close(); cleanup() }, nil
}

func (o *sendOptions) openReal(job *batch.Job) (greenapi.Account, func(), error) {
	account, err := o.account.read()
	if err != nil {
		return account, nil, err
	}
	path, err := ledgerPath(o.ledger)
	if err != nil {
		return account, nil, err
	}
	if job.Ledger, err = batch.OpenLedger(path); err != nil {
		return account, nil, err
	}
	return account, func() { job.Ledger.Close() }, nil
}

func (o *sendOptions) openSandbox(job *batch.Job) (greenapi.Account, func(), error) {
	dir, err := os.MkdirTemp("", "contact-distributor-sandbox-")
	if err != nil {
		return greenapi.Account{}, nil, err
	}
	if job.Ledger, err = batch.OpenThrowaway(dir); err != nil {
		return greenapi.Account{}, nil, errors.Join(err, os.RemoveAll(dir))
	}
	account, stop, err := startSandbox("127.0.0.1:0")
	job.Suffix, job.Overwrite = ".sandbox", true
	return account, func() {
		stop()
		job.Ledger.Close()
		os.RemoveAll(dir)
	}, err
}

// warn says what the person may not have meant.
func (o *sendOptions) warn(log *slog.Logger, job *batch.Job) {
	if o.settings.Rate > 50 {
		log.Warn("the service takes 50 requests a second, more are refused and come later", "rate", o.settings.Rate)
	}
	if doubt := job.Ledger.Doubt(); doubt != "" {
		log.Warn(doubt, "ledger", job.Ledger.Path())
	}
	if job.Ledger.Created() && !o.sandbox {
		log.Warn("this ledger is new: it knows nothing of what was sent before", "ledger", job.Ledger.Path())
	}
}

// close writes the results and says what the run came to.
func (o *sendOptions) close(s Streams, job *batch.Job, in batch.Input, summary batch.Summary, failed error) error {
	if summary.Run.ID == 0 {
		return failed
	}
	records := batch.Records{Ledger: job.Ledger}
	path := summary.Run.Output + batch.ResultsSuffix
	err := report.Results(path, in.Mode, summary.Run.Form, records.Results(summary.Run))
	if err := errors.Join(failed, err); err != nil {
		return fmt.Errorf("%w\nwhat was sent is in the ledger %s: contact-distributor report %d writes the results again",
			err, job.Ledger.Path(), summary.Run.ID)
	}
	closing := closing{summary: summary, results: path, ledger: job.Ledger.Path(), sandbox: o.sandbox}
	if err := closing.write(s.Out, o.json); err != nil {
		return err
	}
	if status := runStatus(summary); status != exitDone {
		return statusError(status)
	}
	return nil
}

// folder is the whole path of the folder for the results, which must be there
// before anything is sent. None is none.
func folder(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return "", usageError{fmt.Errorf("--out %s: there is no such folder", dir)}
	}
	return filepath.Abs(dir)
}

func whoAndWhere() (machine, name string) {
	machine, _ = os.Hostname()
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return machine, name
}

// closing is the closing summary.
type closing struct {
	summary batch.Summary
	results string
	ledger  string
	sandbox bool
}

func (c closing) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return c.writeJSON(w)
	}
	fmt.Fprintf(w, "\n%s\n", c.summary.Run.Name)
	table(w, c.summary.Counts)
	if r := c.summary.Stop.Reason; r.Code != "" {
		fmt.Fprintf(w, "\nStopped: %s.\n", r)
	}
	fmt.Fprintf(w, "\nResults: %s\n", c.results)
	if c.sandbox {
		fmt.Fprintln(w, "This was the sandbox: nothing has reached WhatsApp, and nothing is remembered.")
	} else {
		fmt.Fprintf(w, "Ledger:  %s\n", c.ledger)
	}
	return nil
}

func (c closing) writeJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(map[string]any{
		"file": c.summary.Run.Path, "run": c.summary.Run.ID, "rows": c.summary.Run.Rows, "counts": c.summary.Counts,
		"stop": stopJSON(c.summary.Stop), "exitStatus": runStatus(c.summary), "results": c.results, "ledger": c.ledger, "sandbox": c.sandbox,
	})
}

func stopJSON(s batch.Stop) any {
	if s.Reason.Code == "" {
		return nil
	}
	return map[string]string{"code": string(s.Reason.Code), "text": s.Reason.String()}
}
