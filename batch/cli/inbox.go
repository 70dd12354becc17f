package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/spool"
)

// inboxOptions are the flags of inbox.
type inboxOptions struct {
	sendingOptions
	settled time.Duration
}

func newInbox(s Streams) *cobra.Command {
	var o inboxOptions
	cmd := &cobra.Command{
		Use:   "inbox DIR",
		Short: "The cron job: sends every file that has been dropped into a folder",
		Long: `Takes every CSV, TXT and TSV file that has been dropped into DIR and does with
each what send does. A file is in DIR/working while it is worked on, and ends in
DIR/done/DAY/NAME with its results, or in DIR/refused/DAY/NAME with WHY.txt. Files
with fewer rows left go first. NAME.vcf beside NAME.csv is its card. Taking a file
out of DIR/working cancels it. Nothing is said where nothing has changed.`,
		Example: `  */5 * * * *  contact-distributor inbox /srv/contacts --window 09:00-20:00 --timezone Europe/Moscow`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), s, args[0]) },
	}
	o.sendingOptions.flags(cmd)
	cmd.Flags().DurationVar(&o.settled, "settled", time.Minute, "`TIME` for which size and time of a file must have stood still; ten minutes where its last line has no end")
	cmd.Flags().StringVar(&o.progress, "progress", "never", "`WHEN` to show progress: auto, always or never")
	fromEnvironment(cmd)
	return cmd
}

// written are the endings of what is written beside a file.
var written = []string{batch.ResultsSuffix, batch.FixmeSuffix, batch.ReportSuffix, batch.ManifestSuffix}

// staleAfter is how long a run may have no outcome until another one that finds it
// at work says so with its exit status.
const staleAfter = time.Hour

func (o *inboxOptions) run(ctx context.Context, s Streams, dir string) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.settled < 0 {
		return usageError{fmt.Errorf("--settled %v: needs a time of 0s or more", o.settled)}
	}
	if o.settings.Dedupe.File {
		return usageError{errors.New("--dedupe file: is not for a folder: a file that changes there is sent as a new one, and only the claims of other files keep what has gone from going again")}
	}
	o.settings.NoWait = true
	dir, err := existing(dir)
	if err != nil {
		return err
	}
	how, err := o.reading.read()
	if err != nil {
		return err
	}
	suppress, err := readSuppressed(o.suppress, how)
	if err != nil {
		return err
	}
	screen := &screen{w: s.Err}
	log, err := newLog(o.log, screen)
	if err != nil {
		return err
	}
	job, closeJob, err := o.open(log)
	if err != nil {
		return err
	}
	defer closeJob()
	job.Suppress = suppress
	release, err := job.Ledger.LockFolder(dir, job.Instance, time.Now())
	if err != nil {
		return overlaps(textOut(s, o.json), err)
	}
	defer release()
	ctx, cancel := o.deadline(ctx, log)
	defer cancel()
	return o.work(ctx, s, job, dir, &folderWork{streams: s, job: job, how: how, json: o.json, log: log, asked: o.language})
}

// work opens the folder and does what there is to do.
func (o *inboxOptions) work(ctx context.Context, s Streams, job *batch.Job, dir string, w *folderWork) (err error) {
	if w.box, err = spool.Open(dir, spool.Options{StableFor: o.settled, Suffixes: written, OnArchive: w.moved, Refusal: w.why}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.box.Close()) }()
	other := (*otherLedgerError)(nil)
	if err := bind(job.Ledger, dir); errors.As(err, &other) {
		return usageError{fmt.Errorf("%s: %w: name that one with --ledger", dir, err)}
	} else if err != nil {
		return err
	}
	if w.said, err = batch.OpenSaid(job.Ledger, saidIn(dir)); err != nil {
		return err
	}
	w.dir, w.settings = dir, o.settings
	warned := newWarned(w.said)
	job.Log = slog.New(newsOnly{w.log.Handler(), warned})
	o.warn(job.Log, job)
	bar, err := newProgress(o.progress, &screen{w: s.Err}, w.log)
	if err != nil {
		return err
	}
	job.Progress = bar.show
	defer bar.end()
	return errors.Join(w.all(ctx), warned.end())
}

// saidIn names what was told of a folder.
func saidIn(dir string) string { return "inbox " + dir }

// otherLedgerError says that a folder is bound to another ledger than the one that is
// used.
type otherLedgerError struct{ spool.Binding }

func (e *otherLedgerError) Error() string {
	return fmt.Sprintf("the files in this folder were sent with another ledger (%s, then at %s): what was sent is known to that one only", e.LedgerID, oneLine(e.LedgerPath))
}

// bind ties a folder to the ledger. Where the folder was moved, what the ledger knows
// of its files moves first, so that a killed run leaves it to the next one.
func bind(l *batch.Ledger, dir string) error {
	old, err := spool.ReadBinding(dir)
	if err != nil {
		return err
	}
	if old.LedgerID != "" && old.LedgerID != l.ID() {
		return &otherLedgerError{old}
	}
	if from := old.MovedFrom(dir); from != "" {
		err = errors.Join(batch.Records{Ledger: l}.MovedFolder(from, dir), batch.MoveSaid(l, saidIn(from), saidIn(dir)))
	}
	if b := (spool.Binding{LedgerID: l.ID(), LedgerPath: l.Path(), Dir: dir}); err == nil && b != old {
		err = b.Write()
	}
	return err
}

// findRun is that of the records, also of a file in the folder of an inbox that was
// moved and not used since.
func findRun(records batch.Records, what string) (batch.Run, error) {
	if dir := spool.FolderOf(what); dir != "" {
		b, err := spool.ReadBinding(dir)
		if err == nil && b.LedgerID == records.Ledger.ID() && b.MovedFrom(dir) != "" {
			err = bind(records.Ledger, dir)
		}
		if err != nil {
			return batch.Run{}, err
		}
	}
	return records.FindRun(what)
}

// existing is the whole path of a folder that must be there.
func existing(dir string) (string, error) {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return "", usageError{fmt.Errorf("%s: there is no such folder", dir)}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// overlaps says in one line that another run is at work, which is no fault unless
// it has long stood still.
func overlaps(out io.Writer, err error) error {
	held := (*batch.HeldError)(nil)
	if !errors.As(err, &held) {
		return err
	}
	fmt.Fprintln(out, oneLine(held.Error()))
	if !held.Newest.IsZero() && time.Since(held.Newest) > staleAfter {
		fmt.Fprintf(out, "It has had no answer since %s.\n", held.Newest.Local().Format(time.DateTime))
		return statusError(exitHeld)
	}
	return nil
}
