package inbox

import (
	"cmp"
	"path/filepath"
	"strings"
	"unicode"

	"contact-distributor/batch"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// leave puts a file away, or gives it back, by one of its methods.
func (r *run) leave(f *spool.File, summary batch.Summary, move func() (folder string, err error)) error {
	r.endings[f] = summary
	_, err := move()
	return err
}

// archived records where a file and its results are now, and tells what became of it.
// Where a run was killed before it could do so, this is called by the next one.
func (r *run) archived(f *spool.File, folder string) error {
	path := f.Path()
	if folder != "" {
		if err := r.records.Moved(path, folder); err != nil {
			return err
		}
		path = filepath.Join(folder, filepath.Base(path))
	}
	if _, err := r.notices.change(topic(f), ""); err != nil {
		return err
	}
	n := Notice{Event: Ends, IsNew: true, File: f.Name(), Path: path, Folder: folder}
	if n.Refusal = f.Refusal(); n.Refusal != (spool.Refusal{}) {
		n.Event, n.Language = Refused, cmp.Or(r.Language, languageOfText(n.Refusal.Short))
		r.Notify(n)
		return nil
	}
	summary, isKnown := r.endings[f]
	if folder == "" && !isKnown {
		return nil // it was given back
	}
	err := r.addSummary(&n, summary)
	if err == nil {
		r.Notify(n)
	}
	return err
}

// addSummary puts what became of a file into a Notice. Without a Run in the summary it
// is made up from the ledger, if that knows of any.
func (r *run) addSummary(n *Notice, summary batch.Summary) error {
	run, err := r.records.PlannedAt(n.Path)
	if err != nil || run.ID == 0 {
		n.Language = r.Language
		return err
	}
	if n.Summary = summary; summary.Run.ID == 0 {
		if n.Summary, err = r.records.Summary(run); err != nil {
			return err
		}
	}
	n.Summary.Run = run
	n.Language = r.languageOf(run.Form)
	n.Files, err = r.publisher.FilesOf(n.Summary)
	return err
}

// refuse puts away a table that cannot be used.
func (r *run) refuse(f *spool.File, refused *csvmodel.FileError) error {
	l := cmp.Or(r.Language, refused.Language())
	_, err := f.Refuse(spool.Refusal{
		Short: refused.Text(l),
		Text:  r.Say(l, "%[1]q could not be used, and nothing was sent for it: it %[2]s.\n\nWhen that is mended, drop the file again.", f.Name(), refused.Text(l)),
	})
	return err
}

// refusalOf says what is wrong with a file of that name, which is no table, and what
// to do.
func (r *run) refusalOf(name string, isCard bool) spool.Refusal {
	l := r.languageOfName(name)
	if isCard {
		table := strings.TrimSuffix(name, filepath.Ext(name)) + ".csv"
		return spool.Refusal{
			Short: r.Say(l, "is a contact card without a table of the same name"),
			Text: r.Say(l, "The contact card %[1]q was dropped without a table of the same name, and so there is nobody to send it to.", name) + "\n\n" +
				r.Say(l, "Drop it again together with the CSV file that says who gets it, named %[1]q.", table),
		}
	}
	return spool.Refusal{
		Short: r.Say(l, "is not a CSV file"),
		Text:  r.Say(l, "%[1]q is not a CSV file, and nothing was sent for it.", name) + "\n\n" + r.advice(l, strings.ToLower(filepath.Ext(name))),
	}
}

// languageOfName is that of a file of which nothing but the name is known.
func (r *run) languageOfName(name string) msg.Language {
	return cmp.Or(r.Language, languageOfText(name))
}

// languageOfText is Russian for a text with a Cyrillic letter, and else none.
func languageOfText(text string) msg.Language {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return msg.Russian
	}
	return ""
}

// advice is what to do with a file that is no table, by its ending.
func (r *run) advice(l msg.Language, ending string) string {
	switch ending {
	case ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods":
		return r.Say(l, "Open it in the spreadsheet program, choose File, Save As, and there CSV UTF-8 (comma delimited), and drop the file that you get. Only the sheet that is open is saved.")
	case ".gsheet":
		return r.Say(l, "This is only a link to a table. Open it, choose File, Download, Comma-separated values (.csv), and drop the file that you get.")
	case ".numbers":
		return r.Say(l, "Open it in Numbers, choose File, Export To, CSV, and drop the file that you get.")
	case ".zip", ".gz", ".7z", ".rar":
		return r.Say(l, "Unpack it and drop the CSV files that are in it.")
	case ".pdf":
		return r.Say(l, "Find the table that it was made from, save that as CSV UTF-8, and drop the file that you get.")
	}
	return r.Say(l, "Open the table in a spreadsheet program, choose File, Save As, and there CSV UTF-8 (comma delimited), and drop the file that you get.")
}
