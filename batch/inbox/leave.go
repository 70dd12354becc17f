package inbox

import (
	"cmp"
	"encoding/json"
	"path/filepath"
	"strings"

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

// archived records where a file and its results are now, and notifies how it has ended.
// Where a run was killed before it could do so, this is called by the next one.
func (r *run) archived(f *spool.File, folder string) error {
	path := f.Path()
	if folder != "" {
		if err := r.runs.Move(path, folder); err != nil {
			return err
		}
		path = filepath.Join(folder, filepath.Base(path))
	}
	if _, err := r.notices.change(topic(f), ""); err != nil {
		return err
	}
	n := Notice{Event: Ends, IsNew: true, File: f.Name(), Path: path, Folder: folder}
	if refusal := f.Refusal(); refusal != (spool.Refusal{}) {
		n.Event, n.Reasons = Refused, decodeReasons(refusal.Code)
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

// addSummary puts the summary of a file and its files into a Notice. Without a Run in the
// summary it takes that of the ledger, if that has one.
func (r *run) addSummary(n *Notice, summary batch.Summary) error {
	run, err := r.runs.PlannedAt(n.Path)
	if err != nil || run.ID == 0 {
		return err
	}
	if n.Summary = summary; summary.Run.ID == 0 {
		if n.Summary, err = r.runs.Summary(run); err != nil {
			return err
		}
	}
	n.Summary.Run = run
	n.Files, err = r.publisher.FilesOf(n.Summary)
	return err
}

// refuse puts away a table that cannot be used.
func (r *run) refuse(f *spool.File, refused *csvmodel.FileError) error {
	l := cmp.Or(r.Language, refused.Language())
	text := msg.Text(l, "inbox.unusable", msg.Args{"File": f.Name(), "Why": refused.Text(l)})
	_, err := f.Refuse(spool.Refusal{Code: encodeReasons(refused.Reasons...), Text: text})
	return err
}

// refusalOf says what is wrong with a file of that name, which is no table, and what
// to do.
func (r *run) refusalOf(name string, isCard bool) spool.Refusal {
	l, ending := cmp.Or(r.Language, r.Fallback), filepath.Ext(name)
	args := msg.Args{"File": name, "Table": strings.TrimSuffix(name, ending) + ".csv"}
	if isCard {
		return spool.Refusal{Code: encodeReasons(msg.NewReason(loneCard)), Text: msg.Text(l, "inbox.lone-card-why", args)}
	}
	return spool.Refusal{Code: encodeReasons(msg.NewReason(noTable)),
		Text: msg.Text(l, "inbox.no-table-why", args) + "\n\n" + msg.Text(l, advice(strings.ToLower(ending)), nil)}
}

// Why a file is refused that is no table.
const (
	noTable  msg.Code = "inbox.no-table"
	loneCard msg.Code = "inbox.lone-card"
)

// encodeReasons returns reasons as the spool keeps them.
func encodeReasons(reasons ...msg.Reason) string {
	text, err := json.Marshal(reasons)
	if err != nil {
		return string(reasons[0].Code)
	}
	return string(text)
}

// decodeReasons reads what encodeReasons has written. Older versions have kept words,
// which are shown as they are.
func decodeReasons(text string) (reasons []msg.Reason) {
	if json.Unmarshal([]byte(text), &reasons) != nil {
		return []msg.Reason{msg.NewReason(msg.Code(text))}
	}
	return reasons
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
