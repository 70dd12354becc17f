package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/account"
	"contact-distributor/batch/accounts"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

type sendingOptions struct {
	jobOptions
	reading             readingOptions
	depth, window, zone string
	dedupe, progress    string
	reassign            string
	every               time.Duration // 0: once
}

func (o *sendingOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	o.jobOptions.flags(cmd)
	o.reading.flags(cmd)
	o.limitFlags(cmd)
	f.StringVar(&o.dedupe, "dedupe", "forever", "`HOW` far back the same card to the same chat is a duplicate: forever, file (within this file only), or a time such as 720h")
	f.StringVar(&o.reassign, "reassign", "", "`NAME` of an account of --accounts whose unsent rows go from the others now, but for those to recipients that it has written to; of one that is not in the file any more, by its idInstance, all of them")
	f.BoolVar(&o.settings.Strict, "strict", false, "send nothing if any row is invalid")
}

func (o *sendingOptions) limitFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Float64Var(&o.settings.Rate, "rate", 10, "`N` requests a second at the most; the service takes 50")
	f.StringVar(&o.depth, "queue-depth", "auto", "`N` messages waiting at the service at the most; auto: what leaves in a minute, at least 20, no limit while the service reports a delay of 0; 0: only what leaves within its 24 hours")
	f.StringVar(&o.window, "window", "", "`HOURS` within which cards leave, such as 09:00-20:00 (default: all); needs --timezone")
	f.StringVar(&o.zone, "timezone", "", "`ZONE` of --window and of all times that are told, such as Europe/Moscow (default: that of the machine)")
	f.IntVar(&o.settings.PerDay, "per-day", 0, "`N` cards at the most in any 24 hours for the instance, over all files and runs (default: no limit)")
	f.IntVar(&o.settings.Workers, "workers", 16, "`N` requests under way at once, at the most")
}

func (o *sendingOptions) check() error {
	s := &o.settings
	var errDepth, errWindow error
	errDedupe := s.Dedupe.UnmarshalText([]byte(o.dedupe))
	s.QueueDepth, errDepth = pacing.ParseQueueDepth(o.depth)
	s.Window, errWindow = pacing.ParseWindow(o.window, o.zone)
	if err := check(
		rule{errDedupe != nil, "usage.flag", msg.Args{"Flag": "--dedupe", "Err": errDedupe}},
		rule{o.every < 0, "usage.no-less", ofFlag("--every", o.every)},
		rule{s.Workers < 1 || s.Workers > 1024, "usage.workers", msg.Args{"Value": s.Workers}},
		rule{errDepth != nil, "usage.flag", msg.Args{"Flag": "--queue-depth", "Err": errDepth}}); err != nil {
		return err
	}
	errLimits := pacing.Policy{Rate: s.Rate, PerDay: s.PerDay}.CheckLimits()
	if err := cmp.Or(errLimits, errWindow, s.Window.CheckTimeout(o.timeout)); err != nil {
		return usageError{err}
	}
	o.limits = accounts.Limits{Rate: s.Rate, PerDay: s.PerDay, Window: o.window, Zone: o.zone, Timeout: o.timeout}
	return o.jobOptions.check()
}

type prepared struct {
	language msg.Language // of the terminal
	log      *slog.Logger
	screen   *terminal.Screen
	progress func(batch.Progress)
	reading  csvmodel.Options
	suppress csvmodel.ChatList
}

func (o *sendingOptions) prepare(w io.Writer) (p prepared, err error) {
	if err := o.check(); err != nil {
		return p, err
	}
	zone, err := pacing.ParseZone(o.zone)
	if err != nil {
		return p, usageError{err}
	}
	if zone != time.Local {
		time.Local = zone // people read all times by its clocks
	}
	p.language = terminal.Language(o.language)
	p.screen = &terminal.Screen{W: w}
	if p.log, err = terminal.NewLog(o.log, p.screen, p.language); err != nil {
		return p, usageError{err}
	}
	if p.progress, err = terminal.NewProgress(o.progress, p.screen, p.log, p.language); err != nil {
		return p, usageError{err}
	}
	p.reading, p.suppress, err = o.reading.read()
	return p, err
}

func (o *sendingOptions) warn(log *slog.Logger, job *batch.Job) {
	for _, s := range job.Senders {
		if s.Settings.Rate > pacing.DocumentedRate {
			log.Warn("log.rate", "rate", s.Settings.Rate)
			break
		}
	}
	if warning := job.Ledger.PlaceWarning(); warning != nil {
		log.Warn("log.error", "Err", warning, "ledger", job.Ledger.Path)
	}
	if job.Ledger.Created && !o.sandbox {
		log.Warn("log.new-ledger", "ledger", job.Ledger.Path)
	}
}

func (o *sendingOptions) open(ctx context.Context, p prepared) (context.Context, *batch.Job, func(), error) {
	ctx, job, closeJob, err := o.jobOptions.open(ctx, p.log)
	if err != nil {
		return ctx, nil, nil, err
	}
	job.Suppress, job.Progress = p.suppress, p.progress
	if o.reassign == "" {
		return ctx, job, closeJob, nil
	}
	job.Reassign = o.reassign
	for _, s := range job.Senders {
		if s.Name == o.reassign {
			job.Reassign = s.Instance
		}
	}
	isOther := func(s *batch.Sender) bool { return s.Name != "" && s.Instance != job.Reassign }
	if !slices.ContainsFunc(job.Senders, isOther) || strings.Trim(job.Reassign, "0123456789") != "" {
		closeJob()
		return ctx, nil, nil, check(rule{true, "usage.reassign", msg.Args{"Value": o.reassign}})
	}
	return ctx, job, closeJob, nil
}

func (o *sendingOptions) everyFlag(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&o.every, "every", 0, "`TIME` after which to look again, such as 1m: goes on until a signal, as cron would, with --max-time for each turn (default: ends when all is done)")
}

// repeat does a turn and returns what went wrong in the last one. What went wrong in the turn
// before in the same way is not told again. Wrong use ends it, and a ledger that must not be used.
func (o *sendingOptions) repeat(ctx context.Context, s Streams, l msg.Language, turn func() []error) error {
	for told := ""; ; {
		errs := turn()
		if o.every == 0 {
			return printAllButWorst(s, l, errs)
		}
		var text strings.Builder
		worst := printAllButWorst(Streams{Err: &text}, l, errs)
		printError(&text, l, worst)
		if text.String() != told {
			told = text.String()
			if _, err := io.WriteString(s.Err, told); err != nil {
				return err
			}
		}
		if isA[usageError](worst) || isA[ledger.PlaceError](worst) || !account.Wait(ctx, o.every) {
			return statusErrorOf(exitStatus(worst))
		}
	}
}

type readingOptions struct {
	encoding, delimiter, region, card, sheet, suppress string
	short                                              bool
	maps                                               []string
}

func (o *readingOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.encoding, "encoding", "", "`NAME` of the file's encoding: "+strings.Join(charset.Names(), ", ")+" (default: found out)")
	f.StringVar(&o.delimiter, "delimiter", "", "`WHAT` separates cells: comma, semicolon, tab or bar (default: found out)")
	f.BoolVar(&o.short, "short-numbers", false, "take numbers of cards with fewer than 11 digits, such as those of Denmark and Singapore: the service may send them as +0")
	f.StringArrayVar(&o.maps, "map", nil, "`FIELD=COLUMN`: which column of the file is a field, such as \"phoneContact=Phone 1 - Value\", or \"phoneContact=#3\" for the third; may be given several times, in the variable separated by semicolons")
	f.StringVar(&o.sheet, "sheet", "", "`NAME` of the sheet of a workbook (default: the only visible one with rows)")
	f.StringVar(&o.card, "card", "", "vCard `FILE` with the contact for rows whose contact columns are empty")
	o.suppressFlags(cmd)
}

func (o *readingOptions) suppressFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.region, "region", "", "`COUNTRY` of numbers without a country code, such as RU, or none: numbers without a plus have it (default: numbers without their country are invalid)")
	f.StringVar(&o.suppress, "suppress", "", "`FILE` of chats that must not be written to: one chat or number a line, or a table")
}

func (o *readingOptions) read() (how csvmodel.Options, suppress csvmodel.ChatList, err error) {
	var errs [4]error
	if o.encoding != "" {
		how.Encoding, errs[0] = charset.Parse(o.encoding)
	}
	if o.delimiter != "" {
		how.Delimiter, errs[1] = csvmodel.ParseDelimiter(o.delimiter)
	}
	how.Region, errs[2] = phone.ParseRegion(o.region)
	how.ShortNumbers, how.Sheet = o.short, o.sheet
	how.Map, errs[3] = mappings(o.maps)
	for i, flag := range []string{"--encoding", "--delimiter", "--region", "--map"} {
		if errs[i] != nil {
			return how, suppress, usageError{msg.Problem("usage.flag-value", msg.Args{"Flag": flag, "Err": errs[i]})}
		}
	}
	err = reading(o.card, func(f *os.File) (err error) {
		how.Card, err = csvmodel.ReadCard(f, how)
		return err
	})
	if err != nil {
		return how, suppress, err
	}
	err = reading(o.suppress, func(f *os.File) error {
		list, err := csvmodel.DetectEncoding(f, csvmodel.Options{Region: how.Region})
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err == nil {
			suppress, err = csvmodel.ReadChatList(f, list)
		}
		return err
	})
	return how, suppress, err
}

// mappings may have several in one value, with semicolons: an environment variable has one.
func mappings(all []string) (parsed []csvmodel.Mapping, err error) {
	for _, value := range all {
		for _, mapping := range strings.Split(value, ";") {
			field, column, ok := strings.Cut(mapping, "=")
			if !ok || field == "" || column == "" {
				return nil, msg.Problem("usage.map", msg.Args{"Value": mapping})
			}
			parsed = append(parsed, csvmodel.Mapping{Field: strings.TrimSpace(field), Column: column})
		}
	}
	return parsed, nil
}

func reading(path string, read func(*os.File) error) error {
	if path == "" {
		return nil
	}
	f, err := csvmodel.Open(path)
	if err == nil {
		err = errors.Join(read(f), f.Close())
	}
	if err != nil {
		return msg.Problem("error.file", msg.Args{"File": path, "Err": err})
	}
	return nil
}

type jobOptions struct {
	account  accountFlags
	limits   accounts.Limits // of an account that does not say its own
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
		rule{o.sandbox && o.account.file != "", "usage.accounts-alone", nil},
		rule{o.timeout <= 0, "usage.above-zero", ofFlag("--request-timeout", o.timeout)},
		rule{o.settings.SettleAfter.Duration <= 0, "usage.above-zero", ofFlag("--settle-after", o.settings.SettleAfter)},
		rule{o.maxTime < 0, "usage.above-zero", ofFlag("--max-time", o.maxTime)})
}

func (o *jobOptions) deadline(ctx context.Context, log *slog.Logger) (context.Context, context.CancelFunc) {
	quiet := context.AfterFunc(ctx, func() { log.Warn("log.stopping") })
	cancel := context.CancelFunc(func() {})
	if o.maxTime > 0 {
		// A little less, or the run that cron starts just then would find this one
		// still seeing its last requests through.
		ctx, cancel = context.WithTimeout(ctx, o.maxTime-min(o.maxTime/20, 30*time.Second))
	}
	return ctx, func() { quiet(); cancel() }
}

// open returns a job and the context that has its time.
func (o *jobOptions) open(ctx context.Context, log *slog.Logger) (context.Context, *batch.Job, func(), error) {
	debug.SetGCPercent(300)         // a run keeps little and lets go of much: a tenth more requests a second for 15 MB
	debug.SetMemoryLimit(256 << 20) // near this much it lets go of more, so that no answer of the service takes a multiple of its size
	job := &batch.Job{Settings: o.settings, Log: log, Version: version(),
		Forecast: func(batch.Forecast) {}, Progress: func(batch.Progress) {}, Interim: func(ledger.Run) {}}
	job.Machine, job.User = whoAndWhere()
	all, cleanup, err := o.openLedger(job)
	if err != nil {
		return ctx, nil, nil, err
	}
	for _, account := range all {
		client, err := greenapi.New(account.Account, greenapi.Options{Timeout: o.timeout, Workers: o.settings.Workers, UserAgent: "contact-distributor/" + job.Version})
		if err != nil {
			job.Close()
			cleanup()
			return ctx, nil, nil, usageError{err}
		}
		sender := &batch.Sender{Name: account.Name, Instance: account.IDInstance, Client: client, Settings: o.settings}
		if account.Name != "" {
			sender.Settings.Rate, sender.Settings.PerDay, sender.Settings.Window = account.Rate, account.PerDay, account.Window
		}
		job.Add(sender)
	}
	ctx, cancel := o.deadline(ctx, log)
	return ctx, job, func() { cancel(); job.Close(); cleanup() }, nil
}

func (o *jobOptions) openLedger(job *batch.Job) ([]accounts.Account, func(), error) {
	if o.sandbox {
		one, cleanup, err := openSandbox(job)
		return []accounts.Account{{Account: one}}, cleanup, err
	}
	all, err := o.account.all(o.limits)
	if err != nil {
		return nil, nil, err
	}
	path, err := ledgerPath(o.ledger)
	if err != nil {
		return nil, nil, err
	}
	if job.Ledger, err = ledger.Open(path, ledger.Options{Memory: memory()}); err != nil {
		return nil, nil, err
	}
	return all, func() { job.Ledger.Close() }, nil
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
	return account, func() { stop(); job.Ledger.Close(); os.RemoveAll(dir) }, nil
}

func whoAndWhere() (machine, name string) {
	machine, _ = os.Hostname()
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return machine, name
}
