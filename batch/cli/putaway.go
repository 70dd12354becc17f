package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"contact-distributor/batch"
	"contact-distributor/batch/inbox"
	"contact-distributor/csvmodel"
)

// keepIf keeps a file of which nothing more can be said than why it stopped.
func (w *folderWork) keepIf(file *inbox.File, summary batch.Summary) error {
	if summary.Stop.Kind == batch.Ended {
		return nil
	}
	return w.keep(file, summary)
}

// keep leaves a file for a later run, and says why if that is news.
func (w *folderWork) keep(file *inbox.File, summary batch.Summary) error {
	why := summary.Stop.Reason.String()
	note := fmt.Sprintf("%s is not finished.\n%s", file.Name(), sentence(why))
	if summary.Run.ID != 0 {
		left := summary.Counts[csvmodel.Unsent] + summary.Counts[csvmodel.Unknown]
		note = fmt.Sprintf("%s is not finished: %s of %s left.\n%s", file.Name(), number(left), count(summary.Run.Rows, "row", "rows"), sentence(why))
		if !summary.Forecast.IsZero() {
			note += fmt.Sprintf("\nThe last card was to leave at %s.", moment(summary.Forecast))
		}
	}
	err := file.Keep(note + "\nIt goes on by itself, as soon as it can. To cancel it, take the file out of this folder.")
	w.fail(statusError(runStatus(summary)))
	news, errSaid := w.said.News(topic(file), string(summary.Stop.Reason.Code))
	if news {
		w.tellEnd(file, summary, "", "waits: "+why)
	}
	return errors.Join(err, errSaid)
}

func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// moved records where a file and its results are now; nothing is to be told of it
// any more.
func (w *folderWork) moved(file *inbox.File, folder string) error {
	var err error
	if folder != "" {
		err = batch.Records{Ledger: w.job.Ledger}.Moved(file.Path(), folder)
	}
	_, errSaid := w.said.News(topic(file), "")
	return errors.Join(err, errSaid)
}

// cancel ends the work on a file that was taken away between two runs, or before
// its first card.
func (w *folderWork) cancel(file *inbox.File) error {
	summary, err := w.job.Cancel(file.Path())
	if err != nil {
		return err
	}
	if summary.Run.ID == 0 {
		return w.putAway(file, summary)
	}
	return w.close(file, summary)
}

// refuse puts away a file that cannot be used.
func (w *folderWork) refuse(file *inbox.File, refused *csvmodel.FileError) error {
	why := fmt.Sprintf("%q could not be used, and nothing was sent for it: it %s.\n\nWhen that is mended, drop the file again.", file.Name(), refused.Sentence)
	folder, err := file.Refuse(why)
	if err != nil {
		return err
	}
	w.tellRefused(file.Name(), "it "+refused.Sentence, folder)
	return nil
}

func (w *folderWork) tellRefused(name, why, folder string) {
	w.fail(statusError(exitRows))
	path := filepath.Join(folder, "WHY.txt")
	if w.json {
		w.fail(writeJSON(w.streams.Out, map[string]any{"file": name, "refused": why, "why": path, "exitStatus": exitRows}))
		return
	}
	w.say("%s: refused: %s\n  %s\n", name, why, path)
}

// putAway ends the work on a file that is finished or cancelled.
func (w *folderWork) putAway(file *inbox.File, summary batch.Summary) error {
	folder, err := file.Done()
	if err != nil {
		return err
	}
	w.fail(statusError(runStatus(summary)))
	what := "done"
	if gone, _ := file.Cancelled(); summary.Stop.Reason.Code != "" {
		what = summary.Stop.Reason.String()
	} else if gone && summary.Run.ID == 0 {
		what = "was taken out of the folder before anything was sent"
	}
	w.tellEnd(file, summary, folder, what)
	return nil
}

// tellEnd says in a few lines what a file has come to.
func (w *folderWork) tellEnd(file *inbox.File, summary batch.Summary, folder, what string) {
	results, fixme := file.Beside(batch.ResultsSuffix), file.Beside(batch.FixmeSuffix)
	if folder != "" {
		results, fixme = filepath.Join(folder, filepath.Base(results)), filepath.Join(folder, filepath.Base(fixme))
	}
	files := files{results: results}
	if csvmodel.NeedPerson(summary.Counts) > 0 {
		files.fixme = fixme
	}
	switch {
	case w.json && summary.Run.ID != 0:
		w.fail(closing{summary: summary, files: files, ledger: w.job.Ledger.Path()}.write(w.streams.Out, true))
		return
	case w.json:
		w.fail(writeJSON(w.streams.Out, map[string]any{"file": file.Path(), "stop": stopJSON(summary.Stop), "exitStatus": runStatus(summary)}))
		return
	case summary.Run.ID == 0:
		w.say("%s: %s\n", file.Name(), what)
		return
	}
	var counts []string
	for _, status := range csvmodel.Statuses {
		if n := summary.Counts[status]; n > 0 {
			counts = append(counts, number(n)+" "+string(status))
		}
	}
	w.say("%s: %s\n  %s: %s\n  results: %s\n", file.Name(), what, count(summary.Run.Rows, "row", "rows"), strings.Join(counts, ", "), files.results)
	if files.fixme != "" {
		w.say("  %s a person: %s\n", count(csvmodel.NeedPerson(summary.Counts), "row needs", "rows need"), files.fixme)
	}
	if n := summary.Counts[csvmodel.Unknown]; n > 0 && folder != "" {
		w.say("  %s not known to have gone: look into the chats, then contact-distributor settle %s:LINE\n", count(n, "card is", "cards are"), filepath.Join(folder, filepath.Base(file.Path())))
	}
}
