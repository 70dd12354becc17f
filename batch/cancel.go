package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
	"time"
)

// Cancel notes that the file which was at this path is not to be sent any more, and
// why, and returns the summary of its run. With Run.ID 0 there is none: nothing was
// sent. A run that had come to its end stays as it is.
//
// Another process that sends for the instance is a *ledger.HeldError.
func (j *Job) Cancel(path string, why msg.Code) (Summary, error) {
	run, err := Records{Ledger: j.Ledger}.PlannedAt(path)
	if err != nil || run.ID == 0 {
		return Summary{}, err
	}
	lease, err := j.Ledger.TakeLease(j.Instance, j.holder(), time.Now())
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	if !run.Finished.IsZero() {
		return Records{Ledger: j.Ledger}.Summary(run)
	}
	return j.end(run, came{stop: msg.NewReason(why)})
}

// Doubtful returns the runs that have requests of the instance without an answer.
func (j *Job) Doubtful() ([]ledger.Run, error) {
	unknown, err := j.Ledger.Unknown(j.Instance)
	if err != nil {
		return nil, err
	}
	return j.runs(runsOf(unknown))
}
