package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel/msg"
	"fmt"
	"path/filepath"
)

// hasChanged reports whether a file is not what it was when it was taken, and then
// gives it back.
func (w *folderWork) hasChanged(file *spool.File) (bool, error) {
	changed, err := file.HasChanged()
	if !changed || err != nil {
		return false, err
	}
	return true, w.giveBack(file)
}

// giveBack moves a file back to where it was dropped, where it is a new one. What
// became of the one that was read is put away.
func (w *folderWork) giveBack(file *spool.File) error {
	summary, err := w.job.Cancel(file.Path(), msg.Changed)
	if err != nil {
		return err
	}
	if summary.Run.ID != 0 {
		summary.Stop = msg.NewReason(msg.Changed)
		w.language = cmp.Or(w.asked, summary.Run.Form.Language())
		if err := w.write(summary); err != nil {
			return err
		}
	}
	folder, err := file.GiveBack()
	if err != nil || summary.Run.ID == 0 {
		return err
	}
	w.tellEnd(file, summary, folder, summary.Stop.In(w.language))
	return nil
}

// tellLate says once that something was added to a file that nobody reads any more.
func (w *folderWork) tellLate(late spool.Modified) {
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
	if late.IsRefused {
		w.say("%s", say(l, "%[1]s: something was added to it after it had been refused: drop it again, it is now %[2]s\n", late.Name, late.Path))
		return
	}
	w.say("%s", say(l, "%[1]s: something was added to it after it had been sent, and that has not gone: drop the rows that were added, with the line that names the columns, as a file of their own. They are at the end of %[2]s; what was sent is in %[3]s\n",
		late.Name, late.Path, late.Path[:len(late.Path)-len(filepath.Ext(late.Path))]+batch.ResultsSuffix))
}
