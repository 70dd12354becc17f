// Package publish writes what people get of a run: the results, the rows to correct,
// the report and the manifest that proves them. Each file appears whole or not at all,
// and one that a person has changed is not replaced unless that is asked for. All of it
// is made from the ledger alone, at any time, and needs no terminal: call Publish with
// the summary of a run.
package publish

import (
	"errors"
	"io/fs"
	"os"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/report"
)

// Publisher writes the files of runs.
type Publisher struct {
	Records batch.Records
	Replace bool   // replaces also what somebody else has made or changed
	Sandbox bool   // the service is an imitation
	Full    bool   // the report shows numbers and names whole
	Version string // of the program
}

// Files are the paths of what was written. An empty one is none.
type Files struct {
	Results  string
	Fixme    string
	Report   string
	Manifest string
	Proof    string // the hash of the manifest
}

// PublishRun writes the files of a run as the ledger has it now.
func (p Publisher) PublishRun(run ledger.Run) (Files, error) {
	summary, err := p.Records.Summary(run)
	if err != nil {
		return Files{}, err
	}
	return p.Publish(summary)
}

// Publish writes the files of a run, where they belong.
func (p Publisher) Publish(summary batch.Summary) (Files, error) {
	w, err := p.Writing(summary)
	if err != nil {
		return Files{}, err
	}
	return w.all()
}

// Writing looks at the rows for the manifest, before any file is made of them.
func (p Publisher) Writing(summary batch.Summary) (*Writing, error) {
	run := summary.Run
	seal, err := p.Records.Seal(run)
	return &Writing{
		Publisher: p, Summary: summary, Seal: seal,
		mode:   modeOf(run.Path, run.Output+batch.ResultsSuffix),
		record: checksums{p.Records.Outputs(run), map[string][32]byte{}},
	}, err
}

// Writing makes the files of one run.
type Writing struct {
	Publisher
	Summary batch.Summary
	Seal    batch.Seal
	mode    fs.FileMode
	record  checksums
	Written Files
}

// all makes those that can be made, and the manifest when they all are.
func (w *Writing) all() (Files, error) {
	run := w.Summary.Run
	rows := Rows(w.Records.Ledger, run, w.Records.Language)
	var err error
	w.Written.Results, err = report.Results(w.Place(batch.ResultsSuffix), run.Layout, rows)
	if w.Summary.NeedPerson() > 0 {
		var errFixme error
		w.Written.Fixme, errFixme = report.Fixme(w.Place(batch.FixmeSuffix), run.Layout, rows)
		err = errors.Join(err, errFixme)
	} else if err == nil { // a card arrived after all, say: nobody is to send it from there
		err = report.Withdraw(w.Place(batch.FixmeSuffix))
	}
	page, errPage := w.Page(w.Summary, w.Written)
	if errPage == nil {
		page.Outcomes = report.Hex(w.Seal.Outcomes)
		w.Written.Report, errPage = report.HTML(w.Place(batch.ReportSuffix), page, rows)
	}
	if err = errors.Join(err, errPage); err == nil {
		err = w.prove()
	}
	return w.Written, err
}

func (w *Writing) Place(suffix string) report.Place {
	return report.Place{Stem: w.Summary.Run.Output, Suffix: suffix, Mode: w.mode, Record: w.record, Replace: w.Replace}
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

// FilesOf returns the files of a run that were written before, where they belong.
// Without a run there are none.
func (p Publisher) FilesOf(summary batch.Summary) (Files, error) {
	run := summary.Run
	if run.ID == 0 {
		return Files{}, nil
	}
	proof, err := p.Records.Proof(run)
	files := Files{Results: run.Output + batch.ResultsSuffix, Report: run.Output + batch.ReportSuffix,
		Manifest: run.Output + batch.ManifestSuffix, Proof: report.Hex(proof.Hash)}
	if summary.NeedPerson() > 0 {
		files.Fixme = run.Output + batch.FixmeSuffix
	}
	return files, err
}
