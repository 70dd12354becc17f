package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/publish"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// folderWork is one run over the files of a folder.
type folderWork struct {
	streams  Streams
	dir      string
	box      *spool.Spool
	job      *batch.Job
	said     *batch.Said
	how      csvmodel.Reading
	settings batch.Settings
	json     bool
	log      *slog.Logger
	asked    msg.Language // for all files
	language msg.Language // of the file that is worked on

	handled map[*spool.File]bool
	left    map[*spool.File]int
	stop    msg.Reason // why no other file can go either
	errs    []error
}

// all works on one file after another, and looks again after each: a shorter one
// may have been dropped meanwhile.
func (w *folderWork) all(ctx context.Context) error {
	w.handled, w.left = map[*spool.File]bool{}, map[*spool.File]int{}
	for {
		look, err := w.box.Scan(time.Now())
		if err != nil {
			return err
		}
		w.tell(look)
		file := w.next(look.Files)
		if file == nil {
			break
		}
		w.handled[file] = true
		if err := w.handle(ctx, file); err != nil {
			w.errs = append(w.errs, err)
			held, refused := (*batch.HeldError)(nil), (*pacing.SettingsError)(nil)
			if errors.As(err, &held) || errors.As(err, &refused) || w.job.Ledger.Err() != nil {
				break
			}
		}
	}
	if w.stop.IsZero() && ctx.Err() == nil {
		w.fail(w.track(ctx))
	}
	w.fail(w.settledMeanwhile())
	return w.worst()
}

// fail remembers an error for the exit status. One that has been told is a
// statusError.
func (w *folderWork) fail(err error) {
	if err != nil && err != statusError(exitDone) {
		w.errs = append(w.errs, err)
	}
}

// worst tells all errors and returns what they come to.
func (w *folderWork) worst() error {
	errs := w.errs
	w.errs = nil
	for _, err := range errs {
		if held := (*batch.HeldError)(nil); errors.As(err, &held) {
			err = overlaps(textOut(w.streams, w.json), err)
		}
		w.fail(err)
	}
	w.fail(onlyNews(w.said, w.errs))
	return worst(w.streams, w.errs)
}

// next is the file with the fewest rows left of those that were not handled.
func (w *folderWork) next(files []*spool.File) *spool.File {
	records := batch.Records{Ledger: w.job.Ledger}
	rowsLeft := func(f *spool.File) int {
		if _, known := w.left[f]; !known {
			w.left[f], _ = records.RowsLeft(f.Path()) // what cannot be read is told when its turn comes
		}
		return w.left[f]
	}
	slices.SortStableFunc(files, func(a, b *spool.File) int { return cmp.Compare(rowsLeft(a), rowsLeft(b)) })
	for _, file := range files {
		if !w.handled[file] {
			return file
		}
	}
	return nil
}

// tell says what the look itself has done.
func (w *folderWork) tell(look spool.Scan) {
	for _, away := range look.Archived {
		if away.Refusal == (spool.Refusal{}) {
			w.fail(w.tellAway(away))
			continue
		}
		l := cmp.Or(w.asked, languageOf(away.Refusal.Short))
		w.tellRefused(away.Name, say(l, "it %[1]s", away.Refusal.Short), away.Folder,
			say(l, "%[1]s: refused: it %[2]s\n  %[3]s\n", away.Name, away.Refusal.Short, whyFile(away.Folder)))
	}
	for _, late := range look.Modified {
		w.tellLate(late)
	}
	problems := ""
	for _, problem := range look.Problems {
		problems += problem.Error() + "\n"
		w.fail(statusError(exitFailed))
	}
	if news, err := w.said.News("problems", problems); err != nil || news && problems != "" {
		w.say("%s", problems)
		w.fail(err)
	}
}

func (w *folderWork) why(name string, card bool) spool.Refusal {
	return whyRefused(w.asked, name, card)
}

func (w *folderWork) say(format string, args ...any) {
	io.WriteString(textOut(w.streams, w.json), harmless(fmt.Sprintf(format, args...)))
}

// topic is what is remembered of a file under.
func topic(file *spool.File) string { return fmt.Sprintf("file %q", filepath.Base(file.Path())) }

// handle does with a file what can be done with it now.
func (w *folderWork) handle(ctx context.Context, file *spool.File) error {
	if changed, err := w.hasChanged(file); changed || err != nil {
		return err
	}
	in, err := w.open(file)
	w.language = cmp.Or(w.asked, in.Form.Language())
	if gone, errGone := file.IsCancelled(); gone && errGone == nil {
		return w.cancel(file)
	}
	if changed, errChanged := w.hasChanged(file); changed || errChanged != nil {
		return errChanged
	}
	if refused := (*csvmodel.FileError)(nil); errors.As(err, &refused) {
		return w.refuse(file, refused)
	}
	if err != nil {
		return err
	}
	if !w.stop.IsZero() {
		return w.keep(file, batch.Summary{Stop: w.stop})
	}
	w.job.Cancelled = func() bool {
		gone, err := file.IsCancelled()
		return gone && err == nil
	}
	w.job.Forecast = func(f batch.Forecast) { w.begins(file, f) }
	summary, err := w.job.Send(ctx, in)
	if gone, errGone := file.IsCancelled(); gone && errGone == nil && errors.Is(err, os.ErrNotExist) {
		return w.cancel(file) // while its rows were read
	}
	if summary.Run.ID == 0 {
		return w.notBegun(file, summary, err)
	}
	return errors.Join(err, w.close(file, summary))
}

// notBegun leaves a file of which no run can tell anything.
func (w *folderWork) notBegun(file *spool.File, summary batch.Summary, err error) error {
	if errors.Is(err, batch.ErrChanged) {
		return w.giveBack(file)
	}
	w.stop = summary.Stop
	return errors.Join(err, w.keepIf(file, summary))
}

// open reads a file, with its own card if there is one.
func (w *folderWork) open(file *spool.File) (batch.Input, error) {
	how := w.how
	if card := file.CardPath(); card != "" {
		f, err := os.Open(card)
		if err == nil {
			how.Card, err = csvmodel.ReadCard(f, how.Region)
			f.Close()
		}
		if refused := (*csvmodel.FileError)(nil); errors.As(err, &refused) {
			return batch.Input{}, refused.OfCard(filepath.Base(card))
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return batch.Input{}, err
		}
	}
	in, err := batch.OpenInput(file.Path(), how)
	in.Output = strings.TrimSuffix(file.OutputPath(batch.ResultsSuffix), batch.ResultsSuffix)
	return in, err
}

// begins says once what is about to be done with a file.
func (w *folderWork) begins(file *spool.File, f batch.Forecast) {
	if w.said.Last(topic(file)) != "" || !f.Begins {
		return
	}
	_, err := w.said.News(topic(file), "begun")
	w.fail(err)
	if !w.json {
		w.say("%s\n", forecastText(w.language, f, w.settings))
	}
}

// close writes what there is of a file, and leaves it or puts it away.
func (w *folderWork) close(file *spool.File, summary batch.Summary) error {
	if !summary.Stop.IsFileOnly() {
		w.stop = summary.Stop
	}
	if err := w.write(summary); err != nil {
		return err
	}
	if summary.Stop.Action() >= msg.ByNextRun {
		return w.keep(file, summary)
	}
	if changed, err := w.hasChanged(file); changed || err != nil {
		return err
	}
	return w.putAway(file, summary)
}

// write writes what there is of a file beside it.
func (w *folderWork) write(summary batch.Summary) error {
	records := batch.Records{Ledger: w.job.Ledger, Language: w.language}
	_, err := publish.Publisher{Version: version(), Records: records, Replace: true}.Publish(summary)
	return err
}
