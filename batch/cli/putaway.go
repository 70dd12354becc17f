package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	l, why := w.language, summary.Stop.Reason.In(w.language)
	note := say(l, "%[1]s is not finished.\n%[2]s", file.Name(), sentence(why))
	if summary.Run.ID != 0 {
		left := summary.Counts[csvmodel.Unsent] + summary.Counts[csvmodel.Unknown]
		note = say(l, "%[1]s is not finished: %[2]s of %[3]s ${rows(3)} left.\n%[4]s", file.Name(), left, summary.Run.Rows, sentence(why))
		if !summary.Forecast.IsZero() {
			note += say(l, "\nThe last card was to leave at %[1]s.", moment(l, summary.Forecast))
		}
	}
	err := file.Keep(note + say(l, "\nIt goes on by itself, as soon as it can. To cancel it, take the file out of this folder."))
	w.fail(statusError(runStatus(summary)))
	news, errSaid := w.said.News(topic(file), string(summary.Stop.Reason.Code))
	if news {
		w.tellEnd(file, summary, "", say(l, "waits: %[1]s", why))
	}
	return errors.Join(err, errSaid)
}

func sentence(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// refuse puts away a file that cannot be used.
func (w *folderWork) refuse(file *inbox.File, refused *csvmodel.FileError) error {
	l := cmp.Or(w.asked, refused.Language())
	why := say(l, "%[1]q could not be used, and nothing was sent for it: it %[2]s.\n\nWhen that is mended, drop the file again.", file.Name(), refused.In(l))
	folder, err := file.Refuse(why)
	if err != nil {
		return err
	}
	_, err = w.said.News(topic(file), "")
	if !w.json {
		w.say("%s", say(l, "%[1]s: refused: it %[2]s\n  %[3]s\n", file.Name(), refused.In(l), filepath.Join(folder, "WHY.txt")))
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
	what := say(w.language, "done")
	if gone, _ := file.Cancelled(); summary.Stop.Reason.Code != "" {
		what = summary.Stop.Reason.In(w.language)
	} else if gone && summary.Run.ID == 0 {
		what = say(w.language, "was taken out of the folder before anything was sent")
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
	if summary.NeedPerson() > 0 {
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
	w.tellCounts(file.Name(), summary, what, files)
	if n := summary.Counts[csvmodel.Unknown]; n > 0 && folder != "" {
		w.say("%s", say(w.language, "  %[1]s ${cardsAre(1)} not known to have gone: look into the chats, then contact-distributor settle %[2]s:LINE\n",
			n, filepath.Join(folder, filepath.Base(file.Path()))))
	}
}

// tellCounts says how many rows have which status, and where that stands.
func (w *folderWork) tellCounts(name string, summary batch.Summary, what string, files files) {
	l := w.language
	var counts []string
	for _, status := range csvmodel.Statuses {
		if n := summary.Counts[status]; n > 0 {
			counts = append(counts, number(l, n)+" "+string(status))
		}
	}
	w.say("%s: %s\n", name, what)
	w.say("%s", say(l, "  %[1]s ${rows(1)}: %[2]s\n  results: %[3]s\n", summary.Run.Rows, strings.Join(counts, ", "), files.results))
	if files.fixme != "" {
		w.say("%s", say(l, "  %[1]s ${rowsNeed(1)} a person: %[2]s\n", summary.NeedPerson(), files.fixme))
	}
}

// trackEvery is how often what is unknown for good is looked at again, and asked what
// was delivered.
const trackEvery = time.Hour

// track finds out, now and then, what became of requests and cards of files that
// are put away already, and writes their results again.
func (w *folderWork) track(ctx context.Context) error {
	name := "tracked " + w.job.Instance
	if last, err := time.Parse(time.RFC3339, w.said.Last(name)); err == nil && time.Since(last) < trackEvery {
		return nil
	}
	runs, stop, err := w.job.Track(ctx, trackEvery)
	for _, run := range runs {
		if filepath.Dir(run.Output) != filepath.Join(w.dir, "working") {
			err = errors.Join(err, w.tracked(run))
		}
	}
	if err != nil || stop.Kind == batch.Person {
		return err
	}
	_, err = w.said.News(name, time.Now().Format(time.RFC3339))
	return err
}

// tracked writes the results of a run again, and says if cards were found not to
// have arrived.
func (w *folderWork) tracked(run batch.Run) error {
	records, l := batch.Records{Ledger: w.job.Ledger, Language: w.asked}, cmp.Or(w.asked, run.Form.Language())
	summary, err := records.Summary(run)
	if err != nil {
		return err
	}
	written, err := outputs{records: records}.write(summary)
	if err != nil {
		return err
	}
	failed := summary.Deliveries.Failed()
	news, err := w.said.News("undelivered "+strconv.FormatInt(run.ID, 10), strconv.Itoa(failed))
	if err != nil || !news || failed == 0 {
		return err
	}
	w.fail(statusError(exitRows))
	if w.json {
		return closing{summary: summary, files: written, ledger: w.job.Ledger.Path()}.write(w.streams.Out, true)
	}
	w.say("%s", say(l, "%[1]s: cards that did not arrive: %[2]s\n", run.Name, failed))
	w.say("%s", say(l, "  %[1]s ${rowsNeed(1)} a person: %[2]s\n", summary.NeedPerson(), written.fixme))
	return nil
}
