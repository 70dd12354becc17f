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
	n.Language = r.languageOf(run.Layout)
	n.Files, err = r.publisher.FilesOf(n.Summary)
	return err
}

// refuse puts away a table that cannot be used.
func (r *run) refuse(f *spool.File, refused *csvmodel.FileError) error {
	l := cmp.Or(r.Language, refused.Language())
	why := refused.Text(l)
	_, err := f.Refuse(spool.Refusal{Short: why, Text: msg.Text(l, "inbox.unusable", msg.Args{"File": f.Name(), "Why": why})})
	return err
}

// refusalOf says what is wrong with a file of that name, which is no table, and what
// to do.
func (r *run) refusalOf(name string, isCard bool) spool.Refusal {
	l, ending := r.languageOfName(name), filepath.Ext(name)
	args := msg.Args{"File": name, "Table": strings.TrimSuffix(name, ending) + ".csv"}
	if isCard {
		return spool.Refusal{Short: msg.Text(l, "inbox.lone-card", nil), Text: msg.Text(l, "inbox.lone-card-why", args)}
	}
	return spool.Refusal{Short: msg.Text(l, "inbox.no-table", nil),
		Text: msg.Text(l, "inbox.no-table-why", args) + "\n\n" + msg.Text(l, advice(strings.ToLower(ending)), nil)}
}

// advice is the key of what to do with a file that is no table, by its ending.
func advice(ending string) string {
	switch ending {
	case ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods":
		return "inbox.save-sheet"
	case ".gsheet":
		return "inbox.save-link"
	case ".numbers":
		return "inbox.save-numbers"
	case ".zip", ".gz", ".7z", ".rar":
		return "inbox.unpack"
	case ".pdf":
		return "inbox.find-table"
	}
	return "inbox.save-table"
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
