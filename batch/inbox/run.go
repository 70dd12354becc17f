// Package inbox is the cron job over a folder: each file that was dropped into it is
// claimed, sent, and put away with its results. It says what people should know as
// Notices, each once, and needs no terminal.
//
// Run does all there is to do now. It promises that of two files the one with fewer
// rows left goes first, that a file which cannot be used keeps no other from being
// sent, and that a run which was killed is gone on with by the next one.
package inbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Options say how a folder is worked on.
type Options struct {
	PlanOnly  bool             // others send what is planned
	StableFor time.Duration    // how long a dropped file must stay as it is
	CSV       csvmodel.Options // how files are read that have no card of their own
	Language  msg.Language     // of what is written; where none is said, that of each file
	Fallback  msg.Language     // of a file that cannot be read, and of warnings
	Version   string           // of the program
	// Started is called before the first file, with the log that says only what is new.
	Started func(log *slog.Logger)
	// Notify is called by one goroutine.
	Notify func(Notice)
}

type run struct {
	Options
	dir       string
	job       *batch.Job
	spool     *spool.Spool
	notices   *notices
	runs      batch.Runs
	publisher publish.Publisher

	handled  map[*spool.File]bool
	rowsLeft map[*spool.File]int
	unknown  audit.Unknown                 // the manifests of the folder that the ledger does not know
	endings  map[*spool.File]batch.Summary // of those that are about to be put away
	errs     []error

	accounts []*account
	events   chan func() // what a goroutine has the main one do
	stopAll  func()      // has all accounts stop
	isOver   bool        // no other file is begun
}

// Run works on the folder dir, a whole path. Another process that does is a *ledger.HeldError, a
// folder of another ledger an *OtherLedgerError. What goes wrong with files is a Notice.
func Run(ctx context.Context, job *batch.Job, dir string, o Options) (err error) {
	folder, err := job.LockFolder(dir)
	if err != nil {
		return err
	}
	defer folder.Release()
	r := &run{Options: o, dir: dir, job: job, runs: batch.Runs{Ledger: job.Ledger},
		publisher: publish.Publisher{Ledger: job.Ledger, Language: o.Language, Version: o.Version},
		handled:   map[*spool.File]bool{}, rowsLeft: map[*spool.File]int{}, endings: map[*spool.File]batch.Summary{}}
	for _, s := range job.Senders {
		if !o.PlanOnly {
			r.accounts = append(r.accounts, &account{Sender: s})
		}
	}
	id, err := bind(job.Ledger, dir)
	if err != nil {
		return err
	}
	if r.notices, err = openNotices(job.Ledger, id, dir); err != nil {
		return err
	}
	if r.unknown, err = audit.FindUnknown(job.Ledger, dir, "*", "working/*", "done/*/*/*"); err != nil {
		return err
	}
	if err := r.unknown.CheckLedger(); err != nil { // nor does an older copy know what became of the files
		r.addError(err)
		return r.noteErrors()
	}
	if err := r.openSpool(id); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.spool.Close()) }()
	job.Log = slog.New(newWarnings{job.Log.Handler(), r.notices})
	o.Started(job.Log)
	if spool.Caveat != "" {
		job.Log.Warn(spool.Caveat)
	}
	return errors.Join(r.all(ctx), r.notices.saveWarnings())
}

func (r *run) openSpool(id string) error {
	key := "spool " + id + " "
	saved, err := r.job.Ledger.MetaUnder(key)
	if err != nil {
		return err
	}
	r.spool, err = spool.Open(r.dir, spool.Options{
		StableFor: r.StableFor, Suffixes: publish.Suffixes, OnArchive: r.archived, Refusal: r.refusalOf,
		Saved: saved, Save: func(name string, value []byte) error { return r.job.Ledger.SetMeta(key+name, value) },
	})
	return err
}

func (r *run) all(ctx context.Context) error {
	sending, cancel := context.WithCancel(ctx)
	defer cancel()
	r.stopAll, r.events = cancel, make(chan func(), len(r.accounts))
	var failed error
	for {
		r.feed(sending)
		if r.wantsFile() {
			isBegun := false
			if isBegun, failed = r.begin(ctx); isBegun {
				continue
			}
		}
		if failed == nil && sending.Err() == nil {
			r.trackFree(sending)
		}
		if !r.isBusy() {
			break
		}
		r.await()
	}
	if failed != nil {
		return failed
	}
	r.addError(r.republishSettled())
	if r.PlanOnly {
		r.addError(r.republishDelivered())
	}
	return r.noteErrors()
}

// begin takes another file, if there is one.
func (r *run) begin(ctx context.Context) (bool, error) {
	scan, err := r.spool.Scan(ctx, time.Now())
	if err != nil {
		r.isOver = true
		r.stopAll()
		return false, err
	}
	r.noteScan(scan)
	if ctx.Err() != nil {
		r.noteLeft(ctx, scan)
		r.isOver = true
		return false, nil
	}
	file := r.next(scan.Files)
	if file == nil {
		return false, nil
	}
	r.handled[file] = true
	var only *account // which has the errors of a file that is opened, too
	if len(r.accounts) == 1 {
		only = r.accounts[0]
	}
	r.fail(r.process(ctx, file), only)
	return true, nil
}

func (r *run) noteLeft(ctx context.Context, scan spool.Scan) {
	for _, f := range scan.Files {
		if !r.handled[f] {
			r.Notify(Notice{Event: Waiting, File: f.Name(), Path: f.Path(), Summary: batch.Summary{Stop: batch.Interruption(ctx)}})
		}
	}
	if scan.Waiting > 0 {
		r.Notify(Notice{Event: Waiting, Path: r.dir, Summary: batch.Summary{Stop: batch.Interruption(ctx)}})
	}
}

func (r *run) next(files []*spool.File) *spool.File {
	rowsLeft := func(f *spool.File) int {
		if _, isKnown := r.rowsLeft[f]; !isKnown {
			if file, err := f.Open(); err == nil { // an error comes up again when it is read
				r.rowsLeft[f], _ = r.runs.RowsLeft(io.LimitReader(file, 1<<30))
				file.Close()
			}
		}
		return r.rowsLeft[f]
	}
	files = slices.DeleteFunc(slices.Clone(files), func(f *spool.File) bool { return r.handled[f] })
	if len(files) == 0 {
		return nil
	}
	return slices.MinFunc(files, func(a, b *spool.File) int { return cmp.Compare(rowsLeft(a), rowsLeft(b)) })
}

func (r *run) addError(err error) {
	if err != nil {
		r.errs = append(r.errs, err)
	}
}

// noteErrors takes them for new unless the previous run had the same. That another process is
// at work is always new.
func (r *run) noteErrors() error {
	var texts []string
	for _, err := range r.errs {
		if !isHeld(err) {
			texts = append(texts, err.Error())
		}
	}
	isNew, err := r.notices.change("errors", strings.Join(texts, "\n"))
	for _, err := range r.errs {
		r.Notify(Notice{Event: Failed, Err: err, IsNew: isNew || isHeld(err)})
	}
	return err
}

func isHeld(err error) bool { return errors.As(err, new(*ledger.HeldError)) }

func (r *run) noteScan(scan spool.Scan) {
	text := ""
	for _, problem := range scan.Problems {
		text += problem.Error() + "\n"
	}
	isNew, err := r.notices.change("problems", text)
	r.addError(err)
	for _, problem := range scan.Problems {
		r.Notify(Notice{Event: Failed, Err: problem, IsNew: isNew})
	}
	for _, m := range scan.Modified {
		r.noteModified(m)
	}
	r.noteSkipped(scan.Skipped)
}

func (r *run) noteSkipped(names []string) {
	before := strings.Split(r.notices.last("skipped"), "\n")
	var quoted []string
	for _, name := range names {
		quoted = append(quoted, strconv.Quote(name))
		if !slices.Contains(before, strconv.Quote(name)) {
			r.Notify(Notice{Event: Skipped, IsNew: true, File: name, Path: filepath.Join(r.dir, name)})
		}
	}
	_, err := r.notices.change("skipped", strings.Join(quoted, "\n"))
	r.addError(err)
}

// noteModified remembers after it has told, since a run may be killed in between.
func (r *run) noteModified(m spool.Modified) {
	const text = "added to"
	topic := fmt.Sprintf("late %q", m.Path)
	if r.notices.last(topic) == text {
		return
	}
	n := Notice{Event: Appended, IsNew: true, File: m.Name, Path: m.Path, IsRefused: m.IsRefused}
	run, err := r.runs.PlannedAt(m.Path)
	if err == nil {
		n.Files, err = r.publisher.FilesOf(run)
	}
	r.Notify(n)
	_, errChange := r.notices.change(topic, text)
	r.addError(errors.Join(err, errChange))
}

// OtherLedgerError says that a folder is bound to another ledger.
type OtherLedgerError struct{ spool.Binding }

// Text is the error in a language.
func (e *OtherLedgerError) Text(l msg.Language) string {
	return msg.Text(l, "inbox.other-ledger", msg.Args{"ID": e.LedgerID, "Path": e.LedgerPath})
}

// Error is the Text in English.
func (e *OtherLedgerError) Error() string { return e.Text(msg.English) }

// bind returns the name that a folder has in the ledger. Where it was moved, what the ledger
// knows of its files moves first, so that a killed run leaves it to the next one.
func bind(l *ledger.Ledger, dir string) (id string, err error) {
	old, err := spool.ReadBinding(dir)
	folders, errFolders := l.Folders()
	if err := errors.Join(err, errFolders); err != nil {
		return "", err
	}
	if old.LedgerID != "" && old.LedgerID != l.ID {
		return "", &OtherLedgerError{old}
	}
	id = old.FolderID
	from := movedFrom(folders, old, dir)
	if from == "" && (id == "" || folders[id] != dir) { // it is new, a copy, or has lost its name
		id = rand.Text()
		for known, place := range folders {
			if place == dir {
				id = known
			}
		}
	}
	if from != "" {
		err = l.MoveFolder(from, dir)
	}
	if err == nil && folders[id] != dir {
		err = l.SetFolder(id, dir)
	}
	if b := (spool.Binding{LedgerID: l.ID, LedgerPath: l.Path, FolderID: id}); err == nil && b != old {
		err = b.Write(dir)
	}
	return id, err
}

// movedFrom returns where a folder was before, or "". The original of a copy is still there.
func movedFrom(folders map[string]string, b spool.Binding, dir string) string {
	from := folders[b.FolderID]
	if b.FolderID == "" || from == dir {
		return ""
	}
	if there, err := spool.ReadBinding(from); err == nil && there.FolderID != b.FolderID || errors.Is(err, fs.ErrNotExist) {
		return from
	}
	return ""
}

// FindRun is Runs.Find, also for a file in a folder that was moved and not used since.
func FindRun(l *ledger.Ledger, what string) (ledger.Run, error) {
	dir := spool.FolderOf(what)
	if dir == "" {
		return batch.Runs{Ledger: l}.Find(what)
	}
	b, err := spool.ReadBinding(dir)
	folders, errFolders := l.Folders()
	if err = errors.Join(err, errFolders); err == nil && b.LedgerID == l.ID && filepath.IsAbs(movedFrom(folders, b, dir)) {
		_, err = bind(l, dir) // from another machine only Run has it moved
	}
	if err != nil {
		return ledger.Run{}, err
	}
	return batch.Runs{Ledger: l}.Find(what)
}
