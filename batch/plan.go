package batch

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/phone"
)

// runFor returns the run of this content if it goes on, else a new one. One that sends the
// content again goes on only with Settings.Again.
func (j *Job) runFor(file *ledger.Lease, in Input) (ledger.Run, error) {
	if in.run != 0 {
		return j.restart(file, in.run)
	}
	runs, err := j.Ledger.RunsOf(in.Content)
	if err != nil {
		return ledger.Run{}, err
	}
	ended, err := j.endedRuns(runs)
	if err != nil {
		return ledger.Run{}, err
	}
	again := j.Settings.Again
	isLeftAlone := func(r ledger.Run) bool { return !again && r.Again && !ended[r.ID] }
	if i := slices.IndexFunc(runs, isLeftAlone); i >= 0 {
		j.Log.Warn("log.again-left", "File", in.Name, "At", runs[i].Started)
	}
	run := ledger.Run{Started: time.Now(), Machine: j.Machine, User: j.User, Version: j.Version}
	i := slices.IndexFunc(runs, func(r ledger.Run) bool { return r.Options == in.reading && !isLeftAlone(r) })
	if i >= 0 && !(again && ended[runs[i].ID]) {
		run = runs[i]
		j.logEarlierRun(run, in)
	} else if again {
		run.Again = true
		for id, hasEnded := range ended { // their claims do not count
			if hasEnded {
				err = errors.Join(err, j.Ledger.FinishRun(id, time.Now()))
			}
		}
	}
	if err := errors.Join(err, j.fillRun(&run, in)); err != nil {
		return ledger.Run{}, err
	}
	if run.ID != 0 {
		return run, file.RestartRun(run)
	}
	err = file.CreateRun(&run)
	return run, err
}

// restart has a planned run go on with the limits of the job, and all else as it was planned.
func (j *Job) restart(file *ledger.Lease, id int64) (ledger.Run, error) {
	run, err := j.Ledger.Run(id)
	kept, errKept := SettingsOf(run)
	own := j.Settings
	own.Strict, own.Dedupe, own.Again = kept.Strict, kept.Dedupe, kept.Again
	if out := own.Out; err == nil && out != "" && out != filepath.Dir(run.Output) {
		run.Output, err = j.freeOutput(run.Content, filepath.Join(out, filepath.Base(run.Output)), run.Layout.Extension())
	}
	if err = errors.Join(err, errKept, j.setSettings(&run, own)); err != nil {
		return run, err
	}
	return run, file.RestartRun(run)
}

// endedRuns returns which runs have nothing left to do: rows may have been settled meanwhile.
func (j *Job) endedRuns(runs []ledger.Run) (map[int64]bool, error) {
	ended := map[int64]bool{}
	for _, run := range runs {
		if ended[run.ID] = !run.Finished.IsZero(); ended[run.ID] || run.Planned.IsZero() {
			continue
		}
		counts, err := j.Ledger.Counts(run.ID)
		unknown, errUnknown := j.Ledger.UnknownOf(run.ID)
		if err := errors.Join(err, errUnknown); err != nil {
			return nil, err
		}
		ended[run.ID] = counts[csvmodel.Unsent]+decidable(unknown) == 0
	}
	return ended, nil
}

// decidable counts the unknown rows that the service's records may still decide.
func decidable(unknown []ledger.Row) (n int) {
	for _, row := range unknown {
		if time.Since(row.Intended) < ledger.Retention {
			n++
		}
	}
	return n
}

func (j *Job) logEarlierRun(run ledger.Run, in Input) {
	switch {
	case !run.Finished.IsZero():
		j.Log.Info("log.sent-already", "File", in.Name, "Before", run.Name, "At", run.Started)
	case run.Name != in.Name:
		j.Log.Info("log.same-content", "File", in.Name, "Before", run.Name, "At", run.Started)
	}
}

func (j *Job) setSettings(run *ledger.Run, own Settings) (err error) {
	if j.only() == nil {
		own.Accounts = map[string]string{}
		for _, s := range j.Senders {
			own.Accounts[s.Instance] = s.Name
		}
	}
	run.Settings, err = json.Marshal(own)
	return err
}

func (j *Job) fillRun(run *ledger.Run, in Input) error {
	err := j.setSettings(run, j.Settings)
	if err != nil {
		return err
	}
	isRenamed := run.Name != in.Name
	run.Content, run.Options, run.Path, run.Name, run.Layout = in.Content, in.reading, in.Path, in.Name, in.Layout
	if in.Output != "" {
		run.Output = in.Output
		return nil
	}
	stem := in.Stem(j.Settings.Out, j.Suffix)
	if isRenamed || filepath.Dir(run.Output) != filepath.Dir(stem) {
		run.Output, err = j.freeOutput(in.Content, stem, in.Layout.Extension())
	}
	return err
}

// freeOutput returns the first of stem, stem-2 … that is free or ours.
func (j *Job) freeOutput(content [32]byte, stem, extension string) (string, error) {
	for n := 1; ; n++ {
		candidate := stem
		if n > 1 {
			candidate += "-" + strconv.Itoa(n)
		}
		isTaken, isOurs, err := j.Ledger.OutputTaken(candidate, content)
		if err != nil {
			return "", err
		}
		_, errFile := os.Lstat(candidate + ResultsSuffix + extension)
		if !isTaken && (isOurs || j.Overwrite || errFile != nil) {
			return candidate, nil
		}
	}
}

// plan puts every row into the ledger, unless that is done. After an error it begins anew.
func (j *Job) plan(ctx context.Context, file *ledger.Lease, run *ledger.Run, in Input) error {
	if !run.Planned.IsZero() {
		return nil
	}
	err := j.planRows(ctx, file, run, in)
	for before := len(in.Layout.Notes); in.judge(err); err = j.planRows(ctx, file, run, in) {
		for _, note := range in.Layout.Notes[before:] {
			j.Log.Warn("log.note", "File", in.Name, "Note", note)
		}
	}
	return err
}

func (j *Job) planRows(ctx context.Context, file *ledger.Lease, run *ledger.Run, in Input) error {
	if err := file.DropPlan(run.ID); err != nil {
		return err
	}
	rows := 0
	written := make(chan error, 1) // one chunk is written while the next one is read
	written <- nil
	var failed error
	for chunk, err := range in.chunks(j.Ledger.PlanChunk()) {
		if err == nil {
			err = j.assign(chunk)
		}
		add := file.PrepareRows(run.ID, int64(rows)+1, chunk)
		if failed = errors.Join(err, <-written, ctx.Err()); failed != nil {
			written <- nil
			break
		}
		rows += len(chunk)
		go func() { written <- add() }()
	}
	if err := errors.Join(failed, <-written); errors.Is(err, ErrChanged) {
		return errors.Join(err, file.DropPlan(run.ID))
	} else if err != nil {
		return err
	}
	for _, s := range j.Senders { // before anybody can send
		if _, err := s.suppress(file, *run); err != nil {
			return err
		}
	}
	run.Rows, run.Planned = rows, time.Now()
	return file.CompletePlan(run.ID, run.Rows, run.Planned)
}

// suppression knows a chat also by the other id that the service has given it.
type suppression struct {
	chats   csvmodel.ChatList
	aliases map[string]string // another id of the same chat
}

func newSuppression(chats csvmodel.ChatList, chatOf map[string]string) suppression {
	s := suppression{chats, map[string]string{}}
	for lid, chat := range chatOf {
		s.aliases[lid], s.aliases[phone.Account(chat)] = chat, lid
	}
	return s
}

func (s suppression) has(chat string) bool {
	alias, ok := s.aliases[phone.Account(chat)]
	return s.chats.Has(chat) || ok && s.chats.Has(alias)
}
