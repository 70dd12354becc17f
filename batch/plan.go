package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
)

// planPortion is how many rows share a transaction while a file is planned.
const planPortion = 4096

// runFor returns the run of this content that goes on, or a new one.
func (j *Job) runFor(in Input) (ledger.Run, error) {
	run, err := j.Ledger.NewestRun(in.Content, in.options)
	isNew := errors.Is(err, ledger.ErrNoRun)
	if err != nil && !isNew {
		return ledger.Run{}, err
	}
	if isNew || j.Settings.Again && !run.Finished.IsZero() {
		run = ledger.Run{Again: !isNew, Started: time.Now()}
	} else {
		j.sayEarlier(run, in)
	}
	if err := j.describe(&run, in); err != nil {
		return ledger.Run{}, err
	}
	if run.ID != 0 {
		return run, j.Ledger.RestartRun(run)
	}
	err = j.Ledger.CreateRun(&run)
	return run, err
}

// sayEarlier says what is known of the content already, where that may surprise.
func (j *Job) sayEarlier(run ledger.Run, in Input) {
	when := run.Started.Local().Format(time.DateTime)
	switch done := !run.Finished.IsZero(); {
	case done:
		j.Log.Info(fmt.Sprintf("%s was sent already, as %s on %s: only rows that are not final are looked at again; --again sends once more what it has sent", in.Name, run.Name, when))
	case run.Name != in.Name:
		j.Log.Info(fmt.Sprintf("%s has the content of %s of %s: that run goes on", in.Name, run.Name, when))
	}
}

// describe fills in what a run says of the file and of today's circumstances.
func (j *Job) describe(run *ledger.Run, in Input) error {
	settings, err := json.Marshal(j.Settings)
	if err != nil {
		return err
	}
	renamed := run.Name != in.Name
	run.Content, run.Options, run.Path, run.Name, run.Form = in.Content, in.options, in.Path, in.Name, in.Form
	run.Settings, run.Machine, run.User, run.Version = settings, j.Machine, j.User, j.Version
	if in.Output != "" {
		run.Output = in.Output
		return nil
	}
	stem := in.Stem(j.Settings.Out, j.Suffix)
	if renamed || filepath.Dir(run.Output) != filepath.Dir(stem) {
		run.Output, err = j.freeStem(in.Content, stem)
	}
	return err
}

// freeStem is the first of stem, stem-2, stem-3 … that does not belong to
// another content, nor to something that this ledger does not know.
func (j *Job) freeStem(content [32]byte, stem string) (string, error) {
	for n := 1; ; n++ {
		candidate := stem
		if n > 1 {
			candidate += "-" + strconv.Itoa(n)
		}
		taken, ours, err := j.Ledger.OutputTaken(candidate, content)
		if err != nil {
			return "", err
		}
		if !taken && (ours || j.Overwrite || !exists(candidate+ResultsSuffix)) {
			return candidate, nil
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// plan puts every row of the file into the ledger, unless that has been done. It
// is begun anew if ctx is done before the end, whose error it then returns.
func (j *Job) plan(ctx context.Context, run *ledger.Run, in Input) error {
	if !run.Planned.IsZero() {
		return nil
	}
	if err := j.Ledger.DropPlan(run.ID); err != nil {
		return err
	}
	rows := 0
	adding := make(chan error, 1) // one portion is written while the next is read
	adding <- nil
	var failed error
	for portion, err := range in.portions(planPortion) {
		if failed = errors.Join(err, <-adding, ctx.Err()); failed != nil {
			adding <- nil
			break
		}
		first := int64(rows) + 1
		rows += len(portion)
		go func() { adding <- j.Ledger.AddRows(run.ID, first, portion) }()
	}
	if err := errors.Join(failed, <-adding); errors.Is(err, ErrChanged) {
		return errors.Join(err, j.Ledger.DropPlan(run.ID))
	} else if err != nil {
		return err
	}
	run.Rows, run.Planned = rows, time.Now()
	return j.Ledger.CompletePlan(run.ID, run.Rows, run.Planned)
}
