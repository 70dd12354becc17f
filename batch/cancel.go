package batch

import (
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// Cancel records that the file which was at this path must not be sent any more, and
// why. It returns the summary of its run, with Run.ID 0 if nothing was sent. A run that
// is at its end stays as it is.
//
// It returns a *ledger.HeldError if another process sends for the instance.
func (j *Job) Cancel(path string, why msg.Code) (Summary, error) {
	run, err := Runs{Ledger: j.Ledger}.PlannedAt(path)
	if err != nil || run.ID == 0 {
		return Summary{}, err
	}
	lease, err := j.Ledger.TakeLease(j.Instance, j.holder(), time.Now())
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	if !run.Finished.IsZero() {
		return Runs{Ledger: j.Ledger}.Summary(run)
	}
	return j.endRun(run, runResult{stop: msg.NewReason(why)})
}

// Doubtful returns the runs with unknown rows of the instance.
func (j *Job) Doubtful() ([]ledger.Run, error) {
	unknown, err := j.Ledger.Unknown(j.Instance)
	if err != nil {
		return nil, err
	}
	return j.runs(runsOf(unknown))
}
