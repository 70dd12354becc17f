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
	results string
	fixme   string
	report  string
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
func (o outputs) write(summary batch.Summary) (written files, err error) {
	run := summary.Run
	mode := modeOf(run.Path, run.Output+batch.ResultsSuffix)
	rows := o.records.Results(run)
	written.results, err = report.Results(o.place(run, batch.ResultsSuffix, mode), run.Form, rows)
	if summary.NeedPerson() > 0 {
		var errFixme error
		written.fixme, errFixme = report.Fixme(o.place(run, batch.FixmeSuffix, mode), run.Form, rows)
		err = errors.Join(err, errFixme)
	}
	page, errPage := o.page(summary, written)
	if errPage == nil {
		written.report, errPage = report.HTML(o.place(run, batch.ReportSuffix, mode), page, rows)
	}
	return written, errors.Join(err, errPage)
}

func (o outputs) place(run batch.Run, suffix string, mode fs.FileMode) report.Place {
	return report.Place{Stem: run.Output, Suffix: suffix, Mode: mode, Record: o.records.Outputs(run), Replace: o.replace}
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
