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
)

// planChunk is how many rows share a transaction.
const planChunk = 4096

// runFor returns the run of this content if it goes on, else a new one. A run that sends
// the content again goes on only where Settings.Again is set.
func (j *Job) runFor(in Input) (ledger.Run, error) {
	runs, err := j.Ledger.RunsOf(in.Content)
	if err != nil {
		return ledger.Run{}, err
	}
	if err := j.finish(runs); err != nil {
		return ledger.Run{}, err
	}
	if !j.Settings.Again {
		runs = j.withoutAgain(runs, in)
	}
	run := ledger.Run{Started: time.Now(), Machine: j.Machine, User: j.User, Version: j.Version}
	i := slices.IndexFunc(runs, func(r ledger.Run) bool { return r.Options == in.reading })
	if isNew := i < 0 || j.Settings.Again && !runs[i].Finished.IsZero(); !isNew {
		run = runs[i]
		j.logEarlierRun(run, in)
	} else if j.Settings.Again {
		atPath, err := j.Ledger.RunsAt(in.Path)
		if err != nil {
			return ledger.Run{}, err
		}
		run.Again = len(runs)+len(atPath) > 0
	}
	if err := j.fillRun(&run, in); err != nil {
		return ledger.Run{}, err
	}
	if run.ID != 0 {
		return run, j.Ledger.RestartRun(run)
	}
	err = j.Ledger.CreateRun(&run)
	return run, err
}

// withoutAgain leaves out the runs that were to send the content again and are not
// finished, and says so.
func (j *Job) withoutAgain(runs []ledger.Run, in Input) []ledger.Run {
	if i := slices.IndexFunc(runs, isUnfinishedAgain); i >= 0 {
		j.Log.Warn("log.again-left", "File", in.Name, "At", runs[i].Started)
	}
	return slices.DeleteFunc(runs, isUnfinishedAgain)
}

func isUnfinishedAgain(r ledger.Run) bool { return r.Again && r.Finished.IsZero() }

// finish records the end of those of the runs of which nothing has been left since rows
// were settled.
func (j *Job) finish(runs []ledger.Run) error {
	for i, run := range runs {
		if run.Planned.IsZero() || !run.Finished.IsZero() {
			continue
		}
		counts, err := j.Ledger.Counts(run.ID)
		unknown, errUnknown := j.Ledger.UnknownOf(run.ID)
		if err := errors.Join(err, errUnknown); err != nil {
			return err
		}
		if counts[csvmodel.Unsent]+decidable(unknown) > 0 {
			continue
		}
		runs[i].Finished = time.Now()
		if err := j.Ledger.FinishRun(run.ID, runs[i].Finished); err != nil {
			return err
		}
	}
	return nil
}

// logEarlierRun says what is known of the content already, where that may surprise.
func (j *Job) logEarlierRun(run ledger.Run, in Input) {
	switch done := !run.Finished.IsZero(); {
	case done:
		j.Log.Info("log.sent-already", "File", in.Name, "Before", run.Name, "At", run.Started)
	case run.Name != in.Name:
		j.Log.Info("log.same-content", "File", in.Name, "Before", run.Name, "At", run.Started)
	}
}

// fillRun fills in the file and the circumstances of this start.
func (j *Job) fillRun(run *ledger.Run, in Input) error {
	settings, err := json.Marshal(j.Settings)
	if err != nil {
		return err
	}
	isRenamed := run.Name != in.Name
	run.Content, run.Options, run.Path, run.Name, run.Layout = in.Content, in.reading, in.Path, in.Name, in.Layout
	run.Settings = settings
	if in.Output != "" {
		run.Output = in.Output
		return nil
	}
	stem := in.Stem(j.Settings.Out, j.Suffix)
	if isRenamed || filepath.Dir(run.Output) != filepath.Dir(stem) {
		run.Output, err = j.freeOutput(in.Content, stem)
	}
	return err
}

// freeOutput returns the first of stem, stem-2, stem-3 … that belongs neither to another
// content nor to files that the ledger does not know.
func (j *Job) freeOutput(content [32]byte, stem string) (string, error) {
	for n := 1; ; n++ {
		candidate := stem
		if n > 1 {
			candidate += "-" + strconv.Itoa(n)
		}
		isTaken, isOurs, err := j.Ledger.OutputTaken(candidate, content)
		if err != nil {
			return "", err
		}
		if !isTaken && (isOurs || j.Overwrite || !exists(candidate+ResultsSuffix)) {
			return candidate, nil
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// plan puts every row of the file into the ledger, unless that is done. It returns the
// error of ctx if that is done before the end; the next plan begins anew then.
func (j *Job) plan(ctx context.Context, run *ledger.Run, in Input) error {
	if !run.Planned.IsZero() {
		return nil
	}
	if err := j.Ledger.DropPlan(run.ID); err != nil {
		return err
	}
	rows := 0
	written := make(chan error, 1) // one chunk is written while the next one is read
	written <- nil
	var failed error
	for chunk, err := range in.chunks(planChunk) {
		add := j.Ledger.PrepareRows(run.ID, int64(rows)+1, chunk)
		if failed = errors.Join(err, <-written, ctx.Err()); failed != nil {
			written <- nil
			break
		}
		rows += len(chunk)
		go func() { written <- add() }()
	}
	if err := errors.Join(failed, <-written); errors.Is(err, ErrChanged) {
		return errors.Join(err, j.Ledger.DropPlan(run.ID))
	} else if err != nil {
		return err
	}
	run.Rows, run.Planned = rows, time.Now()
	return j.Ledger.CompletePlan(run.ID, run.Rows, run.Planned)
}
