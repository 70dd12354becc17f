package batch

import (
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

// CountDuplicates makes a forecast for benchmarks.
func (j *Job) CountDuplicates(run ledger.Run) error {
	_, err := (&Sender{job: j, Settings: j.Settings}).forecast(run, csvmodel.Counts{}, &pacing.Gate{})
	return err
}
