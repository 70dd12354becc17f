package cli

import (
	"errors"
	"io/fs"
	"os"

	"contact-distributor/batch"
	"contact-distributor/report"
)

// outputs writes what people get of runs.
type outputs struct {
	records batch.Records
	replace bool // also what somebody else has made or changed
	sandbox bool // the service is an imitation
	full    bool // the report shows numbers and names whole
}

// files are the paths of what was written. An empty one is none.
type files struct {
	results  string
	fixme    string
	report   string
	manifest string
	proof    string // the hash of the manifest
}

// again makes the files of a run as the ledger has it now.
func (o outputs) again(run batch.Run) (files, error) {
	summary, err := o.records.Summary(run)
	if err != nil {
		return files{}, err
	}
	return o.write(summary)
}

// write makes the files of a run, where they belong.
func (o outputs) write(summary batch.Summary) (files, error) {
	w, err := o.writing(summary)
	if err != nil {
		return files{}, err
	}
	return w.all()
}

// writing looks at the rows for the manifest, before any file is made of them.
func (o outputs) writing(summary batch.Summary) (*writing, error) {
	run := summary.Run
	seal, err := o.records.Seal(run)
	return &writing{
		outputs: o, summary: summary, seal: seal,
		mode:   modeOf(run.Path, run.Output+batch.ResultsSuffix),
		record: noted{o.records.Outputs(run), map[string][32]byte{}},
	}, err
}

// writing makes the files of one run.
type writing struct {
	outputs
	summary batch.Summary
	seal    batch.Seal
	mode    fs.FileMode
	record  noted
	written files
}

// all makes those that can be made, and the manifest when they all are.
func (w *writing) all() (files, error) {
	run := w.summary.Run
	rows := w.records.Results(run)
	var err error
	w.written.results, err = report.Results(w.place(batch.ResultsSuffix), run.Form, rows)
	if w.summary.NeedPerson() > 0 {
		var errFixme error
		w.written.fixme, errFixme = report.Fixme(w.place(batch.FixmeSuffix), run.Form, rows)
		err = errors.Join(err, errFixme)
	} else if err == nil { // a card arrived after all, say: nobody is to send it from there
		err = report.Withdraw(w.place(batch.FixmeSuffix))
	}
	page, errPage := w.page(w.summary, w.written)
	if errPage == nil {
		page.Outcomes = report.Hex(w.seal.Outcomes)
		w.written.report, errPage = report.HTML(w.place(batch.ReportSuffix), page, rows)
	}
	if err = errors.Join(err, errPage); err == nil {
		err = w.prove()
	}
	return w.written, err
}

func (w *writing) place(suffix string) report.Place {
	return report.Place{Stem: w.summary.Run.Output, Suffix: suffix, Mode: w.mode, Record: w.record, Replace: w.replace}
}

// modeOf is the permissions of the first of these files that is there, or those
// for its owner only.
func modeOf(paths ...string) fs.FileMode {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			return info.Mode().Perm()
		}
	}
	return 0o600
}
