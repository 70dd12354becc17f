package batch

import (
	"context"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// OpenInput is ReadInput for a path.
func OpenInput(path string, opts csvmodel.Options) (Input, error) {
	f, err := csvmodel.Open(path)
	if err != nil {
		return Input{}, msg.Problem("error.file", msg.Args{"File": path, "Err": err})
	}
	return ReadInput(f, path, opts)
}

// Plan plans a file for benchmarks, without the lease of an instance.
func (j *Job) Plan(ctx context.Context, in Input) (ledger.Run, error) {
	file, err := j.Ledger.LockFile(in.Content, in.Name, j.terms())
	if err != nil {
		return ledger.Run{}, err
	}
	defer file.Release()
	run, err := j.runFor(file, in)
	if err == nil {
		err = j.plan(ctx, file, &run, in)
	}
	return run, err
}

// CountDuplicates makes a forecast for benchmarks.
func (j *Job) CountDuplicates(run ledger.Run) error {
	_, err := (&Sender{job: j, Settings: j.Settings}).forecast(run, csvmodel.Counts{}, &pacing.Gate{})
	return err
}
