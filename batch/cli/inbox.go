package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

type inboxOptions struct {
	sendingOptions
	settled  time.Duration
	planOnly bool
}

func newInbox(s Streams) *cobra.Command {
	var o inboxOptions
	cmd := newCommand("inbox", cobra.ExactArgs(1), func(ctx context.Context, args []string) error { return o.run(ctx, s, args[0]) })
	o.sendingOptions.flags(cmd)
	cmd.Flags().DurationVar(&o.settled, "settled", time.Minute, "`TIME` for which size and time of a file must have stood still; ten minutes where its last line has no end")
	cmd.Flags().StringVar(&o.progress, "progress", "never", "`WHEN` to show progress: auto, always or never")
	cmd.Flags().BoolVar(&o.planOnly, "plan-only", false, "take files in and write their results, and have others send them with work; the service is not asked")
	o.everyFlag(cmd)
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
	return o.repeat(ctx, s, p.language.Office(), func() []error { return o.turn(ctx, s, p, dir) })
}

// turn opens and locks all anew: others may have the folder between two turns.
func (o *inboxOptions) turn(ctx context.Context, s Streams, p prepared, dir string) []error {
	ctx, job, closeJob, err := o.open(ctx, p)
	if err != nil {
		return []error{err}
	}
	defer closeJob()
	notices := notices{streams: s, json: o.json, ledger: job.Ledger.Path, language: p.language.Office()}
	err = inbox.Run(ctx, job, dir, inbox.Options{PlanOnly: o.planOnly, StableFor: o.settled, CSV: p.reading, Language: o.language, Fallback: p.language, Version: version(),
		Started: func(log *slog.Logger) { o.warn(log, job) }, Notify: notices.show})
	p.screen.EndProgress()
	if isA[*inbox.OtherLedgerError](err) {
		return []error{usageError{msg.Problem("usage.other-ledger", msg.Args{"Folder": dir, "Err": err})}}
	}
	notices.add(overlaps(textOut(s, o.json), notices.language, err))
	return notices.errs
}

type notices struct {
	streams  Streams
	json     bool
	ledger   string
	language msg.Language // of who reads the mail that cron makes of it
	errs     []error
}

func (p *notices) add(err error) {
	if err != nil {
		p.errs = append(p.errs, err)
	}
}

func (p *notices) show(n inbox.Notice) {
	if n.Event == inbox.Failed {
		p.showFailure(n)
		return
	}
	p.add(statusErrorOf(noticeStatus(n)))
	switch {
	case !n.IsNew:
	case p.json && n.Event != inbox.Started && n.Event != inbox.Blocked:
		p.add(terminal.WriteJSON(p.streams.Out, p.jsonOf(n), "  "))
	case !p.json || n.Event == inbox.Blocked:
		p.print(p.text(n))
	}
}

// showFailure leaves most errors to the end of the run. An old one counts for its status only.
func (p *notices) showFailure(n inbox.Notice) {
	switch {
	case isA[*spool.Problem](n.Err):
		if n.IsNew {
			p.print(msg.Explain(p.language, n.Err) + "\n")
		}
		p.add(statusError(exitFailed))
	case isA[*ledger.HeldError](n.Err):
		p.add(overlaps(textOut(p.streams, p.json), p.language, n.Err))
	case n.IsNew:
		p.add(n.Err)
	default:
		p.add(statusErrorOf(exitStatus(n.Err)))
	}
}

func noticeStatus(n inbox.Notice) int {
	switch n.Event {
	case inbox.Refused, inbox.Undelivered, inbox.Appended:
		return exitRows
	case inbox.Blocked:
		return exitAccount
	case inbox.Waiting:
		return runStatus(n.Summary)
	case inbox.Archived:
		if n.Summary.Run.ID != 0 && n.Summary.Stop.Code != msg.Changed {
			return runStatus(n.Summary)
		}
	}
	return exitDone
}

func (p *notices) print(text string) {
	_, err := io.WriteString(textOut(p.streams, p.json), text)
	p.add(err)
}

func (p *notices) text(n inbox.Notice) string {
	l, s := cmp.Or(n.Language, p.language).Office(), p.summary(n)
	switch n.Event {
	case inbox.Started:
		return terminal.Forecast(l, n.Forecast) + "\n"
	case inbox.Waiting:
		return terminal.Words(l, "news.waits", "File", n.File, "Why", s.Stop.Text(l)) + p.brief(l, n)
	case inbox.Archived:
		text := terminal.Words(l, "news.ended", "File", n.File, "How", endText(l, s.Summary))
		for _, note := range s.Run.Layout.Notes {
			text += terminal.WordsIf(strings.HasPrefix(string(note.Code), "sheet-"), l, "news.note", "Note", note)
		}
		return text + p.brief(l, n)
	case inbox.Refused:
		return terminal.Words(l, "news.refused", "File", n.File, "Why", msg.Join(n.Reasons, l), "Path", whyFile(n))
	case inbox.Undelivered:
		return terminal.Words(l, "news.undelivered", "File", n.File, "Cards", s.Deliveries.Failed()) + s.Fixme(l)
	case inbox.Skipped:
		if filepath.Dir(n.File) != "." {
			return terminal.Words(l, "news.stray", "File", n.File)
		}
		return terminal.Words(l, "news.skipped", "File", n.File)
	case inbox.Blocked:
		return terminal.Words(l, "news.blocked", "Account", n.Account, "Why", msg.Join(n.Reasons, l))
	}
	key := "news.appended"
	if n.IsRefused {
		key = "news.appended-refused"
	}
	return terminal.Words(l, key, "File", n.File, "Path", n.Path, "Results", n.Files.Results)
}

func (p *notices) summary(n inbox.Notice) terminal.Summary {
	s := terminal.Summary{Summary: n.Summary, Files: n.Files, Ledger: p.ledger, ExitStatus: runStatus(n.Summary)}
	if s.Run.ID == 0 {
		s.Run.Path, s.ExitStatus = n.Path, noticeStatus(n)
	}
	return s
}

func (p *notices) brief(l msg.Language, n inbox.Notice) string {
	if n.Summary.Run.ID == 0 {
		return ""
	}
	unknown := n.Summary.Counts[csvmodel.Unknown]
	return p.summary(n).Brief(l) +
		terminal.WordsIf(unknown > 0 && n.Folder != "", l, "news.unknown", "Cards", unknown, "File", n.Files.Results)
}

func endText(l msg.Language, s batch.Summary) string {
	switch {
	case s.Run.ID == 0:
		return terminal.Words(l, "news.cancelled")
	case !s.Stop.IsZero():
		return s.Stop.Text(l)
	case !s.SentBefore.IsZero():
		return terminal.Words(l, "news.sent-before", "At", s.SentBefore)
	}
	return terminal.Words(l, "news.done")
}

func whyFile(n inbox.Notice) string { return filepath.Join(n.Folder, "WHY.txt") }

func (p *notices) jsonOf(n inbox.Notice) map[string]any {
	switch {
	case n.Event == inbox.Refused:
		why := terminal.Words(p.language, "news.it", "Why", msg.Join(n.Reasons, p.language))
		return map[string]any{"file": n.File, "refused": why, "why": whyFile(n), "exitStatus": exitRows}
	case n.Event == inbox.Skipped:
		return map[string]any{"skipped": n.Path}
	case n.Event == inbox.Appended:
		return map[string]any{"file": n.File, "addedTo": n.Path, "exitStatus": exitRows}
	}
	return p.summary(n).JSON()
}

// staleAfter is how long a run may have no outcome until others say so with their status.
const staleAfter = time.Hour

func overlaps(out io.Writer, l msg.Language, err error) error {
	held, isHeld := errors.AsType[*ledger.HeldError](err)
	if !isHeld {
		return err
	}
	fmt.Fprintln(out, msg.OneLine(held.Text(l)))
	if !held.Newest.IsZero() && time.Since(held.Newest) > staleAfter {
		fmt.Fprint(out, terminal.Words(l, "error.held.idle", "Since", held.Newest.Local().Format(time.DateTime)))
		return statusError(exitHeld)
	}
	return nil
}
