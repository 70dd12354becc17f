package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/publish"
	"contact-distributor/batch/spool"
	"contact-distributor/report"
	"path/filepath"
	"strings"
)

// tellAway says what became of a file that a run before was killed over while it put
// it away, before it could say so.
func (w *folderWork) tellAway(away spool.Archived) error {
	records := batch.Records{Ledger: w.job.Ledger}
	run, err := records.PlannedAt(away.Path)
	if err != nil {
		return err
	}
	if run.ID == 0 {
		if w.json {
			return writeJSON(w.streams.Out, map[string]any{"file": away.Path, "exitStatus": exitDone})
		}
		w.say("%s: %s: %s\n", oneLine(away.Name), say(w.asked, "done"), away.Folder)
		return nil
	}
	summary, err := records.Summary(run)
	if err != nil {
		return err
	}
	w.fail(statusError(runStatus(summary)))
	proof, err := records.Proof(run)
	if err != nil {
		return err
	}
	stem := strings.TrimSuffix(away.Path, filepath.Ext(away.Path))
	files := publish.Files{Results: stem + batch.ResultsSuffix, Proof: report.Hex(proof.Hash)}
	if summary.NeedPerson() > 0 {
		files.Fixme = stem + batch.FixmeSuffix
	}
	if w.json {
		return closing{summary: summary, files: files, ledger: w.job.Ledger.Path()}.write(w.streams.Out, true)
	}
	w.language = cmp.Or(w.asked, run.Form.Language())
	what := say(w.language, "done")
	if code := summary.Stop.Code; code != "" {
		what = summary.Stop.In(w.language)
	}
	w.tellCounts(away.Name, summary, what, files)
	return nil
}
