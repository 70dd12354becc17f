package batch

import (
	"context"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
)

// Plan plans a file for benchmarks, without a lease.
func (j *Job) Plan(ctx context.Context, in Input) (ledger.Run, error) {
	run, err := j.runFor(in)
	if err == nil {
		err = j.plan(ctx, &run, in)
	}
	return run, err
}

// CountDuplicates makes a forecast for benchmarks.
func (j *Job) CountDuplicates(run ledger.Run) error {
	_, err := j.forecast(run, csvmodel.Counts{}, &pacing.Gate{})
	return err
}
