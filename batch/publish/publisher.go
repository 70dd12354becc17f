// Package publish writes what people get of a run: the results, the rows to correct, the
// report and the manifest that proves them. All of it is made from the ledger alone, at
// any time, and needs no terminal: call Publish with the summary of a run.
//
// Each file appears whole or not at all, and none before all can be made and the manifest
// of them is recorded. One that a person has changed is not replaced unless that is asked
// for.
package publish

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
)

// Suffixes end the paths of all files that are written for a run.
var Suffixes = []string{batch.ResultsSuffix, batch.FixmeSuffix, batch.ReportSuffix, audit.Suffix}

// Publisher writes the files of runs.
type Publisher struct {
	Ledger   *ledger.Ledger
	Language msg.Language // of what is written; where none is said, that of each file
	Replace  bool         // replaces also what somebody else has made or changed
	Sandbox  bool         // the service is an imitation
	Full     bool         // the report shows numbers and names whole
	Version  string       // of the program
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
	summary, err := batch.Runs{Ledger: p.Ledger}.Summary(run)
	if err != nil {
		return Files{}, err
	}
	return p.Publish(summary)
}

// Publish writes the files of a run, where they belong. The manifest is recorded before
// they appear: a program that is killed in between leaves files that are older than it.
func (p Publisher) Publish(summary batch.Summary) (Files, error) {
	d := p.drafts(summary)
	defer d.discard()
	if err := d.make(); err != nil {
		return Files{}, err
	}
	proof, err := d.prove()
	if err != nil {
		return Files{}, err
	}
	for _, step := range d.appearing(proof) {
		if err := step(); err != nil {
			return Files{}, err
		}
	}
	return d.files(proof), nil
}

// drafts are the files of one run before they appear.
type drafts struct {
	Publisher
	summary batch.Summary
	mode    fs.FileMode
	seal    ledger.Seal // of the rows that the files are made of

	results, report *report.Draft
	fixme, manifest *report.Draft // nil: there is none
}

func (p Publisher) drafts(s batch.Summary) *drafts {
	return &drafts{Publisher: p, summary: s, mode: modeOf(s.Run.Path, s.Run.Output+batch.ResultsSuffix)}
}

// make writes all but the copy of the manifest.
func (d *drafts) make() (err error) {
	run, l := d.summary.Run, d.Ledger
	if d.seal, err = l.Seal(run.ID); err != nil {
		return err
	}
	rows := Rows(l, run, d.Language)
	if d.results, err = report.Results(d.place(batch.ResultsSuffix), run.Layout, rows); err != nil {
		return err
	}
	if d.summary.NeedPerson() > 0 {
		if d.fixme, err = report.Fixme(d.place(batch.FixmeSuffix), run.Layout, rows); err != nil {
			return err
		}
	}
	page, err := d.page(d.summary, Files{Results: pathOf(d.results), Fixme: pathOf(d.fixme)})
	if err != nil {
		return err
	}
	page.Outcomes = audit.Hex(d.seal.Outcomes)
	d.report, err = report.HTML(d.place(batch.ReportSuffix), page, rows)
	return err
}

// prove records the manifest.
func (d *drafts) prove() (ledger.Manifest, error) {
	s := audit.Statement{
		Run: d.summary.Run, Seal: d.seal, Version: d.Version, Language: d.languageOf(d.summary.Run), Sandbox: d.Sandbox,
		Results: sumOf(d.results), Report: sumOf(d.report),
	}
	if d.fixme != nil {
		fixme := sumOf(d.fixme)
		s.Fixme = &fixme
	}
	return audit.Prove(d.Ledger, s)
}

// appearing are the steps by which the files appear, the copy of the manifest last.
func (d *drafts) appearing(proof ledger.Manifest) []func() error {
	steps := []func() error{d.results.Publish}
	if d.fixme != nil {
		steps = append(steps, d.fixme.Publish)
	} else { // a card arrived after all, say: nobody is to send it from there
		steps = append(steps, func() error { return report.Withdraw(d.place(batch.FixmeSuffix)) })
	}
	return append(steps, d.report.Publish, func() (err error) {
		d.manifest, err = d.place(audit.Suffix).Draft(func(w io.Writer) error {
			_, err := w.Write(proof.JSON)
			return err
		})
		if err != nil {
			return err
		}
		if err := d.manifest.Publish(); err != nil {
			return err
		}
		return d.Ledger.ConfirmOutput(d.manifest.Path)
	})
}

func (d *drafts) discard() {
	for _, draft := range []*report.Draft{d.results, d.fixme, d.report, d.manifest} {
		draft.Discard()
	}
}

func (d *drafts) files(proof ledger.Manifest) Files {
	return Files{Results: pathOf(d.results), Fixme: pathOf(d.fixme), Report: pathOf(d.report), Manifest: pathOf(d.manifest), Proof: audit.Hex(proof.Hash)}
}

func (d *drafts) place(suffix string) report.Place {
	run := d.summary.Run
	return report.Place{Stem: run.Output, Suffix: suffix, Mode: d.mode, Record: outputs{d.Ledger, run.Content}, Replace: d.Replace}
}

// pathOf is the path of a draft, "" of none.
func pathOf(d *report.Draft) string {
	if d == nil {
		return ""
	}
	return d.Path
}

func sumOf(d *report.Draft) audit.FileSum {
	return audit.FileSum{Name: filepath.Base(d.Path), SHA256: audit.Hex(d.SHA256)}
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
	proof, err := p.Ledger.NewestManifestOf(run.ID)
	files := Files{Results: run.Output + batch.ResultsSuffix, Report: run.Output + batch.ReportSuffix,
		Manifest: run.Output + audit.Suffix, Proof: audit.Hex(proof.Hash)}
	if summary.NeedPerson() > 0 {
		files.Fixme = run.Output + batch.FixmeSuffix
	}
	return files, err
}
