package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel/msg"
	"fmt"
	"path/filepath"
	"time"
)

// grows reports whether a file is still being written, and then leaves it for a later
// run: where it was dropped if nothing of it was read to its end, else in working.
func (w *folderWork) grows(file *spool.File) (bool, error) {
	complete, err := file.Complete(time.Now())
	if complete || err != nil {
		return false, err
	}
	return true, w.leaveGrowing(file)
}

func (w *folderWork) leaveGrowing(file *spool.File) error {
	run, err := batch.Records{Ledger: w.job.Ledger}.PlannedAt(file.Path())
	if err != nil {
		return err
	}
	if run.ID == 0 {
		return file.GiveBack(time.Now())
	}
	return w.keepGrown(file, run)
}

// keepGrown leaves a file of which this run has sent, or tried to, what there was.
func (w *folderWork) keepGrown(file *spool.File, run batch.Run) error {
	l := cmp.Or(w.asked, run.Form.Language())
	err := file.Keep(say(l, "%[1]s has changed since %[2]s ${rows(2)} of it were read. It is read again when it has stood still, and then what was added goes; what has gone does not go again.", file.Name(), run.Rows) +
		say(l, "\nIt goes on by itself, as soon as it can. To cancel it, take the file out of this folder."))
	if err != nil {
		return err
	}
	news, err := w.said.News(topic(file), string(msg.Continued))
	if news && !w.json {
		w.say("%s", say(l, "%[1]s: has changed since %[2]s ${rows(2)} of it were read: it is read again when it has stood still, and what has gone does not go again\n", file.Name(), run.Rows))
	}
	return err
}

// tellLate says once that something was added to a file that nobody reads any more.
func (w *folderWork) tellLate(late spool.Late) {
	const told = "added to"
	topic := fmt.Sprintf("late %q", late.Path)
	if w.said.Last(topic) == told {
		return
	}
	defer func() { // not before: it would never be told if this run were killed
		_, err := w.said.News(topic, told)
		w.fail(err)
	}()
	w.fail(statusError(exitRows))
	if w.json {
		w.fail(writeJSON(w.streams.Out, map[string]any{"file": late.Name, "addedTo": late.Path, "exitStatus": exitRows}))
		return
	}
	l := cmp.Or(w.asked, languageOf(late.Name))
	if late.Refused {
		w.say("%s", say(l, "%[1]s: something was added to it after it had been refused: drop it again, it is now %[2]s\n", late.Name, late.Path))
		return
	}
	w.say("%s", say(l, "%[1]s: something was added to it after it had been sent, and that has not gone: drop the rows that were added, with the line that names the columns, as a file of their own. They are at the end of %[2]s; what was sent is in %[3]s\n",
		late.Name, late.Path, late.Path[:len(late.Path)-len(filepath.Ext(late.Path))]+batch.ResultsSuffix))
}
