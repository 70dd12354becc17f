package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/publish"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
	"errors"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// keepIf keeps a file of which nothing more can be said than why it stopped.
func (w *folderWork) keepIf(file *spool.File, summary batch.Summary) error {
	if summary.Stop.IsZero() {
		return nil
	}
	return w.keep(file, summary)
}

// keep leaves a file for a later run, and says why if that is news.
func (w *folderWork) keep(file *spool.File, summary batch.Summary) error {
	l, why := w.language, summary.Stop.In(w.language)
	note := say(l, "%[1]s is not finished.\n%[2]s", file.Name(), sentence(why))
	if summary.Run.ID != 0 {
		left := summary.Counts[csvmodel.Unsent] + summary.Counts[csvmodel.Unknown]
		note = say(l, "%[1]s is not finished: %[2]s of %[3]s ${rows(3)} left.\n%[4]s", file.Name(), left, summary.Run.Rows, sentence(why))
		if !summary.Forecast.IsZero() {
			note += say(l, "\nThe last card was to leave at %[1]s.", momentIn(l, summary.Forecast, summary.Zone))
		}
	}
	err := file.SetNote(note + say(l, "\nIt goes on by itself, as soon as it can. To cancel it, take the file out of this folder."))
	w.fail(statusError(runStatus(summary)))
	news, errSaid := w.said.News(topic(file), string(summary.Stop.Code))
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

// moved records where a file and its results are now; nothing is to be told of it
// any more.
func (w *folderWork) moved(file *spool.File, folder string) error {
	var err error
	if folder != "" {
		err = batch.Records{Ledger: w.job.Ledger}.Moved(file.Path(), folder)
	}
	_, errSaid := w.said.News(topic(file), "")
	return errors.Join(err, errSaid)
}

// cancel ends the work on a file that was taken away between two runs, or before
// its first card.
func (w *folderWork) cancel(file *spool.File) error {
	summary, err := w.job.Cancel(file.Path(), msg.Cancelled)
	if err != nil {
		return err
	}
	if summary.Run.ID == 0 {
		return w.putAway(file, summary)
	}
	w.language = cmp.Or(w.asked, summary.Run.Form.Language()) // the file cannot be asked any more
	return w.close(file, summary)
}

// refuse puts away a file that cannot be used.
func (w *folderWork) refuse(file *spool.File, refused *csvmodel.FileError) error {
	l := cmp.Or(w.asked, refused.Language())
	why := say(l, "%[1]q could not be used, and nothing was sent for it: it %[2]s.\n\nWhen that is mended, drop the file again.", file.Name(), refused.In(l))
	folder, err := file.Refuse(spool.Refusal{Short: refused.In(l), Text: why})
	if err != nil {
		return err
	}
	w.tellRefused(file.Name(), "it "+refused.Error(), folder,
		say(l, "%[1]s: refused: it %[2]s\n  %[3]s\n", file.Name(), refused.In(l), whyFile(folder)))
	return nil
}

func whyFile(folder string) string { return filepath.Join(folder, "WHY.txt") }

// tellRefused says text or, to a machine, why the file of that name was refused.
func (w *folderWork) tellRefused(name, why, folder, text string) {
	w.fail(statusError(exitRows))
	if w.json {
		w.fail(writeJSON(w.streams.Out, map[string]any{"file": name, "refused": why, "why": whyFile(folder), "exitStatus": exitRows}))
		return
	}
	w.say("%s", text)
}

// putAway ends the work on a file that is finished or cancelled.
func (w *folderWork) putAway(file *spool.File, summary batch.Summary) error {
	folder, err := file.Archive()
	if err != nil {
		return err
	}
	w.fail(statusError(runStatus(summary)))
	what := say(w.language, "done")
	if gone, _ := file.IsCancelled(); summary.Stop.Code != "" {
		what = summary.Stop.In(w.language)
	} else if gone && summary.Run.ID == 0 {
		what = say(w.language, "was taken out of the folder before anything was sent")
	}
	w.tellEnd(file, summary, folder, what)
	return nil
}

// tellEnd says in a few lines what a file has come to.
func (w *folderWork) tellEnd(file *spool.File, summary batch.Summary, folder, what string) {
	results, fixme := file.OutputPath(batch.ResultsSuffix), file.OutputPath(batch.FixmeSuffix)
	if folder != "" {
		results, fixme = filepath.Join(folder, filepath.Base(results)), filepath.Join(folder, filepath.Base(fixme))
	}
	files := publish.Files{Results: results}
	if summary.Run.ID != 0 {
		proof, err := batch.Records{Ledger: w.job.Ledger}.Proof(summary.Run)
		files.Proof = report.Hex(proof.Hash)
		w.fail(err)
	}
	if summary.NeedPerson() > 0 {
		files.Fixme = fixme
	}
	switch {
	case w.json && summary.Run.ID != 0:
		w.fail(closing{summary: summary, files: files, ledger: w.job.Ledger.Path()}.write(w.streams.Out, true))
		return
	case w.json:
		w.fail(writeJSON(w.streams.Out, map[string]any{"file": file.Path(), "stop": stopJSON(summary.Stop), "exitStatus": runStatus(summary)}))
		return
	case summary.Run.ID == 0:
		w.say("%s: %s\n", oneLine(file.Name()), what)
		return
	}
	w.tellCounts(file.Name(), summary, what, files)
	if n := summary.Counts[csvmodel.Unknown]; n > 0 && folder != "" {
		w.say("%s", say(w.language, "  %[1]s ${cardsAre(1)} not known to have gone: look into the chats, then contact-distributor settle %[2]s:LINE\n",
			n, filepath.Join(folder, filepath.Base(file.Path()))))
	}
}

// tellCounts says how many rows have which status, and where that stands.
func (w *folderWork) tellCounts(name string, summary batch.Summary, what string, files publish.Files) {
	l := w.language
	var counts []string
	for _, status := range csvmodel.Statuses {
		if n := summary.Counts[status]; n > 0 {
			counts = append(counts, number(l, n)+" "+string(status))
		}
	}
	w.say("%s: %s\n", oneLine(name), what)
	w.say("%s", say(l, "  %[1]s ${rows(1)}: %[2]s\n  results: %[3]s\n", summary.Run.Rows, strings.Join(counts, ", "), files.Results))
	if files.Proof != "" {
		w.say("%s", say(l, "  proof: %[1]s\n", files.Proof))
	}
	if files.Fixme != "" {
		w.say("%s", say(l, "  %[1]s ${rowsNeed(1)} a person: %[2]s\n", summary.NeedPerson(), files.Fixme))
	}
}
