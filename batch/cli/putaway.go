package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

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

// refuse puts away a file that cannot be used.
func (w *folderWork) refuse(file *inbox.File, refused *csvmodel.FileError) error {
	why := fmt.Sprintf("%q could not be used, and nothing was sent for it: it %s.\n\nWhen that is mended, drop the file again.", file.Name(), refused.Error())
	folder, err := file.Refuse(why)
	if err != nil {
		return err
	}
	_, err = w.said.News(topic(file), "")
	if !w.json {
		w.say("%s: refused: it %s\n  %s\n", file.Name(), refused.Error(), filepath.Join(folder, "WHY.txt"))
	}
	w.fail(statusError(exitRows))
	return err
}

// putAway ends the work on a file that is finished or cancelled.
func (w *folderWork) putAway(file *inbox.File, summary batch.Summary) error {
	folder, err := file.Done()
	if err != nil {
		return err
	}
	if summary.Run.ID != 0 && folder != "" {
		summary.Run.Path = file.Path()
		err = batch.Records{Ledger: w.job.Ledger}.Moved(summary.Run, folder)
	}
	_, errSaid := w.said.News(topic(file), "")
	w.fail(statusError(runStatus(summary)))
	what := "done"
	if gone, _ := file.Cancelled(); summary.Stop.Reason.Code != "" {
		what = summary.Stop.Reason.String()
	} else if gone && summary.Run.ID == 0 {
		what = "was taken out of the folder before anything was sent"
	}
	w.tellEnd(file, summary, folder, what)
	return errors.Join(err, errSaid)
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
	if w.json && summary.Run.ID != 0 {
		w.fail(closing{summary: summary, files: files, ledger: w.job.Ledger.Path()}.write(w.streams.Out, true))
		return
	}
	if summary.Run.ID == 0 {
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

// trackEvery is how often what is unknown for good is looked at again.
const trackEvery = time.Hour

// track finds out, now and then, what became of requests in files that are put
// away already, and writes their results again.
func (w *folderWork) track(ctx context.Context) error {
	name := "tracked " + w.job.Instance
	if last, err := time.Parse(time.RFC3339, w.said.Last(name)); err == nil && time.Since(last) < trackEvery {
		return nil
	}
	runs, stop, err := w.job.Track(ctx)
	if err != nil || stop.Kind == batch.Person {
		return err
	}
	records := batch.Records{Ledger: w.job.Ledger}
	for _, run := range runs {
		summary, errRun := records.Summary(run)
		if errRun == nil && filepath.Dir(run.Output) != filepath.Join(w.dir, "working") {
			_, errRun = outputs{records: records}.write(run, summary.Counts)
		}
		err = errors.Join(err, errRun)
	}
	_, errSaid := w.said.News(name, time.Now().Format(time.RFC3339))
	return errors.Join(err, errSaid)
}
