package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel/msg"
)

type jobOptions struct {
	account  accountFlags
	sandbox  bool
	ledger   string
	settings batch.Settings
	timeout  time.Duration
	maxTime  time.Duration
	log      string
	json     bool
	language msg.Language // where none is said, that of each file
}

func (o *jobOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	o.account.flags(cmd)
	ledgerFlag(cmd, &o.ledger)
	f.DurationVar(&o.settings.SettleAfter.Duration, "settle-after", 2*time.Minute,
		"`TIME` within which a request without an answer may still be taken; it must cover the journal's lateness too, up to 2 minutes; to find out what became of it costs three times that and the queue's delay")
	f.DurationVar(&o.timeout, "request-timeout", time.Minute, "`TIME` to wait for one answer")
	f.DurationVar(&o.maxTime, "max-time", 0, "`TIME` after which to have stopped, such as 2h; the next run goes on (default: no limit)")
	f.StringVar(&o.log, "log-format", "text", "`FORM` of the log lines on stderr: text or json")
	f.BoolVar(&o.json, "json", false, "the closing summary as JSON on stdout")
	languageFlag(cmd, &o.language)
}

const noWaitHelp = "end without finding out what became of requests that got no answer; later runs find those that were taken, track the others"

func (o *jobOptions) check() error {
	return check(
		rule{o.timeout <= 0, "usage.above-zero", ofFlag("--request-timeout", o.timeout)},
		rule{o.settings.SettleAfter.Duration <= 0, "usage.above-zero", ofFlag("--settle-after", o.settings.SettleAfter)},
		rule{o.maxTime < 0, "usage.above-zero", ofFlag("--max-time", o.maxTime)})
}

// deadline puts --max-time into effect and says it aloud when a signal comes.
func (o *jobOptions) deadline(ctx context.Context, log *slog.Logger) (context.Context, context.CancelFunc) {
	quiet := context.AfterFunc(ctx, func() {
		log.Warn("log.stopping")
	})
	cancel := context.CancelFunc(func() {})
	if o.maxTime > 0 {
		// A little less, or the run that cron starts just then would find this one
		// still seeing its last requests through.
		ctx, cancel = context.WithTimeout(ctx, o.maxTime-min(o.maxTime/20, 30*time.Second))
	}
	return ctx, func() { quiet(); cancel() }
}

func (o *jobOptions) open(log *slog.Logger) (*batch.Job, func(), error) {
	debug.SetGCPercent(300)         // a run keeps little and lets go of much: a tenth more requests a second for 15 MB
	debug.SetMemoryLimit(256 << 20) // near this much it lets go of more, so that no answer of the service takes a multiple of its size
	job := &batch.Job{Settings: o.settings, Log: log, Version: version(),
		Forecast: func(batch.Forecast) {}, Progress: func(batch.Progress) {}, Interim: func(ledger.Run) {}}
	job.Machine, job.User = whoAndWhere()
	account, cleanup, err := o.openAccount(job)
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

func (o *jobOptions) openAccount(job *batch.Job) (greenapi.Account, func(), error) {
	if o.sandbox {
		return openSandbox(job)
	}
	account, err := o.account.read()
	if err != nil {
		return account, nil, err
	}
	path, err := ledgerPath(o.ledger)
	if err != nil {
		return account, nil, err
	}
	if job.Ledger, err = ledger.Open(path, ledger.Options{}); err != nil {
		return account, nil, err
	}
	return account, func() { job.Ledger.Close() }, nil
}

func openSandbox(job *batch.Job) (greenapi.Account, func(), error) {
	dir, err := os.MkdirTemp("", "contact-distributor-sandbox-")
	if err != nil {
		return greenapi.Account{}, nil, err
	}
	if job.Ledger, err = ledger.Open(filepath.Join(dir, "ledger.db"), ledger.Options{NoSync: true}); err != nil {
		return greenapi.Account{}, nil, errors.Join(err, os.RemoveAll(dir))
	}
	account, stop, err := startSandbox(imitationOptions{addr: "127.0.0.1:0", delay: sandbox.DefaultConfig().Delay}, newToken())
	if err != nil {
		return account, nil, errors.Join(err, job.Ledger.Close(), os.RemoveAll(dir))
	}
	job.Suffix, job.Overwrite = ".sandbox", true
	return account, func() {
		stop()
		job.Ledger.Close()
		os.RemoveAll(dir)
	}, nil
}

func whoAndWhere() (machine, name string) {
	machine, _ = os.Hostname()
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return machine, name
}
