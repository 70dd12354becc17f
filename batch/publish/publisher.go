// Package publish writes what people get of a run: the results, the rows to correct, the
// report and the manifest that proves them. All of it is made from the ledger alone, at
// any time, and needs no terminal: call Publish with the summary of a run.
//
// Each file appears whole or not at all, and none before all can be made and the manifest
// of them is recorded. One that a person has changed is not replaced unless that is asked
// for. Where nothing has changed, nothing is written.
package publish

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
)

// Suffixes end the paths of all files that are written for a run.
var Suffixes = []string{
	batch.ResultsSuffix + ".csv", batch.FixmeSuffix + ".csv", batch.ResultsSuffix + ".xlsx", batch.FixmeSuffix + ".xlsx",
	batch.ReportSuffix, audit.Suffix,
}

// Publisher writes the files of runs.
type Publisher struct {
	Ledger   *ledger.Ledger
	Language msg.Language // of what is written; where none is said, that of each file
	Replace  bool         // replaces also what somebody else has made or changed
	Sandbox  bool         // the service is an imitation
	Full     bool         // the report shows numbers and names whole
	Anew     bool         // writes also where nothing has changed
	Version  string       // of the program

	onlyPage bool // of the files only the page is written, if all rows are as they were
}

// Files are the paths of what was written. An empty one is none.
type Files struct {
	Results, Fixme, Report, Manifest string

	Proof string // the hash of the manifest
}

// PublishRun is Publish for a run as the ledger has it now.
func (p Publisher) PublishRun(run ledger.Run) (Files, error) {
	summary, err := batch.Runs{Ledger: p.Ledger}.Summary(run)
	if err != nil {
		return Files{}, err
	}
	return p.Publish(summary)
}

// Publish writes the files of a run, where they belong. Those of a run that was started later
// in the same place stay, unless Anew is set.
func (p Publisher) Publish(summary batch.Summary) (Files, error) {
	d := p.drafts(summary)
	defer d.discard()
	if !p.Anew && !p.Full {
		if newest, err := p.Ledger.NewestRunFor(summary.Run.Output); err == nil && newest.ID != summary.Run.ID {
			return p.FilesOf(summary.Run)
		}
		proof, err := audit.Current(p.Ledger, summary.Run, d.manifest, summary.Counts, summary.Stop)
		if err != nil || proof.ID != 0 {
			return filesOf(proof), err
		}
	}
	if err := d.make(); err != nil {
		return Files{}, err
	}
	proof, err := audit.Prove(p.Ledger, summary.Run, d.seal, d.manifest)
	if err != nil {
		return Files{}, err
	}
	for _, step := range d.appearing(proof) {
		if err := step(); err != nil {
			return Files{}, err
		}
	}
	if newest, err := p.Ledger.NewestManifestOf(summary.Run.ID); err != nil {
		return Files{}, err
	} else if newest.ID > proof.ID { // another process has published newer rows, and these files stand in place of its own
		run, err := p.Ledger.Run(summary.Run.ID)
		if err != nil {
			return Files{}, err
		}
		run.Path, run.Name, run.Output = summary.Run.Path, summary.Run.Name, summary.Run.Output
		return p.PublishRun(run)
	}
	files := filesOf(proof)
	files.Manifest = d.files[len(d.files)-1].Path
	if !p.Anew && !p.Full {
		err = p.publishOriginals(summary.Run)
	}
	return files, err
}

// FilesOf returns the files of a run that were written before, where they belong.
func (p Publisher) FilesOf(run ledger.Run) (Files, error) {
	proof, err := p.Ledger.NewestManifestAt(run.Output)
	return filesOf(proof), err
}

func filesOf(proof ledger.Manifest) Files {
	m, err := audit.Parse(proof.JSON)
	if err != nil {
		return Files{}
	}
	at := func(name string) string { return filepath.Join(filepath.Dir(proof.Output), name) }
	files := Files{Results: at(m.Results.Name), Report: at(m.Report.Name), Manifest: proof.Output + audit.Suffix, Proof: audit.Hex(proof.Hash)}
	if m.Fixme != nil {
		files.Fixme = at(m.Fixme.Name)
	}
	return files
}

type drafts struct {
	Publisher
	summary  batch.Summary
	seal     ledger.Seal    // of the rows
	manifest audit.Manifest // as far as it can be said
	mode     fs.FileMode
	files    []*report.Draft // in the order in which they appear
}

func (p Publisher) drafts(s batch.Summary) *drafts {
	return &drafts{Publisher: p, summary: s, mode: modeOf(s.Run.Path, s.Run.Output+batch.ResultsSuffix+s.Run.Layout.Extension()),
		manifest: audit.New(s.Run, p.Version, p.languageFor(s.Run), p.Sandbox)}
}

func (p Publisher) languageFor(run ledger.Run) msg.Language {
	language := cmp.Or(p.Language, run.Layout.Language())
	if above, _ := p.Ledger.FolderAbove(filepath.Dir(run.Output)); above != "" { // an error comes up again in open
		return language.Office()
	}
	return language
}

// make writes all but the copy of the manifest.
func (d *drafts) make() (err error) {
	run, m := d.summary.Run, &d.manifest
	if d.seal, err = d.Ledger.Seal(run.ID); err != nil { // before the rows are read
		return err
	}
	proof, err := d.Ledger.NewestManifestAt(run.Output)
	before, errParse := audit.Parse(proof.JSON)
	if d.onlyPage && errParse == nil && before.Outcomes == audit.Hex(d.seal.Outcomes) && before.Language == m.Language {
		m.Results, m.Fixme = before.Results, before.Fixme // which people may have corrected by now
	} else if err == nil {
		err = d.makeTables()
	}
	if err != nil {
		return err
	}
	page, err := d.page()
	rows, corrected, errRows := d.campaign(run, msg.Language(m.Language))
	if err := errors.Join(err, errRows); err != nil {
		return err
	}
	page.Corrected = corrected
	m.Report, err = d.add(report.HTML(d.place(batch.ReportSuffix), page, rows))
	return err
}

func (d *drafts) makeTables() (err error) {
	run, m := d.summary.Run, &d.manifest
	rows, extension := Rows(d.Ledger, run, msg.Language(m.Language)), run.Layout.Extension()
	m.Results, err = d.add(report.Results(d.place(batch.ResultsSuffix+extension), run.Layout, rows))
	if err != nil || d.summary.NeedPerson() == 0 {
		return err
	}
	fixme, err := d.add(report.Fixme(d.place(batch.FixmeSuffix+extension), run.Layout, rows))
	m.Fixme = &fixme
	return err
}

func (d *drafts) add(file *report.Draft, err error) (audit.FileSum, error) {
	if err != nil {
		return audit.FileSum{}, err
	}
	d.files = append(d.files, file)
	return audit.FileSum{Name: filepath.Base(file.Path), SHA256: audit.Hex(file.SHA256)}, nil
}

func (d *drafts) appearing(proof ledger.Manifest) (steps []func() error) {
	for _, file := range d.files {
		steps = append(steps, file.Publish)
	}
	if d.manifest.Fixme == nil { // a card arrived after all, say: nobody is to send it from there
		steps = append(steps, func() error { return report.Withdraw(d.place(batch.FixmeSuffix + d.summary.Run.Layout.Extension())) })
	}
	return append(steps, func() error {
		copied, err := d.place(audit.Suffix).Draft(func(w io.Writer) error {
			_, err := w.Write(proof.JSON)
			return err
		})
		if _, err = d.add(copied, err); err != nil {
			return err
		}
		if err := copied.Publish(); err != nil {
			return err
		}
		return d.Ledger.ConfirmOutput(copied.Path)
	})
}

func (d *drafts) discard() {
	for _, file := range d.files {
		file.Discard()
	}
}

func (d *drafts) place(suffix string) report.Place {
	run := d.summary.Run
	return report.Place{Stem: run.Output, Suffix: suffix, Mode: d.mode, Record: outputs{d.Ledger, run.Content}, Replace: d.Replace, Open: d.open}
}

// open opens the folder of outputs. In one that people drop files into they may have put
// a link in its place, which is not followed.
func (p Publisher) open(folder string) (*os.Root, error) {
	above, err := p.Ledger.FolderAbove(folder)
	if err != nil {
		return nil, err
	}
	if above == "" {
		return os.OpenRoot(folder)
	}
	name, err := filepath.Rel(above, folder)
	if err != nil {
		return nil, err
	}
	return spool.OpenFolder(above, name)
}

// modeOf is that of the first file that is there. What proves something is not for everybody to write.
func modeOf(paths ...string) fs.FileMode {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return info.Mode() & 0o664
		}
	}
	return 0o600
}

// outputs is the report.Record of a run.
type outputs struct {
	ledger  *ledger.Ledger
	content [32]byte
}

func (o outputs) Ours(path string, sum [32]byte) (bool, error) {
	return o.ledger.OutputUnchanged(path, o.content, sum)
}

func (o outputs) Remember(path string, sum, before [32]byte) error {
	return o.ledger.RecordOutput(path, o.content, sum, before)
}
